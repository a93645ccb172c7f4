import { seededRandom, type Random } from '../../../src/base/random.ts';

/** A log-normal distribution by its median and the standard deviation of its logarithm. */
export interface LogNormal {
  readonly median: number;
  /** 0…; 0 is always the median. */
  readonly sigma: number;
}

/** The log-normal distribution with this mean and standard deviation. */
export function logNormalOf(mean: number, deviation: number): LogNormal {
  const variance = Math.log(1 + (deviation / mean) ** 2);
  return { median: mean / Math.exp(variance / 2), sigma: Math.sqrt(variance) };
}

/** The log-normal distribution with this median and this 99th percentile. */
export function logNormalThrough(median: number, p99: number): LogNormal {
  // z(0.99) = 2.326.
  return { median, sigma: Math.log(p99 / median) / 2.326 };
}

/** One draw. */
export function drawLogNormal({ median, sigma }: LogNormal, random: Random): number {
  // Box and Muller 1958; 1 - u is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}

/** A uniform number in [0, 1) that depends on nothing but these integers: the same place always has the same luck. */
export function luckOf(...numbers: readonly number[]): number {
  let seed = 0x9e3779b9;
  for (const number of numbers) seed = Math.imul(seed ^ (number | 0), 0x85ebca6b) ^ (seed >>> 13);
  return seededRandom(seed)();
}

/** A 32-bit number that differs for different texts, nearly always (FNV-1a). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
