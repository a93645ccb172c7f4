import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from './logger.ts';

/**
 * Why a file could not be written, as far as that can be told without writing it. Blocks.
 *
 * @param file absolute; neither it nor its folders have to exist
 * @returns half a line; `undefined`: nothing speaks against it
 */
export function writeProblem(file: string): string | undefined {
  try {
    if (existsSync(file) && !statSync(file).isFile()) return 'it is no file';
    // The file itself is replaced as a whole, so its folder counts; the nearest there is, because missing ones are made.
    let folder = path.dirname(file);
    while (!existsSync(folder)) folder = path.dirname(folder);
    if (!statSync(folder).isDirectory()) return `${folder} is no folder`;
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
