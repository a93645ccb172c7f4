/** Additive increase, multiplicative decrease; 1…2 per backend: a person needs one that runs and one that replaces it. */
export const concurrencyDefaults = { start: 2, minimum: 1, maximum: 2, successesPerStep: 10, decrease: 0.5 } as const;

/** How many calls may run on one backend at once. A slot is held until the real call has ended, not until we stop waiting (law 3). */
export class ConcurrencyLimit {
  #limit: number = concurrencyDefaults.start;
  #inFlight = 0;
  #successes = 0;

  get limit(): number {
    return Math.floor(this.#limit);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get isFull(): boolean {
    return this.#inFlight >= this.limit;
  }

  /** Takes a slot; the result gives it back, once. */
  take(): () => void {
    this.#inFlight++;
    let held = true;
    return () => {
      if (held) this.#inFlight--;
      held = false;
    };
  }

  succeeded(): void {
    if (++this.#successes < concurrencyDefaults.successesPerStep) return;
    this.#successes = 0;
    this.#limit = Math.min(concurrencyDefaults.maximum, this.#limit + 1);
  }

  /** The backend was at capacity or too slow. */
  overloaded(): void {
    this.#successes = 0;
    this.#limit = Math.max(concurrencyDefaults.minimum, this.#limit * concurrencyDefaults.decrease);
  }
}
