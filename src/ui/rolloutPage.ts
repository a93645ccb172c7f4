import {
  type GateReading,
  percentIn,
  type ReadinessItem,
  type RolloutAction,
  type RolloutDecision,
  type RolloutPhase,
  type RolloutSnapshot,
} from '../domain/rollout.ts';
import { oneLine } from './plainText.ts';
import { figuresText } from './rolloutFigures.ts';
import {
  askingText,
  byWords,
  checkWords,
  decisionText,
  gateWords,
  phaseSentence,
  phaseText,
  readinessWords,
  sentence,
  type Sign,
  stepText,
  usedText,
  verdictWords,
  versionText,
} from './rolloutWords.ts';
import { type DayTime, localDayTime } from './times.ts';

/** A step of the stage line. `stopped`: it was taken back, or is paused, here. */
export interface StageStep {
  readonly label: string;
  readonly state: 'behind' | 'current' | 'paused' | 'stopped' | 'ahead';
}

/** A gate with what speaks for and against the candidate. */
export interface GateRow {
  readonly gate: string;
  /** What was seen against what is allowed. */
  readonly evidence: string;
  /** `12 of 299`; empty where nothing is counted. */
  readonly samples: string;
  /** How much of what is needed is there, 0…1; absent where nothing is counted. */
  readonly share?: number;
  readonly verdict: Sign;
  readonly tone: Tone;
}

/** What a sign says, for a colour beside it. */
export type Tone = 'good' | 'bad' | 'open';

/** A line of the checklist. */
export interface CheckRow {
  readonly check: ReadinessItem['check'];
  readonly name: string;
  readonly state: Sign;
  readonly tone: Tone;
  /** `blocks` or `only warns`, and nothing for what stands in nobody's way. */
  readonly weight: string;
  readonly when: string;
  readonly summary: string;
  /** It can be overridden now. */
  readonly canOverride: boolean;
}

/** A line of the history. */
export interface DecisionRow {
  readonly when: string;
  readonly what: string;
  readonly by: string;
  readonly reason: string;
  readonly figures: string;
}

/** Something that can be done now. */
export interface RolloutButton {
  readonly action: RolloutAction;
  readonly label: string;
  /** The one that helps most; and the one that takes the candidate from everybody. */
  readonly kind: 'first' | 'danger' | 'plain';
}

