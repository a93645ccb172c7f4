import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { type Event, Emitter } from '../base/event.ts';
import type { Logger } from '../base/logger.ts';
import type { StartThread } from '../base/thread.ts';
import type { Extent } from './decoder.ts';
import type { Prediction } from './prediction.ts';
import type { CursorPlace } from './predictor.ts';
import { createWorkerClient, type SourceFile, type WorkerClient } from './workerClient.ts';
import { storeBounds } from './storeBounds.ts';
import type { IndexProgress, KeptFile, SourcePlace, ToSources } from './workerProtocol.ts';

/** When a thread that has ended is started again, in ms. */
export const restartDefaults = {
  /** Wait after the first end; four times as long after each further one. */
  first: 1000,
  factor: 4,
  maximum: 600_000,
  /** One that has run for so long is well: the next wait is the first one again. */
  wellAfter: 600_000,
  /** One that ends so soon after it began with what was kept begins with nothing next time. */
  suspectWithin: 60_000,
} as const;

/** When the index is kept on disk, in ms. */
export const keepDefaults = {
  /** After the last file was taken in. */
  after: 30_000,
  /** Not more often. */
  every: 300_000,
} as const;

/** What the thread may hold in objects and strings, mostly files that wait; the index itself is in typed arrays. */
export const threadHeapMegabytes = 256;

/** What the index needs. */
export interface LocalIndexOptions {
  readonly thread: StartThread;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where it is kept between sessions; the folder is made. Absent: nowhere. */
  readonly imageFile?: string;
}

/**
 * The index as its users see it, whatever happens to its thread: one that ends or hangs is started again, after longer and longer
 * waits. Meanwhile nothing is found and what is written is lost, so whoever writes does it again at `onDidStart`.
 */
export interface LocalIndex extends Disposable {
  /** Starts the thread; only the first call does something. */
  start(): void;
  /** Takes a file in, or its newer version. Without effect while no thread runs. */
  write(file: SourceFile): void;
  remove(path: string): void;
  /** Tells of the files that the thread reads itself. Without effect while no thread runs. */
  tell(message: ToSources): void;
  /** A folder is new: what is in it is to be listed. */
  readonly onDidFindFolder: Event<SourcePlace>;
  /** How many bytes may be held. Another number than before starts the thread again. */
  resize(bytes: number): void;
  /** Leaves waiting files waiting, or goes on with them. */
  pause(isPaused: boolean): void;
  /** See `WorkerClient`. */
  complete(place: CursorPlace, extent: Extent, isBlock: boolean, signal: AbortSignal): Promise<Prediction | undefined>;
  /** The last that was heard of the thread that runs. */
  readonly progress: IndexProgress | undefined;
  readonly onDidProgress: Event<IndexProgress>;
  /**
   * What a thread holds that has begun: files of a former session, to be written where their stamp is another today and to be removed
   * where they are gone. Everything else has to be written. `undefined` while none runs.
   */
  readonly held: readonly KeptFile[] | undefined;
  /** A thread has begun, the first or a later one. */
  readonly onDidStart: Event<readonly KeptFile[]>;
}

/** Makes an index; it does nothing before `start`. */
export function createLocalIndex(options: LocalIndexOptions): LocalIndex {
  return new IndexSupervisor(options);
}

class IndexSupervisor implements LocalIndex {
  readonly #options: LocalIndexOptions;
  readonly #progressed = new Emitter<IndexProgress>();
  readonly #foundFolder = new Emitter<SourcePlace>();
  readonly #started: Emitter<readonly KeptFile[]>;
  /** Files at which a thread ended: not taken in again in this session. */
  readonly #shunned = new Set<string>();
  #client: WorkerClient | undefined;
  #startedAt: Millis = 0;
  #restartTimer: Disposable | undefined;
  #keepTimer: Disposable | undefined;
  #keptAt: Millis = -keepDefaults.every;
  #keepFailure: string | undefined;
  /** Ends in a row, and in all. */
  #ends = { inRow: 0, inAll: 0 };
  #refused = 0;
  #mayRestore = true;
  #isPaused = false;
  #bytes = storeBounds.bytes;
  /** Files of the workspace that this thread had taken in when it was last looked at. */
  #taken = 0;
  #hasChanged = false;
  #isDisposed = false;
  held: readonly KeptFile[] | undefined;
  readonly onDidProgress = this.#progressed.event;
  readonly onDidFindFolder = this.#foundFolder.event;
  readonly onDidStart: Event<readonly KeptFile[]>;

  constructor(options: LocalIndexOptions) {
    this.#options = options;
    this.#started = new Emitter(() => options.logger.error('local: a listener of the index failed'));
    this.onDidStart = this.#started.event;
  }

  get progress(): IndexProgress | undefined {
    return this.#client?.progress;
  }

