import type { Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { AnswerTimings } from './askOllamaTimings.ts';
import { type CapacityForecast, forecastCapacity, type ForecastInput, type KnownSlots } from './capacityForecast.ts';
import { findKnee, type Knee } from './capacityKnee.ts';
import { perSecond, type RampEnd, type RampLevel, type RampResult } from './capacityRamp.ts';
import { drawnAgain, type Estimate, estimateOf, type LoadWindow, quantileOf, replications } from './serviceLaw.ts';

/** One level of a ramp in figures; latencies in ms. */
export interface LevelFigures {
  readonly requests: number;
  readonly answers: number;
  readonly inFlight: number;
  readonly perSecond: Estimate;
  readonly p50: Estimate;
  readonly p95: Estimate;
  readonly p99: Estimate;
}

/** Everything that one capacity check found. */
export interface CapacityFindings {
  readonly levels: readonly LevelFigures[];
  /** Why the ramp ended; `seen`: there was none, and so many answers that came anyway were looked at. */
  readonly end: RampEnd | { readonly kind: 'seen'; readonly answers: number };
  readonly requests: number;
  /** Where latency bends; absent where it does not. */
  readonly knee?: Knee;
  readonly forecast: CapacityForecast;
  /** What does not fit together, one line each. */
  readonly problems: readonly string[];
  /** What was taken for the part of each latency that holds no slot, and who says so. */
  readonly overhead?: { readonly value: Millis; readonly source: 'person' | 'server' | 'nobody' };
  /** What the server says of an answer's time, before the ramp; Ollama does. */
  readonly timings?: AnswerTimings;
}

/** What is known beside the ramp. */
export interface CapacityAssumptions extends Pick<ForecastInput, 'load' | 'servers' | 'percents' | 'overhead' | 'random'> {
  /** Slots of one server, if a person says so. */
  readonly slots?: number;
}

/** A server that does not say its slots fills its cache unevenly: the estimate may be off by so much. */
const estimateError = 0.25;

/** What a ramp says about a rollout. */
export function judgeRamp(ramp: RampResult, assumed: CapacityAssumptions): CapacityFindings {
  const { overhead, random } = assumed;
  const windows = ramp.levels
    .filter(({ isWhole }) => isWhole)
    .map(({ inFlight, answers }): LoadWindow => ({ batch: inFlight, latencies: answers.map(({ latency }) => latency) }));
  const knee = findKnee(windows, overhead, random);
  const problems: string[] = [];
  const slots = slotsOf(ramp, knee, assumed.slots, problems);
  const spread = ramp.levels.find(({ inFlight, requests }) => requests > 1 && inFlight < 0.6 * requests);
  if (spread) {
    problems.push(
      `of ${spread.requests} requests at once only ${spread.inFlight.toFixed(1)} were ever under way: the rate allowed is too low for so fast a server`,
    );
  }
  const forecast = forecastCapacity({ ...assumed, windows, slots });
  return {
    levels: ramp.levels.map((level) => figuresOf(level, random)),
    end: ramp.end,
    requests: ramp.requests,
    ...(knee ? { knee } : {}),
    forecast,
    problems,
  };
}

/** Who says how many slots there are: a person, then the server unless the ramp shows fewer, then the ramp. */
function slotsOf(ramp: RampResult, knee: Knee | undefined, stated: number | undefined, problems: string[]): KnownSlots | undefined {
  const seen = seenSlots(ramp, knee);
  const { state } = ramp;
  const said = state?.slots;
  const claimed = stated ?? said;
  if (claimed === undefined) return seen;
  if (seen && seen.high * 1.25 < claimed) {
    const who = stated === undefined ? 'the server says' : 'it was said';
    problems.push(
      `${who} that there are ${claimed} slots, but requests wait or are refused from ${Math.ceil(seen.value) + 1} at once; that is believed`,
    );
    return seen;
  }
  const isEstimate = stated === undefined && state?.isEstimate === true;
  const error = isEstimate ? estimateError : 0;
  const low = Math.max(1, claimed * (1 - error));
  return { value: claimed, low, high: claimed * (1 + error), source: stated === undefined ? 'server' : 'person' };
}

function seenSlots({ end, levels }: RampResult, knee: Knee | undefined): KnownSlots | undefined {
  const knees = knee && { ...wholeSlots(knee.slots), source: 'ramp' as const };
  if (end.kind !== 'refused' || end.inFlight < 2) return knees;
  // A queue in front of the slots takes some more before it refuses; a bend below says where the slots end.
  const most = end.inFlight - 1;
  if (knees && knees.high < most) return knees;
  const answered = levels.flatMap(({ answers }) => answers.map(({ inFlight }) => inFlight)).filter((inFlight) => inFlight <= most);
  return { value: most, low: Math.min(most, Math.max(1, ...answered)), high: most, source: 'refusals' };
}

/** Slots are whole, and requests that only just begin to wait bend the curve a little late. */
function wholeSlots({ value, low, high }: Estimate): Estimate {
  const whole = (slots: number): number => Math.max(1, Math.floor(slots));
  return { value: whole(value), low: whole(low), high: whole(high) };
}

function figuresOf(level: RampLevel, random: Random): LevelFigures {
  const latencies = level.answers.map(({ latency }) => latency);
  const drawn = Array.from({ length: replications }, () => drawnAgain(latencies, random).toSorted((one, other) => one - other));
  const sorted = latencies.toSorted((one, other) => one - other);
  const mean = (values: readonly Millis[]): Millis => values.reduce((sum, value) => sum + value, 0) / values.length;
  const seen = perSecond(level);
  const at = (share: number): Estimate =>
    estimateOf(
      quantileOf(sorted, share),
      drawn.map((each) => quantileOf(each, share)),
    );
  return {
    requests: level.requests,
    answers: latencies.length,
    inFlight: level.inFlight,
    // As many at once as there are, an answer's time makes the rate.
    perSecond: estimateOf(
      seen,
      drawn.map((each) => (seen * mean(latencies)) / mean(each)),
    ),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}
