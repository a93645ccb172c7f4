import type { Millis } from '../base/clock.ts';
import type { CapacityAssumptions, CapacityFindings } from './capacityCheck.ts';
import { forecastCapacity, type KnownLoad } from './capacityForecast.ts';
import { type LoadWindow, meanOf } from './serviceLaw.ts';

/** One answer as a client and its server saw it. `batch`: requests that ran on the server when it came, itself included; ≥ 1. */
export interface SeenAnswer {
  readonly at: Millis;
  readonly batch: number;
  readonly latency: Millis;
}

/** Windows that the time of all answers is cut into: of a day, each is an hour. */
export const seenWindows = 24;
/** A window is as long as so many answers at least, so that its batch is an average and not what one request met. */
export const answersLong = 30;

/** What is known beside the answers. `share`: percent of the people who used the candidate meanwhile, where nothing else says the load. */
export interface SeenAssumptions extends CapacityAssumptions {
  readonly share?: number;
}

/**
 * What answers that came anyway say about a rollout; nobody is asked anything. It takes hours whose load differs: from one hour alone, how
 * a batch slows down cannot be told. Slots have to be said, because latencies of people's own requests show no end of them.
 */
export function judgeSeen(
  seen: readonly SeenAnswer[],
  { share, slots: stated, load: said, ...assumed }: SeenAssumptions,
): CapacityFindings {
  const windows = seen.length === 0 ? [] : windowsOf(seen, windowLength(seen));
  const slots = stated === undefined ? undefined : { value: stated, low: stated, high: stated, source: 'person' as const };
  const load = said ?? (share === undefined ? undefined : busiest(windows, share));
  return {
    levels: [],
    end: { kind: 'seen', answers: seen.length },
    requests: 0,
    forecast: forecastCapacity({ ...assumed, windows, slots, load }),
    problems: [],
  };
}

/** Answers of about the same time together. @param length of a window; much longer than an answer */
export function windowsOf(seen: readonly SeenAnswer[], length: Millis): readonly LoadWindow[] {
  const windows = new Map<number, SeenAnswer[]>();
  for (const answer of seen) {
    const index = Math.floor(answer.at / length);
    const window = windows.get(index) ?? [];
    windows.set(index, window);
    window.push(answer);
  }
  return [...windows.values()].map((answers) => ({
    batch: meanOf(answers.map(({ batch }) => batch)),
    latencies: answers.map(({ latency }) => latency),
  }));
}

function windowLength(seen: readonly SeenAnswer[]): Millis {
  const span = seen.reduce((most, { at }) => Math.max(most, at), -Infinity) - seen.reduce((least, { at }) => Math.min(least, at), Infinity);
  return Math.max(1, span / seenWindows, answersLong * meanOf(seen.map(({ latency }) => latency)));
}

/** The load of the busiest window. Requests that come one by one meet the others, so that one is itself. */
function busiest(windows: readonly LoadWindow[], percent: number): KnownLoad | undefined {
  const meanBatch = Math.max(0, ...windows.map(({ batch }) => batch)) - 1;
  return meanBatch > 0 ? { kind: 'batch', meanBatch, percent } : undefined;
}
