import type { Clock, Millis } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { CompletionCall, CompletionRequest, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { Overtaken, type FailureKind } from '../domain/failure.ts';
import type { GuardedSource } from '../domain/guarded.ts';

/** What a walk needs to know. */
export interface WalkOptions {
  readonly clock: Clock;
  /** How long the given source may be silent before another one is asked beside it; `undefined`: for as long as it likes. */
  readonly hedgeAfter: (source: GuardedSource) => Millis | undefined;
  /** Asked when another source stands ready: whether this keystroke may have one more request. */
  readonly mayHedge: () => boolean;
  /** The walk had to pass a source that it may not ask only because of the data boundary. */
  readonly onNotAllowed: (source: GuardedSource) => void;
  /** Makes a source's text, or the beginning of one, fit to be shown. */
  readonly clean: (text: string, request: CompletionRequest, sourceId: string) => string;
  /** What can be shown of an outcome: made clean, or the part that came before it was cut off. */
  readonly servable: (outcome: Outcome, request: CompletionRequest, sourceId: string) => Outcome;
}

/** How a walk ended. */
export interface WalkEnd {
  readonly outcome: Outcome;
  readonly answered: GuardedSource | undefined;
  /** Those that are not to be asked first for a while. */
  readonly failed: ReadonlySet<GuardedSource>;
  readonly overtaken: GuardedSource | undefined;
}

/** Failures after which another source would fail too, or must not be asked. */
const final: ReadonlySet<FailureKind> = new Set<FailureKind>(['cancelled', 'content_filter', 'internal']);

/** Failures of this request, not of the backend: the next keystroke asks the same one again. */
const blameless: ReadonlySet<FailureKind> = new Set<FailureKind>([
  ...final,
  'bad_request',
  'context_length',
  // Our own refusal, such as all slots taken.
  'refused',
]);

interface Running {
  readonly controller: AbortController;
  /** Asked beside another one that was silent. */
  isBeside: boolean;
  /** Silent for longer than its patience. */
  isOverdue: boolean;
  readonly startedAt: Millis;
  readonly end: () => void;
}

/**
 * One keystroke's way over the sources: each is asked at most once, the next one when the one before failed, and the next one
 * *beside* it when it is silent for too long (a hedge). At most two run at once. The first real text decides; the other is given up.
 */
export class Walk {
  readonly #options: WalkOptions;
  readonly #request: CompletionRequest;
  readonly #call: CompletionCall;
  readonly #left: GuardedSource[];
  readonly #running = new Map<GuardedSource, Running>();
  readonly #failed = new Set<GuardedSource>();
  #overtaken: GuardedSource | undefined;
  #lead: GuardedSource | undefined;
  #text = '';
  /** What `#text` is when it was made fit to be shown; that is work, and asked for more often than the text changes. */
  #clean: { readonly text: string; readonly made: string } | undefined;
  #last: Outcome = failed({ kind: 'refused', reason: 'breaker-open', message: 'no backend is available' });
  #finish: ((end: WalkEnd) => void) | undefined;

  /** @param order all sources of the route, those that may not be asked now too */
  constructor(options: WalkOptions, order: readonly GuardedSource[], request: CompletionRequest, call: CompletionCall) {
    this.#options = options;
    this.#left = [...order];
    this.#request = request;
    this.#call = call;
  }

  /** Walks. To be called once; settles when somebody answered, all have failed or the keystroke was cancelled. */
  run(): Promise<WalkEnd> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#askNext();
    });
  }

  /** What has come of the text that will be the answer, made fit to be shown. */
  get soFar(): string {
    const text = this.#text;
    if (!this.#lead || text === '') return '';
    if (this.#clean?.text !== text) this.#clean = { text, made: this.#options.clean(text, this.#request, this.#lead.id) };
    return this.#clean.made;
  }

  #askNext(): void {
    for (let source = this.#left.shift(); source; source = this.#left.shift()) {
      // It may have opened while an earlier one was asked.
      const availability = source.availability();
      if (availability.kind === 'available') return this.#ask(source);
      if (availability.cause === 'boundary-not-allowed') this.#options.onNotAllowed(source);
    }
    this.#end(this.#last, undefined);
  }

  #askBeside(): void {
    if (!this.#finish || this.#lead || this.#running.size !== 1) return;
    const beside = this.#left.find((source) => source.availability().kind === 'available');
    if (!beside || !this.#options.mayHedge()) return;
    this.#left.splice(this.#left.indexOf(beside), 1);
    this.#ask(beside, true);
  }

  #ask(source: GuardedSource, isBeside = false): void {
    const { signal } = this.#call;
    const controller = new AbortController();
    const cancel = (): void => controller.abort(signal.reason);
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    const patience = this.#options.hedgeAfter(source);
    const overdue = (): void => {
      running.isOverdue = true;
      this.#askBeside();
    };
    const timer = patience === undefined ? undefined : this.#options.clock.after(patience, overdue);
    const end = (): void => {
      timer?.dispose();
      signal.removeEventListener('abort', cancel);
    };
    const running: Running = { controller, isBeside, isOverdue: false, startedAt: this.#options.clock.monotonic(), end };
    this.#running.set(source, running);
    const call: CompletionCall = {
      signal: controller.signal,
      ...(this.#call.enough ? { enough: this.#call.enough } : {}),
      onText: (soFar) => {
        this.#leads(source);
        if (this.#lead !== source) return;
        this.#text = soFar;
        this.#call.onText?.(soFar);
      },
    };
    // A source that rejects, or a filter that throws, is a bug of ours; a walk that never ends would be a worse one.
    const bug = (error: unknown): Outcome => failed({ kind: 'internal', message: `${source.id}: ${messageOf(error)}` });
    source
      .complete(this.#request, call)
      .catch(bug)
      .then((outcome) => this.#ended(source, running, outcome))
      .catch((error: unknown) => this.#end(bug(error), undefined, source));
  }

  /** Real text: from here on the others are not waited for. */
  #leads(source: GuardedSource): void {
    if (this.#lead || !this.#running.has(source)) return;
    this.#lead = source;
    for (const other of this.#running.keys()) if (other !== source) this.#giveUp(other, source);
  }

  #giveUp(source: GuardedSource, by: GuardedSource): void {
    const running = this.#running.get(source);
    if (!running) return;
    this.#running.delete(source);
    running.end();
    // The one that was asked beside it is not to blame: it had less time.
    if (!running.isBeside) this.#overtaken = source;
    running.controller.abort(new Overtaken(by.id, !running.isBeside, this.#options.clock.monotonic() - running.startedAt));
  }

  #ended(source: GuardedSource, running: Running, outcome: Outcome): void {
    // Given up before; its end is the guard's business.
    if (this.#running.get(source) !== running) return;
    this.#running.delete(source);
    running.end();
    if (this.#lead === source) {
      this.#lead = undefined;
      this.#clean = undefined;
    }
    const shown = this.#options.servable(outcome, this.#request, source.id);
    this.#last = shown;
    if (outcome.ok) return this.#end(shown, source);
    const { kind } = outcome.failure;
    if (!blameless.has(kind)) this.#failed.add(source);
    // A part of an answer is shown, and its source has failed all the same.
    if (shown.ok) return this.#end(shown, undefined, source);
    if (final.has(kind) || this.#call.signal.aborted) return this.#end(outcome, undefined, source);
    const [other] = this.#running.values();
    if (!other) return this.#askNext();
    // Now it is the one that is waited for.
    other.isBeside = false;
    if (other.isOverdue) this.#askBeside();
  }

  #end(outcome: Outcome, answered: GuardedSource | undefined, by = answered): void {
    const finish = this.#finish;
    this.#finish = undefined;
    if (by) for (const source of this.#running.keys()) this.#giveUp(source, by);
    finish?.({ outcome, answered, failed: this.#failed, overtaken: answered ? this.#overtaken : undefined });
  }
}
