import type { Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

/** Answers that came while a server ran about as many requests: a level of a ramp, or a minute of a day. */
export interface LoadWindow {
  /** Requests that ran at once as each request met it, itself included, averaged; ≥ 1. Where requests come one by one: the mean of the gauge, and one. */
  readonly batch: number;
  /** Of answers that came; those that were refused or given up are not here. */
  readonly latencies: readonly Millis[];
}

/** How long a request holds its slot, as a line over the batch it runs in: `alone + perRequest · batch`. */
export interface ServiceLaw {
  readonly alone: Millis;
  /** What each other request adds; ≥ 0, for no server gets faster by more work. */
  readonly perRequest: Millis;
}

/** A figure and the range that holds it about nine times in ten. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Fewer answers say nothing. */
export const leastAnswers = 30;
/** The busiest window has to be so much busier than the quietest, or the slope is a guess. */
export const leastSpread = 1.2;
/** Repetitions of each fit with answers drawn anew. */
export const replications = 200;

/** How long a request takes in a batch. @returns milliseconds */
export function serviceTime(law: ServiceLaw, batch: number): Millis {
  return law.alone + law.perRequest * batch;
}

/** The mean batch or latency of a window's answers. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Whether windows say enough for a line: enough answers, and batches that differ or reach up to the slots.
 *
 * @param slots the largest batch that will be asked about
 */
export function isEnough(windows: readonly LoadWindow[], slots: number): boolean {
  const seen = windows.filter(({ latencies }) => latencies.length > 0);
  const answers = seen.reduce((sum, { latencies }) => sum + latencies.length, 0);
  if (answers < leastAnswers) return false;
  const batches = seen.map(({ batch }) => batch);
  const most = Math.max(...batches);
  return most >= leastSpread * Math.min(...batches) || leastSpread * most >= slots;
}

/**
 * The windows as they would be if nobody had waited for a slot: of the latency beyond them only the part that a slot is held. Requests
 * that wait take turns, so that a batch twice as large as the slots makes answers take twice as long.
 */
export function withoutQueue(windows: readonly LoadWindow[], slots: number, overhead: Millis): readonly LoadWindow[] {
  return windows.map((window) => {
    const stretch = window.batch / slots;
    if (stretch <= 1) return window;
    return { batch: slots, latencies: window.latencies.map((latency) => overhead + Math.max(0, latency - overhead) / stretch) };
  });
}

/**
 * The line by least squares, a window weighing as much as it has answers.
 *
 * The batch of a window is an average over many requests: what a single one met on its arrival is forgotten within an answer's time, and a
 * line over it would be too flat.
 *
 * @param overhead part of each latency that holds no slot, such as the network; ≥ 0
 */
export function fitService(windows: readonly LoadWindow[], overhead: Millis): ServiceLaw {
  const points = windows.flatMap(({ batch, latencies }) =>
    latencies.length === 0 ? [] : [{ x: batch, y: Math.max(0, meanOf(latencies) - overhead), weight: latencies.length }],
  );
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const middleX = points.reduce((sum, { x, weight }) => sum + x * weight, 0) / total;
  const middleY = points.reduce((sum, { y, weight }) => sum + y * weight, 0) / total;
  const spread = points.reduce((sum, { x, weight }) => sum + weight * (x - middleX) ** 2, 0);
  const joint = points.reduce((sum, { x, y, weight }) => sum + weight * (x - middleX) * (y - middleY), 0);
  const slope = spread > 0 ? Math.max(0, joint / spread) : 0;
  // A line through the origin is the steepest there is: work that is never shared.
  const perRequest = Math.min(slope, middleY / middleX);
  return { alone: middleY - perRequest * middleX, perRequest };
}

/** The same windows with answers drawn anew from each, as another run might have seen them. */
export function resampled(windows: readonly LoadWindow[], random: Random): readonly LoadWindow[] {
  return windows.map(({ batch, latencies }) => ({ batch, latencies: drawnAgain(latencies, random) }));
}

/** So many values drawn from these with replacement. @see Efron 1979, "Bootstrap methods: another look at the jackknife" */
export function drawnAgain(values: readonly number[], random: Random): readonly number[] {
  return values.map(() => values[Math.floor(random() * values.length)] ?? 0);
}

/**
 * Share of the repetitions left out at each end of a range. Answers that ran together are more alike than drawn ones, so that a range of
 * 95 % of the repetitions holds the truth about nine times in ten.
 *
 * @see test/bench/capacity.ts, which counts how often
 */
const leftOut = 0.025;

/** A figure with the range of its repetitions. @param repeated at least one */
export function estimateOf(value: number, repeated: readonly number[]): Estimate {
  const sorted = repeated.toSorted((one, other) => one - other);
  return { value, low: Math.min(value, quantileOf(sorted, leftOut)), high: Math.max(value, quantileOf(sorted, 1 - leftOut)) };
}

/** The value below which a share of them lies, between two where it has to be. @param sorted ascending; @param share 0…1; @returns `NaN` of none */
export function quantileOf(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return above === below ? below : below + (above - below) * (place - Math.floor(place));
}
