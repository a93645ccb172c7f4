import type { Random } from '../base/random.ts';
import { benchmarkDefaults } from './benchmarkDefaults.ts';

/** What a true value lies in, at a confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Pairs of which exactly one side was right. */
export interface Discordant {
  /** Candidate right, baseline wrong. */
  readonly won: number;
  /** Baseline right, candidate wrong. */
  readonly lost: number;
  /** All pairs. */
  readonly pairs: number;
}

/**
 * Whether the two sides of pairs are right equally often: the exact test, two-sided.
 *
 * @returns the chance of so uneven a split of the discordant pairs, or a more uneven one, if they were equal; 0…1
 * @see McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", Psychometrika 12 (1947)
 */
export function mcnemarExact({ won, lost }: Pick<Discordant, 'won' | 'lost'>): number {
  return Math.min(1, 2 * binomialCdf(Math.min(won, lost), won + lost, 0.5));
}

/**
 * The difference of two paired shares, candidate less baseline, with the score interval: it keeps its promise for few pairs, and is not
 * a point where no pair is discordant.
 *
 * @param confidence 0…1, e.g. 0.95
 * @see Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design", Statistics in
 * Medicine 17 (1998), equations 9 and 10
 */
export function scoreInterval({ won, lost, pairs }: Discordant, confidence: number): Interval {
  if (pairs === 0) return { low: -1, high: 1 };
  const critical = normalQuantile((1 + confidence) / 2);
  const score = (difference: number): number => {
    const a = 2 * pairs;
    const b = -won - lost + (2 * pairs - won + lost) * difference;
    const c = -lost * difference * (1 - difference);
    // The share of lost pairs that fits best if that were the difference.
    const share = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
    const variance = pairs * (2 * share + difference * (1 - difference));
    return (won - lost - pairs * difference) / Math.sqrt(Math.max(variance, Number.EPSILON));
  };
  const observed = (won - lost) / pairs;
  return {
    low: bisected(-1, observed, (difference) => score(difference) > critical),
    high: bisected(observed, 1, (difference) => score(difference) >= -critical),
  };
}

const { draws } = benchmarkDefaults;

/**
 * The mean of paired differences, with the bootstrap's percentile interval.
 *
 * @see Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13
 */
export function bootstrapMean(differences: readonly number[], confidence: number, random: Random): Interval & { readonly mean: number } {
  const { length } = differences;
  if (length === 0) return { mean: 0, low: -Infinity, high: Infinity };
  const means = Array.from({ length: draws }, () => {
    let sum = 0;
    for (let index = 0; index < length; index += 1) sum += differences[Math.floor(random() * length)] ?? 0;
    return sum / length;
  }).sort((left, right) => left - right);
  const at = (share: number): number => means[Math.min(draws - 1, Math.max(0, Math.round(share * (draws - 1))))] ?? 0;
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / length;
  return { mean, low: at((1 - confidence) / 2), high: at((1 + confidence) / 2) };
}

/** A quantile with what it may be; an end is absent where the samples are too few to say. */
export interface QuantileFigure {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/**
 * A quantile of samples by their order, with the interval between two of the samples that holds it whatever their distribution is.
 *
 * @param sorted ascending
 * @param share 0…1, e.g. 0.95
 * @returns `undefined` without samples
 * @see David and Nagaraja, "Order Statistics" (3rd edition, 2003), section 7.1
 */
export function quantileFigure(sorted: readonly number[], share: number, confidence: number): QuantileFigure | undefined {
  const count = sorted.length;
  const value = sorted[Math.max(0, Math.ceil(share * count) - 1)];
  if (value === undefined) return undefined;
  const tail = (1 - confidence) / 2;
  // Ranks count from 1. The lower one: fewer than that many samples lie below the quantile with at most `tail` of chance.
  let lower = 0;
  while (lower < count && binomialCdf(lower, count, share) <= tail) lower += 1;
  let upper = lower + 1;
  while (upper <= count && binomialCdf(upper - 1, count, share) < 1 - tail) upper += 1;
  const low = lower === 0 ? undefined : sorted[lower - 1];
  const high = sorted[upper - 1];
  return { value, ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
}

/** The chance of at most `successes` in `trials`. */
export function binomialCdf(successes: number, trials: number, share: number): number {
  if (successes < 0) return 0;
  if (successes >= trials || share <= 0) return 1;
  if (share >= 1) return 0;
  let logChance = trials * Math.log1p(-share);
  const step = Math.log(share) - Math.log1p(-share);
  let sum = Math.exp(logChance);
  for (let count = 1; count <= successes; count += 1) {
    logChance += Math.log((trials - count + 1) / count) + step;
    sum += Math.exp(logChance);
  }
  return Math.min(1, sum);
}

/**
 * The value that a standard normal variable stays below with this chance; six digits are right.
 *
 * @param chance between 0 and 1
 * @see Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003): relative error below 1.15e-9
 */
export function normalQuantile(chance: number): number {
  if (chance < 0.02425) return tailQuantile(Math.sqrt(-2 * Math.log(chance)));
  if (chance > 1 - 0.02425) return -tailQuantile(Math.sqrt(-2 * Math.log1p(-chance)));
  const offset = chance - 0.5;
  const square = offset * offset;
  const above = polynomial(
    square,
    -39.69683028665376,
    220.9460984245205,
    -275.9285104469687,
    138.357751867269,
    -30.66479806614716,
    2.506628277459239,
  );
  const below = polynomial(square, -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1);
  return (offset * above) / below;
}

function tailQuantile(root: number): number {
  const above = polynomial(
    root,
    -0.007784894002430293,
    -0.3223964580411365,
    -2.400758277161838,
    -2.549732539343734,
    4.374664141464968,
    2.938163982698783,
  );
  return above / polynomial(root, 0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1);
}

/** Coefficients from the highest power down. */
function polynomial(at: number, ...coefficients: readonly number[]): number {
  return coefficients.reduce((sum, coefficient) => sum * at + coefficient, 0);
}

/** Where a condition that holds at `low` and not at `high` changes. */
function bisected(low: number, high: number, holds: (value: number) => boolean): number {
  let [left, right] = [low, high];
  for (let round = 0; round < 60; round += 1) {
    const middle = (left + right) / 2;
    if (holds(middle)) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}
