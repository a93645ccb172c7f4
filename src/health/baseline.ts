import type { Clock, Millis } from '../base/clock.ts';
import type { LatencyFigures } from '../domain/guarded.ts';
import { LatencyHistogram } from './latencyHistogram.ts';
import { type Look, troubleDefaults } from './latencyTrouble.ts';

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

/** What a baseline begins with, and who hears of its looks. */
export interface BaselineOptions {
  /** Of an earlier session. */
  readonly learnt?: LatencyFigures | undefined;
  /** Each look with what it was compared with; afterwards `figures` may have moved. */
  readonly onLook?: (look: Look, usual: LatencyFigures) => void;
}

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
  #samples: number;
  readonly #options: BaselineOptions;

  constructor(clock: Clock, options: BaselineOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.#figures = options.learnt;
    this.#samples = options.learnt?.samples ?? 0;
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
    if (p50 === undefined || p95 === undefined || p99 === undefined) return;
    const usual = this.figures();
    const { troubleFactor, troubleMargin } = baselineDefaults;
    const { calmBelow, tailFactor, tailFloor } = troubleDefaults;
    const isTrouble = p95 > Math.max(troubleFactor * usual.p95, usual.p95 + troubleMargin);
    const hasLongTail = look.exceeds(at, Math.max(tailFactor * usual.p99, tailFloor), 0.01);
    const isCalm = p95 < calmBelow * usual.p95 || (!isTrouble && p95 < usual.p95 + troubleMargin / 2);
    this.#take({ p50, p95, p99 }, isTrouble, at);
    this.#options.onLook?.({ p50, p95, p99, from: this.#lookedSince, to: at, isTrouble, hasLongTail, isCalm }, usual);
  }

  /** Learnt, and not the prior. */
  get isLearnt(): boolean {
    return this.#figures !== undefined;
  }

  /** The prior until the first look. */
  figures(): LatencyFigures {
    return this.#figures ? { ...this.#figures, samples: this.#samples } : { ...baselineDefaults.prior, samples: 0 };
  }

  #take(look: Figures, isTrouble: boolean, at: Millis): void {
    if (isTrouble) {
      this.#troubleSince ??= at;
      if (at - this.#troubleSince < baselineDefaults.acceptAfter) return;
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
