/** The text of one answer, cut the way a model server cuts it, and the pace it comes at. */

import type { Answered } from './answer.ts';
import type { Lognormal, Millis, Pace } from './behaviour.ts';
import type { Ask, FinishReason, Usage } from './dialect.ts';
import { splitTokens } from './prompt.ts';
import { drawLatency, type Random } from './random.ts';

/** One answer, ready to be sent. */
export interface Completion {
  readonly tokens: readonly string[];
  readonly reason: FinishReason;
  readonly usage: Usage;
}

/** Cuts an answer at the first stop text and at the token limit. */
export function completionOf({ text, ignoresStops, reason, promptTokens }: Answered, ask: Ask): Completion {
  const ends = (ignoresStops === true ? [] : ask.stop).map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  const all = splitTokens(text.slice(0, Math.min(text.length, ...ends)));
  const tokens = all.slice(0, ask.maxTokens);
  return {
    tokens,
    reason: reason ?? (tokens.length < all.length ? 'length' : 'stop'),
    usage: {
      promptTokens: promptTokens ?? promptTokensOf(ask),
      completionTokens: tokens.length,
    },
  };
}

/** Tokens of a prompt by the rough tokenizer. */
export function promptTokensOf({ prefix, suffix }: Pick<Ask, 'prefix' | 'suffix'>): number {
  return splitTokens(prefix).length + splitTokens(suffix).length;
}

/** A pace with nothing left out. */
export type FullPace = Required<Pace>;

/** What llama-server needed for a tiny model on loopback: first token 8 ms, then one per 4 ms (recording 03). */
export const recordedPace: FullPace = { firstTokenMs: 8, betweenTokensMs: 4 };

/** Delays of one answer. */
export interface Delays {
  readonly firstTokenMs: Millis;
  readonly betweenTokensMs: Millis;
}

/** Draws one request's delays. @param factor 1 is the pace itself, 3 is three times slower. */
export function drawDelays(own: Pace, base: FullPace, factor: number, random: Random): Delays {
  const first: Millis | Lognormal = own.firstTokenMs ?? base.firstTokenMs;
  return {
    firstTokenMs: drawLatency(first, random) * factor,
    betweenTokensMs: (own.betweenTokensMs ?? base.betweenTokensMs) * factor,
  };
}
