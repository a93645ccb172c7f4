import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Observation } from '../domain/observation.ts';
import type { Arm } from '../domain/rollout.ts';
import { judge } from './judgement.ts';

/** How evidence is collected; docs/rollout.md says why. */
export const evidenceDefaults = {
  /** A slow or failed request of the candidate is set aside when somebody else was in trouble this near to it. */
  nearby: 60_000,
  /** The two latest blocks of this length are counted apart: what begins late must not drown in the good hours before it. */
  block: 1_800_000,
  /** Retention is read when an accepted text is this old, in seconds. */
  keptAfterSeconds: 30,
  /** Times of capacity errors that are kept; as many as `gates.capacity.count` may ask for. */
  capacityKept: 100,
} as const;

/** Counts that latency and errors are judged by; `…Aside`: slow or failed, but others were at the same time, so that it may be this machine. */
export interface TrialCounts {
  /** Requests whose latency is known well enough to be called slow or not. */
  readonly timed: number;
  readonly slow: number;
  /** Not in `timed` and `slow`. */
  readonly slowAside: number;
  readonly errorTrials: number;
  readonly errors: number;
  /** Not in `errorTrials` and `errors`. */
  readonly errorsAside: number;
}

/** The trials of one half hour. `block`: its number since 1970. */
export interface BlockCounts extends TrialCounts {
  readonly block: number;
}

/** Accepted texts of one language that somebody checked, and those that name something that is not there. */
export interface LanguageCounts {
  readonly checked: number;
  readonly unknown: number;
}

/** Everything that is known of one arm within one phase: plain JSON, and two of them add up to one. @see merged */
export interface ArmCounts extends TrialCounts {
  /** Everything that was sent to it for a person, whatever came of it. */
  readonly requests: number;
  /** Requests that the model said something about: texts, orderly empty answers, filtered ones, and bad requests. */
  readonly answers: number;
  readonly empty: number;
  readonly filtered: number;
  readonly badRequests: number;
  readonly capacity: number;
  /** When the latest capacity errors were, ascending; the latest hundred. */
  readonly capacityAt: readonly EpochMillis[];
  readonly shown: number;
  readonly accepted: number;
  /** Accepted texts that were looked at again after 30 s; sum and sum of squares of the share that was still there, 0…1 each. */
  readonly kept: number;
  readonly keptShare: number;
  readonly keptSquares: number;
  readonly languages: Readonly<Record<string, LanguageCounts>>;
  /** Of the first and the last trial. */
  readonly firstAt?: EpochMillis;
  readonly lastAt?: EpochMillis;
  /** The latest two half hours with trials, ascending. */
  readonly recent: readonly BlockCounts[];
}

/** The counts of both arms. `control`: what the baseline did at the same time. */
export interface Evidence {
  readonly candidate: ArmCounts;
  readonly control: ArmCounts;
}

/** Counts that are still counted. */
type Tally = { -readonly [Key in keyof Omit<ArmCounts, 'languages' | 'recent'>]: ArmCounts[Key] } & {
  readonly languages: Map<string, LanguageCounts>;
  recent: { -readonly [Key in keyof BlockCounts]: BlockCounts[Key] }[];
};

/** A request of the candidate that counted as slow or failed, and may yet turn out to be this machine's trouble. */
interface Suspect {
  readonly at: EpochMillis;
  readonly slow: boolean;
  readonly failed: boolean;
}

/** Folds what happened in one window during one phase into counts. Pure: times are those of the attempts. */
export class EvidenceFold {
  readonly #slowBeyond: Millis;
  readonly #arms: Readonly<Record<Arm, Tally>> = { candidate: emptyTally(), baseline: emptyTally() };
  #suspects: readonly Suspect[] = [];
  #troubles: readonly EpochMillis[] = [];

  /** @param slowBeyond a request that takes longer is slow: `gates.latency.factor` times the frozen P99 */
  constructor(slowBeyond: Millis) {
    this.#slowBeyond = slowBeyond;
  }

