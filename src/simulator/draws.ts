import type { Random } from '../base/random.ts';

/** Time to the next of events that come one by one and independently. @param perSecond > 0; @returns milliseconds */
export function drawGap(perSecond: number, random: Random): number {
  return (-1000 * Math.log(1 - random())) / perSecond;
}

/** A Gamma distributed number with a whole shape: the sum of so many exponential ones. @param shape ≥ 1 */
export function drawGamma(mean: number, shape: number, random: Random): number {
  let product = 1;
  for (let index = 0; index < shape; index++) product *= 1 - random();
  return (-mean * Math.log(product)) / shape;
}

/** The same distribution's value below which a share lies. @param share 0…1, both excluded */
export function gammaQuantile(mean: number, shape: number, share: number): number {
  let low = 0;
  let high = 20 * shape;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (erlangBelow(middle, shape) < share) low = middle;
    else high = middle;
  }
  return (mean * low) / shape;
}

/** 1 − e^(−x) · Σ x^k / k!, the distribution of the sum of `shape` exponentials of mean 1. */
function erlangBelow(x: number, shape: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < shape; k++) {
    term *= x / k;
    sum += term;
  }
  return 1 - Math.exp(-x) * sum;
}
