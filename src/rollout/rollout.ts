import type { Disposable, Millis } from '../base/clock.ts';
import { Emitter } from '../base/event.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { CompletionRequest } from '../domain/completion.ts';
import type { Observation } from '../domain/observation.ts';
import {
  type Arm,
  type GateReading,
  percentIn,
  type ReadinessEvidence,
  type RolloutAction,
  type RolloutControl,
  type RolloutDecision,
  type RolloutPhase,
  type RolloutSnapshot,
  type RolloutWish,
} from '../domain/rollout.ts';
import type { CandidatePlan, RolloutPort, ShadowOffer } from '../domain/rolloutPort.ts';
import { Assigned } from './assigned.ts';
import { emptyCounts } from './evidence.ts';
import type { Counted } from './evidenceFiles.ts';
import { FleetCounts } from './fleetCounts.ts';
import { readGates, type Verdict, verdictOf } from './gates.ts';
import { armOf, isMeant, isOneServer, planProblem } from './plan.ts';
import type { Manifest } from './policy.ts';
import { RolloutBook } from './rolloutBook.ts';
import type { HeldPolicy, RolloutPorts } from './rolloutPorts.ts';
import { Shadow } from './shadow.ts';
import { forcedDecision, isLed, nothingDecided, snapshotOf } from './rolloutView.ts';
import { allowedActions, decide, decisionFor } from './decisions.ts';

/** Figures that change with every request are shown this often. */
const tellEvery: Millis = 500;

/**
 * The rollout of one window. What is decided is in one file that all windows append to; what was seen is in one file of sums for each
 * window. Both are looked at again before a request is sent, so a decision of any window holds for the next request of every other.
 * None of its functions throws.
 */
export class Rollout implements RolloutPort, RolloutControl, Disposable {
  readonly #ports: RolloutPorts;
  readonly #assigned: Assigned;
  readonly #shadow: Shadow;
  readonly #fleet: FleetCounts;
  readonly #stopped = new Emitter<void>();
  readonly #changed = new Emitter<RolloutSnapshot | undefined>();
  readonly #planned = new Emitter<CandidatePlan | undefined>();
  readonly #watching: Disposable;
  #policy: HeldPolicy = { problems: [] };
  #problem: string | undefined;
  #book: RolloutBook | undefined;
  #entered: { readonly revision: number; readonly evidenceFrom: number } = { revision: 0, evidenceFrom: 0 };
  #isInUse = false;
  #isEntering = false;
  #opened = 0;
  #told: Disposable | undefined;

  readonly onDidStop = this.#stopped.event;
  readonly onDidChange = this.#changed.event;
  /** Another candidate has to be built beside the route, or none. */
  readonly onDidPlan = this.#planned.event;

