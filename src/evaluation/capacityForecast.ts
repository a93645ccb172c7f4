import type { Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import {
  type Estimate,
  estimateOf,
  fitService,
  isEnough,
  type LoadWindow,
  replications,
  resampled,
  serviceTime,
  type ServiceLaw,
  withoutQueue,
} from './serviceLaw.ts';

/** Load at the busiest time above which a server is no longer safe: a little more makes a queue, and a queue makes everybody wait. */
export const loadLimit = 0.7;

/** The load of a stage is told from one of these; both are those of the busiest time. */
export type KnownLoad =
  /** Requests per second of everybody, as they are with everybody on one version. */
  | { readonly kind: 'rate'; readonly perSecond: number }
  /** Requests that run at once on a server, averaged over time, while so many percent of the people use it. */
  | { readonly kind: 'batch'; readonly meanBatch: number; readonly percent: number };

/** Slots of one server. `source`: who says so. */
export interface KnownSlots extends Estimate {
  readonly source: 'server' | 'ramp' | 'refusals' | 'person';
}

/** What a forecast is made from. */
export interface ForecastInput {
  /** What was seen: levels of a ramp, or minutes of a day; what requests waited for a slot is taken out. */
  readonly windows: readonly LoadWindow[];
  /** Part of each latency that holds no slot; 0 where nothing is known, which makes the forecast careful. */
  readonly overhead: Millis;
  /** `undefined`: nobody could say. */
  readonly slots: KnownSlots | undefined;
  readonly load: KnownLoad | undefined;
  /** Servers that hold the candidate at a stage, ≥ 1. */
  readonly servers: (percent: number) => number;
  /** Stages to be told of, 1…100. */
  readonly percents: readonly number[];
  readonly random: Random;
}

/** What is said of one stage. `unknown`: the range of the load holds the limit, or there is no load. */
export interface StageForecast {
  readonly percent: number;
  readonly servers: number;
  readonly verdict: 'holds' | 'no' | 'unknown';
  /** Slots that would be taken, over those there are; above 1 it refuses or queues without end. */
  readonly load?: Estimate;
  /** Slots that would be needed on each server. */
  readonly slotsNeeded?: Estimate;
  /** Mean of an answer; absent where the slots do not suffice. */
  readonly meanLatency?: Millis;
  /** Servers with which the load would be at the limit. */
  readonly serversNeeded?: Estimate;
}

/** What is said of all stages; the verdict is that of the worst. */
export interface CapacityForecast {
  readonly verdict: StageForecast['verdict'];
  readonly stages: readonly StageForecast[];
  readonly law?: ServiceLaw;
  readonly slots?: KnownSlots;
  /** Why nothing is known, in one line. */
  readonly missing?: string;
}

/**
 * Whether a stage has servers enough, told from a smaller one: load = arrivals · time in a slot / slots, with all slots taken, because
 * that is when a batch is slowest. A latency that is extrapolated would see nothing: a batching server is as fast at two thirds of its
 * load as at one, and then its slots are full.
 *
 * Ranges hold about nine times in ten what another run of the same would give. A verdict is only given where the whole range is on one side.
 */
export function forecastCapacity(input: ForecastInput): CapacityForecast {
  const missing = missingFrom(input);
  if (missing !== undefined) {
    const stages = input.percents.map((percent) => ({ percent, servers: input.servers(percent), verdict: 'unknown' as const }));
    return { verdict: 'unknown', stages, ...(input.slots ? { slots: input.slots } : {}), missing };
  }
  const { overhead, slots, load, random } = input as ForecastInput & { slots: KnownSlots; load: KnownLoad };
  const windows = withoutQueue(input.windows, slots.value, overhead);
  const law = fitService(windows, overhead);
  const others = Array.from({ length: replications }, () => ({
    law: fitService(resampled(windows, random), overhead),
    // Nothing is known of how it lies within its range.
    slots: slots.low + (slots.high - slots.low) * random(),
  }));
  const stages = input.percents.map((percent): StageForecast => {
    const servers = input.servers(percent);
    const arrivals = (fit: ServiceLaw): number => arrivalsPerServer(load, percent, input.servers, fit);
    const needed = (fit: ServiceLaw, own: number): number => (arrivals(fit) / 1000) * serviceTime(fit, own);
    const loads = estimateOf(
      needed(law, slots.value) / slots.value,
      others.map((other) => needed(other.law, other.slots) / other.slots),
    );
    const times = (factor: number): Estimate => ({ value: loads.value * factor, low: loads.low * factor, high: loads.high * factor });
    const wanted = times(servers / loadLimit);
    const meanLatency = loads.value < 1 ? overhead + latencyAt(law, arrivals(law)) : undefined;
    return {
      percent,
      servers,
      verdict: loads.high <= loadLimit ? 'holds' : loads.low > loadLimit ? 'no' : 'unknown',
      load: loads,
      slotsNeeded: times(slots.value),
      serversNeeded: { value: Math.ceil(wanted.value), low: Math.ceil(wanted.low), high: Math.ceil(wanted.high) },
      ...(meanLatency === undefined ? {} : { meanLatency }),
    };
  });
  return { verdict: worstOf(stages), stages, law, slots };
}

function missingFrom({ windows, slots, load }: ForecastInput): string | undefined {
  if (slots === undefined)
    return 'nobody knows how many slots a server has: it does not say, and no ramp reached their end; name them with --slots, or with capacity.slots of the policy';
  if (load === undefined)
    return 'nobody said how many requests there are at the busiest time; name them with --peak-rate, or with capacity.peakRate of the policy';
  if (!isEnough(windows, slots.value)) return 'too few answers, or all at the same load: how a batch slows down cannot be told';
  return undefined;
}

/** Requests per second and server at a stage. */
function arrivalsPerServer(load: KnownLoad, percent: number, servers: (percent: number) => number, law: ServiceLaw): number {
  if (load.kind === 'rate') return (load.perSecond * percent) / 100 / servers(percent);
  // Little's law: as many come as leave.
  const seen = (1000 * load.meanBatch) / serviceTime(law, load.meanBatch);
  return (seen * percent * servers(load.percent)) / (load.percent * servers(percent));
}

/** The time in a slot when as many leave as come: it depends on the batch, and the batch on it. */
function latencyAt(law: ServiceLaw, perSecond: number): Millis {
  const shared = (perSecond / 1000) * law.perRequest;
  return law.alone / Math.max(1e-9, 1 - shared);
}

function worstOf(stages: readonly StageForecast[]): StageForecast['verdict'] {
  const all = stages.map(({ verdict }) => verdict);
  return all.includes('no') ? 'no' : all.includes('unknown') || all.length === 0 ? 'unknown' : 'holds';
}
