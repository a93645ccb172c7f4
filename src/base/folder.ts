import { appendFileSync, mkdirSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMillis } from './clock.ts';

/** A file of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: EpochMillis;
}

/** One folder on the disk. `list` and `remove` answer for files and folders that are not there; the others reject or throw. */
export interface Folder {
  /** Adds to the end of a file; makes folder and file. Rejects when the disk is full or may not be written. */
  append(name: string, text: string): Promise<void>;
  /** The same before it returns, for the last moment of a process. Throws. */
  appendNow(name: string, text: string): void;
  /** The files in it, in no order; empty when there is no such folder. */
  list(): Promise<readonly FolderEntry[]>;
  /** Rejects when there is no such file or it may not be read. */
  read(name: string): Promise<string>;
  remove(name: string): Promise<void>;
  /** A file of the new name is replaced. Rejects when there is no such file or it may not be changed. */
  rename(name: string, newName: string): Promise<void>;
}

/** Only for the person: what they work on, and when, is nobody else's. */
const folderMode = { recursive: true, mode: 0o700 } as const;
const fileMode = { mode: 0o600 } as const;

/** The folder at a path of this machine. @param path absolute */
export function folderAt(path: string): Folder {
  return {
    async append(name, text) {
      await mkdir(path, folderMode);
      await appendFile(join(path, name), text, fileMode);
    },
    appendNow(name, text) {
      mkdirSync(path, folderMode);
      appendFileSync(join(path, name), text, fileMode);
    },
    async list() {
      const names = await readdir(path).catch((): string[] => []);
      const entries = await Promise.all(names.map((name) => entryOf(path, name)));
      return entries.filter((entry) => entry !== undefined);
    },
    read: (name) => readFile(join(path, name), 'utf8'),
    remove: (name) => rm(join(path, name), { force: true }).catch(() => undefined),
    rename: (name, newName) => rename(join(path, name), join(path, newName)),
  };
}

/** `undefined` for what is no file, or went meanwhile: another window cleans up too. */
async function entryOf(path: string, name: string): Promise<FolderEntry | undefined> {
  try {
    const found = await stat(join(path, name));
    return found.isFile() ? { name, bytes: found.size, modifiedAt: found.mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}
