import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Observation } from '../domain/observation.ts';
import { type Arm, percentIn, type ReadinessEvidence, type ReadinessItem, type RolloutDecision } from '../domain/rollout.ts';
import type { CandidatePlan } from '../domain/rolloutPort.ts';
import type { RolloutFlag } from './assignment.ts';
import { type DecisionGround, isBlocked, pinnedElsewhere } from './decisions.ts';
import { DecisionLog } from './decisionLog.ts';
import { EvidenceFold } from './evidence.ts';
import { type Counted, EvidenceFiles, type ShadowCounts } from './evidenceFiles.ts';
import { baselineNow, frozenFigures, frozenIn, isFreezing } from './frozen.ts';
import { type FrozenBaseline, slowBeyond, type Verdict } from './gates.ts';
import { candidatePlan, versionsOf } from './plan.ts';
import type { Manifest, ShadowBudget } from './policy.ts';
import { checklist, ReadinessFile } from './readiness.ts';
import type { RolloutPorts } from './rolloutPorts.ts';
import { shadowEvidence } from './shadowVerdict.ts';
import { foldDecisions, type RolloutState } from './state.ts';

/** What the book needs of its window. */
export interface BookPorts extends Pick<RolloutPorts, 'folder' | 'clock' | 'logger' | 'window' | 'usual' | 'flag' | 'settings'> {
  /** What this window's copies have shown in this phase. */
  readonly shadow: () => ShadowCounts;
}

/**
 * Everything that is known of one rollout: what was decided, what was seen in the present phase, and what was proven before. All of it is
 * on the disk, shared by all windows.
 */
export class RolloutBook implements Disposable {
  readonly manifest: Manifest;
  readonly plan: CandidatePlan;
  readonly flag: RolloutFlag;
  readonly #ports: BookPorts;
  readonly #versions: string;
  readonly #log: DecisionLog;
  readonly #files: EvidenceFiles;
  readonly #readiness: ReadinessFile;
  #state = foldDecisions([]);
  #fold = new EvidenceFold(Infinity);

  constructor(manifest: Manifest, ports: BookPorts) {
    const { folder, clock, window } = ports;
    this.manifest = manifest;
    this.plan = candidatePlan(manifest);
    this.flag = ports.flag(manifest.name);
    this.#ports = ports;
    this.#versions = versionsOf(manifest);
    this.#files = new EvidenceFiles(folder, clock, `evidence-${this.#versions}-`, window);
    this.#log = new DecisionLog(folder, `decisions-${this.#versions}.jsonl`, () => this.#files.forget());
    this.#readiness = new ReadinessFile(folder);
    this.look();
    this.steer();
  }

  get state(): RolloutState {
    return this.#state;
  }

  /** A later version of Failsoft has written here: nothing may be decided, and everybody has the baseline. */
  get isNewer(): boolean {
    return this.#log.isNewer;
  }

