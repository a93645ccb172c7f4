import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import type { Folder, FolderEntry } from '../base/folder.ts';
import { type Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';

/** How much is kept and for how long; figures and reasons in docs/settings.md. */
export const journalDefaults = {
  /** A file that is longer is followed by the next one; in bytes. */
  file: 65_536,
  /** All files of a journal together, in bytes. */
  total: 8_388_608,
  /** Since the last line of a file, in ms. */
  retention: 2_592_000_000,
  /** A line is written at the latest after so long, in ms. */
  writeAfter: 1000,
  /** Lines that wait because they cannot be written, in UTF-16 units; of more the oldest are dropped. */
  waiting: 65_536,
} as const;

/** What a journal needs. */
export interface JournalOptions {
  readonly folder: Folder;
  /** What its files begin with: letters only. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Lines on the disk, only ever added to. Each window writes files of its own, so that no two ever write to one, whatever the file
 * system promises; what a kill leaves of a line is skipped by the reader. Never throws; a disk that cannot be written is logged once.
 */
export class Journal implements Disposable {
  readonly #options: JournalOptions;
  #waiting: string[] = [];
  #file: string | undefined;
  #bytes = 0;
  #isTorn = false;
  #hasWarned = false;
  #timer: Disposable | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isDisposed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Adds one line. @param line without a line end */
  add(line: string): void {
    if (this.#isDisposed) return;
    this.#waiting.push(line);
    let length = this.#waiting.reduce((sum, each) => sum + each.length + 1, 0);
    while (length > journalDefaults.waiting) length -= (this.#waiting.shift()?.length ?? 0) + 1;
    this.#timer ??= this.#options.clock.after(journalDefaults.writeAfter, () => void this.write());
  }

  /** Writes what waits; resolves when that has ended, well or not. */
  write(): Promise<void> {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** What waits is still written, in the background. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    void this.write();
  }

  async #write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting;
    this.#waiting = [];
    const text = `${this.#isTorn ? '\n' : ''}${lines.join('\n')}\n`;
    const isFirst = this.#file === undefined || this.#bytes >= journalDefaults.file;
    if (isFirst) this.#begin();
    try {
      await this.#options.folder.append(this.#file ?? '', text);
      this.#bytes += Buffer.byteLength(text);
      this.#isTorn = false;
    } catch (error) {
      this.#waiting = [...lines, ...this.#waiting];
      // A disk that is full may have taken a part of it.
      this.#isTorn = true;
      this.#warn(error);
    }
    if (isFirst) await this.#clean();
  }

  #begin(): void {
    const { name, clock, random } = this.#options;
    const chance = Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
    this.#file = `${name}-${clock.now()}-${chance}.jsonl`;
    this.#bytes = 0;
    this.#isTorn = false;
  }

  /** Removes what is too old, then the oldest of what is too much. */
  async #clean(): Promise<void> {
    const { folder, name, clock } = this.#options;
    try {
      const files = filesOf(name, await folder.list()).filter((file) => file.name !== this.#file);
      const oldest: EpochMillis = clock.now() - (journalDefaults.retention satisfies Millis);
      let left = files.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const file of files) {
        if (file.modifiedAt >= oldest && left <= journalDefaults.total - journalDefaults.file) continue;
        left -= file.bytes;
        await folder.remove(file.name);
      }
    } catch (error) {
      this.#warn(error);
    }
  }

  /** Only the code: the message names the path. */
  #warn(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    this.#options.logger.warn(`journal: ${this.#options.name} cannot be kept on this machine: ${code}; tried again with each line`);
  }
}

/** The files of one journal, the oldest first; whatever else lies there is not ours. */
function filesOf(name: string, entries: readonly FolderEntry[]): readonly FolderEntry[] {
  const shape = new RegExp(`^${name}-\\d+-[0-9a-f]{8}\\.jsonl$`);
  return entries.filter((entry) => shape.test(entry.name)).sort((one, other) => one.modifiedAt - other.modifiedAt);
}

/** What a journal holds, and how much of it could not be read. */
export interface JournalContent<T> {
  readonly records: readonly T[];
  /** Lines that are torn, or written by somebody else. */
  readonly skippedLines: number;
  /** Files that cannot be read, or are longer than this journal makes them. */
  readonly skippedFiles: number;
}

/**
 * Reads all files of a journal, those of other windows included, one at a time. Never rejects.
 *
 * @param parse makes a record of a line; `undefined` when it is none
 */
export async function readJournal<T>(folder: Folder, name: string, parse: (line: string) => T | undefined): Promise<JournalContent<T>> {
  const records: T[] = [];
  let skippedLines = 0;
  let skippedFiles = 0;
  for (const { name: file, bytes } of filesOf(name, await folder.list())) {
    // What waited may have come on top of a file that was almost full.
    const text = bytes > journalDefaults.file + 4 * journalDefaults.waiting ? undefined : await folder.read(file).catch(() => undefined);
    if (text === undefined) {
      skippedFiles += 1;
      continue;
    }
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const record = parse(line);
      if (record === undefined) skippedLines += 1;
      else records.push(record);
    }
  }
  return { records, skippedLines, skippedFiles };
}
