import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, readSync, statSync, watch, writeSync } from 'node:fs';
import path from 'node:path';
import type { Disposable } from './clock.ts';
import { namesIn, smallFilesIn } from './smallFiles.ts';

/** Files that several processes share and that are looked at again before each use. Everything is done when a call returns. */
export interface StampedFolder {
  /** Changes whenever the file does; '' while there is none. About 10 µs. */
  stamp(name: string): string;
  /**
   * @param atMost a longer file is not read, in bytes
   * @returns `undefined` when there is no such file
   * @throws Error when it is longer or cannot be read
   */
  read(name: string, atMost: number): string | undefined;
  /**
   * Adds a line and waits until it is on the disk. What another process adds at the same time goes before or after it, never into it; a
   * line that was torn by a kill is closed first.
   *
   * @throws Error when it cannot be written
   */
  append(name: string, line: string): void;
  /** Whoever reads meanwhile finds the old or the new content. @throws Error when it cannot be written */
  replace(name: string, text: string): void;
  /** Names of the files, in no order; none when there is no such folder. */
  names(): readonly string[];
  /** Gives a file another name. False: it is gone. */
  rename(name: string, next: string): boolean;
  remove(name: string): boolean;
  /** Hears that something in the folder has changed, soon; where the system cannot tell, never. */
  watch(onChange: () => void): Disposable;
}

/** The files of one folder. @param folder absolute; made when something is written or watched */
export function stampedFolder(folder: string): StampedFolder {
  const at = (name: string): string => path.join(folder, name);
  const files = smallFilesIn(folder);
  return {
    stamp(name) {
      const found = statSync(at(name), { throwIfNoEntry: false, bigint: true });
      return found ? `${found.mtimeNs}:${found.size}:${found.ino}` : '';
    },
    read(name, atMost) {
      const found = statSync(at(name), { throwIfNoEntry: false });
      if (!found) return undefined;
      if (found.size > atMost) throw new Error(`${name} has ${found.size} bytes, ${atMost} are allowed`);
      return readFileSync(at(name), 'utf8');
    },
    append(name, line) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendLine(at(name), line);
    },
    replace: (name, text) => files.replace(name, text),
    names: () => namesIn(folder),
    rename: (name, next) => files.rename(name, next),
    remove: (name) => files.remove(name),
    watch: (onChange) => watched(folder, onChange),
  };
}

function appendLine(file: string, line: string): void {
  const descriptor = openSync(file, 'a+', 0o600);
  try {
    // One write of a few hundred bytes to a file opened for appending is not torn by another process.
    writeSync(descriptor, `${endsOpen(descriptor) ? '\n' : ''}${line}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function endsOpen(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] !== 0x0a;
}

function watched(folder: string, onChange: () => void): Disposable {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const watcher = watch(folder, { persistent: false }, () => onChange());
    watcher.on('error', () => watcher.close());
    return { dispose: () => watcher.close() };
  } catch {
    return { dispose: () => undefined };
  }
}
