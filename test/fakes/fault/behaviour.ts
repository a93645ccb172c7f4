/**
 * What the fault server can be told to do, one union member per misbehaviour.
 *
 * Every member is plain JSON, so the same value works in a test, in a script and over `POST /__control`.
 * Times are milliseconds, sizes are bytes, counts are whole numbers; `fieldsByKind` in `parseBehaviour.ts`
 * is the table of ranges checked on arrival.
 */

import type { CapacitySignature, ErrorBodyName } from './errorBody.ts';

/** Milliseconds. */
export type Millis = number;

/** A latency drawn per request from a lognormal distribution; `p99` must be at least `p50`, both > 0. */
export interface Lognormal {
  readonly p50: Millis;
  readonly p99: Millis;
}

/** How fast text is produced. What is left out comes from the server's own `pace` option. */
export interface Pace {
  /** Time from the whole request to the first token: fixed, or drawn from the server's seed. */
  readonly firstTokenMs?: Millis | Lognormal;
  /** Time between two tokens. */
  readonly betweenTokensMs?: Millis;
}

/** Which routes a behaviour that needs no answer text applies to. */
export interface Reach {
  /** `inference` (default): only routes that complete text; `all`: `/health` and `/v1/models` as well. */
  readonly scope?: 'inference' | 'all';
}

/** When the server says to come back; leave it out for no header at all. */
export type RetryAfter =
  /** `Retry-After: 20` (RFC 9110, whole seconds). */
  | { readonly seconds: number }
  /** `Retry-After: <HTTP date>`, so many seconds from the moment of answering. */
  | { readonly httpDateInSeconds: number }
  /** `retry-after-ms: 1500`, Azure OpenAI's header. */
  | { readonly milliseconds: number };

/** Answers correctly. */
export interface Healthy extends Pace {
  readonly kind: 'healthy';
}

/** Answers correctly, `factor` times slower than its pace (both first token and between tokens). */
export interface Slow extends Pace {
  readonly kind: 'slow';
  /** 1 is healthy; 0 or more. */
  readonly factor: number;
}

