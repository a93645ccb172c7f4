import type { CompletionRequest } from '../domain/completion.ts';
import { tokenBounds } from '../domain/shape.ts';
import type { ServedText } from './served.ts';

/** What may be spent on texts that nobody has asked for yet; figures and reasons in docs/settings.md. */
export const speculationDefaults = {
  /** Of all requests. */
  share: 0.3,
  /** So many requests of the limit must be left for the person. */
  room: 2,
} as const;

/** The request for what follows a text as if it had been taken. At the end of a statement that is the next lines. */
export function requestAfter({ request, completed }: ServedText): CompletionRequest {
  const { text } = completed;
  const shape = /[;{}:,]$/.test(text.trimEnd()) ? 'block' : request.shape;
  return {
    ...request,
    id: `${request.id}+`,
    prefix: request.prefix + text,
    ...(request.line === undefined ? {} : { line: request.line + text.split('\n').length - 1 }),
    shape,
    maxTokens: tokenBounds[shape],
    trigger: 'automatic',
    speculative: true,
  };
}

/** Keeps the share of requests that nobody asked for within its bound, and asks about each place once. */
export class SpeculationBudget {
  #asked = 0;
  #speculated = 0;
  #last = '';

  /** A keystroke asked a model. */
  asked(): void {
    this.#asked++;
  }

  /** Takes one; false when the share is used up or this place was asked about just now. */
  take(request: CompletionRequest): boolean {
    if (request.prefix === this.#last) return false;
    if (this.#speculated + 1 > speculationDefaults.share * (this.#asked + this.#speculated + 1)) return false;
    this.#last = request.prefix;
    this.#speculated++;
    return true;
  }
}
