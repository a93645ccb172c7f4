import type { Millis } from '../base/clock.ts';
import type { LatencyFigures } from '../domain/guarded.ts';

/**
 * Finds a backend that hangs although every request is cancelled by the next keystroke (law 2).
 *
 * One request cancelled after 150 ms says nothing. Twenty in a row without a single byte of text do: each has the probability
 * S(t) = P(latency > t) to be still silent if the backend is as it usually is, and the product of these is the probability
 * of the whole silence. At `threshold` the backend is called hung. S is a log-normal through the usual P50 and P95.
 * A false alarm costs one probe: if that is answered, the breaker closes again.
 */
export class SilenceWatch {
  #evidence = 0;
  #count = 0;

  /** An attempt was cancelled after `elapsed` without having shown any sign of life. True when the backend is to be called hung. */
  cancelled(elapsed: Millis, usual: LatencyFigures): boolean {
    this.#count++;
    this.#evidence -= Math.log(survival(elapsed, usual));
    return this.#count >= silenceDefaults.minimumCalls && this.#evidence >= -Math.log(silenceDefaults.threshold);
  }

  /** The backend answered something: it does not hang. */
  signOfLife(): void {
    this.#evidence = 0;
    this.#count = 0;
  }
}

export const silenceDefaults = {
  /** Probability of the silence under usual behaviour below which a backend is called hung. */
  threshold: 1e-4,
  /** As many as the breaker's own window wants. */
  minimumCalls: 5,
  /** No single silent wait weighs more than this: a backend that is five times slower than usual is slow and not hung. */
  leastProbability: 0.1,
} as const;

/** P(latency > t) of a log-normal with the given P50 and P95; in [0.1, 1]. */
export function survival(elapsed: Millis, usual: LatencyFigures): number {
  const median = Math.max(1, usual.p50);
  // z(0.95) = 1.645; the spread is kept off zero so that a very steady backend does not make every stutter a miracle.
  const sigma = Math.max(0.25, Math.log(Math.max(usual.p95, median) / median) / 1.645);
  const z = Math.log(Math.max(elapsed, 0.001) / median) / sigma;
  return Math.min(1, Math.max(silenceDefaults.leastProbability, 1 - normalDistribution(z)));
}

/** Standard normal distribution function; Abramowitz & Stegun 26.2.17, absolute error < 7.5e-8. */
function normalDistribution(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z >= 0 ? 1 - upper : upper;
}