/** Answers with an HTTP error status and a body of the shape real servers send. */
export interface ErrorStatus extends Reach {
  readonly kind: 'error';
  /** 300 to 599. */
  readonly status: number;
  /** A named body; default: the usual one for the status (`defaultBodyFor`). */
  readonly body?: ErrorBodyName;
  /** Sent instead of a named body, word for word; the content type becomes `text/plain` unless it is JSON. */
  readonly rawBody?: string;
  readonly retryAfter?: RetryAfter;
  /** Further response headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** "Selected model is at capacity. Please try a different model." as an HTTP error. */
export interface Capacity extends Reach {
  readonly kind: 'capacity';
  /** 300 to 599; default 503. */
  readonly status?: number;
  /** What gives it away: the message, the code `server_is_overloaded`, or both (default). */
  readonly signature?: CapacitySignature;
  readonly retryAfter?: RetryAfter;
}

/** Status 200 and a stream, in which the capacity error comes as an event. */
export interface CapacityInStream extends Pace {
  readonly kind: 'capacityInStream';
  /** Text chunks before the error; default 0: the error is the first event with content. */
  readonly afterTokens?: number;
  /** What comes before everything else: nothing (default), an event with empty text, or comment pings. */
  readonly prelude?: 'none' | 'emptyText' | 'pings';
  readonly signature?: CapacitySignature;
}

/** Takes the request and never says a word. */
export interface HangBeforeHeaders extends Reach {
  readonly kind: 'hangBeforeHeaders';
}

/** Sends the headers of a stream and then only SSE comments: alive for a proxy, useless for a person. */
export interface HangAfterHeaders {
  readonly kind: 'hangAfterHeaders';
  /** Default 1000 (recording 12); 0: no pings at all. */
  readonly pingEveryMs?: Millis;
}

/** Stops producing in the middle, connection open. */
export interface Stall extends Pace {
  readonly kind: 'stall';
  /** Tokens sent before the silence. */
  readonly afterTokens: number;
  /** Default 0: complete silence. */
  readonly pingEveryMs?: Millis;
}

/** Destroys the connection in the middle of the body, no terminating chunk: a killed server. */
export interface Cut extends Pace {
  readonly kind: 'cut';
  readonly afterTokens: number;
  /** `fin` (default): a clean end of the connection; `reset`: a TCP reset. */
  readonly how?: 'fin' | 'reset';
}

/** Ends the body properly but without the protocol's end marker: a cut stream seen through a proxy. */
export interface EndWithoutDone extends Pace {
  readonly kind: 'endWithoutDone';
  /** Tokens sent; default: all of them. */
  readonly afterTokens?: number;
  /** Whether the event with the finish reason is sent; default false. */
  readonly finishEvent?: boolean;
}

/** Takes the request, then resets the connection. */
export interface ResetBeforeHeaders extends Reach {
  readonly kind: 'resetBeforeHeaders';
}

/**
 * Nobody listens on the port. Requests in flight are cut, and the same port opens again with the next behaviour.
 * Only for `set` and phases with `forMs`: a refused connection is never seen, so it cannot be counted.
 */
export interface Refused {
  readonly kind: 'refused';
}

/** A web page instead of an answer: a captive portal (200) or a gateway's error page (502). */
export interface Html extends Reach {
  readonly kind: 'html';
  /** 200 to 599; default 502. */
  readonly status?: number;
}

/** A stream that is hard, or impossible, to parse. Only `badJson` loses text; the others are legal. */
export interface BrokenSse extends Pace {
  readonly kind: 'brokenSse';
  /**
   * `badJson`: the second event is cut off; `splitUtf8`: characters of several bytes are split between packets;
   * `crlf`: line ends are CR LF; `splitEvents`: each event comes in three packets;
   * `joinedEvents`: the whole stream comes in one packet.
   */
  readonly fault: 'badJson' | 'splitUtf8' | 'crlf' | 'splitEvents' | 'joinedEvents';
}

/** One line that never ends: a reader that waits for a newline fills its memory. */
export interface EndlessLine {
  readonly kind: 'endlessLine';
  /** Default 1 000 000. */
  readonly bytesPerSecond?: number;
  /** The body ends, still without a newline, after so many bytes; default 10 000 000. */
  readonly totalBytes?: number;
}

/** Well-formed events (or one JSON) without end: a body to be left. */
export interface HugeBody {
  readonly kind: 'hugeBody';
  /** Default 100 000 000. */
  readonly totalBytes?: number;
  /** Default 32 000 000: slow enough that the bytes counted after the client left stay few. */
  readonly bytesPerSecond?: number;
}

/** A server with few slots: requests wait, silently, in first-come order. */
export interface Slots {
  readonly kind: 'slots';
  /** Requests served at once, at least 1. */
  readonly slots: number;
  /** How long one request holds its slot; its text is spread over that time. */
  readonly serviceMs: Millis;
  /** How many may wait; one more gets 503 "server busy". Default: no limit, as llama.cpp does. */
  readonly queueLimit?: number;
}

/** 200 with no text in it. */
export interface Empty extends Pace {
  readonly kind: 'empty';
}

/** 200 and well-formed JSON without a choice in it. */
export interface NoChoices {
  readonly kind: 'noChoices';
  /** `missing` (default): no `choices` field; `empty`: `choices: []`. */
  readonly choices?: 'missing' | 'empty';
}

/** Everything the server can be told to do. */
export type Behaviour =
  | Healthy
  | Slow
  | ErrorStatus
  | Capacity
  | CapacityInStream
  | HangBeforeHeaders
  | HangAfterHeaders
  | Stall
  | Cut
  | EndWithoutDone
  | ResetBeforeHeaders
  | Refused
  | Html
  | BrokenSse
  | EndlessLine
  | HugeBody
  | Slots
  | Empty
  | NoChoices;

/** The name of a behaviour. */
export type BehaviourKind = Behaviour['kind'];

/** One step of a script. Without `forMs` and `forRequests` the phase stays until something else is set. */
export type Phase =
  | { readonly behaviour: Behaviour; readonly forMs: Millis }
  | { readonly behaviour: Behaviour; readonly forRequests: number }
  | { readonly behaviour: Behaviour };
