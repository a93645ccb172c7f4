/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();

/**
 * A repeatable source of uniform numbers (mulberry32), for tests, benchmarks and the simulator; not for secrets.
 *
 * @param seed any 32-bit integer
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `value` varied by up to ±`share` (0…1), so that many clients do not come back at the same instant. */
export function jitter(value: number, share: number, random: Random): number {
  return value * (1 + share * (2 * random() - 1));
}

/** Jitter never adds more than this: a minute spreads the windows of a whole company, and a day must not become a week. In milliseconds. */
export const jitterCap = 60_000;

/** `wait` made longer by up to `share` (0…1) and at most `jitterCap`: later than asked, never sooner. */
export function jitterUp(wait: number, share: number, random: Random): number {
  return wait + Math.min(jitterCap, wait * share) * random();
}
