import { delayOf, type Clock, type Millis } from '../base/clock.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';
import type { GuardedSource } from '../domain/guarded.ts';
import { servable } from './partialText.ts';

/** The route and its ways out. */
export interface RouterOptions {
  /** In the order of the route. */
  readonly sources: readonly GuardedSource[];
  /** Answers at once and without any backend; `undefined` when the person switched it off. */
  readonly local: CompletionSource | undefined;
  readonly clock: Clock;
  /** How long the given source may take before local text is shown instead. */
  readonly softDeadline: (source: GuardedSource) => Millis;
  /** Makes a model's text fit to be shown; '' when nothing of it is, and then local text is served. */
  readonly clean: (text: string, request: CompletionRequest, sourceId: string) => string;
  /** A model answered after local text was already shown; for the cache, never for the screen. */
  readonly onLate: (request: CompletionRequest, outcome: Outcome) => void;
}

/** Bounds of the soft deadline, design default clamp(P95, 150, 600) ms. */
export const softDeadlineBounds = { minimum: 150, maximum: 600 } as const;

/** Failures after which another source would fail too, or must not be asked. */
const final: ReadonlySet<string> = new Set(['cancelled', 'content_filter', 'internal']);

/**
 * Asks the sources in order, each at most once, and falls back to local text within the same keystroke: at once when no model is
 * eligible or all have failed, at the soft deadline when one is late.
 */
export function createRouter(options: RouterOptions): CompletionSource {
  return {
    id: 'router',
    complete: (request, call) => new Route(options, request, call).complete(),
  };
}

class Route {
  readonly #options: RouterOptions;
  readonly #request: CompletionRequest;
  readonly #call: CompletionCall;
  /** The walk over the sources is over. */
  #isAnswered = false;

  constructor(options: RouterOptions, request: CompletionRequest, call: CompletionCall) {
    this.#options = options;
    this.#request = request;
    this.#call = call;
  }

  async complete(): Promise<Outcome> {
    const { signal, localOnly } = this.#call;
    if (localOnly) return this.#local();
    const eligible = this.#options.sources.filter((source) => source.availability().kind === 'available');
    const first = eligible[0];
    if (!first) return this.#local();
    // Sent before the local engine computes, so that its few milliseconds are free.
    const model = this.#walk(eligible);
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
    let last: Outcome | undefined;
    for (const source of sources) {
      // It may have opened while an earlier one was asked.
      if (source.availability().kind !== 'available') continue;
      const outcome = await source.complete(this.#request, this.#call);
      last = servable(outcome, source.id, (text) => this.#options.clean(text, this.#request, source.id));
      if (last.ok || final.has(last.failure.kind) || this.#call.signal.aborted) break;
    }
    this.#isAnswered = true;
    return last ?? failed({ kind: 'refused', reason: 'breaker-open', message: 'no backend is available' });
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
