import type { Clock, Millis } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import type { Failure } from '../domain/failure.ts';
import { sizeOfContext } from './promptRoom.ts';
import { PromptShape } from './promptShape.ts';
import { bytesOf, TokenMeter } from './tokenMeter.ts';

/** How much text a model takes, learned from its refusals. */
export const contextBudgetDefaults = {
  /** What is left of a prompt that was too long, when the answer does not say how much would fit. */
  keep: 0.75,
  /** Tokens that the format around the text may need. */
  reserve: 32,
  /** A prompt of so few characters is not cut any further: then it is not its length. */
  minimum: 200,
  /** Then the full length is tried again: servers are started anew with other settings. */
  forgetAfter: 3_600_000,
} as const;

/** What the wrapper needs. */
export interface ContextBudgetOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Learns from what the server counts. Default: one of its own. */
  readonly meter?: TokenMeter | undefined;
}

/**
 * A source whose requests are shaped for its model: context within the budget of tokens, a suffix that is not read anew at length, and a
 * prefix that begins where it began before. It learns how long a prompt may be. The first refusal for length is answered by the same question with less text, once;
 * from then on prompts are cut before they are sent.
 *
 * This is the one case in which a backend is asked a second time after it answered (law 8): it is another question, the answer to the
 * first says so, and it runs within the deadlines of the first.
 */
export function withContextBudget(source: CompletionSource, options: ContextBudgetOptions): CompletionSource {
  const budget = new ContextBudget(options.clock, options.meter ?? new TokenMeter());
  return {
    id: source.id,
    async complete(request, call) {
      const fitted = budget.shape(request);
      const outcome = await asked(source, fitted, call, budget);
      if (outcome.ok || outcome.failure.kind !== 'context_length' || call.signal.aborted) return outcome;
      const shorter = budget.shape(request);
      if (lengthOf(shorter) >= lengthOf(fitted)) return outcome;
      options.logger.info(`prompt ${request.id}: too long for ${source.id}, asked again with ${lengthOf(shorter)} characters`);
      return asked(source, shorter, call, budget);
    },
  };
}

async function asked(source: CompletionSource, request: CompletionRequest, call: CompletionCall, budget: ContextBudget): Promise<Outcome> {
  const outcome = await source.complete(request, call);
  if (outcome.ok) budget.meter.measure(bytesOf(request), outcome.usage?.promptTokens);
  else if (outcome.failure.kind === 'context_length') budget.refused(request, outcome.failure);
  return outcome;
}

/** What is known of one backend's context. Held per backend and model: it lives and dies with its source. */
class ContextBudget {
  readonly #clock: Clock;
  #characters = Infinity;
  #learnedAt: Millis = 0;
  readonly #shape: PromptShape;
  readonly meter: TokenMeter;

  constructor(clock: Clock, meter: TokenMeter) {
    this.#clock = clock;
    this.meter = meter;
    this.#shape = new PromptShape(meter);
  }

  shape(request: CompletionRequest): CompletionRequest {
    return this.#shape.within(request, this.#room);
  }

  get #room(): number {
    if (this.#clock.monotonic() - this.#learnedAt >= contextBudgetDefaults.forgetAfter) this.#characters = Infinity;
    return this.#characters;
  }

  refused(request: CompletionRequest, failure: Extract<Failure, { kind: 'context_length' }>): void {
    const sent = lengthOf(request);
    this.meter.measure(bytesOf(request), failure.promptTokens);
    const room = failure.contextTokens === undefined ? 0 : failure.contextTokens - request.maxTokens - contextBudgetDefaults.reserve;
    const byTokens = Math.floor(this.meter.charactersIn(room, request) * 0.95);
    const byShare = Math.floor(sent * contextBudgetDefaults.keep);
    // A figure that would let the same prompt pass again is not believed.
    const wanted = room > 0 && byTokens < sent ? byTokens : byShare;
    this.#characters = Math.max(contextBudgetDefaults.minimum, wanted);
    this.#learnedAt = this.#clock.monotonic();
  }
}

function lengthOf(request: CompletionRequest): number {
  return request.prefix.length + request.suffix.length + sizeOfContext(request.context ?? []);
}
