import type { CompletionRequest } from '../domain/completion.ts';

/** How text becomes tokens without the model's own tokenizer. */
export const tokenMeterDefaults = {
  /** Code has some three bytes in a token; what the server counts is used as soon as it says so. */
  bytesPerToken: 3,
  minimum: 1.5,
  maximum: 6,
  /** Weight of a new count; the first one counts whole. */
  weight: 0.2,
  /** Counts of fewer tokens say more about the format than about the text. */
  enough: 50,
} as const;

/**
 * How many bytes of this person's code make a token of one model, learned from what its server counts. Bytes of UTF-8 and not characters:
 * a Chinese character is three bytes and about as many tokens as three Latin letters.
 */
export class TokenMeter {
  #bytesPerToken: number = tokenMeterDefaults.bytesPerToken;
  #hasCounted = false;

  get bytesPerToken(): number {
    return this.#bytesPerToken;
  }

  /** @param tokens as the server counted them for a prompt of this many bytes; what is absurd is bounded */
  measure(bytes: number, tokens: number | undefined): void {
    const { enough, minimum, maximum, weight } = tokenMeterDefaults;
    if (tokens === undefined || !(tokens >= enough) || !(bytes > 0)) return;
    const seen = Math.min(maximum, Math.max(minimum, bytes / tokens));
    this.#bytesPerToken += (this.#hasCounted ? weight : 1) * (seen - this.#bytesPerToken);
    this.#hasCounted = true;
  }

  /** How many UTF-16 units of texts like those of the request fit into a number of tokens. */
  charactersIn(tokens: number, request: CompletionRequest): number {
    const { prefix, suffix } = request;
    const characters = prefix.length + suffix.length;
    const bytes = Buffer.byteLength(prefix) + Buffer.byteLength(suffix);
    const density = characters === 0 ? 1 : bytes / characters;
    return Math.max(0, Math.floor((tokens * this.#bytesPerToken) / density));
  }
}

/** Bytes of all texts that a request brings into a prompt. */
export function bytesOf({ prefix, suffix, context = [] }: CompletionRequest): number {
  const around = Buffer.byteLength(prefix) + Buffer.byteLength(suffix);
  return context.reduce((sum, { path, text }) => sum + Buffer.byteLength(path) + Buffer.byteLength(text), around);
}
