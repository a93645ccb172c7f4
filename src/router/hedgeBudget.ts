/** A hedge is a second request for the same keystroke; `share` of all keystrokes may have one. */
export const hedgeDefaults = {
  /** The source of it: design default, at most one request in twenty more. */
  share: 0.05,
  /** Hedges that may follow each other at once: a hang is met at its first keystrokes, or not at all. */
  burst: 3,
  /** Silence of this many times the usual P95: a very steady backend is not late because of a stutter. */
  patience: 1.1,
} as const;

/**
 * A token bucket of hedges. It begins full, as a loan: the first `burst / share` keystrokes earn nothing, so that from then on no
 * more than `share` of all keystrokes ever had a hedge, while a hang in the first minute is still met.
 */
export class HedgeBudget {
  #tokens: number = hedgeDefaults.burst;
  #owed: number = hedgeDefaults.burst;

  /** A keystroke went to a backend. */
  earn(): void {
    if (this.#owed > 0) this.#owed -= hedgeDefaults.share;
    else this.#tokens = Math.min(hedgeDefaults.burst, this.#tokens + hedgeDefaults.share);
  }

  /** Takes one hedge; false when there is none left. */
  take(): boolean {
    // Sums of 0.05 come out a little below the whole number.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}
