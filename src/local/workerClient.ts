import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { type Event, Emitter } from '../base/event.ts';
import type { StartThread, Thread } from '../base/thread.ts';
import type { Extent } from './decoder.ts';
import type { CursorPlace } from './predictor.ts';
import type { Prediction } from './prediction.ts';
import type {
  DocumentChange,
  FromIndex,
  IndexProgress,
  KeptImage,
  RestoredImage,
  SourcePlace,
  ToIndex,
  ToSources,
} from './workerProtocol.ts';

/** A keystroke waits no longer for the index; it usually answers within two milliseconds. Nobody is held up meanwhile. */
export const answerWithin: Millis = 150;
/** The same until the thread has said that it runs: loading it takes a moment, and late is better than nothing. */
export const startWithin: Millis = 2000;
/** A thread that has been asked something and says nothing for so long hangs: even a large image takes less than a second. */
export const hangsAfter: Millis = 20_000;

/** A file for the index. */
export interface SourceFile {
  readonly path: string;
  readonly languageId: string;
  readonly text: string;
  /** See the protocol. */
  readonly stamp: string;
}

/** The index in its thread, as the rest of the engine sees it. Nothing here throws or rejects, whatever happens to the thread. */
export interface WorkerClient extends Disposable {
  write(file: SourceFile): void;
  remove(path: string): void;
  /** Tells of the files that the thread reads itself. */
  tell(message: ToSources): void;
  /** How many bytes the index may hold; only before everything else. */
  bound(bytes: number): void;
  /** A folder is new: what is in it is to be listed. */
  readonly onDidFindFolder: Event<SourcePlace>;
  /** Leaves waiting files waiting, or goes on with them. */
  pause(isPaused: boolean): void;
  /**
   * The text for the cursor; `undefined` when none came in time, a later call overtook this one, or the thread has ended.
   *
   * @param isBlock lines below the current one are welcome
   */
  complete(place: CursorPlace, extent: Extent, isBlock: boolean, signal: AbortSignal): Promise<Prediction | undefined>;
  /** Puts an image of the index into a file; `undefined` when the thread has ended. */
  keep(file: string): Promise<KeptImage | undefined>;
  /** Begins with such an image; `undefined` when the thread has ended. */
  restore(file: string): Promise<RestoredImage | undefined>;
  /** The last that was heard. */
  readonly progress: IndexProgress | undefined;
  readonly onDidProgress: Event<IndexProgress>;
  /** The file that the thread was taking in when it was heard of last. */
  readonly current: string | undefined;
  /** The thread ended by itself, with the reason; nothing is answered from then on. */
  readonly onDidEnd: Event<string>;
}

interface Waiting {
  readonly id: number;
  readonly settle: (prediction: Prediction | undefined) => void;
}

/** Starts the index and talks to it. */
export function createWorkerClient(startThread: StartThread, clock: Clock): WorkerClient {
  return new Client(startThread, clock);
}

class Client implements WorkerClient {
  readonly #clock: Clock;
  readonly #thread: Thread;
  readonly #progressed = new Emitter<IndexProgress>();
  readonly #ended = new Emitter<string>();
  readonly #foundFolder = new Emitter<SourcePlace>();
  readonly #kept: ((kept: KeptImage | undefined) => void)[] = [];
  readonly #restored: ((restored: RestoredImage | undefined) => void)[] = [];
  #watch: Disposable | undefined;
  #waiting: Waiting | undefined;
  #ids = 0;
  #hasEnded = false;
  #isReady = false;
  /** The document as the thread has it. */
  #prefix = '';
  #suffix = '';
  progress: IndexProgress | undefined;
  current: string | undefined;
  readonly onDidProgress = this.#progressed.event;
  readonly onDidEnd = this.#ended.event;
  readonly onDidFindFolder = this.#foundFolder.event;

