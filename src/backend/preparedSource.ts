import type { Clock, Millis } from '../base/clock.ts';
import {
  failed,
  type CompletionCall,
  type CompletionRequest,
  type CompletionSource,
  type Failed,
  type Outcome,
} from '../domain/completion.ts';
import { watchedLoading, type Failure } from '../domain/failure.ts';
import { fitRequest } from './fitRequest.ts';
import type { LocalServer } from './localServer.ts';

/** What a source in front of a local server is made of. */
export interface PreparedSourceOptions {
  readonly source: CompletionSource;
  readonly server: LocalServer;
  readonly clock: Clock;
  /** Aborted when the source is no longer used; ends what runs in the background. */
  readonly life: AbortSignal;
  /** The loading of the model has ended, well or not: what keeps requests away because of it may be taken back. */
  readonly onReady: () => void;
}

/** When the server is asked again. */
export const preparation = {
  /** Long enough to cost nothing, short enough that an unloaded model or a server started anew is seen. */
  validFor: 60_000,
  /** After a failure that makes what is known doubtful, not more often than this. */
  atLeastEvery: 5000,
  /** A model that takes longer to load is not waited for. */
  giveUpAfter: 5 * 60_000,
} as const satisfies Record<string, Millis>;

/**
 * Cuts requests to the context that the server has, and says "loading" at once while the server loads its model, instead of
 * letting keystrokes wait for it. Asks the server in the background: the first request does not wait for the answer.
 */
export function preparedSource(options: PreparedSourceOptions): CompletionSource {
  return new PreparedSource(options);
}

const isLoading: Failure = { kind: 'loading', message: 'the server is loading the model' };

class PreparedSource implements CompletionSource {
  readonly id: string;
  readonly #options: PreparedSourceOptions;
  #tokens: number | undefined;
  #isRunning = false;
  #isLoading = false;
  /** Aborted when the server is found to be loading its model. */
  #loading = new AbortController();
  /** Somebody was told that the model is being loaded, or went unanswered meanwhile. */
  #isAwaited = false;
  #askedAt: Millis | undefined;
  #isDoubtful = true;

  constructor(options: PreparedSourceOptions) {
    this.id = options.source.id;
    this.#options = options;
    this.#tokens = options.server.assumedTokens;
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    this.#prepareIfDue();
    if (this.#isLoading) return this.#watched(isLoading);
    const loading = this.#loading.signal;
    // Several keystrokes may wait for this one request: it ends as soon as the model turns out not to be there.
    const outcome = await this.#options.source.complete(this.#fit(request), { ...call, signal: AbortSignal.any([call.signal, loading]) });
    if (outcome.ok) return outcome;
    return loading.aborted && !call.signal.aborted ? this.#watched(isLoading, outcome.bytes) : this.#learn(outcome);
  }

  #fit(request: CompletionRequest): CompletionRequest {
    return this.#tokens === undefined ? request : fitRequest(request, this.#tokens);
  }

  #learn(outcome: Failed): Failed {
    const { failure } = outcome;
    if (failure.kind === 'context_length' && failure.contextTokens !== undefined) this.#know(failure.contextTokens);
    if (failure.kind === 'network' || failure.kind === 'timeout' || failure.kind === 'loading') this.#isDoubtful = true;
    if (failure.kind !== 'loading') return outcome;
    // Nobody may type for a while: the end of the loading is to be seen all the same.
    this.#prepareIfDue();
    return this.#isRunning ? this.#watched(failure, outcome.bytes) : outcome;
  }

  /** From now on somebody waits to be told. */
  #watched(failure: Failure, bytes?: number): Failed {
    this.#isAwaited = true;
    return failed({ ...failure, code: watchedLoading }, bytes);
  }

  #know(tokens: number): void {
    this.#tokens = Math.min(tokens, this.#options.server.maximumTokens ?? Infinity);
  }

  #prepareIfDue(): void {
    const { clock, life } = this.#options;
    const age = this.#askedAt === undefined ? Infinity : clock.monotonic() - this.#askedAt;
    const isDue = age >= (this.#isDoubtful ? preparation.atLeastEvery : preparation.validFor);
    if (this.#isRunning || !isDue || life.aborted) return;
    this.#askedAt = clock.monotonic();
    this.#isRunning = true;
    void this.#prepare();
  }

  async #prepare(): Promise<void> {
    const { server, clock, life, onReady } = this.#options;
    const tooLong = new AbortController();
    const timer = clock.after(preparation.giveUpAfter, () => tooLong.abort(new Error('the model takes too long to load')));
    try {
      const tokens = await server.prepare(AbortSignal.any([life, tooLong.signal]), () => {
        this.#isLoading = true;
        this.#isAwaited = true;
        this.#loading.abort(new Error(isLoading.message));
      });
      if (tokens !== undefined) this.#know(tokens);
      this.#isDoubtful = false;
    } catch {
      // A server that cannot be asked says so to the next request as well, and there it counts.
      this.#isDoubtful = true;
    } finally {
      timer.dispose();
      this.#isLoading = false;
      this.#loading = new AbortController();
      this.#isRunning = false;
    }
    if (this.#isAwaited && !life.aborted) {
      this.#isAwaited = false;
      onReady();
    }
  }
}
