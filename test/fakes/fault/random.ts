/** Numbers that look random and repeat with their seed, so that a failing run can be run again. */

import type { Lognormal, Millis } from './behaviour.ts';

/** Draws the next number, at least 0 and below 1. */
export type Random = () => number;

/**
 * A seeded generator.
 * @param seed any whole number.
 * @see Tommy Ettinger's mulberry32 (public domain).
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** 99th percentile of the standard normal distribution. */
const normalP99 = 2.3263478740408408;

/** Draws one latency: fixed values stay as they are, a lognormal one is drawn so that its percentiles hold. */
export function drawLatency(latency: Millis | Lognormal, random: Random): Millis {
  if (typeof latency === 'number') {
    return latency;
  }
  // The median of a lognormal is e^mu, its 99th percentile e^(mu + 2.326 sigma).
  const mu = Math.log(latency.p50);
  const sigma = Math.log(latency.p99 / latency.p50) / normalP99;
  // Box-Muller; 1 - random() is never 0, so the logarithm is finite.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(mu + sigma * normal);
}
