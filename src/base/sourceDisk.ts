import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync, type Stats } from 'node:fs';

/** What a path leads to. */
export interface FoundOnDisk {
  readonly kind: 'file' | 'folder' | 'other';
  /** In bytes. */
  readonly size: number;
  /** Of the last change, in ms since 1970, fractional. */
  readonly modified: number;
  /** The same for two names of one file, such as hard links, or two spellings where upper and lower case are one. */
  readonly identity: string;
}

/** Files of the workspace as a thread of ours reads them: all of it blocks. Nothing throws but where it says so. */
export interface SourceDisk {
  /** `undefined`: nothing is there, or it may not be looked at. */
  look(path: string): FoundOnDisk | undefined;
  /** The path with all symbolic links followed; `undefined` when it leads nowhere, or in circles. */
  realPathOf(path: string): string | undefined;
  /**
   * @param atMost bytes; what is longer is not read
   * @returns `changing` when it became another while it was read; `undefined` when there is no such file
   * @throws Error when it is there and cannot be read, or is longer
   */
  read(path: string, atMost: number): Uint8Array | 'changing' | undefined;
}

/** The disk of the machine. */
export const systemDisk: SourceDisk = {
  look(path) {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      return found && { kind: kindOf(found), size: found.size, modified: found.mtimeMs, identity: `${found.dev}:${found.ino}` };
    } catch {
      return undefined;
    }
  },
  realPathOf(path) {
    try {
      return realpathSync.native(path);
    } catch {
      return undefined;
    }
  },
  read(path, atMost) {
    let file: number;
    try {
      // Without blocking: a pipe that took the place of the file would wait for ever.
      file = openSync(path, process.platform === 'win32' ? 'r' : constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (systemDisk.look(path) === undefined) return undefined;
      throw error;
    }
    try {
      return readWhole(file, atMost);
    } finally {
      closeSync(file);
    }
  },
};

function readWhole(file: number, atMost: number): Uint8Array | 'changing' {
  const before = fstatSync(file);
  if (!before.isFile()) throw new Error('it is no file');
  if (before.size > atMost) throw new Error(`it has ${before.size} bytes, allowed are ${atMost}`);
  // One byte more than there should be shows a file that grows.
  const bytes = Buffer.allocUnsafeSlow(before.size + 1);
  let length = 0;
  for (let got = -1; got !== 0 && length < bytes.length; length += got) got = readSync(file, bytes, length, bytes.length - length, null);
  const after = fstatSync(file);
  const isSame = length === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs;
  return isSame ? bytes.subarray(0, length) : 'changing';
}

function kindOf(found: Stats): FoundOnDisk['kind'] {
  if (found.isFile()) return 'file';
  return found.isDirectory() ? 'folder' : 'other';
}
