import type { Millis } from '../../../src/base/clock.ts';
import type { Random } from '../../../src/base/random.ts';
import { drawLogNormal, logNormalOf, type LogNormal } from './chance.ts';

/**
 * Fluent typing: mean and standard deviation of the interval between two keys, 168 000 people.
 *
 * @see Dhakal, Feit, Kristensson and Oulasvirta, Observations on Typing from 136 Million Keystrokes, CHI 2018,
 * https://doi.org/10.1145/3173574.3174220
 */
export const fluent = { mean: 238.66, deviation: 111.6 } as const;

/** Share of all keys that are backspaces; the same source. */
export const backspaceShare = 0.063;

/** Where in a text the next key goes; how likely a person hesitates depends on it. */
export type KeyPlace = 'inside' | 'word' | 'line' | 'correction' | 'jump';

/**
 * How likely the person stops to think before a key. That intervals are a mixture of fluent and hesitant ones, both log-normal, with
 * more hesitation at the larger boundaries, is published (below); these shares are chosen, so that of code typed without help half
 * of the time goes into hesitation.
 *
 * @see Roeser, De Maeyer, Leijten and Van Waes, Modelling typing disfluencies as finite mixture process, Reading and Writing 2021,
 * https://doi.org/10.1007/s11145-021-10203-z
 */
export const hesitationShare: Readonly<Record<KeyPlace, number>> = { inside: 0.02, word: 0.2, line: 0.7, correction: 0.05, jump: 1 };

/** A hesitation: median 1.1 s, one in ten above 2.4 s. */
export const hesitation: LogNormal = { median: 1100, sigma: 0.6 };

/** Nobody sits longer before one key in a session; in ms. */
const longest: Millis = 15_000;

const fluentGap = logNormalOf(fluent.mean, fluent.deviation);

/** How long the person takes before a key at this place, in ms. */
export function gapBefore(place: KeyPlace, random: Random): Millis {
  const isHesitant = random() < hesitationShare[place];
  // Both are drawn, so that the next draws are the same whatever this one was.
  const thought = drawLogNormal(hesitation, random);
  const motion = drawLogNormal(fluentGap, random);
  return Math.min(longest, isHesitant ? motion + thought : motion);
}
