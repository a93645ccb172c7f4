import { delayOf, type Disposable, type Millis } from '../base/clock.ts';
import type { ByteStore } from '../domain/byteStore.ts';
import type { Completed, CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { candidatesOf, maximumCandidates } from './candidates.ts';
import { debounceOf, isJumpBetween } from './debounce.ts';
import type { Generation } from './generation.ts';
import type { KeystrokeOptions, Mechanism } from './keystrokeOptions.ts';
import { Rejections } from './rejections.ts';
import { requestLimits, RequestRate } from './requestRate.ts';
import { Rhythm } from './rhythm.ts';
import { Served, type ServedText } from './served.ts';
import { Runs } from './runs.ts';
import { requestAfter, SpeculationBudget, speculationDefaults } from './speculation.ts';
import { Turn } from './turn.ts';

/** Behind the cursor stands what the editor may have put there since the text was made. */
const closedAtCursor = /^[)\]}"'`]/;

/** After a cancellation a run of a model goes on for so long: the next keystroke may have use for it. In ms. */
export const keepRunning = 300;

/** Context is gathered so long before a request may leave. In ms. */
export const gatherAhead = 50;

/**
 * The life of one keystroke: the rest of what is shown, a run of a model that says the same, what is known, a wait for the next key,
 * then the route. The newest wins: an older one that still waits is settled as cancelled. What a model says late is kept for later.
 */
export class Keystroke implements CompletionSource {
  readonly id = 'pipeline';
  readonly #options: KeystrokeOptions;
  readonly #rhythm = new Rhythm();
  readonly #rate = new RequestRate();
  readonly #rejections = new Rejections();
  readonly #served = new Served();
  readonly #budget = new SpeculationBudget();
  readonly #runs: Runs;
  #turn: Turn | undefined;
  #keeping: Disposable | undefined;

  constructor(options: KeystrokeOptions) {
    this.#options = options;
    this.#runs = new Runs(options);
  }

