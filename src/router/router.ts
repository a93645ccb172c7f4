import { delayOf, type Clock, type Disposable, type EpochMillis, type Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { GuardedSource } from '../domain/guarded.ts';
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
  /** A model answered after local text was already shown; for the cache, never for the screen. */
  readonly onLate: (request: CompletionRequest, outcome: Outcome) => void;
  /** A fallback to this source was wanted, and only the data boundary kept it from being asked. */
  readonly onNotAllowed: (source: GuardedSource) => void;
}

/** The route as a source. */
export interface Router extends CompletionSource, Disposable {
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
    servable: (outcome, request, sourceId) => servable(outcome, sourceId, (text) => options.clean(text, request, sourceId)),
  };
  const route: RouteParts = { options, order, budget, walkOptions };
  return {
    id: 'router',
    complete: (request, call) => new Route(route, request, call).complete(),
    get active() {
      return order.active;
    },
    returnsAt: (source) => order.returnsAt(source),
    forget: () => order.forget(),
    dispose: () => order.dispose(),
  };
}

interface RouteParts {
  readonly options: RouterOptions;
  readonly order: RouteOrder;
  readonly budget: HedgeBudget;
  readonly walkOptions: WalkOptions;
}

class Route {
  readonly #parts: RouteParts;
  readonly #options: RouterOptions;
  readonly #request: CompletionRequest;
  readonly #call: CompletionCall;
  /** The walk over the sources is over. */
  #isAnswered = false;

  constructor(parts: RouteParts, request: CompletionRequest, call: CompletionCall) {
    this.#parts = parts;
    this.#options = parts.options;
    this.#request = request;
    this.#call = call;
  }

  async complete(): Promise<Outcome> {
    const { signal, localOnly } = this.#call;
    if (localOnly) return this.#local();
    const order = this.#parts.order.begin();
    const first = order.find((source) => source.availability().kind === 'available');
    // Sent before the local engine computes, so that its few milliseconds are free.
    const model = this.#walk(order);
    if (!first) {
      // Nobody was asked; the walk only found out who might have been.
      await model;
      return this.#local();
    }
    // Someone who asks by command would rather wait for the model.
    if (this.#request.trigger === 'manual') return this.#orLocal(await model);

    const soft = this.#options.softDeadline(first);
    const wait = new AbortController();
    const winner = await Promise.race([model, delayOf(this.#options.clock, soft, wait.signal)]);
    wait.abort();
    if (winner) return this.#orLocal(winner);
    if (signal.aborted) return this.#orLocal(await model);

    const local = await this.#local();
    if (this.#isAnswered || !local.ok || local.text === '') return this.#orLocal(await model);
    void model.then((outcome) => {
      if (outcome.ok) this.#options.onLate(this.#request, outcome);
    });
    return local;
  }

  async #walk(sources: readonly GuardedSource[]): Promise<Outcome> {
    const { order, budget, walkOptions } = this.#parts;
    const [head] = sources;
    budget.earn();
    const { outcome, answered, failed: failing, overtaken } = await new Walk(walkOptions, sources, this.#request, this.#call).run();
    this.#isAnswered = true;
    order.end(answered, answered === head, failing, overtaken);
    return outcome;
  }

  /** A model's text where there is some; else local text, except after a cancellation. */
  async #orLocal(outcome: Outcome): Promise<Outcome> {
    if (outcome.ok && outcome.text.trim() !== '') return outcome;
    if (!outcome.ok && outcome.failure.kind === 'cancelled') return outcome;
    const local = await this.#local();
    return local.ok && local.text !== '' ? local : outcome;
  }

  #local(): Promise<Outcome> {
    const { signal } = this.#call;
    if (signal.aborted) {
      return Promise.resolve(failed(failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'cancelled' }));
    }
    if (!this.#options.local) {
      return Promise.resolve(
        failed({ kind: 'refused', reason: 'breaker-open', message: 'no backend is available and the local engine is off' }),
      );
    }
    return this.#options.local.complete(this.#request, { signal });
  }
}
