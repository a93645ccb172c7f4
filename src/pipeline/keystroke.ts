import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { CancelledByEditor } from '../domain/failure.ts';
import type { CompletionCache } from './cache.ts';

/** What a keystroke passes through. */
export interface KeystrokeOptions {
  readonly router: CompletionSource;
  readonly cache: CompletionCache;
  /** The sources whose cached texts may be served now, best first: `backend | model | prompt format`. */
  readonly cacheKeys: () => readonly string[];
  readonly keyOfSource: (sourceId: string) => string | undefined;
  /** Adds context to a request for a model, within its budget of time; the same request where no model would be asked. Never rejects. */
  readonly withContext: (request: CompletionRequest, signal: AbortSignal) => Promise<CompletionRequest>;
}

/**
 * The life of one keystroke: cache, then route. The newest request of a window wins; an older one that still runs is cancelled,
 * also when its caller has its (local) answer already.
 */
export class Keystroke implements CompletionSource {
  readonly id = 'pipeline';
  readonly #options: KeystrokeOptions;
  #running: AbortController | undefined;

  constructor(options: KeystrokeOptions) {
    this.#options = options;
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    this.#running?.abort(new CancelledByEditor());
    const cached = call.localOnly ? undefined : this.#cached(request);
    if (cached) return cached;

    const controller = new AbortController();
    this.#running = controller;
    const cancel = (): void => controller.abort(new CancelledByEditor());
    if (call.signal.aborted) cancel();
    else call.signal.addEventListener('abort', cancel, { once: true });
    const { signal } = controller;
    const prepared = call.localOnly ? request : await this.#options.withContext(request, signal);
    const outcome = await this.#options.router.complete(prepared, { ...call, signal });
    // From here on the caller has its answer; a model that is still at work goes on for the cache until the next keystroke.
    call.signal.removeEventListener('abort', cancel);
    this.keep(request, outcome);
    return outcome;
  }

  /** Caches a model's answer, also one that came after the person had been served. */
  keep(request: CompletionRequest, outcome: Outcome): void {
    if (!outcome.ok) return;
    const key = this.#options.keyOfSource(outcome.sourceId);
    if (key !== undefined) this.#options.cache.set(request, key, outcome);
  }

  cancelRunning(): void {
    this.#running?.abort(new CancelledByEditor());
    this.#running = undefined;
  }

  #cached(request: CompletionRequest): Outcome | undefined {
    for (const key of this.#options.cacheKeys()) {
      const found = this.#options.cache.get(request, key);
      if (found) return found;
    }
    return undefined;
  }
}
