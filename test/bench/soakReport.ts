import type { Millis } from '../../src/base/clock.ts';
import type { StoreName } from '../../src/domain/byteStore.ts';

/** What the process of the soak is to do, and what it says at the end. */

export const soakPlan = {
  documents: 200,
  keysPerDocument: 500,
  /** Documents open at once; of more the oldest is closed. */
  open: 20,
  /** Documents between two marks. */
  markEvery: 10,
  /** Of so many keys … */
  perRound: 250,
  /** … so many meet trouble. */
  inTrouble: 60,
  /** Virtual time until nothing waits any more: accepted texts are looked at for ten minutes, and caches forget after ten. In ms. */
  quiet: 11 * 60_000,
} as const;

export const soakKeys: number = soakPlan.documents * soakPlan.keysPerDocument;

/** What is held at one moment, after garbage collection, with nothing under way. */
export interface SoakMark {
  readonly keystrokes: number;
  readonly heapUsed: number;
  /** Memory outside of the heap of the main thread: buffers. The index is in its thread. */
  readonly external: number;
  readonly ledger: number;
  /** Keystrokes whose promise has not settled, and calls of backends that run. */
  readonly unsettled: number;
  readonly timers: number;
  /** Listeners of the editor's events and of the signals of keystrokes. */
  readonly listeners: number;
  /** What keeps the process alive, by Node's names. */
  readonly resources: number;
}

/** How long the event loop was held up. */
export interface Blocking {
  readonly p99: Millis;
  readonly p999: Millis;
  readonly max: Millis;
  /** Times longer than 16 ms, and of how many. */
  readonly over16: number;
  readonly rounds: number;
}

/** By the clock, and what of it the main thread was at work. */
export interface BlockingFigures {
  readonly late: Blocking;
  readonly busy: Blocking;
}

export interface SoakReport {
  readonly marks: readonly SoakMark[];
  readonly afterDisposal: SoakMark;
  /** Largest total of the ledger, and of each kind of store, in bytes. */
  readonly most: number;
  readonly mostByStore: Readonly<Partial<Record<StoreName, number>>>;
  readonly blocking: BlockingFigures;
  /** The same with nobody at work but the typist. */
  readonly control: BlockingFigures;
  /** How the keystrokes ended. */
  readonly served: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly speculative: number;
  readonly observations: number;
  /** Levels that were entered. */
  readonly levels: readonly string[];
  /** Real and virtual time, in s. */
  readonly seconds: number;
  readonly virtualSeconds: number;
}
