import { delayOf, type Clock, type Disposable, type EpochMillis, type Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Completed, CompletionCall, CompletionRequest, CompletionSource, Enough, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { GuardedSource } from '../domain/guarded.ts';
import type { ModelRoute, ModelRun } from '../domain/route.ts';
import { HedgeBudget } from './hedgeBudget.ts';
import { servable } from './partialText.ts';
import { RouteOrder } from './routeOrder.ts';
import { Walk, type WalkOptions } from './walk.ts';

/** The route and its ways out. */
export interface RouterOptions {
  /** In the order of the route. */
  readonly sources: readonly GuardedSource[];
  /** Answers at once and without any backend; `undefined` when the person switched it off. */
  readonly local: CompletionSource | undefined;
  readonly clock: Clock;
  /** Decides which keystrokes a recovering backend gets. */
  readonly random: Random;
  /** How long the given source may take before local text is shown instead. */
  readonly softDeadline: (source: GuardedSource) => Millis;
  /** How long the given source may be silent before another is asked beside it; `undefined`: that is never done. */
  readonly hedgeAfter: ((source: GuardedSource) => Millis) | undefined;
  /** Makes a source's text fit to be shown; '' when nothing of it is, and then local text is served. */
  readonly clean: (text: string, request: CompletionRequest, sourceId: string) => string;
  /** Where the text of a model that still comes is enough; `undefined`: every answer is read to its end. */
  readonly enough?: ((request: CompletionRequest) => Enough) | undefined;
  /** Who is asked for a request in the place of a source: a new version of its model first, and then itself. Default: the source alone. */
  readonly arms?: ((source: GuardedSource, request: CompletionRequest) => readonly GuardedSource[]) | undefined;
  /** A source of the route has answered. Returns at once and never throws. */
  readonly onAnswered?: ((request: CompletionRequest, by: GuardedSource, outcome: Completed) => void) | undefined;
  /** A fallback to this source was wanted, and only the data boundary kept it from being asked. */
  readonly onNotAllowed: (source: GuardedSource) => void;
}

/** The route: asking models, and answering a keystroke with what they say or with local text. */
export interface Router extends ModelRoute, Disposable {
  /** The source that the next keystroke asks first; changes at most once within a keystroke. `undefined`: none may be asked. */
  readonly active: GuardedSource | undefined;
  /** When a source that another one stands in for gets its turn again; `undefined` when nobody can say. */
  returnsAt(source: GuardedSource): EpochMillis | undefined;
  /** The person asked for all backends to be tried again: the first that is well is the first again. */
  forget(): void;
}

/** Bounds of the soft deadline, design default clamp(P95, 150, 600) ms. */
export const softDeadlineBounds = { minimum: 150, maximum: 600 } as const;

/**
 * Asks the sources in order, each at most once, and falls back to local text within the same keystroke: at once when no model is
 * eligible or all have failed, at the soft deadline when one is late.
 */
export function createRouter(options: RouterOptions): Router {
  const order = new RouteOrder(options.sources, options.clock, options.random);
  const budget = new HedgeBudget();
  const { hedgeAfter } = options;
  const walkOptions: WalkOptions = {
    clock: options.clock,
    hedgeAfter: (source) => hedgeAfter?.(source),
    mayHedge: () => budget.take(),
    onNotAllowed: options.onNotAllowed,
    clean: options.clean,
    servable: (outcome, request, sourceId) => servable(outcome, sourceId, (text) => options.clean(text, request, sourceId)),
  };
  return {
    ask(request, call) {
      const enough = options.enough?.(request);
      return ask(options, order, budget, request, (asked) => new Walk(walkOptions, asked, request, enough ? { ...call, enough } : call));
    },
    serve: (request, call, model, waited = 0) => new Serving(options, order, request, call, waited).answer(model),
    get active() {
      return order.active;
    },
    returnsAt: (source) => order.returnsAt(source),
    forget: () => order.forget(),
    dispose: () => order.dispose(),
  };
}

function ask(
  { arms, onAnswered }: RouterOptions,
  order: RouteOrder,
  budget: HedgeBudget,
  request: CompletionRequest,
  walkOver: (asked: readonly GuardedSource[]) => Walk,
): ModelRun {
  budget.earn();
  // What a new version does is not held against the source that it stands in for, but its answer is one of that source's place.
  const standsFor = new Map<GuardedSource, GuardedSource>();
  const route = order.begin();
  const asked = route.flatMap((source) => {
    const inPlace = arms?.(source, request) ?? [source];
    for (const arm of inPlace) if (arm !== source) standsFor.set(arm, source);
    return inPlace;
  });
  const walk = walkOver(asked);
  const outcome = walk.run().then((end) => {
    const own = [...end.failed].filter((source) => !standsFor.has(source));
    const overtaken = end.overtaken && !standsFor.has(end.overtaken) ? end.overtaken : undefined;
    const answered = end.answered && (standsFor.get(end.answered) ?? end.answered);
    order.end(answered, answered === route[0], own, overtaken);
    if (onAnswered && end.answered && end.outcome.ok) onAnswered(request, end.answered, end.outcome);
    return end.outcome;
  });
  return { outcome, soFar: () => walk.soFar };
}

/** One keystroke's choice between a model and local text. */
class Serving {
  readonly #options: RouterOptions;
  readonly #order: RouteOrder;
  readonly #request: CompletionRequest;
  readonly #signal: AbortSignal;
  readonly #call: CompletionCall;
  readonly #waited: Millis;

  constructor(options: RouterOptions, order: RouteOrder, request: CompletionRequest, call: CompletionCall, waited: Millis) {
    this.#options = options;
    this.#order = order;
    this.#request = request;
    this.#signal = call.signal;
    this.#call = call;
    this.#waited = waited;
  }

  /** Settles at once when the keystroke is cancelled, whatever the model does. */
  answer(model: Promise<Outcome> | undefined): Promise<Outcome> {
    const signal = this.#signal;
    if (signal.aborted) return Promise.resolve(cancelled(signal));
    return new Promise((resolve, reject) => {
      const cancel = (): void => resolve(cancelled(signal));
      signal.addEventListener('abort', cancel, { once: true });
      void this.#choose(model)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', cancel));
    });
  }

  async #choose(model: Promise<Outcome> | undefined): Promise<Outcome> {
    const { active } = this.#order;
    if (!model) return this.#local(true);
    if (!active) {
      // Nobody was asked; the walk only found out who might have been.
      await model;
      return this.#local(true);
    }
    // Someone who asks by command would rather wait for the model.
    if (this.#request.trigger === 'manual') return this.#orLocal(await model);
    const soft = Math.max(softDeadlineBounds.minimum, this.#options.softDeadline(active) - this.#waited);
    // The longer a model is silent the less it is likely to speak in time: after the same wait again a guess is better than nothing.
    for (const isAlone of [false, true]) {
      const winner = await this.#within(model, soft);
      if (winner) return this.#orLocal(winner);
      const local = await this.#local(isAlone);
      // It may have answered while the local engine computed.
      const inTime = await Promise.race([model, Promise.resolve(undefined)]);
      if (inTime) return this.#orLocal(inTime);
      if (local.ok && local.text !== '') return local;
    }
    return this.#orLocal(await model);
  }

  async #within(model: Promise<Outcome>, time: Millis): Promise<Outcome | undefined> {
    const wait = new AbortController();
    const stop = (): void => wait.abort();
    this.#signal.addEventListener('abort', stop, { once: true });
    const winner = await Promise.race([model, delayOf(this.#options.clock, time, wait.signal)]);
    stop();
    this.#signal.removeEventListener('abort', stop);
    return winner ?? undefined;
  }

  /** A model's text where there is some; else local text, except after a cancellation. */
  async #orLocal(outcome: Outcome): Promise<Outcome> {
    if (outcome.ok && outcome.text.trim() !== '') return outcome;
    if (!outcome.ok && outcome.failure.kind === 'cancelled') return outcome;
    const local = await this.#local(!outcome.ok);
    return local.ok && local.text !== '' ? local : outcome;
  }

  /** @param isAlone no model will say anything any more, or none is expected to in time */
  #local(isAlone = false): Promise<Outcome> {
    if (this.#signal.aborted) return Promise.resolve(cancelled(this.#signal));
    if (!this.#options.local) {
      return Promise.resolve(
        failed({ kind: 'refused', reason: 'breaker-open', message: 'no backend is available and the local engine is off' }),
      );
    }
    const { signal, isWanted } = this.#call;
    return this.#options.local.complete(this.#request, { signal, isAlone, ...(isWanted ? { isWanted } : {}) });
  }
}

function cancelled(signal: AbortSignal): Outcome {
  return failed(failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'cancelled' });
}
