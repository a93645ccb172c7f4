import type { EpochMillis, Millis } from '../base/clock.ts';
import type { ActivePhase, GateName, GateReading, RolloutPhase } from '../domain/rollout.ts';
import { logSplitEvidence, splitDefaults } from './binomial.ts';
import { type Evidence, evidenceDefaults } from './evidence.ts';
import type { Manifest } from './policy.ts';
import { readAcceptance, readHallucination, readRetention } from './qualityGates.ts';
import { readAnswers, readErrors, readLatency } from './trialGates.ts';
import { durationWords, percentWords } from './words.ts';

/** What the gates that count nothing go by; docs/rollout.md says why. */
export const gateDefaults = {
  /** Capacity errors take it back by their number up to this stage, in percent; later they are errors like others. */
  capacityUpTo: 25,
  /** Without enough evidence after so many times the dwell the rollout is paused. */
  patience: 3,
  /** Requests that the smaller arm should have had before the split is looked at. */
  leastOfSplit: 5,
  /** Share of errors that is never passed, whatever the baseline's was: one that fails more often is no measure. */
  mostErrors: 0.5,
} as const;

/** The baseline as it was when the rollout began; shares 0…1. */
export interface FrozenBaseline {
  readonly p99: Millis;
  readonly errorRate: number;
  readonly filterRate: number;
  readonly badRequestRate: number;
}

/** What the gates are read from. The counts are those of the present phase only: see `RolloutState.evidenceFrom`. */
export interface GateInput extends Evidence {
  readonly policy: Manifest;
  readonly frozen: FrozenBaseline;
  readonly phase: RolloutPhase;
  /** When the phase began: `RolloutState.since`. */
  readonly since: EpochMillis;
  readonly now: EpochMillis;
  /** So long memory pressure has been at `high` without a pause; 0 while it is not. */
  readonly memoryHighFor: Millis;
  /** Unclean ends of this extension host since the phase began. */
  readonly dirtyExits: number;
}

/** What follows from the gates. */
export type Verdict =
  | {
      readonly kind: 'roll-back' | 'pause';
      readonly gate: GateName;
      readonly reason: string;
      readonly figures: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'may-advance'; readonly reason: string; readonly figures: Readonly<Record<string, number>> }
  | { readonly kind: 'collecting'; readonly reason: string };

/** Every gate that is not switched off, as it stands; empty where nothing is being rolled out. */
export function readGates(input: GateInput): readonly GateReading[] {
  const phase = input.phase.kind === 'paused' ? input.phase.before : input.phase;
  if (phase.kind !== 'shadow' && phase.kind !== 'stage' && phase.kind !== 'soak') return [];
  const { candidate, policy, frozen } = input;
  const { gates, off } = policy;
  const isShadow = phase.kind === 'shadow';
  const counted: GateReading[] = [
    readLatency(candidate, gates.latency.share, slowBeyond(policy, frozen), isShadow),
    readErrors(candidate, errorLimit(policy, frozen), isShadow),
    readCapacity(input, phase),
    readAnswers('filter', candidate.filtered, candidate, frozen.filterRate + gates.filter.margin, 'met a content filter'),
    readAnswers(
      'bad-request',
      candidate.badRequests,
      candidate,
      frozen.badRequestRate + gates.badRequest.margin,
      'were refused as bad requests',
    ),
    readMemory(input),
    readCrash(input),
    ...(isShadow ? [] : readPeople(input)),
  ].filter(({ gate }) => !off.includes(gate));
  // The pairs of the shadow are evidence, and not only time: without them nothing would be wanted of it at all.
  return off.includes('dwell') && !isShadow ? counted : [...counted, readDwell(input, phase, counted)];
}

/** A request of more than so many milliseconds is slow. */
export function slowBeyond({ gates }: Manifest, { p99 }: FrozenBaseline): Millis {
  return gates.latency.factor * p99;
}

/** Share of failed requests that is allowed. */
function errorLimit({ gates: { errors } }: Manifest, { errorRate }: FrozenBaseline): number {
  return Math.min(gateDefaults.mostErrors, Math.max(errors.share, errors.factor * errorRate));
}

/** What only people who were served can tell. */
function readPeople(input: GateInput): readonly GateReading[] {
  const { acceptance, retention, hallucination } = input.policy.gates;
  return [
    readAcceptance(input, acceptance.margin),
    readRetention(input, retention.margin),
    ...readHallucination(input, hallucination.margin),
    readAssignment(input),
  ];
}

function readCapacity({ candidate, control, policy }: GateInput, phase: ActivePhase): GateReading {
  const { count, within } = policy.gates.capacity;
  const gate = 'capacity';
  const seen = `${candidate.capacity} capacity errors, with the baseline ${control.capacity}`;
  if (phase.kind === 'soak' || (phase.kind === 'stage' && phase.percent > gateDefaults.capacityUpTo)) {
    return {
      gate,
      verdict: 'holds',
      words: `${seen}; beyond ${gateDefaults.capacityUpTo} % they count as errors only`,
      value: candidate.capacity,
    };
  }
  // Of the time before the oldest error of the baseline that is kept nobody knows whether it was full, too.
  const knownFrom = control.capacityAt.length < evidenceDefaults.capacityKept ? -Infinity : (control.capacityAt[0] ?? -Infinity);
  const times = candidate.capacityAt.filter((at) => at >= knownFrom);
  const isProven = times.some((first, index) => {
    const last = times[index + count - 1] ?? Infinity;
    return last - first <= within && !control.capacityAt.some((at) => at >= first - within && at <= last + within);
  });
  const verdict = isProven ? 'tripped' : 'holds';
  const words = `${seen}; fewer than ${count} within ${durationWords(within)} are allowed while the baseline has none`;
  return { gate, verdict, words, value: candidate.capacity, limit: count };
}