/** Everything that the rollout page shows, in words. */
export interface RolloutPageView {
  readonly title: string;
  /** For the tab: `5 %`, `paused at 5 %`. */
  readonly short: string;
  readonly sentence: string;
  readonly reason: string;
  readonly steps: readonly StageStep[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly buttons: readonly RolloutButton[];
  readonly gates: readonly GateRow[];
  readonly checks: readonly CheckRow[];
  readonly decisions: readonly DecisionRow[];
  readonly problems: readonly string[];
}

/** The rollout page of a snapshot. Pure; equal input, equal page. @param possible what a person can ask for now */
export function rolloutPage(
  snapshot: RolloutSnapshot,
  possible: readonly RolloutAction[],
  dayTime: DayTime = localDayTime,
): RolloutPageView {
  const { name, phase, reason, gates, readiness, history, problems } = snapshot;
  return {
    title: `Rollout ${oneLine(name, 60)}`,
    short: phase.kind === 'rolled-back' ? 'rolled back' : phaseText(phase, dayTime),
    sentence: phaseSentence(phase, dayTime),
    reason: oneLine(reason, 240),
    steps: stepsOf(snapshot),
    facts: factsOf(snapshot, dayTime),
    buttons: buttonsOf(snapshot, possible),
    gates: gates.map(gateRow),
    checks: readiness.map((item) => checkRow(item, possible.includes('override'), dayTime)),
    decisions: history.map((decision) => decisionRow(decision, dayTime)),
    problems: problems.map((problem) => oneLine(problem, 300)),
  };
}

function stepsOf(snapshot: RolloutSnapshot): StageStep[] {
  const { phase, stages } = snapshot;
  const now = phase.kind === 'paused' ? phase.before : phase;
  // A policy that was changed meanwhile may not know the stage that it is in.
  const percents = now.kind === 'stage' ? [...new Set([...stages, now.percent])].sort((one, other) => one - other) : stages;
  const labels = ['preflight', 'shadow', ...percents.map((percent) => stepText({ kind: 'stage', percent })), 'soak', 'done'];
  const at = labels.indexOf(labelOf(phase) ?? stoppedAt(snapshot) ?? '');
  const isHere = phase.kind === 'paused' ? 'paused' : phase.kind === 'rolled-back' ? 'stopped' : 'current';
  return labels.map((label, index) => ({ label, state: index === at ? isHere : index < at ? 'behind' : 'ahead' }));
}

function labelOf(phase: RolloutPhase): string | undefined {
  if (phase.kind === 'idle' || phase.kind === 'rolled-back') return undefined;
  if (phase.kind === 'done') return 'done';
  return stepText(phase.kind === 'paused' ? phase.before : phase);
}

/** The phase that the decision before the rollback had led to. */
function stoppedAt({ phase, history }: RolloutSnapshot): string | undefined {
  if (phase.kind !== 'rolled-back') return undefined;
  const at = history.findIndex(({ action }) => action === 'roll-back');
  const before = history.slice(at + 1).find((decision) => labelOf(decision.phase) !== undefined);
  return at < 0 || !before ? undefined : labelOf(before.phase);
}

function factsOf(snapshot: RolloutSnapshot, dayTime: DayTime): [string, string][] {
  const { baseline, candidate, phase, since, pinned, blocked } = snapshot;
  const percent = percentIn(phase);
  const noMore = phase.kind === 'paused' && percent > 0 ? '; nobody new gets it' : '';
  return [
    ['Baseline', versionText(baseline)],
    ['Candidate', versionText(candidate)],
    ['This installation', usedText(snapshot)],
    ['All installations', percent === 0 ? 'nobody has the candidate' : `${percent} % have the candidate${noMore}`],
    // Before anything was decided there is no such time.
    ...(phase.kind === 'idle' ? [] : [['Since', dayTime(since)] satisfies [string, string]]),
    ...(pinned === undefined ? [] : [['Pinned', oneLine(pinned, 60)] satisfies [string, string]]),
    ...(blocked.length === 0 ? [] : [['Blocked', blocked.map((model) => oneLine(model, 60)).join(', ')] satisfies [string, string]]),
  ];
}

/** The most useful first. What takes the candidate back stands alone, at the end of those that move it. */
const order: readonly RolloutAction[] = [
  'begin',
  'advance',
  'finish',
  'resume',
  'pause',
  'roll-back',
  'reset',
  'pin',
  'unpin',
  'block',
  'unblock',
];

/** Actions in the order of the page and the menu; overriding has its place beside each check. */
export function inOrder(possible: readonly RolloutAction[]): RolloutAction[] {
  return order.filter((action) => possible.includes(action));
}

function buttonsOf(snapshot: RolloutSnapshot, possible: readonly RolloutAction[]): RolloutButton[] {
  const moves: readonly RolloutAction[] = ['begin', 'advance', 'finish', 'resume'];
  const offered = inOrder(possible);
  const first = offered.find((action) => moves.includes(action));
  return offered.map((action) => ({
    action,
    label: askingText(action, snapshot),
    kind: action === first ? 'first' : action === 'roll-back' ? 'danger' : 'plain',
  }));
}

function gateRow({ gate, verdict, words, samples, needed, languageId }: GateReading): GateRow {
  const counted =
    samples === undefined ? '' : needed === undefined ? samples.toLocaleString('en-GB') : `${inWords(samples)} of ${inWords(needed)}`;
  return {
    gate: languageId === undefined ? gateWords[gate] : `${gateWords[gate]}, ${oneLine(languageId, 40)}`,
    evidence: oneLine(words, 240),
    samples: counted,
    ...(samples === undefined || needed === undefined ? {} : { share: needed <= 0 ? 1 : Math.min(1, Math.max(0, samples / needed)) }),
    verdict: verdictWords[verdict],
    tone: verdict === 'holds' ? 'good' : verdict === 'tripped' || verdict === 'paused' ? 'bad' : 'open',
  };
}

function inWords(count: number): string {
  return count.toLocaleString('en-GB');
}

function checkRow(item: ReadinessItem, mayOverride: boolean, dayTime: DayTime): CheckRow {
  const { check, severity, state, evidence, override } = item;
  const isWell = state === 'passed' || state === 'overridden';
  const found = evidence ? oneLine(evidence.summary, 240) : 'Nothing is known yet.';
  return {
    check,
    name: checkWords[check],
    state: readinessWords[state],
    tone: state === 'passed' ? 'good' : state === 'failed' ? 'bad' : 'open',
    weight: isWell ? '' : severity === 'blocks' ? 'blocks' : 'only warns',
    when: evidence ? dayTime(evidence.at) : '',
    summary: override === undefined ? found : `${sentence(found)} Overridden: ${sentence(override)}`,
    canOverride: mayOverride && !isWell && severity === 'blocks',
  };
}

function decisionRow(decision: RolloutDecision, dayTime: DayTime): DecisionRow {
  return {
    when: dayTime(decision.at),
    what: decisionText(decision),
    by: byWords[decision.by],
    reason: oneLine(decision.reason, 240),
    figures: figuresText(decision),
  };
}
