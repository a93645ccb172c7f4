/** A few slots and a line of waiting requests, served in the order of arrival. */

/** A place in the line: taken away when the request is served or gives up. */
export class SlotQueue {
  readonly #slots: number;
  readonly #queueLimit: number;
  #busy = 0;
  #waiting: (() => void)[] = [];

  /** @param slots served at once, at least 1. @param queueLimit requests that may wait, 0 or more. */
  constructor(slots: number, queueLimit: number) {
    this.#slots = slots;
    this.#queueLimit = queueLimit;
  }

  /**
   * Waits for a slot. Resolves with the function that gives it back (call it once), with `full` if the line is
   * too long, and with `left` if the signal fires first.
   */
  enter(signal: AbortSignal): Promise<(() => void) | 'full' | 'left'> {
    if (this.#busy < this.#slots) {
      this.#busy += 1;
      return Promise.resolve(this.#leave);
    }
    if (this.#waiting.length >= this.#queueLimit) {
      return Promise.resolve('full');
    }
    return new Promise((resolve) => {
      const serve = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(this.#leave);
      };
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== serve);
        resolve('left');
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(serve);
    });
  }

  /** Hands the slot straight to the next in line, so that nobody overtakes. */
  readonly #leave = (): void => {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#busy -= 1;
    } else {
      next();
    }
  };
}
