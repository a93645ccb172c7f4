/** Waiting for something to become true without asking again and again. */

import type { Millis } from './behaviour.ts';
import { after } from './clock.ts';

interface Waiter {
  check(): void;
  fail(error: Error): void;
}

/** A set of waiters that look again whenever told to. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();

  /**
   * Resolves with the first value that is found.
   * @param find gives undefined while there is nothing. @param timeoutMs milliseconds. @param describe for the message.
   */
  wait<T>(find: () => T | undefined, timeoutMs: Millis, describe: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        this.#waiting.delete(waiter);
        cancel();
        act();
      };
      const waiter: Waiter = {
        check: () => {
          const found = find();
          if (found !== undefined) {
            settle(() => {
              resolve(found);
            });
          }
        },
        fail: (error) => {
          settle(() => {
            reject(error);
          });
        },
      };
      const cancel = after(timeoutMs, () => {
        waiter.fail(new Error(`nothing matched within ${timeoutMs} ms; ${describe()}`));
      });
      this.#waiting.add(waiter);
      waiter.check();
    });
  }

  /** Lets every waiter look again. */
  look(): void {
    for (const waiter of this.#waiting) {
      waiter.check();
    }
  }

  /** Ends all waits with an error. */
  fail(message: string): void {
    for (const waiter of this.#waiting) {
      waiter.fail(new Error(message));
    }
  }
}
