import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Event } from '../base/event.ts';

/** The two model versions of a rollout. `candidate` is the new one. */
export const arms = ['baseline', 'candidate'] as const;
export type Arm = (typeof arms)[number];

/** A model version as it is asked: a configured backend, and the model there. */
export interface ModelVersion {
  /** Name of the backend in `failsoft.backends`. */
  readonly backend: string;
  readonly model: string;
}

/** Where a rollout is while nothing stands in its way. `percent`: share of all installations that are in, 1…100. */
export type ActivePhase =
  | { readonly kind: 'preflight' }
  | { readonly kind: 'shadow' }
  | { readonly kind: 'stage'; readonly percent: number }
  /** Everybody has it, and leaks and slow harm are still looked for. */
  | { readonly kind: 'soak' };

/** Where a rollout is. */
export type RolloutPhase =
  | { readonly kind: 'idle' }
  | ActivePhase
  | { readonly kind: 'done' }
  /** Nobody new gets in, who is in stays in. No evidence means this, never a promotion (law 15). */
  | { readonly kind: 'paused'; readonly before: ActivePhase }
  /** Everybody has the baseline; until `until` a person can reset it, nothing else can begin it again. */
  | { readonly kind: 'rolled-back'; readonly until: EpochMillis };

/** Beyond this many percent the capacity has to be known, whatever the policy asks for. @see docs/rollout.md */
export const capacityKnownBeyond = 25;

/** Share of all installations that are in, in percent. Who is in stays in while it is paused. */
export function percentIn(phase: RolloutPhase): number {
  switch (phase.kind) {
    case 'idle':
    case 'preflight':
    case 'shadow':
    case 'rolled-back':
      return 0;
    case 'stage':
      return phase.percent;
    case 'soak':
    case 'done':
      return 100;
    case 'paused':
      return percentIn(phase.before);
  }
}

/** What is looked at before a stage is left, and what takes the candidate back. */
export const gateNames = [
  'latency',
  'errors',
  'capacity',
  'filter',
  'bad-request',
  'acceptance',
  'retention',
  'hallucination',
  'memory',
  'crash',
  'assignment',
  'dwell',
  'readiness',
] as const;
export type GateName = (typeof gateNames)[number];

/** What a gate says. `collecting`: too little is known to say anything. `unknown`: nothing can be known here. */
export type GateVerdict = 'holds' | 'collecting' | 'paused' | 'tripped' | 'unknown';

/** One gate as it stands. */
export interface GateReading {
  readonly gate: GateName;
  readonly verdict: GateVerdict;
  /** One line for a person: what was seen against what is allowed. */
  readonly words: string;
  /** Seen and wanted samples, where the gate counts any. */
  readonly samples?: number;
  readonly needed?: number;
  /** What is compared, and with what; in the unit that `words` names. */
  readonly value?: number;
  readonly limit?: number;
  /** Of gates per language. */
  readonly languageId?: string;
}

/** What can be decided about a rollout. */
export const rolloutActions = [
  'begin',
  'advance',
  'pause',
  'resume',
  'roll-back',
  'finish',
  'reset',
  'pin',
  'unpin',
  'block',
  'unblock',
  'override',
] as const;
export type RolloutAction = (typeof rolloutActions)[number];

/** Who decided: the gates, a person, or the fleet's flag. */
export type DecidedBy = 'gates' | 'person' | 'flag';

/**
 * One decision about a rollout, as it is kept for good.
 * Invariant: holds no source text, no path and no key.
 */
export interface RolloutDecision {
  /** Counts up from 1 within a rollout; of two decisions that name the same number the first that was written is the one that holds. */
  readonly revision: number;
  readonly at: EpochMillis;
  readonly action: RolloutAction;
  readonly by: DecidedBy;
  /** Hash of the manifest that it was decided under. */
  readonly manifest: string;
  /** The phase after it. */
  readonly phase: RolloutPhase;
  /** One line for a person. */
  readonly reason: string;
  /** The gate that decided. */
  readonly gate?: GateName;
  /** The figures that it rests on. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Of `pin`, `block` and their opposites: the model. Of `override`: the check. */
  readonly subject?: string;
}

/** What is proven before the first stage. */
export const readinessChecks = ['benchmark', 'capacity', 'prompt-compatibility', 'rollback-rehearsal', 'shadow'] as const;
export type ReadinessCheck = (typeof readinessChecks)[number];

/** What came out of one check of one candidate. */
export interface ReadinessEvidence {
  readonly check: ReadinessCheck;
  readonly at: EpochMillis;
  readonly verdict: 'passed' | 'failed' | 'inconclusive';
  /** Hash of baseline and candidate as they were asked: evidence about another model is none. */
  readonly versions: string;
  /** One line for a person. */
  readonly summary: string;
  /** How long the check took. */
  readonly took?: Millis;
}

/** One line of the checklist. */
export interface ReadinessItem {
  readonly check: ReadinessCheck;
  /** What a check that is not passed does: keeps the rollout from beginning, or is only said. */
  readonly severity: 'blocks' | 'warns';
  /** `expired`: it passed, but too long ago. `overridden`: a person said why it may be missing. */
  readonly state: 'passed' | 'failed' | 'inconclusive' | 'missing' | 'expired' | 'overridden';
  readonly evidence?: ReadinessEvidence;
  /** Why it was overridden. */
  readonly override?: string;
}

/** What decides which version this installation gets; the first that says something wins. */
export const assignmentSources = ['kill-switch', 'setting', 'ofrep', 'flag-file', 'built-in'] as const;
export type AssignmentSource = (typeof assignmentSources)[number];

/** Which version this installation gets, and who says so. */
export interface Assignment {
  readonly arm: Arm;
  readonly source: AssignmentSource;
  /** One line for a person: why a source before it said nothing, or that an old value is used. */
  readonly note?: string;
}

/** Everything that can be shown of a rollout: one immutable value. */
export interface RolloutSnapshot {
  readonly at: EpochMillis;
  /** Name of the rollout. */
  readonly name: string;
  readonly baseline: ModelVersion;
  readonly candidate: ModelVersion;
  readonly phase: RolloutPhase;
  /** When the phase began. */
  readonly since: EpochMillis;
  /** Why it is in this phase. */
  readonly reason: string;
  readonly assignment: Assignment;
  /** Stages in percent, in their order. */
  readonly stages: readonly number[];
  readonly gates: readonly GateReading[];
  readonly readiness: readonly ReadinessItem[];
  /** Newest first. */
  readonly history: readonly RolloutDecision[];
  readonly pinned?: string;
  readonly blocked: readonly string[];
  /** What is wrong with the policy, the state on disk or the flag server; one line each. The last good state holds. */
  readonly problems: readonly string[];
}

/** What a person wants done. */
export interface RolloutWish {
  readonly action: RolloutAction;
  /** Why, in the person's words; one line, ≤ 200 characters. Kept in the history. */
  readonly reason: string;
  /** Of `pin` and `block` and their opposites: the model. Of `override`: the check. */
  readonly subject?: string;
}

/** The running rollout as doors see it. None of its functions throws. */
export interface RolloutControl {
  /** `undefined`: no rollout is planned. */
  snapshot(): RolloutSnapshot | undefined;
  readonly onDidChange: Event<RolloutSnapshot | undefined>;
  /** What is wrong, one line each; also where no policy could be read, so that there is no snapshot. */
  readonly problems: readonly string[];
  /** What a person can ask for now; a wish for anything else is refused. */
  possible(): readonly RolloutAction[];
  /** @returns why it was not done, in one line; `undefined` when it was */
  ask(wish: RolloutWish): Promise<string | undefined>;
}
