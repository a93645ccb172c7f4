import type { EpochMillis } from '../base/clock.ts';
import type { ReadinessCheck, ReadinessItem, RolloutAction, RolloutDecision, RolloutPhase, RolloutWish } from '../domain/rollout.ts';
import type { Verdict } from './gates.ts';
import type { Manifest } from './policy.ts';

/** Where a rollout is, and what was decided about it. */
export interface RolloutState {
  readonly phase: RolloutPhase;
  /** When the phase began; never before anything that was decided earlier, whatever the clock said. */
  readonly since: EpochMillis;
  /** Of the last decision that applied; 0 before the first. */
  readonly revision: number;
  /** Revision at which the evidence that counts now began to be collected: counts carry it, and others are not added. A pause keeps it. */
  readonly evidenceFrom: number;
  /** Latest time of any decision that applied. */
  readonly latestAt: EpochMillis;
  readonly reason: string;
  /** `backend/model` that the rollout began with. */
  readonly candidate?: string;
  readonly pinned?: string;
  readonly blocked: readonly string[];
  readonly overrides: Readonly<Partial<Record<ReadinessCheck, { readonly reason: string; readonly at: EpochMillis }>>>;
  /** Decisions that applied, newest first. */
  readonly history: readonly RolloutDecision[];
}

/** What a decision is made from, besides the state. */
export interface DecisionGround {
  readonly manifest: Manifest;
  /** Absent where there are no readings, e.g. when nothing runs. */
  readonly verdict?: Verdict;
  readonly readiness: readonly ReadinessItem[];
  readonly now: EpochMillis;
}

/** The state after these decisions, in the order in which they were written. */
export function foldDecisions(_decisions: readonly RolloutDecision[]): RolloutState {
  throw new Error('not built yet');
}

/** What the gates decide now; `undefined`: nothing. */
export function decide(_state: RolloutState, _ground: DecisionGround): RolloutDecision | undefined {
  throw new Error('not built yet');
}

/** What a person can ask for now. */
export function allowedActions(_state: RolloutState, _manifest: Manifest, _now: EpochMillis): readonly RolloutAction[] {
  throw new Error('not built yet');
}

/** The decision that a person's wish becomes, or why not, in one line. */
export function decisionFor(
  _wish: RolloutWish,
  _state: RolloutState,
  _ground: DecisionGround,
): { readonly decision: RolloutDecision } | { readonly refused: string } {
  throw new Error('not built yet');
}

/** Share of all installations that are in, in percent. */
export function percentIn(_phase: RolloutPhase): number {
  throw new Error('not built yet');
}
