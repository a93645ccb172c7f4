import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import type { Clock, EpochMillis, Millis } from '../base/clock.ts';
import { jitter, jitterUp, type Random } from '../base/random.ts';
import type { BreakerState, TripCause } from '../domain/guarded.ts';

/** Numbers of the breaker; each with its source in docs/settings.md. */
export const breakerDefaults = {
  /** Share of failures in the sliding window above which it trips, in percent. */
  failureRate: 50,
  /** Calls in the window below which the share says nothing. */
  minimumCalls: 5,
  window: 30_000,
  buckets: 6,
  coolDown: 10_000,
  coolDownCap: 300_000,
  /** ±share, so that many windows do not probe at the same instant. */
  coolDownJitter: 0.2,
  /** After this long closed, the next opening starts with the shortest cool-down again. */
  healthyFor: 60_000,
} as const;

/** Who the breaker belongs to, and whom it tells. */
export interface BreakerOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Half-open: exactly one probe is wanted now; answer with `probeEnded`. */
  readonly onProbe: () => void;
  readonly onChange: (state: BreakerState) => void;
}

/**
 * Opossum, told of *finished* attempts only and never of a cancelled one; the only file that knows opossum.
 * The sliding window, the trip by failure rate and the three states are opossum's; the cool-down with back-off, the generation
 * number and the single probe are ours.
 *
 * @see docs/decisions/0002-opossum-behind-one-file.md
 */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #opossum: CircuitBreaker<[TripCause | undefined], void>;
  /** Turned by the passing of time at each report, so that an idle breaker needs no timer. */
  readonly #rotation = new EventEmitter();
  #rotatedAt: Millis;
  #generation = 0;
  #state: BreakerState = { kind: 'closed' };
  #cause: TripCause = { kind: 'server', message: 'too many failures' };
  #openings = 0;
  #closedAt: EpochMillis;
  #probing = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#rotatedAt = options.clock.monotonic();
    this.#closedAt = options.clock.now();
    this.#opossum = new CircuitBreaker(tell, {
      name: options.name,
      timeout: false,
      resetTimeout: breakerDefaults.coolDown,
      errorThresholdPercentage: breakerDefaults.failureRate,
      volumeThreshold: breakerDefaults.minimumCalls,
      rollingCountTimeout: breakerDefaults.window,
      rollingCountBuckets: breakerDefaults.buckets,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      rotateBucketController: this.#rotation,
    });
    this.#opossum.on('open', () => this.#opened());
    this.#opossum.on('halfOpen', () => this.#halfOpened());
    this.#opossum.on('close', () => this.#closed());
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Grows with every change of state; an attempt carries the number it began under (law 6). */
  get generation(): number {
    return this.#generation;
  }

  /** Reports a finished attempt that began under `generation`; ignored when the state has changed since, or is not closed. */
  report(failure: TripCause | undefined, generation: number): void {
    if (generation !== this.#generation || this.#state.kind !== 'closed') return;
    this.#rotate();
    if (failure) this.#cause = failure;
    this.#prime(0);
    this.#fire(failure);
  }

  /** Opens at once. `atLeast` is what the backend asked for; the cool-down is not shorter. Ignored under an old generation. */
  trip(cause: TripCause, generation: number, atLeast: Millis = 0): void {
    if (generation !== this.#generation || this.#state.kind !== 'closed') return;
    this.#cause = cause;
    this.#prime(atLeast);
    this.#opossum.open();
  }

  /** Asks for a probe before the cool-down has passed, for a person. No effect unless open. */
  probeNow(): void {
    if (this.#state.kind !== 'open' || this.#probing) return;
    this.#probing = true;
    this.#generation++;
    this.#change({ kind: 'half-open', since: this.#options.clock.now(), cause: this.#cause });
    this.#options.onProbe();
  }

  /** Ends the probe that was asked for by `onProbe`: closed without a failure, else open again for longer. */
  probeEnded(failure: TripCause | undefined, atLeast: Millis = 0): void {
    if (!this.#probing) return;
    this.#probing = false;
    if (!failure) {
      this.#opossum.close();
      return;
    }
    this.#cause = failure;
    this.#prime(atLeast);
    if (this.#opossum.halfOpen) {
      this.#opossum.open();
      return;
    }
    // A person's early probe failed while opossum's own cool-down still runs: that one stays.
    this.#generation++;
    const since = this.#options.clock.now();
    this.#change({ kind: 'open', since, probeAt: Math.max(since, this.#probeAt), cause: failure });
  }

  dispose(): void {
    this.#opossum.shutdown();
    this.#rotation.removeAllListeners();
  }

  #probeAt: EpochMillis = 0;

  #opened(): void {
    this.#generation++;
    this.#openings++;
    const since = this.#options.clock.now();
    this.#probeAt = since + (this.#opossum as unknown as { options: { resetTimeout: number } }).options.resetTimeout;
    this.#change({ kind: 'open', since, probeAt: this.#probeAt, cause: this.#cause });
  }

  #halfOpened(): void {
    // A person's early probe is under way: it decides, and no second one is sent (law 5).
    if (this.#probing) return;
    this.#probing = true;
    this.#generation++;
    this.#change({ kind: 'half-open', since: this.#options.clock.now(), cause: this.#cause });
    this.#options.onProbe();
  }

  #closed(): void {
    this.#generation++;
    this.#closedAt = this.#options.clock.now();
    // The failures that opened it must not open it again at the first new one.
    for (let turn = 0; turn < breakerDefaults.buckets; turn++) this.#rotation.emit('rotate');
    this.#change({ kind: 'closed' });
  }

  /** Sets the cool-down that the next opening will have; opossum reads it when it opens, also by itself. */
  #prime(atLeast: Millis): void {
    const { clock, random } = this.#options;
    if (this.#state.kind === 'closed' && clock.now() - this.#closedAt >= breakerDefaults.healthyFor) this.#openings = 0;
    const doubled = Math.min(breakerDefaults.coolDownCap, breakerDefaults.coolDown * 2 ** this.#openings);
    const varied = Math.min(breakerDefaults.coolDownCap, jitter(doubled, breakerDefaults.coolDownJitter, random));
    // What the backend asked for is never cut, only varied upwards.
    const coolDown = Math.max(jitterUp(atLeast, breakerDefaults.coolDownJitter, random), varied);
    (this.#opossum as unknown as { options: { resetTimeout: number } }).options.resetTimeout = coolDown;
  }

  #rotate(): void {
    const bucket = breakerDefaults.window / breakerDefaults.buckets;
    const turns = Math.floor((this.#options.clock.monotonic() - this.#rotatedAt) / bucket);
    if (turns <= 0) return;
    this.#rotatedAt += turns * bucket;
    for (let turn = 0; turn < Math.min(turns, breakerDefaults.buckets); turn++) this.#rotation.emit('rotate');
  }

  #fire(failure: TripCause | undefined): void {
    // The rejection is opossum's way of saying what we just told it.
    this.#opossum.fire(failure).catch(() => undefined);
  }

  #change(state: BreakerState): void {
    this.#state = state;
    this.#options.onChange(state);
  }
}

/** What opossum "runs": the attempt is over, this only says how it ended. */
function tell(failure: TripCause | undefined): Promise<void> {
  return failure ? Promise.reject(new Error(failure.message)) : Promise.resolve();
}