function readMemory({ memoryHighFor, policy, since, now }: GateInput): GateReading {
  const { highFor } = policy.gates.memory;
  // What was so before the phase began is not the candidate's. On a clock that was set back nobody knows when that was.
  const value = now < since ? memoryHighFor : Math.min(memoryHighFor, now - since);
  const verdict = value >= highFor ? 'tripped' : 'holds';
  const words = value > 0 ? `memory pressure has been high for ${durationWords(value)}` : 'memory pressure is not high';
  return { gate: 'memory', verdict, words: `${words}; ${durationWords(highFor)} is the limit`, value, limit: highFor };
}

function readCrash({ dirtyExits }: GateInput): GateReading {
  const words = dirtyExits === 0 ? 'the extension host has not crashed' : `the extension host ended uncleanly, ${dirtyExits} times`;
  return {
    gate: 'crash',
    verdict: dirtyExits > 0 ? 'tripped' : 'holds',
    words: words.replace(', 1 times', ''),
    value: dirtyExits,
    limit: 0,
  };
}

/** Whether the requests were split as planned: a version that loses its requests before they are counted looks better than it is. */
function readAssignment({ candidate, control, policy }: GateInput): GateReading {
  const [own, other] = [candidate.requests, control.requests];
  const samples = own + other;
  const needed = Math.ceil(gateDefaults.leastOfSplit / Math.min(policy.control, 1 - policy.control));
  const share = samples === 0 ? 0 : other / samples;
  const words = `${other} of ${samples} requests went to the baseline for comparison, ${percentWords(policy.control)} are planned`;
  const isMismatch = logSplitEvidence(own, other, 1 - policy.control) >= Math.log(splitDefaults.mismatchAt);
  const verdict = samples < needed ? 'collecting' : isMismatch ? 'paused' : 'holds';
  return { gate: 'assignment', verdict, words, samples, needed, value: share, limit: policy.control };
}

/** Whether it has lasted long enough, and whether it has been waited for long enough. */
function readDwell(input: GateInput, phase: ActivePhase, others: readonly GateReading[]): GateReading {
  const { policy, candidate, now, since } = input;
  const gate = 'dwell';
  // A clock that was set back shows a negative time: nothing has passed then.
  const passed = Math.max(0, now - since);
  const dwell = dwellOf(policy, phase);
  const missing = others.find((reading) => isProof(reading) && reading.verdict !== 'holds');
  const isShadow = phase.kind === 'shadow';
  const pairs = isShadow ? policy.shadow.pairs : 0;
  const isEnough = missing === undefined && candidate.timed >= pairs;
  const common = { gate, value: passed, limit: dwell, ...(isShadow ? { samples: candidate.timed, needed: pairs } : {}) } as const;
  if (isEnough && (isShadow || passed >= dwell)) return { ...common, verdict: 'holds', words: `it has lasted ${durationWords(passed)}` };
  const lack = isShadow ? `${candidate.timed} of ${pairs} pairs are there` : (missing?.words ?? '');
  if (passed >= gateDefaults.patience * dwell && !policy.off.includes('dwell')) {
    return { ...common, verdict: 'paused', words: `too little is known after ${durationWords(passed)}: ${lack}` };
  }
  const wait = isShadow ? lack : `${durationWords(passed)} of at least ${durationWords(dwell)}`;
  return { ...common, verdict: 'collecting', words: wait };
}

/** How long a phase lasts at least. Of the shadow: how long its pairs may take. */
function dwellOf({ stages, soak, shadow }: Manifest, phase: ActivePhase): Millis {
  if (phase.kind === 'soak') return soak;
  if (phase.kind === 'stage') {
    // A stage that the manifest no longer has lasts as long as the longest.
    return stages.find(({ percent }) => percent === phase.percent)?.dwell ?? Math.max(...stages.map(({ dwell }) => dwell));
  }
  return Math.max(stages[0]?.dwell ?? 0, (shadow.pairs / Math.max(1, shadow.requestsPerHour)) * 3_600_000);
}

/** Gates that have to hold, and not only be silent, before it gets further (law 15). */
function isProof({ gate }: GateReading): boolean {
  return gate === 'latency' || gate === 'errors';
}

/** What follows: harm before doubt before patience. */
export function verdictOf(readings: readonly GateReading[]): Verdict {
  const harm = readings.find(({ verdict }) => verdict === 'tripped');
  if (harm) return { kind: 'roll-back', gate: harm.gate, reason: harm.words, figures: figuresOf([harm]) };
  const doubt = readings.find(({ verdict }) => verdict === 'paused');
  if (doubt) return { kind: 'pause', gate: doubt.gate, reason: doubt.words, figures: figuresOf([doubt]) };
  const proof = readings.filter(isProof);
  const wanted = readings.filter((reading) => isProof(reading) || reading.gate === 'dwell');
  const open = wanted.find(({ verdict }) => verdict !== 'holds');
  if (proof.length === 0) return { kind: 'collecting', reason: 'neither latency nor errors are watched, so nothing can be proven' };
  if (open) return { kind: 'collecting', reason: open.words };
  return { kind: 'may-advance', reason: proof.map(({ words }) => words).join('; '), figures: figuresOf(wanted) };
}

/** The figures of gates under their names: `latency.samples`, `latency.value` and so on. */
function figuresOf(readings: readonly GateReading[]): Readonly<Record<string, number>> {
  const figures = readings.flatMap(({ gate, samples, needed, value, limit }) =>
    Object.entries({ samples, needed, value, limit }).map(([name, figure]) => [`${gate}.${name}`, figure] as const),
  );
  return Object.fromEntries(figures.flatMap(([name, figure]) => (figure === undefined ? [] : [[name, figure]])));
}
