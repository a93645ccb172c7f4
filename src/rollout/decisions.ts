import type { EpochMillis } from '../base/clock.ts';
import {
  capacityKnownBeyond,
  percentIn,
  type ReadinessItem,
  type RolloutAction,
  rolloutActions,
  type RolloutDecision,
  type RolloutPhase,
  type RolloutWish,
} from '../domain/rollout.ts';
import type { Verdict } from './gates.ts';
import { canBeTakenBack, isActive, isUnderWay, nextPhase, phaseWords } from './phases.ts';
import { isNamed, nameOf } from './plan.ts';
import type { Manifest } from './policy.ts';
import { rolledBack, type RolloutState } from './state.ts';

/** Longest reason that is kept, in characters. */
export const longestReason = 200;

/** What a decision is made from, besides the state. */
export interface DecisionGround {
  readonly manifest: Manifest;
  /** Absent where there are no readings, e.g. when nothing runs. */
  readonly verdict?: Verdict;
  readonly readiness: readonly ReadinessItem[];
  readonly now: EpochMillis;
}

/** A decision, or why there is none, in one line. */
export type Decided = { readonly decision: RolloutDecision } | { readonly refused: string };

/** `backend/model` of the candidate: what a rollout began with, and what is frozen. */
export function candidateOf({ candidate }: Pick<Manifest, 'candidate'>): string {
  return nameOf(candidate);
}

/** What the gates decide now; `undefined`: nothing. Harm first; nobody gets further on a clock that went back. */
export function decide(state: RolloutState, ground: DecisionGround): RolloutDecision | undefined {
  const { manifest, verdict, now } = ground;
  const { phase } = state;
  if (!canBeTakenBack(phase)) return undefined;
  const by = (action: RolloutAction, next: RolloutPhase, reason: string, more: Partial<RolloutDecision> = {}): RolloutDecision => ({
    ...{ revision: state.revision + 1, at: now, action, by: 'gates', manifest: manifest.hash, phase: next, reason },
    ...more,
  });
  if (state.candidate !== candidateOf(manifest)) {
    return by('reset', { kind: 'idle' }, `the policy names another candidate, ${candidateOf(manifest)}: nothing is proven about it`);
  }
  if (isBlocked(state, manifest)) return by('roll-back', rolledBack(state, now), `${manifest.candidate.model} is blocked`);
  if (!isUnderWay(phase)) return undefined;
  if (verdict?.kind === 'roll-back') {
    return by('roll-back', rolledBack(state, now), verdict.reason, { gate: verdict.gate, figures: verdict.figures });
  }
  if (!isActive(phase)) return undefined;
  const pause = (reason: string, more: Partial<RolloutDecision>): RolloutDecision =>
    by('pause', { kind: 'paused', before: phase }, reason, more);
  const pinned = pinnedElsewhere(state, manifest);
  if (pinned !== undefined) return pause(`${pinned} is pinned`, {});
  if (verdict?.kind === 'pause') return pause(verdict.reason, { gate: verdict.gate, figures: verdict.figures });
  if (now < state.latestAt) return undefined;
  const next = nextPhase(manifest, phase);
  const missing = missingFor(next, ground);
  if (phase.kind === 'preflight') return missing ? undefined : by('advance', next, 'every check that is required has passed');
  const shadow = ground.readiness.find(({ check }) => check === 'shadow')?.state;
  const isProven = verdict?.kind === 'may-advance' || (phase.kind === 'shadow' && (shadow === 'passed' || shadow === 'overridden'));
  if (!isProven) return undefined;
  // In the shadow a check may still be on its way; a stage that waits for one is told.
  if (missing) return phase.kind === 'shadow' ? undefined : pause(missing, { gate: 'readiness' });
  const proof =
    verdict?.kind === 'may-advance' ? { reason: verdict.reason, figures: verdict.figures } : { reason: `the shadow check is ${shadow}` };
  return by(next.kind === 'done' ? 'finish' : 'advance', next, proof.reason, proof.figures ? { figures: proof.figures } : {});
}

