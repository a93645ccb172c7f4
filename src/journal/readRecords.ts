import { type Clock, delayOf, type EpochMillis, type Millis } from '../base/clock.ts';
import type { Folder } from '../base/folder.ts';
import type { Logger } from '../base/logger.ts';
import type { JournalRecord } from '../domain/record.ts';
import { type JournalFile, journalDefaults, readableFiles, setAside } from './journalFiles.ts';
import { RecordMerge } from './recordMerge.ts';
import { recordOf } from './recordLine.ts';

/** What reading needs besides the folder. */
export interface ReadOptions {
  readonly clock: Clock;
  /** Hears of files that were set aside, once each. */
  readonly logger: Logger;
  /** Aborted: what has been read so far is all. */
  readonly signal?: AbortSignal;
  /** Called after each file with the share of the bytes that are read, 0…1. */
  readonly onProgress?: (share: number) => void;
}

/** Takes the next record; a promise holds the reading until it settles. */
export type OnRecord = (record: JournalRecord) => void | Promise<void>;

/** What was found besides the records. */
export interface ReadSummary {
  readonly records: number;
  /** Lines that are torn, damaged, or of another version. */
  readonly skippedLines: number;
  /** Files of another version, or that could not be read; left where they are. */
  readonly skippedFiles: number;
  /** Files in which nothing is readable, or that are longer than any of ours: renamed to `*.corrupt`. */
  readonly setAside: number;
}

/** Others get a turn after so long: less than one frame, with what a slow machine makes of it. */
const slice: Millis = 4;
/** Lines or records between two looks at the clock. */
const stride = 64;
/** A file system may keep the time of the last change in whole seconds, or two. */
const timeGrain: Millis = 2000;
/** No line of ours is longer, in UTF-16 units. */
const longestLine = 4096;

/**
 * Hands all records since `from` to `onRecord`, those of all windows, in order of their time. Holds a few files at a time and never
 * blocks for more than some milliseconds, besides what `onRecord` takes; a promise of it is waited for. Rejects only with what `onRecord`
 * throws or its promise rejects with.
 */
export async function readRecords(folder: Folder, from: EpochMillis, onRecord: OnRecord, options: ReadOptions): Promise<ReadSummary> {
  return new Reading(folder, from, onRecord, options).run();
}

class Reading {
  readonly #folder: Folder;
  readonly #from: EpochMillis;
  readonly #options: ReadOptions;
  readonly #onRecord: OnRecord;
  readonly #merge = new RecordMerge();
  #sliceBegan: Millis;
  #records = 0;
  #skippedLines = 0;
  #skippedFiles = 0;
  #setAside = 0;

  constructor(folder: Folder, from: EpochMillis, onRecord: OnRecord, options: ReadOptions) {
    this.#folder = folder;
    this.#from = from;
    this.#onRecord = onRecord;
    this.#options = options;
    this.#sliceBegan = options.clock.monotonic();
  }

  async run(): Promise<ReadSummary> {
    const { signal, onProgress } = this.#options;
    const { files, others } = readableFiles(await this.#folder.list().catch(() => []));
    this.#skippedFiles = others;
    const wanted = files.filter(({ modifiedAt }) => modifiedAt >= this.#from - timeGrain);
    const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const file of wanted) {
      // No file from here on has anything older.
      await this.#emitUntil(file.from);
      if (signal?.aborted) break;
      await this.#readFile(file);
      done += file.bytes;
      onProgress?.(total === 0 ? 1 : done / total);
    }
    await this.#emitUntil(Number.POSITIVE_INFINITY);
    const counts = { skippedLines: this.#skippedLines, skippedFiles: this.#skippedFiles, setAside: this.#setAside };
    return { records: this.#records, ...counts };
  }

  async #emitUntil(end: EpochMillis): Promise<void> {
    for (let count = 1; !this.#options.signal?.aborted; count++) {
      const record = this.#merge.next(end);
      if (!record) return;
      this.#records += 1;
      const taken = this.#onRecord(record);
      if (taken) await taken;
      if (count % stride === 0) await this.#giveWay();
    }
  }

  async #readFile({ name, bytes }: JournalFile): Promise<void> {
    if (bytes > journalDefaults.longestFile) return this.#putAside(name, `it has ${bytes} bytes, more than a journal writes`);
    let text: string;
    try {
      text = await this.#folder.read(name);
    } catch (error) {
      // Another window has cleaned up meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) this.#skippedFiles += 1;
      return;
    }
    this.#sliceBegan = this.#options.clock.monotonic();
    const { records, skipped, isUseless } = await this.#recordsOf(text);
    if (isUseless) return this.#putAside(name, 'nothing in it is readable');
    this.#skippedLines += skipped;
    this.#merge.add(records);
  }

  async #recordsOf(text: string): Promise<{ records: JournalRecord[]; skipped: number; isUseless: boolean }> {
    const records: JournalRecord[] = [];
    let skipped = 0;
    let readable = 0;
    let last = 0;
    const lines = text.split('\n');
    for (let index = 0; index < lines.length; index++) {
      if (index % stride === stride - 1) await this.#giveWay();
      const line = lines[index] ?? '';
      if (line === '') continue;
      const read = recordOf(line);
      if (!read) {
        skipped += 1;
        continue;
      }
      readable += 1;
      // Written twice, because it was not known whether the first time had worked.
      if (read.number <= last) continue;
      last = read.number;
      if (read.record.at >= this.#from) records.push(read.record);
    }
    // A piece of one line is what a kill leaves of the first one.
    const isPiece = lines.length === 1 && text.length <= longestLine;
    return { records, skipped, isUseless: readable === 0 && skipped > 0 && !isPiece };
  }

  async #putAside(name: string, why: string): Promise<void> {
    const { clock, logger } = this.#options;
    if (await setAside(this.#folder, name, clock.now())) {
      this.#setAside += 1;
      logger.warn(`journal: ${name} was set aside: ${why}`);
    } else {
      this.#skippedFiles += 1;
    }
  }

  /** Lets others run when this has run for a while. */
  async #giveWay(): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonic() - this.#sliceBegan < slice) return;
    await delayOf(clock, 1);
    this.#sliceBegan = clock.monotonic();
  }
}
