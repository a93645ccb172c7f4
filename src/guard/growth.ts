import type { Millis } from '../base/clock.ts';

/** How the growth of memory is measured; figures and reasons in docs/settings.md. */
export const growthDefaults = {
  /** Between two samples that are kept, in ms. */
  every: 15_000,
  /** Samples that are kept: ten minutes of somebody who types without a pause. */
  samples: 40,
  /** Fewer samples say nothing about a trend. */
  leastSamples: 12,
  /** Nor do samples of a shorter time, in ms. */
  leastSpan: 300_000,
} as const;

/**
 * By how much a figure grows, as the median of the slopes between all pairs of samples: a jump when a project is opened, or a drop when
 * the collector has run, does not move it as it would move a line of least squares. A jump in the middle of what is kept does look like
 * growth for a while, so no more follows from it than that the caches are emptied.
 *
 * @see Theil 1950 and Sen 1968, https://doi.org/10.1080/01621459.1968.10480934
 */
export class Growth {
  #samples: readonly { readonly at: Millis; readonly value: number }[] = [];

  /** @param at monotonic */
  add(at: Millis, value: number): void {
    const last = this.#samples.at(-1);
    if (last && at - last.at < growthDefaults.every) return;
    this.#samples = [...this.#samples, { at, value }].slice(-growthDefaults.samples);
  }

  /** Per minute; `undefined` while there is too little to say. */
  get perMinute(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || this.#samples.length < growthDefaults.leastSamples) return undefined;
    if (last.at - first.at < growthDefaults.leastSpan) return undefined;
    const slopes = this.#samples.flatMap((one, index) =>
      this.#samples.slice(index + 1).map((other) => (other.value - one.value) / (other.at - one.at)),
    );
    slopes.sort((one, other) => one - other);
    const middle = slopes.length / 2;
    const median = ((slopes[Math.floor(middle)] ?? 0) + (slopes[Math.ceil(middle) - 1] ?? 0)) / 2;
    return median * 60_000;
  }
}
