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

/** Between two looks at the file. */
const lookInterval: Millis = 1000;

/**
 * Looks at a file of a few kilobytes each second, so a change is heard of within 2 s. The system's own word of changes is not waited for:
 * some disks give none, it ends with the folder, and a look takes 0.1 ms. Never throws; a file that is not there may come.
 *
 * @param file absolute, or beginning with `~`
 * @param atMost bytes; a longer file is not read
 */
export function watchFile(file: string, atMost: number, onReading: (reading: FileReading) => void, clock: Clock = systemClock): Disposable {
  const place = atHome(file);
  let isDisposed = false;
  let seen: string | undefined;
  let told: FileReading | undefined;
  let timer: Disposable | undefined;

  const look = async (): Promise<void> => {
    const mark = await markOf(place);
    const reading = mark === seen ? told : await readAtMost(place, atMost);
    // Asked after the waits: it may have become so meanwhile.
    if (isDisposed) return;
    seen = mark;
    timer = clock.after(lookInterval, () => void look());
    if (reading !== undefined && !isSame(reading, told)) onReading((told = reading));
  };
  void look();
  return {
    dispose() {
      isDisposed = true;
      timer?.dispose();
    },
  };
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
