import type { Clock, Millis } from '../base/clock.ts';
import type { HttpClient, HttpResponse } from '../base/http.ts';
import { messageOf } from '../base/logger.ts';
import { failed, type Completed, type CompletionCall, type CompletionSource, type Enough, type Outcome } from '../domain/completion.ts';
import { failureOfAbort, type Failure } from '../domain/failure.ts';
import { byteCaps, readText, TooManyBytes } from './byteBudget.ts';
import { classifyAnswer } from './classify.ts';
import { deprecationOf } from './deprecation.ts';
import { optional, parseObject } from './json.ts';
import type { Piece, WireProtocol, WireRequest } from './protocol.ts';
import { readEvents, readLines, type StreamEvent } from './serverSentEvents.ts';
import { createScrubber } from './scrub.ts';
import { isReset, transportFailure } from './transportFailure.ts';

/** One server and model, and what is needed to reach it. */
export interface HttpSourceOptions {
  readonly id: string;
  readonly model: string;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** The key for this backend's origin, or `undefined` when none is stored. */
  readonly key: () => Promise<string | undefined>;
  /** Fixed headers of the backend's setting; what the protocol says wins. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A source that speaks one protocol over HTTP. Always asks for a stream, because a cancelled stream frees the server at once and a
 * plain request may not; reads a plain JSON answer too.
 */
export function httpSource(options: HttpSourceOptions, protocol: WireProtocol): CompletionSource {
  const scrub = createScrubber();
  return {
    id: options.id,
    async complete(request, call) {
      const answer = new Answer(options, protocol, call);
      let key: string | undefined;
      let outcome: Outcome;
      try {
        key = await options.key();
        const wire = protocol.request(request, key);
        const { enough } = wire;
        answer.enough = enough ? (soFar): number | undefined => enough(soFar, call.enough) : call.enough;
        outcome = await answer.read(await send(options, wire, call, answer));
      } catch (error) {
        outcome = failed(failureOf(error, call.signal), answer.bytes);
      }
      const message = outcome.ok ? undefined : outcome.failure.message;
      return { ...scrub(outcome, key, request), ...optional('deprecation', deprecationOf(answer.headers, message)) };
    },
  };
}

/** Order of law 10: our own abort first, then our caps, then the transport. */
function failureOf(error: unknown, signal: AbortSignal): Failure {
  const ours = signal.aborted ? failureOfAbort(signal.reason) : undefined;
  if (ours) return ours;
  if (error instanceof TooManyBytes) return { kind: 'server', code: 'answer_too_large', message: error.message };
  if (error instanceof BadEvent) return { kind: 'server', code: 'unreadable_stream', message: error.message };
  if (error instanceof TypeError) return { kind: 'internal', message: messageOf(error) };
  return transportFailure(error);
}

/** Sends the request; once more when the connection was reset before any header came (law 8). */
async function send(options: HttpSourceOptions, wire: WireRequest, call: CompletionCall, answer: Answer): Promise<HttpResponse> {
  const body = JSON.stringify(wire.body);
  const once = (): Promise<HttpResponse> =>
    options.http.request({
      method: 'POST',
      url: wire.url,
      headers: {
        ...options.headers,
        'content-type': 'application/json',
        accept: 'text/event-stream, application/x-ndjson, application/json',
        ...wire.headers,
      },
      body,
      signal: AbortSignal.any([call.signal, answer.connection.signal]),
      onConnect: () => call.onStage?.('connected'),
    });
  let response: HttpResponse;
  try {
    response = await once();
  } catch (error) {
    if (call.signal.aborted || !isReset(error)) throw error;
    response = await once();
  }
  call.onStage?.('headers');
  answer.headers = response.headers;
  return response;
}

class BadEvent extends Error {}

/** After the end mark, the end of the body is in the same packet or never comes; a text that is enough is often near its end. */
const drainTime: Millis = 100;

/** So much text is looked at piece by piece for its end, in UTF-16 units: more than the longest block has. */
const watchedLength = 4096;

/** Content types of a stream; what else comes with status 200 is read as one plain answer. */
const streamTypes = { events: /text\/event-stream/i, lines: /ndjson|jsonlines/i } as const;

/** What has come of one answer so far. */
class Answer {
  bytes = 0;
  headers: Readonly<Record<string, string>> = {};
  enough: Enough | undefined;
  /** Closes the connection after the answer is complete. */
  readonly connection = new AbortController();
  readonly #options: HttpSourceOptions;
  readonly #protocol: WireProtocol;
  readonly #call: CompletionCall;
  #text = '';
  #finish: Piece['finish'];
  #ended = false;
  #isEnough = false;
  #hasAnswer = false;
  #model: string | undefined;
  #usage: Completed['usage'];

