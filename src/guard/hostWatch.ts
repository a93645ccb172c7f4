import type { Clock, Millis } from '../base/clock.ts';
import type { Interruption } from '../domain/attempt.ts';

/** How a machine that slept or stood still is told from a backend that is silent; reasons in docs/health.md. */
export const hostDefaults = {
  /** The time of day ran ahead of the monotonic clock by more than this … */
  sleepGap: 5000,
  /** … and this share of the time between two looks, which is what clocks drift. */
  driftShare: 0.001,
  /** A timer that rang so late: nothing ran meanwhile. */
  lateTimer: 1000,
  /** After waking up the network needs this long. */
  wakeGrace: 10_000,
} as const;

/**
 * Knows whether this machine slept or stood still while an attempt ran. Without a timer: it compares two clocks when an attempt begins
 * and when it ends. Where the monotonic clock goes on during sleep, as on Windows, the late timer of the attempt tells.
 */
export class HostWatch {
  readonly #clock: Clock;
  #offset: Millis;
  #lookedAt: Millis;
  #wokeAt: Millis | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lookedAt = clock.monotonic();
    this.#offset = clock.now() - this.#lookedAt;
  }

  /** To be called when an attempt begins; the result is for `interruption`. */
  begin(): Millis {
    this.#look();
    return this.#lookedAt;
  }

  /**
   * What came between the beginning and now.
   *
   * @param began what `begin` returned
   * @param lateness how late a timer of the attempt rang, or how overdue one is
   */
  interruption(began: Millis, lateness: Millis): Interruption | undefined {
    this.#look();
    if (this.#wokeAt !== undefined && this.#wokeAt >= began - hostDefaults.wakeGrace) return 'asleep';
    return lateness >= hostDefaults.lateTimer ? 'blocked' : undefined;
  }

  #look(): void {
    const at = this.#clock.monotonic();
    const offset = this.#clock.now() - at;
    const { sleepGap, driftShare } = hostDefaults;
    // A clock that was set back looks like nothing; one that was set forward looks like sleep, which costs one verdict.
    if (offset - this.#offset > sleepGap + driftShare * (at - this.#lookedAt)) this.#wokeAt = at;
    this.#offset = offset;
    this.#lookedAt = at;
  }
}
