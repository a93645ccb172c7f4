import type { Clock, Disposable, EpochMillis } from '../base/clock.ts';
import type { Folder } from '../base/folder.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { JournalRecord } from '../domain/record.ts';
import { cleanFiles, journalDefaults, newFileName, removeFiles } from './journalFiles.ts';
import { type KnownCode, lineOf } from './recordLine.ts';

/** What a journal needs. */
export interface JournalOptions {
  readonly folder: Folder;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly knownCode: KnownCode;
}

/** The file that is written. */
interface OpenFile {
  readonly name: string;
  /** No record in it is older. */
  readonly from: EpochMillis;
  readonly openedAt: EpochMillis;
  bytes: number;
}

/**
 * Records on the disk, only ever added to. Each window writes files of its own, so that no two ever write to one, whatever the file
 * system promises; what a kill leaves of a line is skipped by the reader. Never throws; a disk that cannot be written is logged once.
 *
 * A record is confirmed when a `write` that began after its `add` has resolved with true: the operating system has it then, and no
 * end of this process can take it away.
 */
export class Journal implements Disposable {
  readonly #options: JournalOptions;
  /** Not confirmed yet, in the order of their numbers. */
  #waiting: JournalRecord[] = [];
  /** Number of the first that waits. */
  #firstNumber = 1;
  #file: OpenFile | undefined;
  /** The last append failed or has not ended: a part of its lines may be in the file. */
  #isTorn = false;
  #lost = 0;
  #hasWarned = false;
  #timer: Disposable | undefined;
  #writing: Promise<boolean> = Promise.resolve(true);
  #isDisposed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Room that the records take which wait, in bytes: rather too much. */
  get waitingBytes(): number {
    return this.#waiting.length * journalDefaults.recordBytes;
  }

  /** Adds one record; it is made a line later. Of too many that wait the oldest are dropped and counted. */
  add(record: JournalRecord): void {
    if (this.#isDisposed) return;
    if (this.#waiting.length >= journalDefaults.waiting) {
      this.#lost += journalDefaults.batch;
      this.#forget(journalDefaults.batch);
    }
    this.#waiting.push(record);
    if (this.#waiting.length === journalDefaults.batch) void this.write();
    else this.#timer ??= this.#options.clock.after(journalDefaults.writeAfter, () => void this.write());
  }

  /** Writes what waits; resolves when that has ended. @returns whether everything that was added before is confirmed */
  write(): Promise<boolean> {
    this.#stopTimer();
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Removes the files of all windows and what waits; goes on with a new file. Never rejects. @returns files that could not be removed */
  clear(): Promise<number> {
    const cleared = this.#writing.then(async () => {
      this.#forget(this.#waiting.length);
      this.#file = undefined;
      this.#isTorn = false;
      return removeFiles(this.#options.folder);
    });
    this.#writing = cleared.then(() => true);
    return cleared;
  }

  /** Writes what waits before it returns. What is on its way to the disk is written again; the reader takes the first of the two. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#stopTimer();
    if (this.#waiting.length === 0) return;
    const { text } = this.#linesOf(this.#waiting.length);
    try {
      this.#file ??= this.#newFile(this.#waiting.length);
      this.#options.folder.appendNow(this.#file.name, text);
      this.#forget(this.#waiting.length);
    } catch (error) {
      this.#warn(error);
    }
  }

  async #write(): Promise<boolean> {
    while (this.#waiting.length > 0 && !this.#isDisposed) {
      const isNew = this.#chooseFile();
      if (!(await this.#append())) return false;
      if (isNew) await this.#clean();
    }
    return this.#waiting.length === 0;
  }

  /** Writes some of what waits. @returns whether that worked */
  async #append(): Promise<boolean> {
    const file = this.#file;
    if (!file) return false;
    const { text, end } = this.#linesOf(journalDefaults.batch);
    this.#isTorn = true;
    try {
      await this.#options.folder.append(file.name, text);
    } catch (error) {
      this.#warn(error);
      return false;
    }
    file.bytes += Buffer.byteLength(text);
    this.#isTorn = false;
    this.#forget(end - this.#firstNumber);
    this.#tellLost();
    return true;
  }

  /** The lines of the first `most` that wait, and the number after the last of them. */
  #linesOf(most: number): { text: string; end: number } {
    const records = this.#waiting.slice(0, most);
    const lines = records.map((record, index) => lineOf(record, this.#firstNumber + index, this.#options.knownCode));
    const text = lines.map((line) => (line === undefined ? '' : `${line}\n`)).join('');
    return { text: this.#isTorn ? `\n${text}` : text, end: this.#firstNumber + records.length };
  }

  /** Makes sure that there is a file that the next lines may go to. @returns whether it is a new one */
  #chooseFile(): boolean {
    const file = this.#file;
    // A line that may be in a file already has to come to the same one: only there is it recognised.
    if (file && this.#isTorn) return false;
    const { file: longest, fileAge, batch } = journalDefaults;
    const isFull = file && (file.bytes >= longest || this.#options.clock.now() - file.openedAt >= fileAge);
    if (file && !isFull && this.#oldestOf(batch) >= file.from) return false;
    this.#file = this.#newFile(batch);
    return true;
  }

  #newFile(most: number): OpenFile {
    const { clock, random } = this.#options;
    const openedAt = clock.now();
    const from = Math.max(0, Math.floor(Math.min(openedAt, this.#oldestOf(most)) - journalDefaults.before));
    return { name: newFileName(from, random()), from, openedAt, bytes: 0 };
  }

  #oldestOf(most: number): EpochMillis {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { at } of this.#waiting.slice(0, most)) if (at < oldest) oldest = at;
    return oldest;
  }

  /** The first so many of those that wait are written, or given up. */
  #forget(most: number): void {
    if (most <= 0) return;
    this.#firstNumber += this.#waiting.splice(0, most).length;
  }

  async #clean(): Promise<void> {
    const { folder, clock } = this.#options;
    try {
      await cleanFiles(folder, clock.now(), this.#file?.name);
    } catch (error) {
      this.#warn(error);
    }
  }

  #stopTimer(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    this.#options.logger.warn(`journal: ${this.#lost} records were lost while nothing could be written`);
    this.#lost = 0;
  }

  /** Only the code: the message names the path. */
  #warn(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    this.#options.logger.warn(`journal: cannot be kept on this machine: ${code}; tried again with each record`);
  }
}
