/** Confidence of every bound here. */
export const boundConfidence = 0.95;

/** Of the check that requests are split as planned. */
export const splitDefaults = {
  /** 1/α with α = 0.1 %: that of a sample-ratio check. @see Fabijan et al. 2019, "Diagnosing sample ratio mismatch in online controlled experiments" */
  mismatchAt: 1000,
  /** Weight of the planned share in the prior, in requests: a share that is off by some points is what it finds best. */
  concentration: 100,
} as const;

/**
 * Upper bound of a share, 95 % one-sided: with so few bad ones among so many, a greater share would show so few in one of twenty cases
 * at most. 1 where nothing was seen.
 *
 * @param bad 0…`trials`
 * @see Clopper & Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial"
 */
export function cpUpper95(bad: number, trials: number): number {
  if (trials <= 0 || bad >= trials) return 1;
  let low = bad / trials;
  let high = 1;
  // Each step halves an interval that is at most 1 wide: after 50 it is narrower than a double tells near 1.
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (isSurelyBelow(bad, trials, middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Whether `cpUpper95(bad, trials)` is below `limit`, at a fiftieth of its price. @param limit in (0, 1) */
export function isSurelyBelow(bad: number, trials: number, limit: number): boolean {
  if (trials <= 0 || bad >= trials) return false;
  return regularizedBeta(limit, bad + 1, trials - bad) > boundConfidence;
}

/**
 * The natural logarithm of the evidence that requests are not split as planned: a Bayes factor of a beta prior around the planned share
 * against that share. Under the plan it is a martingale that starts at 1, so it may be looked at after every request, where a chi-square
 * test at 0.1 % that is looked at as often is wrong in one rollout of twenty.
 *
 * @param share planned share of the first, in (0, 1)
 * @see Lindon & Malek 2022, "Anytime-valid inference for multinomial count data", https://arxiv.org/abs/2011.03567
 */
export function logSplitEvidence(first: number, second: number, share: number): number {
  const [one, other] = [splitDefaults.concentration * share, splitDefaults.concentration * (1 - share)];
  const planned = first * Math.log(share) + second * Math.log1p(-share);
  return logBeta(one + first, other + second) - logBeta(one, other) - planned;
}

/** I_x(a, b): the share of a beta distribution below x. @see Press et al., "Numerical Recipes", 6.4 */
function regularizedBeta(x: number, a: number, b: number): number {
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** Smaller than any value that is divided by. */
const tiny = 1e-300;

function nonZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** The continued fraction of the incomplete beta function by Lentz's method; it needs about √max(a, b) steps. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let step = 1; step <= 10_000; step++) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return result;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Stirling's series beyond this is good to 1e-14. */
const stirlingFrom = 15;

/** The logarithm of the gamma function for positive values. */
function logGamma(value: number): number {
  let shifted = value;
  let below = 0;
  for (; shifted < stirlingFrom; shifted++) below += Math.log(shifted);
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - below;
}
