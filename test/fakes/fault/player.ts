/** The moves that behaviours are made of: heads, tokens at a pace, ends, pings, errors. */

import type { Millis, Pace, RetryAfter } from './behaviour.ts';
import { now } from './clock.ts';
import { drawDelays, type Completion, type Delays, type FullPace } from './completion.ts';
import type { Ask, Dialect, Envelope } from './dialect.ts';
import type { Exchange } from './exchange.ts';
import type { Random } from './random.ts';

/** What one request is answered with. */
export interface Stage {
  readonly exchange: Exchange;
  readonly dialect: Dialect;
  readonly ask: Ask;
  readonly envelope: Envelope;
  readonly completion: Completion;
  readonly pace: FullPace;
  readonly random: Random;
}

/** The delays of this request. @param factor 1 is the behaviour's own pace. */
export function delaysOf(stage: Stage, pace: Pace, factor = 1): Delays {
  return drawDelays(pace, stage.pace, factor, stage.random);
}

/** Sends the headers of a success, streamed or not. */
export function successHead({ exchange, ask, dialect }: Stage): void {
  exchange.head(200, ask.isStream ? dialect.streamHeaders : dialect.jsonHeaders);
}

/** Sends the headers of a successful stream and what it begins with. */
export async function streamHead({ exchange, dialect, envelope }: Stage): Promise<void> {
  exchange.head(200, dialect.streamHeaders);
  const begin = dialect.begin(envelope);
  if (begin !== '') await exchange.write(begin);
}

/** Sends the first `count` tokens of the answer as events, each after its delay. */
export async function streamTokens(stage: Stage, delays: Delays, count = Infinity): Promise<void> {
  const { exchange, dialect, envelope, completion } = stage;
  for (const [index, token] of completion.tokens.slice(0, count).entries()) {
    await exchange.wait(index === 0 ? delays.firstTokenMs : delays.betweenTokensMs);
    await exchange.write(dialect.chunk(envelope, token));
  }
}

/** Sends the event with the finish reason and the usage. */
export async function streamFinish(stage: Stage): Promise<void> {
  const { exchange, dialect, envelope, completion } = stage;
  await exchange.write(dialect.finish(envelope, completion.reason, completion.usage));
}

/** Sends the end marker, if the protocol has one, and ends the body. */
export async function streamEnd(stage: Stage): Promise<void> {
  if (stage.dialect.done !== '') {
    await stage.exchange.write(stage.dialect.done);
  }
  await stage.exchange.end();
}

/** The whole answer as one JSON text. */
export function wholeJson({ dialect, envelope, completion }: Stage): string {
  return dialect.json(envelope, completion.tokens.join(''), completion.reason, completion.usage);
}

/** The time a whole answer takes. */
export function totalOf(stage: Stage, delays: Delays): Millis {
  return delays.firstTokenMs + delays.betweenTokensMs * Math.max(0, stage.completion.tokens.length - 1);
}

/** A correct answer at the given delays, streamed or not. */
export async function answerWell(stage: Stage, delays: Delays): Promise<void> {
  if (!stage.ask.isStream) {
    await stage.exchange.wait(totalOf(stage, delays));
    await stage.exchange.answer(200, stage.dialect.jsonHeaders, wholeJson(stage));
    return;
  }
  await streamHead(stage);
  await streamTokens(stage, delays);
  await streamFinish(stage);
  await streamEnd(stage);
}

/**
 * The beginning of an answer, for behaviours that go wrong in the middle: a stream's first tokens,
 * or the first half of a JSON text.
 */
export async function beginAnswer(stage: Stage, pace: Pace, afterTokens: number): Promise<void> {
  const delays = delaysOf(stage, pace);
  if (stage.ask.isStream) {
    await streamHead(stage);
    await streamTokens(stage, delays, afterTokens);
    return;
  }
  await stage.exchange.wait(totalOf(stage, delays));
  successHead(stage);
  const text = wholeJson(stage);
  await stage.exchange.write(text.slice(0, Math.floor(text.length / 2)));
}

/** Pings until the client leaves. @param every milliseconds; 0: silence. */
export async function pingForever(stage: Stage, every: Millis): Promise<never> {
  if (every <= 0 || !stage.ask.isStream) {
    return stage.exchange.hang();
  }
  for (;;) {
    await stage.exchange.wait(every);
    await stage.exchange.write(stage.dialect.ping);
  }
}

/**
 * Sends pieces at a rate until `totalBytes` are out; the last piece is cut to fit.
 * A late timer is caught up with, so the rate holds on average.
 */
export async function sendAtRate(
  exchange: Exchange,
  pieces: { readonly piece: Uint8Array; readonly totalBytes: number; readonly bytesPerSecond: number },
): Promise<void> {
  const { piece, totalBytes, bytesPerSecond } = pieces;
  const startedAt = now();
  for (let sent = 0; sent < totalBytes; sent += piece.length) {
    await exchange.write(piece.subarray(0, totalBytes - sent));
    const dueAt = startedAt + ((sent + piece.length) / bytesPerSecond) * 1000;
    // Even without a wait the timer lets the event loop notice a client that left.
    await exchange.wait(Math.max(0, dueAt - now()));
  }
}

/** The headers that say when to come back. */
export function retryAfterHeaders(retryAfter: RetryAfter | undefined): Readonly<Record<string, string>> {
  if (retryAfter === undefined) {
    return {};
  }
  if ('seconds' in retryAfter) {
    return { 'Retry-After': String(retryAfter.seconds) };
  }
  if ('milliseconds' in retryAfter) {
    return { 'retry-after-ms': String(retryAfter.milliseconds) };
  }
  return { 'Retry-After': new Date(now() + retryAfter.httpDateInSeconds * 1000).toUTCString() };
}
