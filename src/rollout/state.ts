import type { EpochMillis, Millis } from '../base/clock.ts';
import { readinessChecks, type ReadinessCheck, type RolloutDecision, type RolloutPhase } from '../domain/rollout.ts';
import { isActive, rankOf } from './phases.ts';

/** How long a candidate that was taken back stays away: a night and a working day to look at it. */
export const freezeFor: Millis = 86_400_000;

/** Where a rollout is, and what was decided about it. */
export interface RolloutState {
  readonly phase: RolloutPhase;
  /** When the phase began; never before anything that was decided earlier, whatever the clock said. */
  readonly since: EpochMillis;
  /** Decisions that applied so far. The next one carries this plus one. */
  readonly revision: number;
  /** Revision at which the evidence that counts now began to be collected: counts carry it, and others are not added. A pause keeps it, and what was paused for too little evidence goes on with it. */
  readonly evidenceFrom: number;
  /** Latest time of any decision that applied since the last beginning. */
  readonly latestAt: EpochMillis;
  readonly reason: string;
  /** `backend/model` that the rollout began with. */
  readonly candidate?: string;
  readonly pinned?: string;
  readonly blocked: readonly string[];
  readonly overrides: Readonly<Partial<Record<ReadinessCheck, Override>>>;
  /** Decisions that applied, newest first. */
  readonly history: readonly RolloutDecision[];
}

/** A check that a person did without. */
export interface Override {
  readonly reason: string;
  readonly at: EpochMillis;
}

const beginning: RolloutState = {
  phase: { kind: 'idle' },
  since: 0,
  revision: 0,
  evidenceFrom: 0,
  latestAt: 0,
  reason: '',
  blocked: [],
  overrides: {},
  history: [],
};

/** These apply whatever number they carry: safety does not lose a race (law 15). */
const safe: ReadonlySet<string> = new Set<RolloutDecision['action']>(['roll-back', 'block', 'pin']);

/**
 * The state after these decisions, in the order in which they were written. A decision that was made from an older state than the one it
 * meets does nothing, nor does one that its phase does not allow, so it does not matter how many windows decide at once.
 */
export function foldDecisions(decisions: readonly RolloutDecision[]): RolloutState {
  return decisions.reduce(applied, beginning);
}

function applied(state: RolloutState, decision: RolloutDecision): RolloutState {
  if (!safe.has(decision.action) && decision.revision !== state.revision + 1) return state;
  const changed = changeOf(state, decision);
  if (!changed) return state;
  const isFresh = decision.action === 'reset' || decision.action === 'begin';
  const at = isFresh ? decision.at : Math.max(decision.at, state.latestAt);
  const revision = state.revision + 1;
  const isMoved = changed.phase !== undefined && changed.phase !== state.phase;
  const isNew = isMoved && decision.action !== 'pause' && (decision.action !== 'resume' || isDoubted(state));
  const { pinned, ...others } = state;
  return {
    ...others,
    ...(pinned === undefined || decision.action === 'unpin' ? {} : { pinned }),
    ...changed,
    revision,
    latestAt: at,
    ...(isMoved ? { since: at, reason: decision.reason } : {}),
    ...(isNew ? { evidenceFrom: revision } : {}),
    history: [decision, ...state.history],
  };
}

/**
 * Whether it was paused for what the counts say, rather than for their being too few: a person who goes on then does not believe them,
 * and the same counts would pause it again.
 */
function isDoubted({ history }: RolloutState): boolean {
  const gate = history.find(({ action }) => action === 'pause')?.gate;
  return gate !== undefined && gate !== 'dwell' && gate !== 'readiness';
}

/** What a decision changes; `undefined`: it does not apply here. */
function changeOf(state: RolloutState, decision: RolloutDecision): Partial<RolloutState> | undefined {
  const { phase } = state;
  const { subject, reason, at } = decision;
  switch (decision.action) {
    case 'begin':
      return decision.phase.kind === 'preflight' && canBegin(state, decision) ? begun(state, decision) : undefined;
    case 'advance':
      return isActive(phase) && isActive(decision.phase) && rankOf(decision.phase) > rankOf(phase) ? { phase: decision.phase } : undefined;
    case 'pause':
      return isActive(phase) ? { phase: { kind: 'paused', before: phase } } : undefined;
    case 'resume':
      return phase.kind === 'paused' ? { phase: phase.before } : undefined;
    case 'finish':
      return phase.kind === 'soak' ? { phase: { kind: 'done' } } : undefined;
    case 'roll-back':
      return { phase: rolledBack(state, at) };
    case 'reset':
      return phase.kind === 'rolled-back' && decision.by !== 'person' ? undefined : { phase: { kind: 'idle' }, overrides: {} };
    case 'block': {
      const blocked = subject === undefined ? state.blocked : [...new Set([...state.blocked, subject])];
      return { blocked, ...(decision.phase.kind === 'rolled-back' ? { phase: rolledBack(state, at) } : {}) };
    }
    case 'unblock':
      return { blocked: state.blocked.filter((model) => model !== subject) };
    case 'pin':
      return subject === undefined ? undefined : { pinned: subject };
    case 'unpin':
      return {};
    case 'override': {
      const check = readinessChecks.find((name) => name === subject);
      return check && { overrides: { ...state.overrides, [check]: { reason, at } } };
    }
  }
}

/** Frozen from the later of `at` and the latest decision: a clock that was set back does not shorten it. */
export function rolledBack({ latestAt }: RolloutState, at: EpochMillis): RolloutPhase {
  return { kind: 'rolled-back', until: Math.max(at, latestAt) + freezeFor };
}

/** Nothing runs, and it is not the candidate that was just taken back. */
function canBegin({ phase, candidate, pinned, blocked }: RolloutState, { at, subject }: RolloutDecision): boolean {
  if (pinned !== undefined || blocked.some((model) => subject?.endsWith(`/${model}`))) return false;
  if (phase.kind === 'rolled-back') return at >= phase.until || subject !== candidate;
  return phase.kind === 'idle' || phase.kind === 'done';
}

function begun(state: RolloutState, { phase, subject }: RolloutDecision): Partial<RolloutState> {
  const isAnother = state.candidate !== undefined && state.candidate !== subject;
  return { phase, ...(subject === undefined ? {} : { candidate: subject }), ...(isAnother ? { overrides: {} } : {}) };
}
