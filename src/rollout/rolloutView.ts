import type { EpochMillis } from '../base/clock.ts';
import type { Assignment, GateReading, RolloutDecision, RolloutSnapshot } from '../domain/rollout.ts';
import { allowedActions, candidateOf } from './decisions.ts';
import type { Manifest } from './policy.ts';
import type { RolloutBook } from './rolloutBook.ts';

/** Before anything was decided. */
export const nothingDecided = { phase: { kind: 'idle' }, reason: 'nothing was decided yet', revision: 0, evidenceFrom: 0 } as const;

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly manifest: Manifest;
  /** Absent while the policy cannot be followed. */
  readonly book: RolloutBook | undefined;
  readonly gates: readonly GateReading[];
  readonly problems: readonly string[];
  readonly now: EpochMillis;
}

/** Everything that can be shown of a rollout now. */
export function snapshotOf({ manifest, book, gates, problems, now }: SnapshotParts): RolloutSnapshot {
  const { name, baseline, candidate, stages } = manifest;
  const { phase, since, reason, pinned, blocked, history } = book?.state ?? {
    ...nothingDecided,
    ...{ since: now, pinned: undefined, blocked: [], history: [] },
  };
  const assignment = book?.flag.assignment() ?? ({ arm: 'baseline', source: 'built-in' } as const);
  return {
    at: now,
    ...{ name, baseline, candidate, phase, since, reason, history, assignment, gates, problems },
    stages: stages.map(({ percent }) => percent),
    blocked: [...new Set([...manifest.blocked, ...blocked])],
    readiness: book?.checklist() ?? [],
    ...(pinned === undefined ? {} : { pinned }),
  };
}

/** Sources of an assignment that lead a rollout themselves: who is in is decided there, and here the candidate can only be taken back. */
const leading: ReadonlySet<Assignment['source']> = new Set<Assignment['source']>(['ofrep', 'flag-file']);

/** Whether who is in is decided elsewhere. */
export function isLed({ source }: Assignment): boolean {
  return leading.has(source);
}

/** A flag file or a fleet's server lets this installation in before the stages have: it begins, and then goes to the first stage. */
export function forcedDecision({ state, manifest, flag }: RolloutBook, now: EpochMillis): RolloutDecision | undefined {
  const assignment = flag.assignment();
  const [first] = manifest.stages;
  const possible = allowedActions(state, manifest, now);
  const isBefore = state.phase.kind === 'preflight' || state.phase.kind === 'shadow';
  // One that is done lets everybody in already; beginning it again is a person's business.
  const canBegin = possible.includes('begin') && state.phase.kind !== 'done';
  if (assignment.arm !== 'candidate' || !isLed(assignment) || !first || !(isBefore || canBegin)) return undefined;
  // The state compares names more strictly than a person's wish is; what it would refuse is not written again and again.
  if (state.blocked.some((model) => candidateOf(manifest).endsWith(`/${model}`))) return undefined;
  const reason = `the ${assignment.source} lets this installation in`;
  const common = { revision: state.revision + 1, at: now, by: 'flag', manifest: manifest.hash, reason } as const;
  return isBefore
    ? { ...common, action: 'advance', phase: { kind: 'stage', percent: first.percent } }
    : { ...common, action: 'begin', phase: { kind: 'preflight' }, subject: candidateOf(manifest) };
}
