/** What a protocol has to say about bytes; one file per protocol, so that others can join. */

import type { CapacitySignature } from './errorBody.ts';

/** What a request asks for, whatever protocol it came in. */
export interface Ask {
  /** Text before the cursor. */
  readonly prefix: string;
  /** Text after the cursor; empty if none was sent. */
  readonly suffix: string;
  readonly isStream: boolean;
  /** Tokens at most; at least 1. */
  readonly maxTokens: number;
  /** Text that ends the answer and is not sent. */
  readonly stop: readonly string[];
}

/** What is the same in all events of one answer. */
export interface Envelope {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** Why an answer ended; `content_filter` in OpenAI's words, which others leave as they are. */
export type FinishReason = 'stop' | 'length' | 'content_filter';

/** Tokens counted by the server. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** One wire protocol: how requests are read and how answers, ends and errors are written. */
export interface Dialect {
  readonly name: string;
  /** Paths of the POST requests it answers. */
  readonly paths: readonly string[];
  readonly streamHeaders: Readonly<Record<string, string>>;
  readonly jsonHeaders: Readonly<Record<string, string>>;
  /** Bytes that keep a stream alive and mean nothing. */
  readonly ping: string;
  /** The end marker after the last event; empty if the protocol has none. */
  readonly done: string;
  /** Reads a request body; never throws, missing fields get defaults. */
  parse(body: unknown): Ask;
  /** What a stream begins with, before any text; empty if the protocol has nothing to say there. */
  begin(envelope: Envelope): string;
  /** One piece of text in a stream. */
  chunk(envelope: Envelope, text: string): string;
  /** The last event of a stream, without the end marker. */
  finish(envelope: Envelope, reason: FinishReason, usage: Usage): string;
  /** A whole answer. */
  json(envelope: Envelope, text: string, reason: FinishReason, usage: Usage): string;
  /** A well-formed answer that has no text in it, or an empty list of texts. */
  withoutChoices(envelope: Envelope, choices: 'missing' | 'empty'): object;
  /** Any JSON value as one event of a stream. */
  event(value: object): string;
  /** The body of an error that says the model is at capacity, in this provider's words. */
  capacity(signature: CapacitySignature): object;
  /** Such a body as it comes in the middle of a stream. */
  errorEvent(body: object): string;
}
