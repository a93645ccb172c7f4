import type { Random } from '../../src/base/random.ts';
import type { Attempt, AttemptOutcome } from '../../src/domain/attempt.ts';
import type { RolloutPhase } from '../../src/domain/rollout.ts';
import { EvidenceFold } from '../../src/rollout/evidence.ts';
import { readGates, slowBeyond, type Verdict, verdictOf } from '../../src/rollout/gates.ts';
import { frozen, plan } from '../fakes/rolloutPlan.ts';

/** A candidate, and the world that it meets. */
export interface World {
  /** Its latencies, as a multiple of the baseline's. */
  readonly slower: number;
  /** Share of its requests that fail at once. */
  readonly errors?: number;
  /** Share of its requests that take three seconds, besides those that are slow anyway. */
  readonly tail?: number;
  /** Share of all requests that this machine holds up for two seconds, each by itself. */
  readonly stalls?: number;
  /** The network is away for half a minute in every hour: everything takes three seconds longer or fails. */
  readonly outages?: 'slow' | 'offline';
  /** Everything, the baseline too, is as slow as the candidate: servers that both share. */
  readonly isShared?: boolean;
  /** The candidate is as good as the baseline up to this request of it. */
  readonly goodFor?: number;
}

/** What came of one run. */
export interface RunEnd {
  readonly verdict: 'roll-back' | 'pause' | 'may-advance' | 'none';
  /** Requests of the candidate up to then. */
  readonly requests: number;
  /** Requests of the candidate since the gates were allowed to decide, or since it became bad. */
  readonly afterMinimum: number;
  readonly gate: string;
}

/** How long a run is, and where it stops. */
export interface RunPlan {
  /** Most requests of the candidate. */
  readonly requests: number;
  /** With `roll-back` it is watched to its end, whatever else would be decided. */
  readonly stopsAt: 'roll-back' | 'any decision';
}

/** Mean time between two requests of a person who types, in milliseconds. */
const between = 6000;
const start = Date.UTC(2026, 10, 23, 9);
const hour = 3_600_000;
const outage = 30_000;
/** By then, ten requests in half a minute have been made. */
const beginning = 120_000;
/** Latencies of the baseline: log-normal with this median, and the P99 of `frozen`. */
const median = 93;
const spread = Math.log(frozen.p99 / median) / 2.3263;

/** One latency of the baseline, in ms, by the method of Box and Muller. */
export function baselineLatency(random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}

/** A rollout in its first stage, request by request, through the real evidence, gates and verdict. */
export function runRollout(world: World, { requests, stopsAt }: RunPlan, random: Random): RunEnd {
  const fold = new EvidenceFold(slowBeyond(plan, frozen));
  const phase: RolloutPhase = { kind: 'stage', percent: 5 };
  let now = start;
  let seen = 0;
  let minimum = world.goodFor;
  while (seen < requests) {
    now -= between * Math.log(1 - random());
    const arm = random() < plan.control ? 'baseline' : 'candidate';
    const isBad = (arm === 'candidate' || world.isShared === true) && seen >= (world.goodFor ?? 0);
    const { outcome, elapsed } = attemptAt(now, world, isBad, random);
    fold.add(arm, attempt);
    if (arm === 'candidate') seen++;
    if (minimum === undefined && seen >= 10 && now - start >= 30_000) minimum = seen;
    const isAdverse = outcome !== 'ok' || elapsed > 2 * frozen.p99;
    // Nothing but a slow or failed request can trip a gate once the least number of requests and the least span are reached.
    if (!isAdverse && now - start > beginning && (stopsAt === 'roll-back' || seen % 50 !== 0)) continue;
    const verdict = verdictAt(fold, phase, now);
    if (verdict.kind === 'roll-back' || (stopsAt === 'any decision' && verdict.kind !== 'collecting')) {
      const gate = verdict.kind === 'may-advance' ? '' : verdict.gate;
      return { verdict: verdict.kind, requests: seen, afterMinimum: seen - (minimum ?? seen), gate };
    }
  }
  return { verdict: 'none', requests: seen, afterMinimum: seen, gate: '' };
}