  /**
   * An attempt of a request that was assigned to this arm; one that fell back from the other arm is not one. Our own probes, requests
   * ahead of the person, and what this machine interrupted are no evidence.
   */
  add(arm: Arm, attempt: Attempt): void {
    if (attempt.trigger === 'probe' || attempt.speculative === true) return;
    const tally = this.#arms[arm];
    tally.requests++;
    const { at } = attempt;
    if (attempt.interrupted !== undefined) return this.disturbed(at);
    const { slow, failed, answer, maybeOurs } = judge(attempt, this.#slowBeyond);
    if (answer !== undefined) {
      tally.answers++;
      if (answer !== 'text') tally[answer]++;
    }
    if (attempt.outcome === 'capacity') {
      tally.capacity++;
      tally.capacityAt = latestOf([...tally.capacityAt, at]);
    }
    if (slow === undefined && failed === undefined && answer === undefined) return;
    tally.firstAt = Math.min(at, tally.firstAt ?? at);
    tally.lastAt = Math.max(at, tally.lastAt ?? at);
    const isSuspect = maybeOurs && (slow === true || failed === true);
    const isAside = isSuspect && arm === 'candidate' && this.#troubles.some((trouble) => isNear(trouble, at));
    countTrial(tally, at, isAside ? asideTrial(slow, failed) : countedTrial(slow, failed));
    if (isAside || !isSuspect) return;
    if (arm === 'baseline') this.disturbed(at);
    else this.#suspects = [...this.#suspects.filter((one) => isNear(one.at, at)), { at, slow: slow === true, failed: failed === true }];
  }

  /** What became of a text of this arm. */
  observe(arm: Arm, observation: Observation): void {
    if (observation.origin === 'local') return;
    const tally = this.#arms[arm];
    switch (observation.kind) {
      case 'shown':
        tally.shown++;
        break;
      case 'ended':
        if (observation.as === 'accepted' || observation.as === 'partly-accepted') tally.accepted++;
        break;
      case 'kept':
        if (observation.afterSeconds !== evidenceDefaults.keptAfterSeconds) break;
        tally.kept++;
        tally.keptShare += observation.similarity;
        tally.keptSquares += observation.similarity ** 2;
        break;
      case 'checked': {
        if (!observation.isChecked) break;
        const { checked, unknown } = tally.languages.get(observation.languageId) ?? { checked: 0, unknown: 0 };
        const isUnknown = observation.unknownImports + observation.unknownNames > 0;
        tally.languages.set(observation.languageId, { checked: checked + 1, unknown: unknown + (isUnknown ? 1 : 0) });
        break;
      }
      case 'accepted':
      case 'rated':
        break;
    }
  }

  /**
   * The baseline, another host or this machine was in trouble: slow and unreachable candidate requests of the minute before and after are
   * set aside, those already counted, too. How much of that is believed is decided where counts are read: see `judgedTrials`.
   */
  disturbed(at: EpochMillis): void {
    this.#troubles = [...this.#troubles.filter((trouble) => isNear(trouble, at)), at];
    for (const suspect of this.#suspects.filter((one) => isNear(one.at, at))) {
      const slow = suspect.slow ? 1 : 0;
      const failed = suspect.failed ? 1 : 0;
      const moved = { timed: -slow, slow: -slow, slowAside: slow, errorTrials: -failed, errors: -failed, errorsAside: failed };
      countTrial(this.#arms.candidate, suspect.at, moved);
    }
    this.#suspects = this.#suspects.filter((one) => !isNear(one.at, at));
  }

  /** The counts so far, as values of their own. */
  counts(): Evidence {
    return { candidate: countsOf(this.#arms.candidate), control: countsOf(this.#arms.baseline) };
  }
}

function countedTrial(slow: boolean | undefined, failed: boolean | undefined): TrialCounts {
  return {
    timed: slow === undefined ? 0 : 1,
    slow: slow === true ? 1 : 0,
    slowAside: 0,
    errorTrials: failed === undefined ? 0 : 1,
    errors: failed === true ? 1 : 0,
    errorsAside: 0,
  };
}

/** What is bad is set aside; a slow answer was an answer all the same. */
function asideTrial(slow: boolean | undefined, failed: boolean | undefined): TrialCounts {
  const [slowAside, errorsAside] = [slow === true ? 1 : 0, failed === true ? 1 : 0];
  const { timed, errorTrials } = countedTrial(slow, failed);
  return { timed: timed - slowAside, slow: 0, slowAside, errorTrials: errorTrials - errorsAside, errors: 0, errorsAside };
}

function isNear(one: EpochMillis, other: EpochMillis): boolean {
  return Math.abs(one - other) <= evidenceDefaults.nearby;
}

function latestOf(times: readonly EpochMillis[]): readonly EpochMillis[] {
  return times.toSorted((one, other) => one - other).slice(-evidenceDefaults.capacityKept);
}

const noTrials: TrialCounts = { timed: 0, slow: 0, slowAside: 0, errorTrials: 0, errors: 0, errorsAside: 0 };

function emptyTally(): Tally {
  return { ...emptyCounts, languages: new Map(), recent: [] };
}

/** Nothing was seen yet. */
export const emptyCounts: ArmCounts = {
  ...noTrials,
  ...{ requests: 0, answers: 0, empty: 0, filtered: 0, badRequests: 0, capacity: 0, capacityAt: [] },
  ...{ shown: 0, accepted: 0, kept: 0, keptShare: 0, keptSquares: 0, languages: {}, recent: [] },
};

/** Adds to the whole and to the block of that time; a block that is over for good is not opened again. */
function countTrial(tally: Tally, at: EpochMillis, trial: TrialCounts): void {
  addTrials(tally, trial);
  const number = Math.floor(at / evidenceDefaults.block);
  const newest = tally.recent[tally.recent.length - 1];
  let block = newest?.block === number ? newest : tally.recent.find((one) => one.block === number);
  if (!block && number > (tally.recent[tally.recent.length - 2]?.block ?? -Infinity)) {
    block = { block: number, ...noTrials };
    tally.recent = latestBlocks([...tally.recent, block]);
  }
  if (block) addTrials(block, trial);
}

type Trials = { -readonly [Key in keyof TrialCounts]: TrialCounts[Key] };

/** Field by field and not in a loop: this runs for every request that is simulated. */
function addTrials(sum: Trials, trial: TrialCounts): void {
  sum.timed += trial.timed;
  sum.slow += trial.slow;
  sum.slowAside += trial.slowAside;
  sum.errorTrials += trial.errorTrials;
  sum.errors += trial.errors;
  sum.errorsAside += trial.errorsAside;
}

function latestBlocks<Block extends BlockCounts>(blocks: readonly Block[]): Block[] {
  return blocks.toSorted((one, other) => one.block - other.block).slice(-2);
}

function countsOf({ languages, recent, ...sums }: Tally): ArmCounts {
  return { ...sums, languages: Object.fromEntries(languages), recent: recent.map((block) => ({ ...block })) };
}

const summed = [
  ...(['requests', 'answers', 'empty', 'filtered', 'badRequests', 'capacity'] as const),
  ...(['shown', 'accepted', 'kept', 'keptShare', 'keptSquares'] as const),
];

/** The sum of counts of several windows, restarts or installations. Neither order nor grouping matters. */
export function merged(counts: readonly ArmCounts[]): ArmCounts {
  const sum = emptyTally();
  for (const one of counts) {
    addTrials(sum, one);
    for (const field of summed) sum[field] += one[field];
    for (const [language, { checked, unknown }] of Object.entries(one.languages)) {
      const before = sum.languages.get(language) ?? { checked: 0, unknown: 0 };
      sum.languages.set(language, { checked: before.checked + checked, unknown: before.unknown + unknown });
    }
    sum.recent = mergedBlocks([...sum.recent, ...one.recent]);
    if (one.firstAt !== undefined) sum.firstAt = Math.min(one.firstAt, sum.firstAt ?? one.firstAt);
    if (one.lastAt !== undefined) sum.lastAt = Math.max(one.lastAt, sum.lastAt ?? one.lastAt);
  }
  sum.capacityAt = latestOf(counts.flatMap(({ capacityAt }) => capacityAt));
  return countsOf(sum);
}

function mergedBlocks(blocks: readonly BlockCounts[]): Tally['recent'] {
  const sums = new Map<number, Tally['recent'][number]>();
  for (const one of blocks) {
    const sum = sums.get(one.block) ?? { block: one.block, ...noTrials };
    addTrials(sum, one);
    sums.set(one.block, sum);
  }
  return latestBlocks([...sums.values()]);
}