  constructor(ports: RolloutPorts) {
    this.#ports = ports;
    this.#assigned = new Assigned(ports.window);
    this.#fleet = new FleetCounts(ports);
    this.#shadow = new Shadow({
      ...ports,
      mayCopy: () => this.#book !== undefined && ports.mayCopy(this.#book.plan.baseline),
      budget: () => this.#book?.copies,
      onCounted: () => this.#judge(),
    });
    this.#watching = ports.folder.watch(() => this.#look());
  }

  /** The policy that is followed. */
  get manifest(): Manifest | undefined {
    return this.#book?.manifest;
  }

  get plan(): CandidatePlan | undefined {
    return this.#book?.plan;
  }

  /** The policy has been read, or read again. A broken one comes with the last good manifest. */
  follow(policy: HeldPolicy): void {
    this.#policy = policy;
    const { manifest } = policy;
    const before = this.plan;
    const isSame = manifest !== undefined && manifest.hash === this.#book?.manifest.hash;
    this.#problem = manifest && planProblem(manifest, this.#ports.backends());
    if (!isSame || this.#problem !== undefined) {
      this.#book?.dispose();
      this.#shadow.reset();
      this.#fleet.reset();
      this.#book = manifest && this.#problem === undefined ? this.#open(manifest) : undefined;
    }
    this.#enter();
    if (JSON.stringify(before) !== JSON.stringify(this.plan)) this.#planned.fire(this.plan);
    this.#judge();
  }

  armFor({ id, languageId, trigger }: Pick<CompletionRequest, 'id' | 'languageId' | 'trigger'>): Arm {
    const book = this.#book;
    if (!book || trigger === 'probe') return 'baseline';
    // On a server of one place a copy would stand in the way of this request.
    if (isOneServer(book.manifest, this.#ports.backends())) this.#shadow.yield();
    // Fresh eyes for each request: another window may have taken the candidate back a moment ago.
    this.#look();
    if (!this.isShown || !isMeant(book.manifest, languageId)) return 'baseline';
    // Once everybody has it for good there is nothing left to compare with.
    return this.#assigned.draw(id, this.#phase.kind === 'done' ? 0 : book.manifest.control);
  }

  get isShown(): boolean {
    return this.#book?.isShown === true;
  }

  answered(offer: ShadowOffer): void {
    if (this.manifest && isMeant(this.manifest, offer.request.languageId)) this.#shadow.offer(offer);
  }

  /** An attempt of this window's engine has ended. */
  attempted(attempt: Attempt): void {
    const book = this.#book;
    if (!book) return;
    const arm = armOf(book.plan, attempt.sourceId);
    if (arm === undefined) {
      // Another host that cannot be reached says something about this machine.
      if (attempt.outcome === 'network' || attempt.outcome === 'timeout') book.disturbed(attempt.at);
      return;
    }
    // A request that fell back from the other arm is no fair sample of this one. Copies are compared with everything that people asked.
    const isDrawn = attempt.isShadow !== true && this.#assigned.get(attempt.requestId) === arm;
    const isEvidence = this.#phase.kind === 'shadow' || isDrawn;
    if (!isEvidence) return;
    book.count(arm, attempt);
    this.#judge();
  }

  /** What became of a text. */
  observed(observation: Observation): void {
    const book = this.#book;
    const arm = book && armOf(book.plan, observation.sourceId);
    if (arm !== undefined && arm === this.#assigned.get(observation.id)) book?.observe(arm, observation);
  }

  /** Time has passed, or memory has become scarce: looks at the gates again. */
  readonly look = (): void => this.#judge();

  /** A check of readiness was made. @param of the policy that was checked */
  proven(evidence: Omit<ReadinessEvidence, 'versions'>, of: Manifest): void {
    this.#book?.prove(evidence, of);
    this.#judge();
  }

  snapshot(): RolloutSnapshot | undefined {
    const book = this.#book;
    const manifest = book?.manifest ?? this.#policy.manifest;
    if (!manifest) return undefined;
    const gates = book ? this.#readings(book, book.counted()) : [];
    return snapshotOf({ manifest, book, gates, problems: this.problems, now: this.#ports.clock.now() });
  }

  get problems(): readonly string[] {
    return [
      ...this.#policy.problems,
      ...(this.#problem === undefined ? [] : [this.#problem]),
      ...(this.#book?.problems ?? []),
      ...(this.#fleet.problem === undefined ? [] : [this.#fleet.problem]),
      ...(this.#book?.flag.problems() ?? []),
    ];
  }

  possible(): readonly RolloutAction[] {
    const book = this.#book;
    return book && !book.isNewer ? allowedActions(book.state, book.manifest, this.#ports.clock.now()) : [];
  }

  ask(wish: RolloutWish): Promise<string | undefined> {
    const book = this.#book;
    if (!book) return Promise.resolve(this.problems[0] ?? 'no rollout is planned');
    this.#look();
    if (book.isNewer) return Promise.resolve(book.problems[0]);
    const wanted = decisionFor(wish, book.state, book.ground(this.#verdict(book, book.counted())));
    if ('refused' in wanted) return Promise.resolve(wanted.refused);
    const isDone = book.decide(wanted.decision);
    this.#enter();
    this.#judge();
    return Promise.resolve(isDone ? undefined : 'It was not done: the rollout is not where it was a moment ago, or does not allow it.');
  }

  dispose(): void {
    for (const part of [this.#watching, this.#book, this.#shadow, this.#fleet, this.#told]) part?.dispose();
    // What still comes in is nobody's business any more, and the folder may be gone.
    this.#book = undefined;
    for (const emitter of [this.#stopped, this.#changed, this.#planned]) emitter.dispose();
  }

  #open(manifest: Manifest): RolloutBook {
    // A file of counts of its own: what was counted under the policy as it was before still counts.
    const window = `${this.#ports.window}-${++this.#opened}`;
    const book = new RolloutBook(manifest, { ...this.#ports, window, shadow: () => this.#shadow.counts });
    book.flag.onDidChange(() => {
      // Not when it is we ourselves who flip it.
      if (this.#isEntering || this.#book !== book) return;
      this.#enter();
      this.#judge();
    });
    return book;
  }

  get #phase(): RolloutPhase {
    return this.#book?.state.phase ?? nothingDecided.phase;
  }

  /** Somebody may have decided something since the last look. */
  #look(): void {
    if (this.#book?.look() === true) this.#enter();
  }

  /** The state that holds from now on, whoever decided it. */
  #enter(): void {
    const { phase, revision, evidenceFrom, reason } = this.#book?.state ?? nothingDecided;
    const before = this.#entered;
    this.#entered = { revision, evidenceFrom };
    if (before.evidenceFrom !== evidenceFrom) this.#shadow.reset();
    if (before.revision !== revision) this.#ports.logger.info(`rollout: decision ${revision}, ${phase.kind}: ${reason}`);
    this.#isEntering = true;
    this.#book?.steer();
    this.#isEntering = false;
    if (this.#book?.copies === undefined) this.#shadow.yield();
    this.#tell(true);
    const wasInUse = this.#isInUse;
    this.#isInUse = this.isShown;
    if (wasInUse && !this.#isInUse) this.#stopped.fire();
  }

  #readings(book: RolloutBook, { candidate, control }: Pick<Counted, 'candidate' | 'control'>): readonly GateReading[] {
    const { clock, memoryHighFor, dirtyExits } = this.#ports;
    const { phase, since } = book.state;
    const runs = percentIn(phase) > 0 && this.isShown;
    return readGates({
      ...{ candidate, control, phase, since },
      policy: book.manifest,
      frozen: book.frozen(),
      now: clock.now(),
      memoryHighFor: runs ? memoryHighFor() : 0,
      dirtyExits: runs ? dirtyExits(since) : 0,
    });
  }

  /** Looks at the gates and does what they say: harm at once, everything else with evidence. */
  #judge(): void {
    const book = this.#book;
    if (!book) return;
    this.#look();
    book.keep();
    // One decision may be the ground of the next; one that another window was faster with does not apply, and that is all right.
    for (let revision = -1; !book.isNewer && revision !== book.state.revision;) {
      ({ revision } = book.state);
      const decision = forcedDecision(book, this.#ports.clock.now()) ?? this.#gated(book);
      if (decision) {
        book.decide(decision);
        this.#enter();
      }
    }
    this.#tell();
  }

  #gated(book: RolloutBook): RolloutDecision | undefined {
    const counted = book.counted();
    const verdict = this.#verdict(book, counted);
    book.proveShadow(counted, verdict);
    const decision = decide(book.state, book.ground(verdict));
    return decision?.action === 'advance' && isLed(book.flag.assignment()) ? undefined : decision;
  }

  #verdict(book: RolloutBook, counted: Counted): Verdict {
    const own = verdictOf(this.#readings(book, counted));
    const { evidence } = book.manifest;
    if (evidence.kind === 'own' || own.kind === 'roll-back' || percentIn(this.#phase) === 0) return own;
    // Without its counts nothing is known, and it is paused when that has lasted too long.
    return verdictOf(this.#readings(book, this.#fleet.latest(evidence.url) ?? { candidate: emptyCounts, control: emptyCounts }));
  }

  /** Tells who shows it: decisions at once, figures now and then. */
  #tell(isDecision = false): void {
    if (isDecision) this.#told?.dispose();
    else if (this.#told) return;
    this.#told = this.#ports.clock.after(isDecision ? 0 : tellEvery, () => {
      this.#told = undefined;
      this.#changed.fire(this.snapshot());
    });
  }
}
