/** Confidence of every bound here. */
export const boundConfidence = 0.95;

/** The assignment is not as planned below this; that of a sample-ratio check. @see Fabijan et al. 2019, "Diagnosing sample ratio mismatch" */
export const mismatchBelow = 0.001;

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

/** The chance of a split at least as far from the planned one. @param share planned share of the first, in (0, 1) */
export function splitChance(first: number, second: number, share: number): number {
  const total = first + second;
  if (total === 0) return 1;
  const chiSquare = (first - total * share) ** 2 / (total * share * (1 - share));
  return chiSquareTail(chiSquare);
}

/**
 * Upper tail of chi-square with one degree of freedom, i.e. erfc(√(x/2)).
 * @see Press et al., "Numerical Recipes", 6.2: erfc by a Chebyshev fit, relative error below 1.2e-7
 */
function chiSquareTail(chiSquare: number): number {
  const root = Math.sqrt(chiSquare / 2);
  const t = 1 / (1 + root / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  const fit = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return t * Math.exp(-root * root + fit);
}

/** I_x(a, b): the share of a beta distribution below x. @see Press et al., "Numerical Recipes", 6.4 */
function regularizedBeta(x: number, a: number, b: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** Smaller than any value that is divided by. */
const tiny = 1e-300;

/** The continued fraction of the incomplete beta function by Lentz's method; it needs about √max(a, b) steps. */
function betaFraction(x: number, a: number, b: number): number {
  const kept = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let step = 1; step <= 10_000; step++) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step));
    d = 1 / kept(1 + even * d);
    c = kept(1 + even / c);
    result *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1));
    d = 1 / kept(1 + odd * d);
    c = kept(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return result;
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
