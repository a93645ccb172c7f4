import type { EpochMillis, Millis } from '../base/clock.ts';

const minute: Millis = 60_000;
const hour: Millis = 60 * minute;

/** How far back the dashboard can look, and the width of a bin of its charts: at most 300 bins, wide enough to hold some attempts. */
export const ranges = {
  '1h': { length: hour, bin: minute },
  '24h': { length: 24 * hour, bin: 10 * minute },
  '7d': { length: 7 * 24 * hour, bin: hour },
  '30d': { length: 30 * 24 * hour, bin: 4 * hour },
} as const satisfies Readonly<Record<string, { readonly length: Millis; readonly bin: Millis }>>;

export type RangeName = keyof typeof ranges;

export const rangeNames = Object.keys(ranges) as readonly RangeName[];

/** Bins that follow each other. They begin at whole multiples of their width since 1970, so that time that passes moves none. */
export interface Bins {
  readonly first: EpochMillis;
  readonly width: Millis;
  readonly count: number;
}

/** The bins of a range that ends now; the last one is the one that `now` is in. */
export function binsOf(range: RangeName, now: EpochMillis): Bins {
  const { length, bin } = ranges[range];
  const count = length / bin;
  return { first: (Math.floor(now / bin) - count + 1) * bin, width: bin, count };
}
