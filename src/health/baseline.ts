import type { Clock, Millis } from '../base/clock.ts';
import type { LatencyFigures } from '../domain/guarded.ts';
import { LatencyHistogram } from './latencyHistogram.ts';

/** Numbers of the baseline; see docs/health.md. */
export const baselineDefaults = {
  /** Usual latency until this backend has shown its own. */
  prior: { p50: 150, p95: 400, p99: 800 },
  /** One look at the latencies covers at least this long and this many attempts. */
  period: 15_000,
  minimumSamples: 20,
  /** A look this much above the baseline is trouble and does not move it … */
  troubleFactor: 1.5,
  troubleMargin: 100,
  /** … unless it stays so for this long: then it is the new usual. */
  acceptAfter: 600_000,
  /** Weight of a new look. */
  weight: 0.2,
} as const;

type Figures = Pick<LatencyFigures, 'p50' | 'p95' | 'p99'>;

/**
 * What is usual for one (backend, model): learned in looks of 15 s, and not from trouble. A baseline that learned from a slow hour
 * would call the slow hour usual, keep people waiting for a backend that hangs, and never show the state slow.
 */
export class LatencyBaseline {
  readonly #clock: Clock;
  #look: LatencyHistogram | undefined;
  #lookedSince: Millis = 0;
  #troubleSince: Millis | undefined;
  #figures: Figures | undefined;
  #samples = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param elapsed the latency, or with `censored` the time after which it was given up */
  add(elapsed: Millis, censored: boolean): void {
    const at = this.#clock.monotonic();
    if (!this.#look) {
      this.#look = new LatencyHistogram(Number.MAX_SAFE_INTEGER, 1);
      this.#lookedSince = at;
    }
    this.#look.add(at, elapsed, censored);
    this.#samples++;
    if (at - this.#lookedSince < baselineDefaults.period || this.#look.samples(at) < baselineDefaults.minimumSamples) return;
    const look = this.#look;
    this.#look = undefined;
    const [p50, p95, p99] = look.quantiles(at, [0.5, 0.95, 0.99]);
    if (p50 !== undefined && p95 !== undefined && p99 !== undefined) this.#take({ p50, p95, p99 }, at);
  }

  /** The prior until the first look. */
  figures(): LatencyFigures {
    return this.#figures ? { ...this.#figures, samples: this.#samples } : { ...baselineDefaults.prior, samples: 0 };
  }

  #take(look: Figures, at: Millis): void {
    const { troubleFactor, troubleMargin, acceptAfter, prior } = baselineDefaults;
    const usual = this.#figures?.p95 ?? prior.p95;
    if (look.p95 > Math.max(troubleFactor * usual, usual + troubleMargin)) {
      this.#troubleSince ??= at;
      if (at - this.#troubleSince < acceptAfter) return;
      this.#figures = look;
    } else {
      this.#figures = this.#figures ? blend(this.#figures, look) : look;
    }
    this.#troubleSince = undefined;
  }
}

/** Geometric, because latencies multiply. */
function blend(old: Figures, look: Figures): Figures {
  const mix = (a: Millis, b: Millis): Millis => a ** (1 - baselineDefaults.weight) * b ** baselineDefaults.weight;
  return { p50: mix(old.p50, look.p50), p95: mix(old.p95, look.p95), p99: mix(old.p99, look.p99) };
}
