import {
  type ActivePhase,
  type Arm,
  type AssignmentSource,
  type DecidedBy,
  type GateName,
  type GateVerdict,
  type ModelVersion,
  percentIn,
  type ReadinessCheck,
  type ReadinessItem,
  type RolloutAction,
  type RolloutDecision,
  type RolloutPhase,
  type RolloutSnapshot,
} from '../domain/rollout.ts';
import { oneLine } from './plainText.ts';
import { type DayTime, localDayTime } from './times.ts';

/** A state in words, with a sign that is told apart without its colour. */
export interface Sign {
  readonly sign: string;
  readonly words: string;
}

export const gateWords: Readonly<Record<GateName, string>> = {
  latency: 'Latency',
  errors: 'Errors',
  capacity: 'Capacity',
  filter: 'Content filter',
  'bad-request': 'Bad requests',
  acceptance: 'Acceptance',
  retention: 'Text kept',
  hallucination: 'Unknown names',
  memory: 'Memory',
  crash: 'Crashes',
  assignment: 'Assignment',
  dwell: 'Time in stage',
  readiness: 'Readiness',
};

export const verdictWords: Readonly<Record<GateVerdict, Sign>> = {
  holds: { sign: '✓', words: 'holds' },
  collecting: { sign: '…', words: 'collecting' },
  paused: { sign: '‖', words: 'pauses it' },
  tripped: { sign: '✕', words: 'tripped' },
  unknown: { sign: '?', words: 'not known' },
};

export const checkWords: Readonly<Record<ReadinessCheck, string>> = {
  benchmark: 'Benchmark',
  capacity: 'Capacity',
  'prompt-compatibility': 'Prompt compatibility',
  'rollback-rehearsal': 'Rollback rehearsal',
  shadow: 'Shadow traffic',
};

export const readinessWords: Readonly<Record<ReadinessItem['state'], Sign>> = {
  passed: { sign: '✓', words: 'passed' },
  failed: { sign: '✕', words: 'failed' },
  inconclusive: { sign: '?', words: 'inconclusive' },
  missing: { sign: '○', words: 'not done yet' },
  expired: { sign: '!', words: 'too long ago' },
  overridden: { sign: '↷', words: 'overridden' },
};

/** What happened, in the history. */
export const doneWords: Readonly<Record<RolloutAction, string>> = {
  begin: 'begun',
  advance: 'promoted',
  pause: 'held',
  resume: 'resumed',
  'roll-back': 'rolled back',
  finish: 'finished',
  reset: 'reset',
  pin: 'pinned',
  unpin: 'unpinned',
  block: 'blocked',
  unblock: 'unblocked',
  override: 'check overridden',
};

/** What a button does. */
const doWords: Readonly<Record<RolloutAction, string>> = {
  begin: 'Begin rollout',
  advance: 'Promote to next stage',
  pause: 'Hold',
  resume: 'Resume',
  'roll-back': 'Roll back to baseline',
  finish: 'Finish rollout',
  reset: 'Reset rollout',
  pin: 'Pin a model',
  unpin: 'Unpin',
  block: 'Block a model',
  unblock: 'Unblock a model',
  override: 'Override a check',
};

export const byWords: Readonly<Record<DecidedBy, string>> = { gates: 'the gates', person: 'a person', flag: 'the flag of the fleet' };

const sourceWords: Readonly<Record<AssignmentSource, string>> = {
  'kill-switch': 'the kill switch',
  setting: 'your setting',
  ofrep: 'the flag server of the fleet',
  'flag-file': 'the local flag file',
  'built-in': 'the built-in rule',
};

/** A model version as a person knows it: the model, and the backend where that adds something. */
export function versionText({ backend, model }: ModelVersion): string {
  const name = oneLine(backend, 60);
  const asked = oneLine(model, 60);
  return name === asked || name.includes(asked) ? name : `${asked} (${name})`;
}

/** A step of the way, as the stage line and its buttons name it. */
export function stepText(phase: ActivePhase): string {
  switch (phase.kind) {
    case 'preflight':
      return 'preflight';
    case 'shadow':
      return 'shadow';
    case 'stage':
      return `${phase.percent} %`;
    case 'soak':
      return 'soak';
  }
}

/** Where a rollout is, in a few words for a line that has more to say. */
export function phaseText(phase: RolloutPhase, dayTime: DayTime = localDayTime): string {
  switch (phase.kind) {
    case 'idle':
      return 'planned, not begun';
    case 'done':
      return 'done';
    case 'paused':
      return `paused at ${stepText(phase.before)}`;
    case 'rolled-back':
      return `rolled back, frozen until ${dayTime(phase.until)}`;
    default:
      return stepText(phase);
  }
}

/** What the phase means for people, as a sentence. */
export function phaseSentence(phase: RolloutPhase, dayTime: DayTime = localDayTime): string {
  switch (phase.kind) {
    case 'idle':
      return 'The rollout is planned and has not begun. Everybody has the baseline.';
    case 'preflight':
      return 'The checks before the first stage are being made. Everybody has the baseline.';
    case 'shadow':
      return 'Copies of requests go to the candidate and are compared. Nothing of it is shown; everybody has the baseline.';
    case 'stage':
      return `${phase.percent} % of all installations have the candidate.`;
    case 'soak':
      return 'All installations have the candidate; leaks and slow harm are still looked for.';
    case 'done':
      return 'The rollout is done: all installations have the candidate. Name it in failsoft.backends, then the policy can go.';
    case 'paused':
      return percentIn(phase) === 0
        ? `Paused at ${stepText(phase.before)} until it is resumed. Everybody has the baseline.`
        : `Paused at ${stepText(phase.before)} until it is resumed: nobody new gets the candidate, who has it keeps it.`;
    case 'rolled-back':
      return `Rolled back: everybody has the baseline. The candidate is frozen until ${dayTime(phase.until)}.`;
  }
}

