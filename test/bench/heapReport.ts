/** What the process of the heap figures is to do, and what it says at the end. */

export const heapPlan = {
  keystrokes: 10_000,
  markEvery: 2000,
  /** Keystrokes between two changes of the server's behaviour and back. */
  perRound: 250,
  inTrouble: 50,
  /** Longer than a hanging request lives after it was given up, and than idle connections are kept (4 s). */
  quietMs: 4500,
} as const;

/** What is held at one moment, after garbage collection. */
export interface HeapMark {
  readonly keystrokes: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  /** Keystrokes whose promise has not settled. */
  readonly unsettled: number;
  /** Timers of the engine that wait. */
  readonly timers: number;
  /** What keeps the process alive, by Node's names. */
  readonly resources: Readonly<Record<string, number>>;
}

export interface HeapReport {
  readonly marks: readonly HeapMark[];
  readonly afterDisposal: HeapMark;
  /** How the keystrokes ended. */
  readonly served: Readonly<Record<string, number>>;
  /** Requests that went out. */
  readonly requests: number;
}