  constructor(startThread: StartThread, clock: Clock) {
    this.#clock = clock;
    this.#thread = startThread({
      onMessage: (message) => this.#take(message as FromIndex),
      onEnd: (reason) => this.#end(reason),
    });
  }

  write(file: SourceFile): void {
    this.#post({ kind: 'write', ...file });
  }

  remove(path: string): void {
    this.#post({ kind: 'remove', path });
  }

  tell(message: ToSources): void {
    this.#post(message);
  }

  bound(bytes: number): void {
    this.#post({ kind: 'bound', bytes });
  }

  pause(isPaused: boolean): void {
    this.#post({ kind: 'pause', isPaused });
  }

  complete(place: CursorPlace, extent: Extent, isBlock: boolean, signal: AbortSignal): Promise<Prediction | undefined> {
    this.#waiting?.settle(undefined);
    if (this.#hasEnded || signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#ids += 1;
      const id = this.#ids;
      const settle = (prediction: Prediction | undefined): void => {
        if (this.#waiting?.id === id) this.#waiting = undefined;
        timer.dispose();
        signal.removeEventListener('abort', abort);
        resolve(prediction);
      };
      const abort = (): void => settle(undefined);
      const timer = this.#clock.after(this.#isReady ? answerWithin : startWithin, abort);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting = { id, settle };
      this.#expect();
      this.#post({ kind: 'complete', id, document: this.#change(place), extent, isBlock });
    });
  }

  keep(file: string): Promise<KeptImage | undefined> {
    if (this.#hasEnded) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#kept.push(resolve);
      this.#expect();
      this.#post({ kind: 'keep', file });
    });
  }

  restore(file: string): Promise<RestoredImage | undefined> {
    if (this.#hasEnded) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#restored.push(resolve);
      this.#expect();
      this.#post({ kind: 'restore', file });
    });
  }

  dispose(): void {
    this.#settleAll();
    this.#thread.dispose();
    this.#progressed.dispose();
    this.#ended.dispose();
    this.#foundFolder.dispose();
  }

  #post(message: ToIndex): void {
    if (!this.#hasEnded) this.#thread.post(message);
  }

  #end(reason: string): void {
    if (this.#hasEnded) return;
    this.#settleAll();
    this.#ended.fire(reason);
  }

  /** From now on the thread has to be heard of. */
  #expect(): void {
    const look = (next: () => void): void => {
      this.#watch = this.#clock.after(hangsAfter / 2, next);
    };
    const give = (): void => {
      this.#thread.dispose();
      this.#end(`it said nothing for ${hangsAfter / 1000} s`);
    };
    // In two steps: after the computer has slept, the timer comes before what the thread has said.
    if (this.#watch === undefined) look(() => look(give));
  }

  #settleAll(): void {
    this.#hasEnded = true;
    this.#watch?.dispose();
    this.#waiting?.settle(undefined);
    for (const resolve of this.#kept.splice(0)) resolve(undefined);
    for (const resolve of this.#restored.splice(0)) resolve(undefined);
  }

  #take(message: FromIndex): void {
    this.#watch?.dispose();
    this.#watch = undefined;
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        break;
      case 'completed':
        if (this.#waiting?.id === message.id) this.#waiting.settle(message);
        break;
      case 'progress':
        this.progress = message.progress;
        if (message.progress.waiting === 0) this.current = undefined;
        this.#progressed.fire(message.progress);
        break;
      case 'kept':
        this.#kept.shift()?.(message.kept);
        break;
      case 'restored':
        this.#restored.shift()?.(message.restored);
        break;
      case 'folder':
        this.#foundFolder.fire(message.place);
        break;
      case 'begun':
        this.current = message.path;
        break;
    }
  }

  /** What is new of the document since it was sent last: a keystroke sends a few characters, not the document. */
  #change({ path, languageId, prefix, suffix }: CursorPlace): DocumentChange {
    const keptBefore = commonStart(this.#prefix, prefix);
    const keptAfter = commonEnd(this.#suffix, suffix);
    this.#prefix = prefix;
    this.#suffix = suffix;
    return { path, languageId, keptBefore, before: prefix.slice(keptBefore), keptAfter, after: suffix.slice(0, suffix.length - keptAfter) };
  }
}

function commonStart(one: string, other: string): number {
  if (other.startsWith(one)) return one.length;
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one.charCodeAt(length) === other.charCodeAt(length)) length += 1;
  return length;
}

function commonEnd(one: string, other: string): number {
  if (other.endsWith(one)) return one.length;
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one.charCodeAt(one.length - 1 - length) === other.charCodeAt(other.length - 1 - length)) length += 1;
  return length;
}