/** The check that keeps it from the next phase, in words; shadow traffic is what the shadow phase itself collects. */
function missingFor(next: RolloutPhase, { manifest, readiness }: DecisionGround): string | undefined {
  if (manifest.off.includes('readiness')) return undefined;
  const isOpen = ({ state }: ReadinessItem): boolean => state !== 'passed' && state !== 'overridden';
  if (percentIn(next) <= (manifest.stages[0]?.percent ?? 0)) {
    const open = readiness.find((item) => item.check !== 'shadow' && item.severity === 'blocks' && isOpen(item));
    if (open) return `the check ${open.check} is ${open.state}; without it a rollout does not begin`;
  }
  const capacity = readiness.find(({ check }) => check === 'capacity');
  // Known not to suffice is worse than not known, at any stage.
  if (percentIn(next) > 0 && capacity?.state === 'failed' && capacity.severity === 'blocks') {
    return 'the check capacity has failed: the servers of the next stage would not suffice';
  }
  if (percentIn(next) > capacityKnownBeyond) {
    if (!capacity || isOpen(capacity)) {
      return `the check capacity is ${capacity?.state ?? 'missing'}; beyond ${capacityKnownBeyond} % it has to be known whether the servers suffice`;
    }
  }
  return undefined;
}

/** Whether the candidate may never be one, by the policy or by what a person decided here. */
export function isBlocked(state: RolloutState, { blocked, candidate }: Manifest): boolean {
  return [...state.blocked, ...blocked].some((name) => isNamed(candidate, name));
}

/** The pinned model, where it is not the candidate. */
export function pinnedElsewhere(state: RolloutState, manifest: Manifest): string | undefined {
  const pinned = state.pinned ?? manifest.pinned;
  return pinned === undefined || isNamed(manifest.candidate, pinned) ? undefined : pinned;
}

/** What a person can ask for now. */
export function allowedActions(state: RolloutState, manifest: Manifest, now: EpochMillis): readonly RolloutAction[] {
  return rolloutActions.filter((action) => refusalOf(action, state, manifest, now) === undefined);
}

/** Why an action is not possible now, whatever reason or subject comes with it. */
function refusalOf(action: RolloutAction, state: RolloutState, manifest: Manifest, now: EpochMillis): string | undefined {
  const { phase } = state;
  const not = (isPossible: boolean, why: string): string | undefined =>
    isPossible ? undefined : `This rollout is ${phaseState(phase)}; ${why}.`;
  switch (action) {
    case 'begin':
      return refusedBeginning(state, manifest, now);
    case 'advance':
      return not(isActive(phase) && phase.kind !== 'soak', 'only one that is under way, not paused and not at the end can be promoted');
    case 'pause':
      return not(isActive(phase), 'only one that is under way can be paused');
    case 'resume':
      return not(phase.kind === 'paused', 'only a paused one can be resumed');
    case 'finish':
      return not(phase.kind === 'soak', 'only one in its soak can be finished');
    case 'roll-back':
      return not(canBeTakenBack(phase), 'there is nothing to roll back');
    case 'reset':
      return not(phase.kind !== 'idle', 'there is nothing to reset');
    case 'override':
      return not(isUnderWay(phase) || phase.kind === 'idle', 'a check can be overridden before and during a rollout');
    case 'unpin':
      return state.pinned === undefined ? 'No model is pinned here.' : undefined;
    case 'unblock':
      return state.blocked.length === 0 ? 'No model is blocked here.' : undefined;
    case 'pin':
    case 'block':
      return undefined;
  }
}

function refusedBeginning(state: RolloutState, manifest: Manifest, now: EpochMillis): string | undefined {
  const { phase } = state;
  const { model } = manifest.candidate;
  if (manifest.blocked.some((name) => isNamed(manifest.candidate, name))) return `${model} is blocked by the policy.`;
  if (isBlocked(state, manifest)) return `${model} is blocked; unblock it first.`;
  const pinned = state.pinned ?? manifest.pinned;
  if (pinned !== undefined) return `${pinned} is pinned; unpin it first.`;
  if (phase.kind === 'rolled-back' && now < phase.until && state.candidate === candidateOf(manifest)) {
    return `${model} was rolled back and is frozen until ${new Date(phase.until).toISOString()}; reset the rollout to begin before that.`;
  }
  return isUnderWay(phase) ? `This rollout has begun already; it is ${phaseState(phase)}.` : undefined;
}

