import { type FSWatcher, watch } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Clock, type Disposable, type Millis, systemClock } from './clock.ts';

/** A file as it is now. */
export type FileReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Hears of a file: as it is, and each time it has become another. */
export type WatchFile = (file: string, atMost: number, onReading: (reading: FileReading) => void) => Disposable;

/** Between two looks at the file itself: not every disk tells of changes, and a folder that is made later is not watched. */
const lookInterval: Millis = 1000;
/** An editor writes in several steps; this long after the last of them the file is read. */
const settling: Millis = 50;

/**
 * Watches a file of a few kilobytes: by the system's word where it gives one, and by a look each second. A change is heard of within 2 s.
 * Never throws; a file that is not there may come.
 *
 * @param file absolute, or beginning with `~`
 * @param atMost bytes; a longer file is not read
 */
export function watchFile(file: string, atMost: number, onReading: (reading: FileReading) => void, clock: Clock = systemClock): Disposable {
  const place = atHome(file);
  let isDisposed = false;
  let isReading = false;
  let seen: string | undefined;
  let told: FileReading | undefined;
  let timer: Disposable | undefined;

  // Asked anew after each wait: it may have become so meanwhile.
  const isOver = (): boolean => isDisposed;

  const look = async (): Promise<void> => {
    if (isOver() || isReading) return;
    isReading = true;
    const mark = await markOf(place);
    if (mark !== seen) {
      const reading = await readAtMost(place, atMost);
      seen = mark;
      // It may have become what was read already between the mark and the reading of before.
      if (!isOver() && !isSame(reading, told)) onReading((told = reading));
    }
    isReading = false;
    if (!isOver()) lookIn(lookInterval);
  };
  const lookIn = (delay: Millis): void => {
    timer?.dispose();
    timer = clock.after(delay, () => void look());
  };
  const watcher = watchFolder(place, () => {
    if (!isReading && !isDisposed) lookIn(settling);
  });
  void look();
  return {
    dispose() {
      isDisposed = true;
      timer?.dispose();
      watcher?.close();
    },
  };
}

/** The folder is watched and not the file: an editor that saves puts a new file in the place of the old one. */
function watchFolder(place: string, onChange: () => void): FSWatcher | undefined {
  try {
    const name = path.basename(place);
    const watcher = watch(path.dirname(place), { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) onChange();
    });
    // The looks go on without it.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

function isSame(one: FileReading, other: FileReading | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What changes when the file does. */
async function markOf(place: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(place);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'missing';
  }
}

async function readAtMost(place: string, atMost: number): Promise<FileReading> {
  try {
    // Asked before it is opened: opening a pipe would wait for a writer.
    const found = await stat(place);
    if (!found.isFile()) return { kind: 'unreadable', why: 'it is no file' };
    if (found.size > atMost) return { kind: 'too-large', bytes: found.size };
    const handle = await open(place, 'r');
    try {
      const bytes = Buffer.alloc(atMost + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length <= atMost; length += read) {
        ({ bytesRead: read } = await handle.read(bytes, length, bytes.length - length));
      }
      return length > atMost ? { kind: 'too-large', bytes: length } : { kind: 'text', text: bytes.toString('utf8', 0, length) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'unreadable', why: code };
  }
}

/** A path in which `~` stands for the person's folder. */
function atHome(file: string): string {
  return /^~[\\/]/.test(file) ? path.join(os.homedir(), file.slice(2)) : file;
}
