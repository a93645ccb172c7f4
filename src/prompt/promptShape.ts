import type { CompletionRequest } from '../domain/completion.ts';
import { contextRoom, shapePrompt } from './promptRoom.ts';
import { SteadyStart } from './steadyStart.ts';
import type { TokenMeter } from './tokenMeter.ts';

/** What is left free where a server has said how long its context is. */
export const promptShapeDefaults = {
  /** Tokens that the format around the text may need. */
  reserve: 64,
  /** Of the tokens, this share is filled: what is too long is refused, or cut without a word, and the count is an estimate. */
  filled: 0.85,
} as const;

/** Shapes the successive requests for one model: each prompt begins where the one before began, for as long as it fits. */
export class PromptShape {
  readonly #meter: TokenMeter;
  readonly #start = new SteadyStart();

  constructor(meter: TokenMeter) {
    this.#meter = meter;
  }

  /** @param characters room for all texts, in UTF-16 units; Infinity when no bound is known */
  within(request: CompletionRequest, characters: number): CompletionRequest {
    const startOf = (prefix: string, room: number): number => this.#start.startOf(request.documentId, prefix, room);
    return shapePrompt(request, characters, contextRoom(this.#meter), startOf);
  }

  /** @param contextTokens what prompt and answer may have together, ≥ 0 */
  withinTokens(request: CompletionRequest, contextTokens: number): CompletionRequest {
    const tokens = Math.max(0, contextTokens - request.maxTokens - promptShapeDefaults.reserve);
    return this.within(request, this.#meter.charactersIn(tokens * promptShapeDefaults.filled, request));
  }
}
