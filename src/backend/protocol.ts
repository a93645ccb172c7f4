import type { Millis } from '../base/clock.ts';
import type { Completed, CompletionRequest, Enough } from '../domain/completion.ts';
import type { Failure } from '../domain/failure.ts';
import type { StreamEvent } from './serverSentEvents.ts';

/** How freely a model chooses its words when a person has asked for something else than what it said before. */
export const anotherTemperature = 0.8;

/** 0: always the likeliest text, which is the best guess and can be kept. */
export function temperatureOf({ again }: CompletionRequest): number {
  return again ? anotherTemperature : 0;
}

/** The prompt of a protocol that takes one, as it goes on the wire. */
export interface WirePrompt {
  readonly prompt: string;
  /** Present when the server itself builds the fill-in-the-middle prompt. */
  readonly suffix?: string;
  /** At most 4: more are refused by some servers. */
  readonly stop: readonly string[];
}

/** Where an answer that wraps code in words can be cut. @param ofCode the caller's own word, on the code alone */
export type EnoughWithin = (soFar: string, ofCode?: Enough) => number | undefined;

/** The prompt of a protocol that takes messages. */
export interface ChatPrompt {
  /** What the model is and how it has to answer. */
  readonly system: string;
  /** The code around the cursor. */
  readonly user: string;
  /** As in `WireRequest`: what a model says around the code is passed over. */
  readonly enough: EnoughWithin;
}

/** How a request becomes a prompt; made by the prompt room, for one backend and model. */
export interface Prompts {
  /** The request's context, for servers that take files of their own beside the prompt; `fim` is then asked without it. */
  files(request: CompletionRequest): readonly { readonly path: string; readonly text: string }[];
  /** Fill-in-the-middle, for servers that complete text. */
  fim(request: CompletionRequest): WirePrompt;
  /** An instruction and a message, for servers that chat. */
  chat(request: CompletionRequest): ChatPrompt;
}

/** The deadlines of an attempt, for servers that can be told when to stop. */
export type TimeLimits = (trigger: CompletionRequest['trigger']) => { readonly firstToken: Millis; readonly total: Millis };

/** A request as one protocol words it. */
export interface WireRequest {
  /** Absolute URL. */
  readonly url: string;
  /** Beside the content type and the key. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Where the text so far is enough, if it holds more than code. Default: the caller's own word. */
  readonly enough?: EnoughWithin;
}

/** What one event of a stream, or a whole plain answer, says, in words that all protocols share. */
export interface Piece {
  /** Real text, to be put behind what came before. */
  readonly text?: string;
  /** Why the answer ends. */
  readonly finish?: 'stop' | 'length' | 'content_filter';
  /** The end mark: nothing follows. */
  readonly isEnd?: boolean;
  /** It holds an answer, even if an empty one. */
  readonly hasAnswer?: boolean;
  /** The model as the server names it. */
  readonly model?: string;
  readonly usage?: Completed['usage'];
  /** It is an error: the JSON text to be classified. */
  readonly error?: string;
}

/** One wire protocol: how a request is worded and how an answer is read. Holds no state; everything about bytes is in `httpSource`. */
export interface WireProtocol {
  /** Server-sent events, or one JSON value per line. */
  readonly framing: 'events' | 'lines';
  /** @param key the key for this backend's origin; put where the protocol wants it */
  request(request: CompletionRequest, key: string | undefined): WireRequest;
  /** `undefined`: the event cannot be read, which ends the attempt. */
  readEvent(event: StreamEvent): Piece | undefined;
  readPlain(answer: Readonly<Record<string, unknown>>): Piece;
  /** Where this server's words mean something of their own: the failure as it is to be taken and told. */
  explain?(failure: Failure): Failure;
}
