import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Observation } from '../domain/observation.ts';
import type { Arm } from '../domain/rollout.ts';

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
  /** When the latest capacity errors were, ascending; ≤ 10. */
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

/** Folds what happened in one window during one phase into counts. */
export class EvidenceFold {
  /** @param slowBeyond latency in ms beyond which a request is slow: `gates.latency.factor` times the frozen P99 */
  constructor(_slowBeyond: Millis) {}

  /** Every attempt of a request that was assigned to this arm; a fallback to the other arm's model is not one. */
  add(_arm: Arm, _attempt: Attempt): void {}

  observe(_arm: Arm, _observation: Observation): void {}

  /** Another host was slow or could not be reached, or this machine slept or was offline: slow candidate samples of ±60 s are set aside. */
  disturbed(_at: EpochMillis): void {}

  counts(): Evidence {
    throw new Error('not built yet');
  }
}

/** The sum of counts of several windows, restarts or installations. Order does not matter. */
export function merged(_counts: readonly ArmCounts[]): ArmCounts {
  throw new Error('not built yet');
}
