import type { Clock, Disposable, Millis } from '../base/clock.ts';
import type { Stage } from '../domain/attempt.ts';
import { DeadlineError, type DeadlineName } from '../domain/failure.ts';

/** The four deadlines of one attempt. */
export interface Deadlines {
  readonly connect: Millis;
  /** From the start to the first real text: headers and comments do not count. */
  readonly firstToken: Millis;
  /** Between two texts. */
  readonly idle: Millis;
  readonly total: Millis;
  /** The name that the total deadline fails under. */
  readonly totalName?: Extract<DeadlineName, 'total' | 'probe'>;
}

/** Watches one attempt and calls `expire` once, with a `DeadlineError`, when a deadline passes. */
export class DeadlineWatch implements Disposable {
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #expire: (error: DeadlineError) => void;
  readonly #started: Millis;
  #stageTimer: Disposable | undefined;
  readonly #totalTimer: Disposable;
  readonly #totalDue: Millis;
  #stageDue: Millis;
  #lateness: Millis = 0;
  #lastText: Millis = 0;
  #isDisposed = false;

  constructor(clock: Clock, deadlines: Deadlines, expire: (error: DeadlineError) => void) {
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#expire = expire;
    this.#started = clock.monotonic();
    const total = deadlines.total;
    this.#totalDue = this.#started + total;
    this.#stageDue = this.#totalDue;
    this.#totalTimer = clock.after(total, () => this.#expired(deadlines.totalName ?? 'total', total));
    this.#await('connect', deadlines.connect);
  }

  /** The attempt got further. */
  reached(stage: Stage): void {
    if (this.#isDisposed) return;
    if (stage === 'connected') {
      const left = this.#deadlines.firstToken - (this.#clock.monotonic() - this.#started);
      this.#await('first-token', Math.max(0, left), this.#deadlines.firstToken);
    } else if (stage === 'text') {
      this.text();
    }
  }

  /** Real text came. Only the first one after a pause sets the timer anew; see `#idle`. */
  text(): void {
    // A source that does not hear the abort may still bring text.
    if (this.#isDisposed) return;
    const isFirst = this.#lastText === 0;
    this.#lastText = this.#clock.monotonic();
    if (isFirst) this.#idle(this.#deadlines.idle);
  }

  /** How late the deadline rang that ended the attempt, or how overdue the next one is: much, where this machine stood still. */
  get lateness(): Millis {
    if (this.#isDisposed) return this.#lateness;
    return Math.max(0, this.#clock.monotonic() - Math.min(this.#stageDue, this.#totalDue));
  }

  dispose(): void {
    this.#lateness = this.lateness;
    this.#isDisposed = true;
    this.#stageTimer?.dispose();
    this.#totalTimer.dispose();
  }

  /** One timer for the whole stream, set again only when it rings: hundreds of texts cost no timer each. */
  #idle(wait: Millis): void {
    this.#stageTimer?.dispose();
    this.#stageDue = this.#clock.monotonic() + wait;
    this.#stageTimer = this.#clock.after(wait, () => {
      const silence = this.#clock.monotonic() - this.#lastText;
      const left = this.#deadlines.idle - silence;
      if (left > 1) this.#idle(left);
      else this.#expired('idle', this.#deadlines.idle);
    });
  }

  #await(name: DeadlineName, wait: Millis, shown: Millis = wait): void {
    this.#stageTimer?.dispose();
    this.#stageDue = this.#clock.monotonic() + wait;
    this.#stageTimer = this.#clock.after(wait, () => this.#expired(name, shown));
  }

  #expired(name: DeadlineName, after: Millis): void {
    this.dispose();
    this.#expire(new DeadlineError(name, after));
  }
}
