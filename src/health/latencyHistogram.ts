import type { Millis } from '../base/clock.ts';

/** Range and precision: 1 ms…60 s in counters 4 % wide, so that a value is off by at most 2 %. */
const lowest: Millis = 1;
const highest: Millis = 60_000;
const growth = 1.04;
const logGrowth = Math.log(growth);
const counters = Math.ceil(Math.log(highest / lowest) / logGrowth) + 1;

/**
 * Latencies of a sliding time window, with those that were given up counted as what they are: at least this long.
 * Quantiles are Kaplan-Meier estimates, so that requests cancelled while typing neither flatter the tail nor vanish.
 * Relative error of a quantile ≤ 2 %; about 2.2 KB a window slice.
 *
 * @see Kaplan & Meier 1958, "Nonparametric estimation from incomplete observations"
 */
export class LatencyHistogram {
  readonly #slices: Slice[] = [];
  readonly #sliceLength: Millis;
  readonly #sliceCount: number;

  /** @param window how far back figures reach, in ms; it is forgotten in `slices` steps */
  constructor(window: Millis = 300_000, slices = 10) {
    this.#sliceLength = window / slices;
    this.#sliceCount = slices;
  }

  /**
   * @param at monotonic time of the end of the attempt
   * @param elapsed the latency, or with `censored` the time after which it was given up
   */
  add(at: Millis, elapsed: Millis, censored: boolean): void {
    this.#forget(at);
    const start = Math.floor(at / this.#sliceLength);
    let slice = this.#slices.at(-1);
    if (!slice || slice.start !== start) {
      slice = { start, completed: new Uint32Array(counters), censored: new Uint32Array(counters), count: 0 };
      this.#slices.push(slice);
    }
    const counts = censored ? slice.censored : slice.completed;
    const index = indexOf(elapsed);
    counts[index] = (counts[index] ?? 0) + 1;
    slice.count++;
  }

  /** Completed plus censored attempts in the window. */
  samples(at: Millis): number {
    this.#forget(at);
    return this.#slices.reduce((total, slice) => total + slice.count, 0);
  }

  /**
   * The latency below which each of the given shares of requests would be answered if none were given up; `undefined` where the
   * window does not say. Where even the longest wait does not settle a share, the longest wait is the answer: "at least this".
   *
   * @param shares ascending, each in (0, 1)
   */
  quantiles(at: Millis, shares: readonly number[]): readonly (Millis | undefined)[] {
    this.#forget(at);
    let atRisk = this.samples(at);
    if (atRisk === 0) return shares.map(() => undefined);
    const result: Millis[] = [];
    let survival = 1;
    let last = 0;
    for (let index = 0; index < counters && result.length < shares.length; index++) {
      const completed = this.#sum('completed', index);
      const censored = this.#sum('censored', index);
      if (completed + censored === 0) continue;
      last = valueOf(index);
      survival *= 1 - completed / atRisk;
      atRisk -= completed + censored;
      while (result.length < shares.length && 1 - survival >= (shares[result.length] ?? 1) - 1e-12) result.push(last);
    }
    while (result.length < shares.length) result.push(last);
    return result;
  }

  /**
   * Whether surely more than a share of the requests take longer than a limit: the lower end of Greenwood's interval (one-sided 95 %)
   * of the Kaplan-Meier estimate is above the share.
   *
   * @see Greenwood 1926, "The natural duration of cancer": the variance of such an estimate
   */
  exceeds(at: Millis, limit: Millis, share: number): boolean {
    let atRisk = this.samples(at);
    let survival = 1;
    let spread = 0;
    for (let index = 0; index <= indexOf(limit) && atRisk > 0; index++) {
      const completed = this.#sum('completed', index);
      if (completed === atRisk) return false;
      survival *= 1 - completed / atRisk;
      spread += completed / (atRisk * (atRisk - completed));
      atRisk -= completed + this.#sum('censored', index);
    }
    // Nobody waited beyond the limit: nothing is known of what is there.
    return atRisk > 0 && survival * (1 - 1.645 * Math.sqrt(spread)) > share;
  }

  #sum(kind: 'completed' | 'censored', index: number): number {
    let total = 0;
    for (const slice of this.#slices) total += slice[kind][index] ?? 0;
    return total;
  }

  #forget(at: Millis): void {
    const oldest = Math.floor(at / this.#sliceLength) - this.#sliceCount + 1;
    while (this.#slices[0] && this.#slices[0].start < oldest) this.#slices.shift();
  }
}

interface Slice {
  readonly start: number;
  readonly completed: Uint32Array;
  readonly censored: Uint32Array;
  count: number;
}

function indexOf(elapsed: Millis): number {
  const clamped = Math.min(highest, Math.max(lowest, elapsed));
  return Math.min(counters - 1, Math.round(Math.log(clamped / lowest) / logGrowth));
}

function valueOf(index: number): Millis {
  return lowest * growth ** index;
}