function verdictAt(fold: EvidenceFold, phase: RolloutPhase, now: number): Verdict {
  const common = { policy: plan, frozen, phase, since: start, now, memoryHighFor: 0, dirtyExits: 0 };
  return verdictOf(readGates({ ...fold.counts(), ...common }));
}

/** The one attempt that is folded again and again: ten thousand runs make hundreds of millions of them. */
const attempt: { -readonly [Key in keyof Attempt]: Attempt[Key] } = {
  at: start,
  requestId: '',
  sourceId: 'team',
  model: '',
  trigger: 'automatic',
  outcome: 'ok',
  elapsed: 0,
  censored: false,
  stage: 'done',
  bytes: 0,
};

function attemptAt(at: number, world: World, isBad: boolean, random: Random): Attempt {
  let elapsed = baselineLatency(random) * (isBad ? world.slower : 1);
  let outcome: AttemptOutcome = random() < frozen.errorRate ? 'server' : 'ok';
  if (isBad && world.errors !== undefined && random() < world.errors) outcome = 'server';
  if (isBad && world.tail !== undefined && random() < world.tail) elapsed += 3000;
  if (world.stalls !== undefined && random() < world.stalls) elapsed += 2000;
  if (world.outages !== undefined && (at - start) % hour > hour - outage) {
    if (world.outages === 'offline') outcome = 'network';
    else elapsed += 3000;
  }
  attempt.at = at;
  attempt.outcome = outcome;
  attempt.elapsed = elapsed;
  return attempt;
}

/** What many runs came to. */
export interface RunSummary {
  /** Shares of the runs, 0…1. */
  readonly rolledBack: number;
  readonly paused: number;
  readonly promoted: number;
  /** Of those that were rolled back. */
  readonly medianRequests: number;
  readonly medianAfterMinimum: number;
  readonly p90AfterMinimum: number;
}

/** Many runs of one world. */
export function runMany(world: World, runs: number, runPlan: RunPlan, random: Random): RunSummary {
  const ends = Array.from({ length: runs }, () => runRollout(world, runPlan, random));
  const back = ends.filter(({ verdict }) => verdict === 'roll-back');
  const share = (kind: RunEnd['verdict']): number => ends.filter(({ verdict }) => verdict === kind).length / runs;
  const after = back.map(({ afterMinimum }) => afterMinimum).sort((one, other) => one - other);
  const all = back.map(({ requests }) => requests).sort((one, other) => one - other);
  return {
    rolledBack: share('roll-back'),
    paused: share('pause'),
    promoted: share('may-advance'),
    medianRequests: all[Math.floor(all.length / 2)] ?? Number.NaN,
    medianAfterMinimum: after[Math.floor(after.length / 2)] ?? Number.NaN,
    p90AfterMinimum: after[Math.floor(after.length * 0.9)] ?? Number.NaN,
  };
}

/** The usual threshold: the P99 of the latest `window` latencies, looked at after each `every` requests. */
export interface Threshold {
  readonly requests: number;
  readonly window: number;
  readonly every: number;
}

/** After how many requests that P99 is beyond twice the frozen one; `undefined`: never. */
export function thresholdTrips(world: World, { requests, window, every }: Threshold, random: Random): number | undefined {
  const late = new Uint8Array(window);
  // The nearest-rank P99 is beyond the limit when more than a hundredth of the window is.
  const most = window - Math.ceil(0.99 * window);
  let count = 0;
  for (let seen = 1; seen <= requests; seen++) {
    const elapsed = baselineLatency(random) * world.slower + (random() < (world.stalls ?? 0) ? 2000 : 0);
    const isLate = elapsed > 2 * frozen.p99 ? 1 : 0;
    const place = seen % window;
    count += isLate - (late[place] ?? 0);
    late[place] = isLate;
    if (seen >= Math.min(window, 20) && seen % every === 0 && count > most) return seen;
  }
  return undefined;
}