  start(): void {
    if (this.#client === undefined && this.#restartTimer === undefined && !this.#isDisposed) this.#launch();
  }

  write(file: SourceFile): void {
    if (this.#shunned.has(file.path)) return;
    if (file.stamp !== '') this.#hasChanged = true;
    this.#client?.write(file);
  }

  remove(path: string): void {
    this.#hasChanged = true;
    this.#client?.remove(path);
  }

  tell(message: ToSources): void {
    if (message.kind !== 'sources' && message.kind !== 'changed') this.#client?.tell(message);
    else this.#client?.tell({ ...message, places: message.places.filter(({ path }) => !this.#shunned.has(path)) });
  }

  resize(bytes: number): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    if (this.#client === undefined) return;
    this.#drop();
    this.#launch();
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#client?.pause(isPaused);
  }

  complete(place: CursorPlace, extent: Extent, isBlock: boolean, signal: AbortSignal): Promise<Prediction | undefined> {
    return this.#client?.complete(place, extent, isBlock, signal) ?? Promise.resolve(undefined);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#restartTimer?.dispose();
    this.#drop();
    this.#progressed.dispose();
    this.#foundFolder.dispose();
    this.#started.dispose();
  }

  /** No thread runs any more. */
  #drop(): void {
    this.#client?.dispose();
    this.#client = undefined;
    this.held = undefined;
    this.#keepTimer?.dispose();
    this.#keepTimer = undefined;
  }

  #launch(): void {
    const { thread, clock } = this.#options;
    this.#restartTimer = undefined;
    this.#startedAt = clock.monotonic();
    const client = createWorkerClient(thread, clock);
    this.#client = client;
    client.onDidEnd((reason) => this.#ended(client, reason));
    client.onDidProgress((progress) => {
      if (progress.sources.taken !== this.#taken) this.#hasChanged = true;
      this.#taken = progress.sources.taken;
      if (progress.waiting === 0) this.#planKeeping(keepDefaults.after);
      this.#progressed.fire(progress);
    });
    client.onDidFindFolder((place) => this.#foundFolder.fire(place));
    this.#taken = 0;
    if (this.#bytes !== storeBounds.bytes) client.bound(this.#bytes);
    if (this.#isPaused) client.pause(true);
    const file = this.#mayRestore ? this.#options.imageFile : undefined;
    if (file === undefined) this.#begin([]);
    else void this.#restore(client, file);
  }

  async #restore(client: WorkerClient, file: string): Promise<void> {
    const restored = await client.restore(file);
    if (restored === undefined || client !== this.#client) return;
    if (!restored.ok) {
      this.#refused += 1;
      this.#options.logger.info(`local: the kept index could not be used (${this.#refused} so far): ${restored.reason}; it is built anew`);
    }
    this.#begin(restored.ok ? restored.files : []);
  }

  #begin(files: readonly KeptFile[]): void {
    this.held = files;
    if (this.#ends.inAll > 0) this.#options.logger.info('local: the index runs again');
    this.#started.fire(files);
  }

  #ended(client: WorkerClient, reason: string): void {
    const { clock, logger } = this.#options;
    client.dispose();
    if (client !== this.#client) return;
    const lived = clock.monotonic() - this.#startedAt;
    if (client.current !== undefined) this.#shunned.add(client.current);
    if (lived < restartDefaults.suspectWithin) this.#mayRestore = false;
    if (lived >= restartDefaults.wellAfter) this.#ends.inRow = 0;
    const delay = Math.min(restartDefaults.maximum, restartDefaults.first * restartDefaults.factor ** this.#ends.inRow);
    this.#ends = { inRow: this.#ends.inRow + 1, inAll: this.#ends.inAll + 1 };
    this.#drop();
    this.#restartTimer = clock.after(delay, () => this.#launch());
    const again = `it is started again in ${delay / 1000} s`;
    const suspect = client.current === undefined ? '' : `; ${client.current}, at which it was, is left out`;
    // A warning once: what keeps happening is no news.
    if (this.#ends.inAll === 1) logger.warn(`local: the index ended: ${reason}; ${again}${suspect}`);
    else logger.info(`local: the index ended, ${this.#ends.inAll} times so far: ${reason}; ${again}${suspect}`);
  }

  #planKeeping(after: Millis): void {
    const { imageFile, clock } = this.#options;
    if (imageFile === undefined || !this.#hasChanged || this.#keepTimer !== undefined) return;
    const due = this.#keptAt + keepDefaults.every - clock.monotonic();
    this.#keepTimer = clock.after(Math.max(after, due), () => void this.#keep(imageFile));
  }

  async #keep(file: string): Promise<void> {
    const client = this.#client;
    this.#hasChanged = false;
    this.#keptAt = this.#options.clock.monotonic();
    const kept = await client?.keep(file);
    // Ended, and another may have begun meanwhile.
    if (kept === undefined || client !== this.#client) return;
    this.#keepTimer = undefined;
    if (kept.ok) {
      this.#keepFailure = undefined;
      this.#mayRestore = true;
      this.#options.logger.debug(`local: the index is kept, ${kept.bytes} bytes`);
    } else {
      // Once for each reason; the disk may have room later.
      if (kept.reason !== this.#keepFailure) this.#options.logger.info(`local: the index cannot be kept: ${kept.reason}`);
      this.#keepFailure = kept.reason;
      this.#hasChanged = true;
    }
    this.#planKeeping(keepDefaults.after);
  }
}
