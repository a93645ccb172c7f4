import type { Clock, EpochMillis } from '../base/clock.ts';
import type { Folder } from '../base/folder.ts';
import type { Logger } from '../base/logger.ts';
import type { JournalRecord } from '../domain/record.ts';

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

/**
 * Hands all records since `from` to `onRecord`, those of all windows, in order of their time. Holds a few files at a time and never
 * blocks for more than a few milliseconds, besides what `onRecord` takes. Rejects only with what `onRecord` throws.
 */
export type ReadRecords = (
  folder: Folder,
  from: EpochMillis,
  onRecord: (record: JournalRecord) => void,
  options: ReadOptions,
) => Promise<ReadSummary>;
