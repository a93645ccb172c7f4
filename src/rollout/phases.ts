import { type ActivePhase, percentIn, type RolloutPhase } from '../domain/rollout.ts';
import type { Manifest } from './policy.ts';

/** Where it goes from here when everything holds. A stage that the manifest no longer has is followed by the next greater one. */
export function nextPhase({ stages }: Pick<Manifest, 'stages'>, phase: ActivePhase): ActivePhase | { readonly kind: 'done' } {
  switch (phase.kind) {
    case 'preflight':
      return { kind: 'shadow' };
    case 'shadow':
    case 'stage': {
      const reached = percentIn(phase);
      const next = stages.find(({ percent }) => percent > reached);
      return next ? { kind: 'stage', percent: next.percent } : { kind: 'soak' };
    }
    case 'soak':
      return { kind: 'done' };
  }
}

/** Whether something is being rolled out, paused or not. */
export function isUnderWay(phase: RolloutPhase): boolean {
  return isActive(phase) || phase.kind === 'paused';
}

/** Whether there is something to take back: what is under way, and what everybody has by now. */
export function canBeTakenBack(phase: RolloutPhase): boolean {
  return isUnderWay(phase) || phase.kind === 'done';
}

/** Whether it may get further by itself. */
export function isActive(phase: RolloutPhase): phase is ActivePhase {
  return phase.kind === 'preflight' || phase.kind === 'shadow' || phase.kind === 'stage' || phase.kind === 'soak';
}

/** The order of phases: a promotion only ever goes up. */
export function rankOf(phase: ActivePhase): number {
  const before = { preflight: -2, shadow: -1, stage: 0, soak: 101 } as const;
  return phase.kind === 'stage' ? phase.percent : before[phase.kind];
}

/** A phase for a person. */
export function phaseWords(phase: RolloutPhase): string {
  switch (phase.kind) {
    case 'stage':
      return `the stage of ${phase.percent} %`;
    case 'paused':
      return `paused in ${phaseWords(phase.before)}`;
    case 'preflight':
      return 'the checks before the first stage';
    case 'shadow':
      return 'shadow traffic';
    case 'soak':
      return 'the soak';
    case 'rolled-back':
      return 'rolled back';
    case 'idle':
    case 'done':
      return phase.kind;
  }
}
