/** The rollout as it travels to the page, and the shapes that it is checked by when it arrives. */
import {
  arms,
  type Assignment,
  assignmentSources,
  gateNames,
  type GateReading,
  type ModelVersion,
  type ReadinessItem,
  readinessChecks,
  type RolloutAction,
  rolloutActions,
  type RolloutSnapshot,
} from '../domain/rollout.ts';
import { isDecision, isPhase, isReadinessEvidence } from '../domain/rolloutShape.ts';
import { isFlag, isNumber, isText, listOf, maybe, oneOf, orNull, recordOf, type Shape } from '../base/valueShape.ts';

/** What the rollout page is drawn from. */
export interface RolloutView {
  /** `null`: no rollout is planned. */
  readonly snapshot: RolloutSnapshot | null;
  /** What a person can ask for now. */
  readonly possible: readonly RolloutAction[];
  /** False: this part of the extension could not be loaded. */
  readonly isLoaded: boolean;
  /** Why there is no snapshot, though a policy is named; one line each. */
  readonly problems: readonly string[];
}

const isPercent: Shape<number> = (value): value is number => isNumber(value) && value >= 0 && value <= 100;

const isModelVersion = recordOf<ModelVersion>({ backend: isText, model: isText });

const isGate = recordOf<GateReading>({
  gate: oneOf(gateNames),
  verdict: oneOf(['holds', 'collecting', 'paused', 'tripped', 'unknown']),
  words: isText,
  samples: maybe(isNumber),
  needed: maybe(isNumber),
  value: maybe(isNumber),
  limit: maybe(isNumber),
  languageId: maybe(isText),
});

const isItem = recordOf<ReadinessItem>({
  check: oneOf(readinessChecks),
  severity: oneOf(['blocks', 'warns']),
  state: oneOf(['passed', 'failed', 'inconclusive', 'missing', 'expired', 'overridden']),
  evidence: maybe(isReadinessEvidence),
  override: maybe(isText),
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
  problems: listOf(isText),
});
