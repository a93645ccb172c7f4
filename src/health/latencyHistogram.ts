import type { Millis } from '../base/clock.ts';
import { LatencyCounts, quantilesOf, surelyExceeds } from '../base/latencyCounts.ts';

/**
 * Latencies of a sliding time window, with those that were given up counted as what they are: at least this long.
 * Quantiles are Kaplan-Meier estimates, so that requests cancelled while typing neither flatter the tail nor vanish.
 * Relative error of a quantile ≤ 2 %; about 2.2 KB a window slice.
 */
export class LatencyHistogram {
  readonly #slices: { readonly start: number; readonly counts: LatencyCounts }[] = [];
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
      slice = { start, counts: new LatencyCounts() };
      this.#slices.push(slice);
    }
    slice.counts.add(elapsed, censored);
  }

  /** Completed plus censored attempts in the window. */
  samples(at: Millis): number {
    this.#forget(at);
    return this.#slices.reduce((total, { counts }) => total + counts.samples, 0);
  }

  /**
   * @param shares ascending, each in (0, 1)
   * @see quantilesOf
   */
  quantiles(at: Millis, shares: readonly number[]): readonly (Millis | undefined)[] {
    this.#forget(at);
    const parts = this.#slices.map(({ counts }) => counts);
    return quantilesOf(parts, shares).map((quantile) => quantile?.value);
  }

  /**
   * @param limit in ms
   * @param share in (0, 1)
   * @see surelyExceeds
   */
  exceeds(at: Millis, limit: Millis, share: number): boolean {
    this.#forget(at);
    return surelyExceeds(
      this.#slices.map(({ counts }) => counts),
      limit,
      share,
    );
  }

  #forget(at: Millis): void {
    const oldest = Math.floor(at / this.#sliceLength) - this.#sliceCount + 1;
    while (this.#slices[0] && this.#slices[0].start < oldest) this.#slices.shift();
  }
}
