/**
 * Two arms of unequal size compared as often as one likes: asymptotic confidence sequences, one-sided, as GrowthBook uses them for its
 * sequential tests.
 *
 * @see Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences",
 * https://arxiv.org/abs/2103.06476 (one-sided boundary and the choice of ρ); https://docs.growthbook.io/statistics/sequential
 */
export const sequenceDefaults = {
  /** Chance of ever being wrong, where there is no difference. */
  alpha: 0.05,
  /** Samples of both arms at which it is at its best: about what a fixed test of 30 % against 25.5 % takes. */
  tightestAt: 2566,
  /** Fewer in either arm decide nothing: the sequence is a limit theorem. */
  leastSamples: 30,
} as const;

/** The mean of one arm. */
export interface Mean {
  readonly mean: number;
  /** Of one sample. */
  readonly variance: number;
  readonly samples: number;
}

/** A difference, and how far below or above it the true one may be; the sequence holds at all times at once. */
export interface Difference {
  readonly estimate: number;
  /** One-sided: the true difference is below `estimate + reach`, or above `estimate − reach`, each in 95 % of all rollouts. */
  readonly reach: number;
}

/** A share as the mean of zeros and ones. One half of a sample is added on either side: nobody has a variance of zero after three samples. */
export function shareOf(count: number, samples: number): Mean {
  const mean = samples === 0 ? 0 : count / samples;
  const smoothed = (count + 0.5) / (samples + 1);
  return { mean, variance: smoothed * (1 - smoothed), samples };
}

/** `candidate` minus `control`. @param comparisons that are made beside each other, ≥ 1: together they are wrong no more often than one */
export function absoluteDifference(candidate: Mean, control: Mean, comparisons: number): Difference {
  const variance = candidate.variance / candidate.samples + control.variance / control.samples;
  const alpha = sequenceDefaults.alpha / comparisons;
  return { estimate: candidate.mean - control.mean, reach: reachOf(variance, candidate.samples + control.samples, alpha) };
}

/** `candidate` minus `control` as a share of `control`, whose mean is above 0. Its variance by the delta method. */
export function relativeDifference(candidate: Mean, control: Mean): Difference {
  const ratio = candidate.mean / control.mean;
  const variance = (candidate.variance / candidate.samples + (ratio * ratio * control.variance) / control.samples) / control.mean ** 2;
  return { estimate: ratio - 1, reach: reachOf(variance, candidate.samples + control.samples, sequenceDefaults.alpha) };
}

/** How far the truth may be from an estimate of this variance. @param samples of both arms */
function reachOf(variance: number, samples: number, alpha: number): number {
  // One-sided: the boundary at α is that of a two-sided one at 2·α.
  const spread = -2 * Math.log(2 * alpha);
  const rhoSquared = (spread + Math.log(spread + 1)) / sequenceDefaults.tightestAt;
  const scaled = samples * rhoSquared + 1;
  return Math.sqrt(variance * ((2 * scaled) / (samples * rhoSquared)) * Math.log(1 + Math.sqrt(scaled) / (2 * alpha)));
}

/** Quantiles of the normal distribution of a one-sided test at 5 % that finds a difference in 80 of 100 cases. */
const fixedTest = { significance: 1.6449, power: 0.8416 } as const;

/** Samples in each arm that a fixed test needs for such a difference. @param variance of one sample; @param difference > 0 */
export function fixedTestSize(variance: number, difference: number): number {
  return Math.ceil((2 * variance * (fixedTest.significance + fixedTest.power) ** 2) / difference ** 2);
}