  constructor(options: HttpSourceOptions, protocol: WireProtocol, call: CompletionCall) {
    this.#options = options;
    this.#protocol = protocol;
    this.#call = call;
  }

  async read(response: HttpResponse): Promise<Outcome> {
    const count = (bytes: number): void => void (this.bytes += bytes);
    const { framing } = this.#protocol;
    const isStream = streamTypes[framing].test(response.headers['content-type'] ?? '');
    if (response.status !== 200 || !isStream) return this.#readPlain(response.status, await readText(response.body, count));
    const events = (framing === 'events' ? readEvents : readLines)(response.body, count, () => this.#text !== '');
    const failure = await this.#readStream(events);
    if (failure) return failed(failure, this.bytes);
    // Without an end mark the stream was cut, even when the bytes ended in good order: some proxies close it properly.
    if (!this.#ended && this.#finish === undefined) {
      return failed({ kind: 'network', cause: 'incomplete', message: 'the stream ended before the answer did' }, this.bytes);
    }
    return this.#completed();
  }

  async #readStream(events: AsyncGenerator<StreamEvent, void>): Promise<Failure | undefined> {
    try {
      while (!this.#ended) {
        const next = await events.next();
        if (next.done) break;
        const piece = this.#protocol.readEvent(next.value);
        if (!piece) throw new BadEvent('the stream holds an event that cannot be read');
        if (piece.error !== undefined) return this.#classify(200, piece.error);
        this.#take(piece);
      }
      return undefined;
    } finally {
      // Whatever way it ended, the connection is given back or closed.
      if (this.#ended) void this.#drain(events);
      else await events.return();
    }
  }

  /** Reads what comes behind the end, so that the connection can be used again; a server that sends none is cut off. */
  async #drain(events: AsyncGenerator): Promise<void> {
    const timer = this.#options.clock.after(drainTime, () => this.connection.abort());
    try {
      while (!(await events.next()).done);
    } catch {
      // Cut by the timer or by the server: nobody waits for the rest.
    }
    timer.dispose();
  }

  #readPlain(status: number, body: string): Outcome {
    const value = status === 200 ? parseObject(body) : undefined;
    if (!value) return failed(this.#classify(status, body), this.bytes);
    const piece = this.#protocol.readPlain(value);
    if (piece.error !== undefined) return failed(this.#classify(200, piece.error), this.bytes);
    this.#take(piece);
    return this.#completed();
  }

  #take(piece: Piece): void {
    if (piece.text !== undefined && piece.text !== '') {
      if (this.#text === '') this.#call.onStage?.('text');
      this.#text += piece.text;
      if (this.#text.length > byteCaps.text) throw new TooManyBytes(byteCaps.text, 'text');
      this.#cut(piece.text);
      if (this.#text !== '') this.#call.onText?.(this.#text);
    }
    this.#finish = piece.finish ?? this.#finish;
    this.#model = piece.model ?? this.#model;
    if (piece.usage) this.#usage = { ...this.#usage, ...piece.usage };
    if (piece.hasAnswer) this.#hasAnswer = true;
    if (piece.isEnd) this.#ended = true;
    if (this.#isEnough) this.#finish = 'stop';
  }

  /** Ends the answer where enough of it has come; the caller never hears of what is behind. */
  #cut(added: string): void {
    // In a text that goes on and on only whole lines are looked at: to look at each piece would take the square of its length.
    if (this.#text.length > watchedLength && !added.includes('\n')) return;
    const end = this.enough?.(this.#text);
    if (end === undefined) return;
    this.#text = this.#text.slice(0, end);
    this.#ended = true;
    this.#isEnough = true;
  }

  #classify(status: number, body: string): Failure {
    const failure = classifyAnswer({ status, headers: this.headers, body, now: this.#options.clock.now() });
    return this.#protocol.explain?.(failure) ?? failure;
  }

  #completed(): Outcome {
    if (!this.#hasAnswer) return failed({ kind: 'server', code: 'no_choices', message: 'the answer holds no choices' }, this.bytes);
    if (this.#finish === 'content_filter') {
      return failed({ kind: 'content_filter', message: 'the answer was filtered by the provider' }, this.bytes);
    }
    return {
      ok: true,
      text: this.#text,
      origin: 'model',
      sourceId: this.#options.id,
      model: this.#model ?? this.#options.model,
      finish: this.#finish === 'length' ? 'length' : 'stop',
      bytes: this.bytes,
      ...optional('usage', this.#usage),
      ...optional('requestId', this.headers['x-request-id'] ?? this.headers['request-id']),
    };
  }
}
