import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { JournalRecord } from '../domain/record.ts';
import type { EngineSnapshot } from '../domain/snapshot.ts';
import { DashboardFold } from './fold.ts';
import { nowView } from './now.ts';
import { type HostMessage, pageMessageOf, protocolVersion, type Skipped } from './protocol.ts';
import type { RangeName } from './range.ts';

/** How often the page hears something; figures in docs/settings.md. */
export const feedDefaults = {
  /** Between two updates while records come, in ms. */
  liveEvery: 1000,
  /** Between two updates while the journal is read, in ms. */
  readingEvery: 250,
  /** A state that was written so long before the range may reach into it, in ms. */
  reach: 86_400_000,
} as const;

/** The journal, as the dashboard uses it. */
export interface DashboardRecords {
  /**
   * Hands over what all windows have written since `from`, what this one has written last included, in order of time. Never blocks for
   * longer than a few ms besides what `onRecord` takes. Rejects when the journal cannot be read.
   */
  read(from: EpochMillis, onRecord: (record: JournalRecord) => void, options: ReadWish): Promise<ReadEnd>;
  /** What this window writes, as it writes it. */
  readonly onDidRecord: Event<JournalRecord>;
}

/** How the journal is to be read. */
export interface ReadWish {
  /** Aborted: what has been read is all. */
  readonly signal: AbortSignal;
  /** Told now and then which share of it has been read, 0…1. */
  readonly onProgress: (share: number) => void;
}

/** What of the journal could not be used. */
export interface ReadEnd {
  readonly skippedLines: number;
  /** Those that were set aside included. */
  readonly skippedFiles: number;
}

/** What feeds the page. */
export interface FeedOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly records: DashboardRecords;
  readonly snapshot: () => EngineSnapshot;
  readonly onDidChange: Event<EngineSnapshot>;
  /** Does not throw. */
  readonly post: (message: HostMessage) => void;
}

interface Reading {
  readonly fold: DashboardFold;
  readonly life: AbortController;
  /** What came live while the journal was being read, for it is about to be read there too. */
  readonly seen: Set<string>;
  progress: number;
  skipped: Skipped;
  error?: string;
  postedAt: Millis;
}

/**
 * Feeds one page: reads the journal for the range it asks for, then adds what this window writes. Says nothing while nobody looks and
 * has no timer while nothing happens. Never throws.
 */
export class DashboardFeed implements Disposable {
  readonly #options: FeedOptions;
  readonly #subscriptions: readonly Disposable[];
  #reading: Reading | undefined;
  #isVisible = true;
  #isReady = false;
  #isViewDue = false;
  #isNowDue = false;
  #timer: Disposable | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#subscriptions = [
      options.records.onDidRecord((record) => this.#record(record)),
      options.onDidChange((snapshot) => this.#changed(snapshot)),
    ];
  }

  /** @param value whatever the page has sent */
  receive(value: unknown): void {
    const message = pageMessageOf(value);
    if (!message) return;
    if (message.kind === 'ready') {
      this.#isReady = true;
      this.#post({ kind: 'now', now: nowView(this.#options.snapshot()) });
      if (this.#reading?.fold.range === message.range && this.#reading.error === undefined) return this.#postView(this.#reading);
      return this.#start(message.range);
    }
    if (message.kind === 'range') return this.#start(message.range);
    if (this.#reading) this.#start(this.#reading.fold.range);
  }

  /** A page that is hidden is forgotten by the editor: it says that it is ready when it is shown again. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (!isVisible) {
      this.#timer?.dispose();
      this.#timer = undefined;
    } else if (this.#isViewDue || this.#isNowDue) this.#flush();
  }

  dispose(): void {
    this.#reading?.life.abort();
    this.#timer?.dispose();
    this.#timer = undefined;
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#isReady = false;
  }

  #start(range: RangeName): void {
    this.#reading?.life.abort();
    const { clock, snapshot } = this.#options;
    const fold = new DashboardFold(range, snapshot().sources[0]?.sourceId, clock);
    const postedAt = clock.monotonic();
    const reading: Reading = { fold, life: new AbortController(), seen: new Set(), progress: 0, skipped: { lines: 0, files: 0 }, postedAt };
    this.#reading = reading;
    void this.#read(reading);
  }

  async #read(reading: Reading): Promise<void> {
    const { fold, life, seen } = reading;
    const { records, logger } = this.#options;
    try {
      const add = (record: JournalRecord): void => {
        if (seen.size === 0 || !seen.has(keyOf(record))) fold.add(record);
      };
      const onProgress = (share: number): void => this.#progressed(reading, share);
      const end = await records.read(fold.since - feedDefaults.reach, add, { signal: life.signal, onProgress });
      reading.skipped = { lines: end.skippedLines, files: end.skippedFiles };
    } catch (error) {
      reading.error = messageOf(error);
      if (!life.signal.aborted) logger.warn(`dashboard: the journal cannot be read: ${reading.error}`);
    }
    if (life.signal.aborted) return;
    reading.progress = 1;
    seen.clear();
    this.#postView(reading);
  }

  #progressed(reading: Reading, share: number): void {
    if (reading.life.signal.aborted) return;
    // 1 is for the end, when it is known what was skipped.
    reading.progress = Math.min(0.99, Math.max(0, share));
    if (this.#options.clock.monotonic() - reading.postedAt >= feedDefaults.readingEvery) this.#postView(reading);
  }

  #record(record: JournalRecord): void {
    const reading = this.#reading;
    if (!reading) return;
    // Of this window again: the journal was deleted and begins anew.
    if (record.kind === 'session' && record.phase === 'start') return this.#start(reading.fold.range);
    if (reading.progress < 1) reading.seen.add(keyOf(record));
    reading.fold.add(record);
    this.#isViewDue = true;
    this.#soon();
  }

  #changed({ sources }: EngineSnapshot): void {
    // Another backend stands first: what counts as a fallback is another question now.
    if (this.#reading && this.#reading.fold.first !== sources[0]?.sourceId) this.#start(this.#reading.fold.range);
    this.#isNowDue = true;
    this.#soon();
  }

  #soon(): void {
    if (!this.#isVisible || !this.#isReady) return;
    this.#timer ??= this.#options.clock.after(feedDefaults.liveEvery, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#isNowDue) this.#post({ kind: 'now', now: nowView(this.#options.snapshot()) });
    this.#isNowDue = false;
    if (this.#isViewDue && this.#reading && this.#reading.progress === 1) this.#postView(this.#reading);
  }

  #postView(reading: Reading): void {
    if (reading !== this.#reading) return;
    this.#isViewDue = false;
    reading.postedAt = this.#options.clock.monotonic();
    const { fold, progress, skipped, error } = reading;
    if (error !== undefined) this.#post({ kind: 'error', message: error });
    else this.#post({ kind: 'view', view: fold.view(), progress, skipped });
  }

  #post(message: Unversioned<HostMessage>): void {
    if (!this.#isReady || !this.#isVisible) return;
    this.#options.post({ version: protocolVersion, ...message });
  }
}

type Unversioned<M> = M extends unknown ? Omit<M, 'version'> : never;

/** What tells a record from others, well enough to know it again. */
function keyOf(record: JournalRecord): string {
  const id =
    'requestId' in record ? record.requestId : record.kind === 'observation' ? `${record.observation.id} ${record.observation.kind}` : '';
  return `${record.kind} ${record.at} ${id}`;
}
