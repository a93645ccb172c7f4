import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Files that are read and replaced as a whole. All of it blocks and throws, so it is for threads of our own. */
export interface WholeFiles {
  /**
   * @param atMost a longer file is not read
   * @returns `undefined` when there is no such file
   * @throws Error when it cannot be read or is longer
   */
  read(file: string, atMost: number): Uint8Array | undefined;
  /**
   * Puts `bytes` in the place of what was there. Whoever reads meanwhile finds the old or the new content, never a part.
   *
   * @throws Error when it cannot be written; then the old content stays
   */
  replace(file: string, bytes: Uint8Array): void;
}

/** The files of the machine. */
export const systemFiles: WholeFiles = {
  read(file, atMost) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (found.isDirectory()) throw new Error('it is a folder');
    if (found.size > atMost) throw new Error(`it has ${found.size} bytes, ${atMost} are allowed`);
    return readFileSync(file);
  },
  replace(file, bytes) {
    // One name, so that what a process leaves behind when it is killed is overwritten by the next.
    const next = `${file}.new`;
    // A folder cannot be replaced, and a device such as /dev/null must not be.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error('it is no file');
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(next, bytes, { mode: 0o600 });
      renameSync(next, file);
    } catch (error) {
      rmSync(next, { force: true });
      throw error;
    }
  },
};
