import { realpath } from 'node:fs/promises';

/**
 * The path of a file with all symbolic links followed; the path itself when there is no such file (yet) or it cannot be followed.
 *
 * @param path absolute, as the operating system writes it
 */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}
