import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { EpochMillis } from './clock.ts';

/** A file of a folder, as much of it as is read. */
export interface SmallFile {
  readonly name: string;
  readonly text: string;
  readonly modifiedAt: EpochMillis;
}

/** A few files of some hundred bytes in one folder. Everything is done when the call returns, in about 0.1 ms. */
export interface SmallFiles {
  /** Files of at most 4 KiB, in no order; none when there is no such folder. */
  list(): readonly SmallFile[];
  /** @throws Error when the disk is full or may not be written */
  replace(name: string, text: string): void;
  /** Gives a file another name, its time kept. False: it is gone, another process was first. */
  rename(name: string, next: string): boolean;
  /** False: it was gone. */
  remove(name: string): boolean;
}

const largest = 4096;

/**
 * The small files of one folder.
 *
 * @param folder absolute; made by the first `replace`
 */
export function smallFilesIn(folder: string): SmallFiles {
  const at = (name: string): string => path.join(folder, name);
  return {
    list: () => namesIn(folder).flatMap((name) => fileAt(at(name), name) ?? []),
    replace(name, text) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const next = at(`${name}.new`);
      writeFileSync(next, text, { mode: 0o600 });
      renameSync(next, at(name));
    },
    rename: (name, next) => succeeds(() => renameSync(at(name), at(next))),
    remove: (name) => succeeds(() => unlinkSync(at(name))),
  };
}

/** What is known of this machine's processes. */
export interface Processes {
  readonly own: number;
  readonly host: string;
  /** When the machine began. */
  bootedAt(): EpochMillis;
  isRunning(id: number): boolean;
}

export const systemProcesses: Processes = {
  own: process.pid,
  host: os.hostname(),
  bootedAt: () => Date.now() - os.uptime() * 1000,
  isRunning(id) {
    try {
      // Signal 0 asks and does nothing.
      process.kill(id, 0);
      return true;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  },
};

/** Names of what is in a folder, in no order; none when there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `undefined` for what is no small file, or went meanwhile. */
function fileAt(file: string, name: string): SmallFile | undefined {
  try {
    const found = statSync(file);
    if (!found.isFile() || found.size > largest) return undefined;
    return { name, text: readFileSync(file, 'utf8'), modifiedAt: found.mtimeMs };
  } catch {
    return undefined;
  }
}

function succeeds(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
