/** Figures of a row of times; all in the unit of the times. */
export interface Figures {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** The quantile of sorted values by linear interpolation between the two nearest; `NaN` of none. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Sorts a copy and reads the figures off it. */
export function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    minimum: sorted[0] ?? Number.NaN,
    maximum: sorted.at(-1) ?? Number.NaN,
  };
}