  /** Whether texts of the candidate may be shown here. */
  get isShown(): boolean {
    const { phase, pinned } = this.#state;
    if (this.isNewer || phase.kind === 'rolled-back') return false;
    const { source, arm } = this.flag.assignment();
    if (source === 'kill-switch' || isBlocked(this.#state, this.manifest)) return false;
    if (pinnedElsewhere(this.#state, this.manifest) !== undefined) return false;
    return pinned !== undefined || (percentIn(phase) > 0 && arm === 'candidate');
  }

  /** What copies may cost; `undefined`: none are wanted now. */
  get copies(): ShadowBudget | undefined {
    const isWanted = this.#state.phase.kind === 'shadow' && !this.isNewer && this.flag.assignment().source !== 'kill-switch';
    return isWanted ? this.manifest.shadow : undefined;
  }

  get problems(): readonly string[] {
    return this.#log.problems;
  }

  /** Whether somebody has decided something since the last look. */
  look(): boolean {
    const isWritten = this.#log.retry();
    if (!this.#log.look() && !isWritten) return false;
    this.#enter();
    return true;
  }

  /** Lets the flag follow the settings and what was decided. */
  steer(): void {
    const { killSwitch, ...settings } = this.#ports.settings();
    const { phase, reason } = this.#state;
    const isTakenBack = phase.kind === 'rolled-back';
    this.flag.setSettings(settings);
    this.flag.setStage(percentIn(phase) || undefined);
    this.flag.setKill(
      killSwitch || isTakenBack,
      isTakenBack ? `the candidate was taken back: ${reason}` : 'failsoft.rollout.killSwitch is on',
    );
  }

  /** Writes a decision; the state is then what all windows agree on. @returns whether it applies: another may have been faster */
  decide(decision: RolloutDecision): boolean {
    const isFirst = isFreezing(this.#state.phase, decision.phase);
    const kept = isFirst ? { ...decision, figures: { ...decision.figures, ...frozenFigures(this.#baseline()) } } : decision;
    this.keep(true);
    this.#log.add(kept);
    this.#enter();
    const { revision, action, by } = kept;
    return this.#state.history.some((one) => one.revision === revision && one.action === action && one.by === by && one.at === kept.at);
  }

  count(arm: Arm, attempt: Attempt): void {
    this.#fold.add(arm, attempt);
  }

  observe(arm: Arm, observation: Observation): void {
    this.#fold.observe(arm, observation);
  }

  disturbed(at: number): void {
    this.#fold.disturbed(at);
  }

  /** What all windows have seen in this phase. */
  counted(): Counted {
    return this.#files.sum(this.#state.evidenceFrom, this.#own());
  }

  /** Writes what this window has seen, now and then. */
  keep(isNow = false): void {
    this.#files.keep(this.#state.evidenceFrom, this.#own(), isNow);
  }

  /** The baseline that the candidate is compared with; until it is frozen, as it is now. */
  frozen(): FrozenBaseline {
    return frozenIn(this.#state.history) ?? this.#baseline();
  }

  checklist(): readonly ReadinessItem[] {
    const { clock } = this.#ports;
    return checklist(this.manifest, this.#readiness.latest(this.#versions), this.#state, clock.now());
  }

  /** What a decision is made from now. */
  ground(verdict: Verdict): DecisionGround {
    return { manifest: this.manifest, readiness: this.checklist(), now: this.#ports.clock.now(), verdict };
  }

  /** Writes down what a check of readiness brought. @param of the policy that was checked: the file may say something else by now */
  prove(evidence: Omit<ReadinessEvidence, 'versions'>, of: Manifest = this.manifest): void {
    try {
      this.#readiness.add({ ...evidence, versions: versionsOf(of) });
    } catch (error) {
      this.#ports.logger.warn(`rollout: the evidence of ${evidence.check} could not be written: ${messageOf(error)}`);
    }
  }

  /** Writes down what the copies have proven, once they have proven something new. */
  proveShadow(counted: Counted, verdict: Verdict): void {
    if (this.#state.phase.kind !== 'shadow') return;
    const evidence = shadowEvidence(counted, verdict, this.#ports.clock.now());
    const known = this.#readiness.latest(this.#versions).get('shadow');
    if (evidence && (known?.verdict !== evidence.verdict || known.at < this.#state.since)) this.prove(evidence);
  }

  dispose(): void {
    this.keep(true);
    this.flag.dispose();
  }

  #enter(): void {
    const before = this.#state.evidenceFrom;
    this.#state = foldDecisions(this.#log.decisions);
    if (this.#state.evidenceFrom !== before) this.#fold = new EvidenceFold(slowBeyond(this.manifest, this.frozen()));
  }

  #baseline(): FrozenBaseline {
    return baselineNow(this.manifest, this.#ports.usual(this.manifest.baseline.backend), this.counted().control);
  }

  #own(): Counted {
    return { ...this.#fold.counts(), shadow: this.#ports.shadow() };
  }
}