  /** What is kept here and can be dropped. */
  get stores(): readonly ByteStore[] {
    return [this.#options.predictions, this.#served, this.#runs, this.#rejections];
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    const turn = this.#begin(this.#isAgain(request, call) ? { ...request, again: true } : request, call);
    const giveUp = (): void => this.#giveUp(turn);
    if (call.signal.aborted) giveUp();
    else call.signal.addEventListener('abort', giveUp, { once: true });
    try {
      const outcome = await this.#offered(turn, this.#wanted(request, await this.#answer(turn, call)), call);
      if (turn === this.#turn && !turn.isOver) this.#served.put(request, outcome);
      return outcome;
    } finally {
      // From here on the caller has its answer; a model that is still at work goes on for later.
      call.signal.removeEventListener('abort', giveUp);
    }
  }

  /** A served text has been on the screen for a while: time to ask for what follows it. */
  shown(requestId: string): void {
    const { current } = this.#served;
    if (current?.request.id !== requestId || current.completed.origin === 'local') return;
    if (!this.#isOn('speculation') || this.#options.maySpeculate?.() === false) return;
    if (!this.#runs.isQuiet || this.#turn?.isAsking) return;
    if (!this.#options.backend()?.isHealthy || this.#rate.roomAt(this.#now) <= speculationDefaults.room) return;
    const next = requestAfter(current);
    if (this.#known(next) || !this.#budget.take(next)) return;
    this.#start(next, next, { request: current.request, text: current.completed.text });
  }

  /** The person took a served text or a part of it. */
  accepted(requestId: string): void {
    this.#rejections.accepted();
    this.#judged(this.#served.find(requestId), true);
  }

  /** The person did not want a served text: it is not offered there again, and the next ones come slower. */
  rejected(requestId: string): void {
    const served = this.#served.find(requestId);
    if (!served) return;
    this.#rejections.add(served.request, served.completed.text);
    this.#judged(served, false);
    if (this.#served.current === served) this.#served.hide();
  }

  /** Ends everything that runs or waits. */
  cancelRunning(): void {
    this.#keeping?.dispose();
    this.#turn?.end();
    this.#runs.abortUnless(() => false);
  }

  /** Forgets all texts. */
  clear(): void {
    this.#served.clear();
    this.#rejections.clear();
    this.#options.predictions.clear();
  }

  #judged(served: ServedText | undefined, isTaken: boolean): void {
    const { basis } = served?.completed ?? {};
    if (served && basis) this.#options.onVerdict?.(served.request.languageId, basis, isTaken);
  }

  /** A key was pressed: whoever waits for an older one has waited long enough, and what says something else now ends. */
  #begin(request: CompletionRequest, call: CompletionCall): Turn {
    const before = this.#turn;
    before?.end();
    this.#keeping?.dispose();
    const turn = new Turn(request, this.#now);
    this.#turn = turn;
    const gap = this.#rhythm.press(turn.pressedAt);
    this.#runs.abortUnless((generation) => this.#isOn('reuse') && !call.localOnly && generation.isOnTheWay(request));
    const backend = this.#options.backend();
    if (backend && this.#isOn('debounce') && request.trigger !== 'manual') {
      const isQuiet = this.#runs.isQuiet;
      const isJump = isJumpBetween(before?.request, request);
      const rejectedInARow = this.#rejections.inARow;
      turn.readyAt += debounceOf({ ...backend, prefix: request.prefix, gap, isJump, isQuiet, rejectedInARow }, this.#rhythm);
    }
    return turn;
  }

  /** The caller wants no answer any more; the next keystroke decides about what runs. */
  #giveUp(turn: Turn): void {
    turn.end();
    if (turn !== this.#turn || this.#runs.size === 0) return;
    this.#keeping?.dispose();
    this.#keeping = this.#options.clock.after(keepRunning, () => this.#runs.abortUnless(() => false));
  }

  async #answer(turn: Turn, call: CompletionCall): Promise<Outcome> {
    const { request } = turn;
    const { route } = this.#options;
    const own = this.#callOf(turn);
    if (turn.isOver) return turn.cancelled;
    const found = this.#found(request, call);
    if (found && !request.again) return found;
    if (call.localOnly) return route.serve(request, own);
    // Nobody may be asked: the route finds out who might have been, and local text waits for nothing.
    if (!this.#options.backend()) return route.serve(request, own, route.ask(request, own).outcome);
    turn.isAsking = true;
    // What runs already needs no wait.
    if (!this.#joinable(request)) await this.#ready(turn);
    const model = this.#model(turn);
    void model.then(() => (turn.isAsking = false));
    return route.serve(request, own, model, this.#now - turn.pressedAt);
  }

  #callOf({ request, signal }: Turn): CompletionCall {
    return { signal, isWanted: (text) => !this.#rejections.has(request, text) };
  }

  /** What can be served without asking anybody. */
  #found(request: CompletionRequest, { localOnly = false }: CompletionCall): Completed | undefined {
    const rest = this.#isOn('reuse') ? this.#served.restFor(request) : undefined;
    const shown = rest && this.#isInUse(rest) ? this.#refit(request, rest) : undefined;
    if (localOnly) return shown?.origin === 'local' ? shown : undefined;
    // Who asks by command sees what a model says; who types goes on reading.
    return shown && (shown.origin !== 'local' || request.trigger !== 'manual') ? shown : this.#known(request);
  }

  /** Not the text of a model that was taken back since. */
  #isInUse({ origin, sourceId }: Completed): boolean {
    return origin === 'local' || this.#options.keyOfSource(sourceId) !== undefined;
  }

  #known(request: CompletionRequest): Completed | undefined {
    return this.#allKnown(request).next().value;
  }

  *#allKnown(request: CompletionRequest): Generator<Completed, undefined> {
    if (!this.#isOn('cache')) return undefined;
    for (const key of this.#options.cacheKeys()) {
      for (const found of this.#options.predictions.all(request, key)) {
        const fitting = this.#refit(request, found);
        if (fitting) yield fitting;
      }
    }
    return undefined;
  }

  /** Asked by hand where a model's text is on the screen already: the person wants another one, as long as there are few. */
  #isAgain(request: CompletionRequest, { localOnly = false }: CompletionCall): boolean {
    if (request.trigger !== 'manual' || localOnly || !this.#served.isModelAt(request)) return false;
    return this.#options.backend() !== undefined && [...this.#allKnown(request)].length < maximumCandidates;
  }

  /** Who asks by hand may choose among all that is known for this place. What is on the screen stays, unless the person said otherwise. */
  async #offered(turn: Turn, outcome: Outcome, call: CompletionCall): Promise<Outcome> {
    const { request } = turn;
    if (request.trigger !== 'manual' || turn.isOver) return outcome;
    const local = await this.#options.local?.complete(request, this.#callOf(turn));
    const shown = this.#found(request, call);
    const known = [...(shown ? [shown] : []), ...(call.localOnly ? [] : this.#allKnown(request))];
    const own = outcome.ok ? [outcome] : [];
    const isFirst = !request.again || (request.newestFirst && outcome.ok && outcome.origin === 'model');
    const texts = isFirst ? [...own, ...known] : [...known.slice(0, 1), ...own, ...known.slice(1)];
    if (local?.ok) texts.push(local, ...(local.alternatives ?? []));
    return candidatesOf(texts, (text) => !this.#rejections.has(request, text)) ?? outcome;
  }

  /** A text without what the editor has put behind the cursor since. */
  #refit(request: CompletionRequest, completed: Completed): Completed | undefined {
    const { text, sourceId } = completed;
    if (!closedAtCursor.test(request.suffix)) return this.#rejections.has(request, text) ? undefined : completed;
    const fitting = this.#options.clean(text, request, sourceId);
    return fitting === '' || this.#rejections.has(request, fitting) ? undefined : { ...completed, text: fitting };
  }

  /** What a model says for this keystroke: one that runs already, as long as it says the same; else a new one. */
  async #model(turn: Turn): Promise<Outcome> {
    const { request } = turn;
    for (let running = this.#joinable(request); running; running = this.#joinable(request)) {
      const outcome = await running.restFor(request, turn.signal);
      if (turn.isOver) return turn.cancelled;
      if (outcome?.ok) return this.#refit(request, outcome) ?? { ...outcome, text: '' };
      // Who asks by hand would rather wait; that run had the short deadline of one that nobody asked for.
      const mayWait = request.trigger === 'manual' && running.request.trigger !== 'manual' && outcome?.failure.kind === 'timeout';
      if (outcome && !mayWait) return outcome;
      if (outcome) break;
      running.abort();
    }
    const sent = await (turn.gathered ?? this.#gather(turn));
    await this.#mayAsk(turn);
    if (turn.isOver) return turn.cancelled;
    this.#budget.asked();
    // What it would say of itself was not wanted here.
    const again = this.#rejections.isOn(request);
    return this.#start(request, again ? { ...sent, again } : sent).outcome;
  }

  /** Waits for the debounce; what context costs is paid within it, but not for a key that the next one overtakes. */
  async #ready(turn: Turn): Promise<void> {
    const { clock } = this.#options;
    await delayOf(clock, turn.readyAt - gatherAhead - this.#now, turn.signal);
    if (turn.isOver) return;
    turn.gathered = this.#gather(turn);
    await delayOf(clock, turn.readyAt - this.#now, turn.signal);
  }

  #gather({ request, signal }: Turn): Promise<CompletionRequest> {
    return this.#isOn('context') && this.#options.gather ? this.#options.gather(request, signal) : Promise.resolve(request);
  }

  /** Waits for the debounce, the limit of requests and for one that ends; also ends with the turn. */
  async #mayAsk({ request, readyAt, signal }: Turn): Promise<void> {
    const { clock } = this.#options;
    await delayOf(clock, readyAt - this.#now, signal);
    const isLimited = this.#isOn('debounce') && request.trigger !== 'manual';
    while (!signal.aborted) {
      const wait = isLimited ? this.#rate.waitAt(this.#now) : 0;
      if (wait > 0) await delayOf(clock, wait, signal);
      else if (this.#runs.size < Math.min(requestLimits.inFlight, this.#options.backend()?.limit ?? Infinity)) return;
      else await this.#runs.oneEnds(signal);
    }
  }

  #joinable(request: CompletionRequest): Generation | undefined {
    return this.#isOn('reuse') ? this.#runs.for(request) : undefined;
  }

  #start(request: CompletionRequest, sent: CompletionRequest, ahead?: Generation['ahead']): Generation {
    this.#rate.sent(this.#now);
    const generation = this.#runs.start(request, sent, ahead);
    void generation.outcome.then((outcome) => this.#keep(request, outcome));
    return generation;
  }

  /** Keeps a model's answer, also one that came after the person had been served. */
  #keep(request: CompletionRequest, outcome: Outcome): void {
    if (!outcome.ok || !this.#isOn('cache')) return;
    const key = this.#options.keyOfSource(outcome.sourceId);
    if (key !== undefined) this.#options.predictions.add(request, key, outcome);
  }

  /** A rejected text is not offered again, whoever says it. */
  #wanted(request: CompletionRequest, outcome: Outcome): Outcome {
    return outcome.ok && this.#rejections.has(request, outcome.text) ? { ...outcome, text: '' } : outcome;
  }

  #isOn(mechanism: Mechanism): boolean {
    return this.#options.mechanisms?.[mechanism] ?? true;
  }

  get #now(): Millis {
    return this.#options.clock.monotonic();
  }
}
