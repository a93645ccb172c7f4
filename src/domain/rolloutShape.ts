import { eitherOf, isNumber, isText, maybe, oneOf, recordOf, type Shape, valuesOf } from '../base/valueShape.ts';
import {
  type ActivePhase,
  gateNames,
  type ReadinessEvidence,
  readinessChecks,
  rolloutActions,
  type RolloutDecision,
  type RolloutPhase,
} from './rollout.ts';

/** What of a rollout is kept on disks and sent to pages: either may hold anything when it is read. */

const isStagePercent: Shape<number> = (value): value is number => isNumber(value) && value > 0 && value <= 100;

const isActivePhase: Shape<ActivePhase> = eitherOf(
  recordOf<{ readonly kind: 'preflight' | 'shadow' | 'soak' }>({ kind: oneOf(['preflight', 'shadow', 'soak']) }),
  recordOf<Extract<ActivePhase, { kind: 'stage' }>>({ kind: oneOf(['stage']), percent: isStagePercent }),
);

/** Where a rollout is. @see docs/rollout.md */
export const isPhase: Shape<RolloutPhase> = eitherOf(
  isActivePhase,
  eitherOf(
    recordOf<{ readonly kind: 'idle' | 'done' }>({ kind: oneOf(['idle', 'done']) }),
    eitherOf(
      recordOf<Extract<RolloutPhase, { kind: 'paused' }>>({ kind: oneOf(['paused']), before: isActivePhase }),
      recordOf<Extract<RolloutPhase, { kind: 'rolled-back' }>>({ kind: oneOf(['rolled-back']), until: isNumber }),
    ),
  ),
);

/** A line of the decisions, as it stands in their file. */
export const isDecision = recordOf<RolloutDecision>({
  revision: isNumber,
  at: isNumber,
  action: oneOf(rolloutActions),
  by: oneOf(['gates', 'person', 'flag']),
  manifest: isText,
  phase: isPhase,
  reason: isText,
  gate: maybe(oneOf(gateNames)),
  figures: maybe(valuesOf(isNumber)),
  subject: maybe(isText),
});

/** What a check of a candidate has shown, as it stands in the file of evidence. */
export const isReadinessEvidence = recordOf<ReadinessEvidence>({
  check: oneOf(readinessChecks),
  at: isNumber,
  verdict: oneOf(['passed', 'failed', 'inconclusive']),
  versions: isText,
  summary: isText,
  took: maybe(isNumber),
});
