import path from 'node:path';
import { messageOf } from '../base/logger.ts';
import { type CommandContext, UsageError } from './command.ts';

/** The path of a file that a flag names. */
export function absolutePath(folder: string, given: string): string {
  return path.resolve(folder, given);
}

/** No file that a person writes is longer. In bytes. */
const longestFile = 16 * 1024 * 1024;

/**
 * The text of the file that a flag names.
 *
 * @param flag without the dashes
 * @throws UsageError when it is not there, cannot be read or is no text
 */
export function readFlagFile({ files, folder }: Pick<CommandContext, 'files' | 'folder'>, flag: string, given: string): string {
  let bytes: Uint8Array | undefined;
  try {
    bytes = files.read(absolutePath(folder, given), longestFile);
  } catch (error) {
    throw new UsageError(`--${flag} ${given} cannot be read: ${messageOf(error)}`);
  }
  if (bytes === undefined) throw new UsageError(`--${flag} ${given}: there is no such file`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`--${flag} ${given} is no text in UTF-8`);
  }
}