function phaseState(phase: RolloutPhase): string {
  return isActive(phase) ? `in ${phaseWords(phase)}` : phaseWords(phase);
}

/** The decision that a person's wish becomes, or why not, in one line. */
export function decisionFor(wish: RolloutWish, state: RolloutState, ground: DecisionGround): Decided {
  const { manifest, now } = ground;
  const { action, subject } = wish;
  const refused = refusalOf(action, state, manifest, now) ?? refusedSubject(wish, state, manifest) ?? refusedPromotion(wish, state, ground);
  if (refused !== undefined) return { refused };
  const given = reasonOf(wish);
  const needsReason = action === 'override' || action === 'block' || (action === 'reset' && state.phase.kind === 'rolled-back');
  if (needsReason && given === '') return { refused: `To ${action} needs a reason: it is kept in the history of the rollout.` };
  const named = action === 'begin' ? candidateOf(manifest) : subject;
  const decision: RolloutDecision = {
    ...{
      revision: state.revision + 1,
      at: now,
      action,
      by: 'person',
      manifest: manifest.hash,
      reason: given === '' ? 'a person asked for it' : given,
    },
    phase: phaseAfter(wish, state, ground),
    ...(named === undefined ? {} : { subject: named }),
  };
  return { decision };
}

function reasonOf({ reason }: RolloutWish): string {
  return reason.replace(/\s+/g, ' ').trim().slice(0, longestReason);
}

/** A person may promote without proof, but has to say why, and not past a check or into harm. */
function refusedPromotion(wish: RolloutWish, { phase }: RolloutState, ground: DecisionGround): string | undefined {
  if ((wish.action !== 'advance' && wish.action !== 'finish') || !isActive(phase)) return undefined;
  const { verdict, manifest } = ground;
  if (verdict?.kind === 'roll-back') return `It is about to be rolled back: ${verdict.reason}.`;
  const missing = missingFor(nextPhase(manifest, phase), ground);
  if (missing !== undefined) return `It cannot be promoted: ${missing}. Do the check, or override it with a reason.`;
  const isProven = phase.kind === 'preflight' || verdict?.kind === 'may-advance';
  if (isProven || reasonOf(wish) !== '') return undefined;
  return `The evidence is not there yet${verdict ? ` (${verdict.reason})` : ''}: to promote without it needs a reason, which is kept in the history.`;
}

function refusedSubject({ action, subject = '' }: RolloutWish, state: RolloutState, manifest: Manifest): string | undefined {
  const models = [manifest.baseline.model, manifest.candidate.model];
  switch (action) {
    case 'pin':
      return models.includes(subject)
        ? undefined
        : `"${subject}" is none of the models of this rollout; ${models.join(' and ')} can be pinned.`;
    case 'block':
      return subject !== '' && subject !== manifest.baseline.model
        ? undefined
        : `"${subject}" cannot be blocked; the candidate or another model can.`;
    case 'unblock':
      return state.blocked.includes(subject)
        ? undefined
        : `"${subject}" is not blocked; ${state.blocked.join(', ')} ${state.blocked.length === 1 ? 'is' : 'are'}.`;
    case 'override': {
      const checks = Object.keys(manifest.readiness);
      return checks.includes(subject) ? undefined : `"${subject}" is no check; there are ${checks.join(', ')}.`;
    }
    default:
      return undefined;
  }
}

function phaseAfter({ action, subject }: RolloutWish, state: RolloutState, { manifest, now }: DecisionGround): RolloutPhase {
  const { phase } = state;
  switch (action) {
    case 'begin':
      return { kind: 'preflight' };
    case 'advance':
    case 'finish':
      return isActive(phase) ? nextPhase(manifest, phase) : phase;
    case 'pause':
      return isActive(phase) ? { kind: 'paused', before: phase } : phase;
    case 'resume':
      return phase.kind === 'paused' ? phase.before : phase;
    case 'roll-back':
      return rolledBack(state, now);
    case 'reset':
      return { kind: 'idle' };
    case 'block':
      return subject === manifest.candidate.model && canBeTakenBack(phase) ? rolledBack(state, now) : phase;
    default:
      return phase;
  }
}
