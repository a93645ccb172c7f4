/** How characters become tokens without the model's own tokenizer. */
export const tokenMeterDefaults = {
  /** Code has some three characters in a token; what the server counts is used as soon as it says so. */
  charactersPerToken: 3,
  minimum: 1.5,
  maximum: 6,
  /** Weight of a new count; the first one counts whole. */
  weight: 0.2,
  /** Counts of fewer tokens say more about the format than about the text. */
  enough: 50,
} as const;

/** How many characters of this person's code make a token of one model, learned from what its server counts. */
export class TokenMeter {
  #charactersPerToken: number = tokenMeterDefaults.charactersPerToken;
  #hasCounted = false;

  get charactersPerToken(): number {
    return this.#charactersPerToken;
  }

  /** @param tokens as the server counted them for a prompt of this many UTF-16 units; what is absurd is bounded */
  measure(characters: number, tokens: number | undefined): void {
    const { enough, minimum, maximum, weight } = tokenMeterDefaults;
    if (tokens === undefined || !(tokens >= enough) || !(characters > 0)) return;
    const seen = Math.min(maximum, Math.max(minimum, characters / tokens));
    this.#charactersPerToken += (this.#hasCounted ? weight : 1) * (seen - this.#charactersPerToken);
    this.#hasCounted = true;
  }

  /** How many characters fit into a number of tokens. */
  charactersIn(tokens: number): number {
    return Math.max(0, Math.floor(tokens * this.#charactersPerToken));
  }
}
