/** The rollout as it travels to the page, and the shapes that it is checked by when it arrives. */
import {
  type ActivePhase,
  arms,
  type Assignment,
  assignmentSources,
  type GateName,
  gateNames,
  type GateReading,
  type ModelVersion,
  type ReadinessEvidence,
  type ReadinessItem,
  readinessChecks,
  type RolloutAction,
  rolloutActions,
  type RolloutDecision,
  type RolloutPhase,
  type RolloutSnapshot,
} from '../domain/rollout.ts';
import { eitherOf, isFlag, isNumber, isText, listOf, maybe, oneOf, orNull, recordOf, type Shape, valuesOf } from '../base/valueShape.ts';

/** What the rollout page is drawn from. */
export interface RolloutView {
  /** `null`: no rollout is planned. */
  readonly snapshot: RolloutSnapshot | null;
  /** What a person can ask for now. */
  readonly possible: readonly RolloutAction[];
  /** False: this part of the extension could not be loaded. */
  readonly isLoaded: boolean;
}

const isPercent: Shape<number> = (value): value is number => isNumber(value) && value >= 0 && value <= 100;

const isActivePhase: Shape<ActivePhase> = eitherOf(
  recordOf<{ readonly kind: 'preflight' | 'shadow' | 'soak' }>({ kind: oneOf(['preflight', 'shadow', 'soak']) }),
  recordOf<Extract<ActivePhase, { kind: 'stage' }>>({ kind: oneOf(['stage']), percent: isPercent }),
);

const isPhase: Shape<RolloutPhase> = eitherOf(
  isActivePhase,
  eitherOf(
    recordOf<{ readonly kind: 'idle' | 'done' }>({ kind: oneOf(['idle', 'done']) }),
    eitherOf(
      recordOf<Extract<RolloutPhase, { kind: 'paused' }>>({ kind: oneOf(['paused']), before: isActivePhase }),
      recordOf<Extract<RolloutPhase, { kind: 'rolled-back' }>>({ kind: oneOf(['rolled-back']), until: isNumber }),
    ),
  ),
);

const isModelVersion = recordOf<ModelVersion>({ backend: isText, model: isText });

const isGateName: Shape<GateName> = oneOf(gateNames);

const isGate = recordOf<GateReading>({
  gate: isGateName,
  verdict: oneOf(['holds', 'collecting', 'paused', 'tripped', 'unknown']),
  words: isText,
  samples: maybe(isNumber),
  needed: maybe(isNumber),
  value: maybe(isNumber),
  limit: maybe(isNumber),
  languageId: maybe(isText),
});

const isEvidence = recordOf<ReadinessEvidence>({
  check: oneOf(readinessChecks),
  at: isNumber,
  verdict: oneOf(['passed', 'failed', 'inconclusive']),
  versions: isText,
  summary: isText,
  took: maybe(isNumber),
  report: maybe(isText),
});

const isItem = recordOf<ReadinessItem>({
  check: oneOf(readinessChecks),
  severity: oneOf(['blocks', 'warns']),
  state: oneOf(['passed', 'failed', 'inconclusive', 'missing', 'expired', 'overridden']),
  evidence: maybe(isEvidence),
  override: maybe(isText),
});

const isDecision = recordOf<RolloutDecision>({
  revision: isNumber,
  at: isNumber,
  action: oneOf(rolloutActions),
  by: oneOf(['gates', 'person', 'flag']),
  manifest: isText,
  phase: isPhase,
  reason: isText,
  gate: maybe(isGateName),
  figures: maybe(valuesOf(isNumber)),
  subject: maybe(isText),
});

const isAssignment = recordOf<Assignment>({ arm: oneOf(arms), source: oneOf(assignmentSources), note: maybe(isText) });

const isSnapshot = recordOf<RolloutSnapshot>({
  at: isNumber,
  name: isText,
  baseline: isModelVersion,
  candidate: isModelVersion,
  phase: isPhase,
  since: isNumber,
  reason: isText,
  assignment: isAssignment,
  stages: listOf(isPercent),
  gates: listOf(isGate),
  readiness: listOf(isItem),
  history: listOf(isDecision),
  pinned: maybe(isText),
  blocked: listOf(isText),
  problems: listOf(isText),
});

/** Whether a value that came from outside is what the rollout page is drawn from. */
export const isRolloutView: Shape<RolloutView> = recordOf<RolloutView>({
  snapshot: orNull(isSnapshot),
  possible: listOf(oneOf(rolloutActions)),
  isLoaded: isFlag,
});