/** What comes after a phase when it is promoted; `undefined`: nothing does. */
export function nextStep(phase: RolloutPhase, stages: readonly number[]): string | undefined {
  const percent = (at: number): string => stepText({ kind: 'stage', percent: stages[at] ?? 100 });
  switch (phase.kind) {
    case 'preflight':
      return 'shadow';
    case 'shadow':
      return percent(0);
    case 'stage': {
      const next = stages.findIndex((each) => each > phase.percent);
      return next < 0 ? 'soak' : percent(next);
    }
    case 'soak':
      return 'done';
    case 'paused':
      return nextStep(phase.before, stages);
    default:
      return undefined;
  }
}

/** The words of a button or a line of the menu; of a promotion with where it leads. */
export function actionText(action: RolloutAction, snapshot: RolloutSnapshot): string {
  const { phase, stages, pinned, baseline } = snapshot;
  const next = nextStep(phase, stages);
  if (action === 'advance' && next !== undefined) return `Promote to ${next}`;
  if (action === 'unpin' && pinned !== undefined) return `Unpin ${oneLine(pinned, 60)}`;
  if (action === 'roll-back') return `Roll back to ${versionText(baseline)}`;
  return doWords[action];
}

/** The same where something is asked before it is done, which is what `…` says. */
export function askingText(action: RolloutAction, snapshot: RolloutSnapshot): string {
  return actionText(action, snapshot) + (action === 'roll-back' || action === 'unpin' ? '' : '…');
}

/** Which version the next request of this window goes to: whoever is assigned the candidate gets it from the first stage on. */
function usedArm({ phase, assignment, pinned, candidate }: RolloutSnapshot): Arm {
  if (phase.kind === 'rolled-back' || assignment.source === 'kill-switch') return 'baseline';
  if (pinned !== undefined) return pinned === candidate.model ? 'candidate' : 'baseline';
  return percentIn(phase) > 0 ? assignment.arm : 'baseline';
}

/** Which version this installation uses, and why. */
export function usedText(snapshot: RolloutSnapshot): string {
  const { phase, assignment, pinned } = snapshot;
  const arm = usedArm(snapshot);
  const used = `${versionText(snapshot[arm])}, the ${arm}`;
  if (phase.kind === 'rolled-back') return `${used}: the candidate was taken back`;
  const says = `says ${sourceWords[assignment.source]}`;
  if (pinned !== undefined && assignment.source !== 'kill-switch') return `${used}, which is pinned`;
  const why = assignment.note === undefined ? '' : `; ${oneLine(assignment.note).replace(/\.$/, '')}`;
  return arm === assignment.arm ? `${used}, ${says}${why}` : `${used}; the candidate from the first stage on, ${says}${why}`;
}

/** One line for the tooltip and the menu: where it is, what this window uses, and why. */
export function rolloutLine(snapshot: RolloutSnapshot, dayTime: DayTime = localDayTime): string {
  const { phase, assignment, reason, pinned } = snapshot;
  const arm = usedArm(snapshot);
  const isSaid = arm === assignment.arm && pinned === undefined && phase.kind !== 'rolled-back';
  const says = isSaid ? `, says ${sourceWords[assignment.source]}` : '';
  const why = reason === '' ? '' : `; ${oneLine(reason, 120).replace(/\.$/, '')}`;
  return `${phaseText(phase, dayTime)}; you use ${versionText(snapshot[arm])}${says}${why}`;
}

/** What was decided: `promoted to 25 %`, `blocked coder-next`. */
export function decisionText({ action, phase, subject, gate }: RolloutDecision): string {
  const about = subject === undefined ? '' : ` ${oneLine(subject, 60)}`;
  if (action === 'advance' && phase.kind !== 'paused' && phase.kind !== 'rolled-back') return `promoted to ${phaseText(phase)}`;
  if (action === 'override') return `check overridden:${about}`;
  const by = action === 'roll-back' && gate !== undefined ? ` (${gateWords[gate].toLowerCase()})` : '';
  return `${doneWords[action]}${about}${by}`;
}

/** What has been done just now, for the person who asked for it. */
export function doneText(action: RolloutAction, snapshot: RolloutSnapshot, subject?: string): string {
  const { baseline, phase } = snapshot;
  const about = subject === undefined ? '' : ` ${oneLine(subject, 60)}`;
  switch (action) {
    case 'roll-back':
      return `rolled back, you are on ${versionText(baseline)}`;
    case 'pin':
    case 'unpin':
    case 'block':
    case 'unblock':
      return `${doneWords[action]}${about}`;
    case 'override':
      return `${doneWords[action]}, with its reason in the history`;
    default:
      return `rollout ${doneWords[action]}, ${phaseText(phase)}`;
  }
}

/** Ends with exactly one full stop. */
export function sentence(text: string): string {
  const line = oneLine(text, 240).replace(/[.\s]+$/, '');
  return /[!?…]$/.test(line) ? line : `${line}.`;
}
