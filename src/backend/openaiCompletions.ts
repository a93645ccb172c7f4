import type { Clock, Millis } from '../base/clock.ts';
import type { HttpClient, HttpResponse } from '../base/http.ts';
import { messageOf } from '../base/logger.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { failed, type Completed } from '../domain/completion.ts';
import { failureOfAbort, type Failure } from '../domain/failure.ts';
import { byteCaps, readText, TooManyBytes } from './byteBudget.ts';
import { classifyAnswer } from './classify.ts';
import { readEvents } from './serverSentEvents.ts';
import { isReset, transportFailure } from './transportFailure.ts';

/** The prompt as it goes on the wire. */
export interface WirePrompt {
  readonly prompt: string;
  /** Present when the server itself builds the fill-in-the-middle prompt. */
  readonly suffix?: string;
  /** At most 4: more are refused by some servers. */
  readonly stop: readonly string[];
}

/** One server and model, and what is needed to reach it. */
export interface OpenAiCompletionsOptions {
  readonly id: string;
  /** Without a trailing slash; `/completions` is added. */
  readonly baseUrl: string;
  readonly model: string;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** The key for this backend's origin, or `undefined` when none is stored. */
  readonly key: () => Promise<string | undefined>;
  readonly format: (request: CompletionRequest) => WirePrompt;
}

/**
 * `POST {baseUrl}/completions` of OpenAI's API, as llama.cpp, vLLM, Ollama and many others speak it. Always asks for a stream,
 * because a cancelled stream frees the server at once and a plain request may not; reads a plain JSON answer too.
 */
export function openAiCompletions(options: OpenAiCompletionsOptions): CompletionSource {
  return {
    id: options.id,
    async complete(request, call) {
      const answer = new Answer(options, call);
      try {
        return await answer.read(await send(options, request, call, answer));
      } catch (error) {
        return failed(failureOf(error, call.signal), answer.bytes);
      }
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
async function send(
  options: OpenAiCompletionsOptions,
  request: CompletionRequest,
  call: CompletionCall,
  answer: Answer,
): Promise<HttpResponse> {
  const key = await options.key();
  const wire = options.format(request);
  const body = JSON.stringify({
    model: options.model,
    prompt: wire.prompt,
    ...(wire.suffix === undefined ? {} : { suffix: wire.suffix }),
    max_tokens: request.maxTokens,
    temperature: 0,
    stream: true,
    stop: wire.stop,
  });
  const once = (): Promise<HttpResponse> =>
    options.http.request({
      method: 'POST',
      url: `${options.baseUrl}/completions`,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream, application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
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

/** After the end mark, the end of the body is in the same packet or never comes. */
const drainTime: Millis = 100;

/** What has come of one answer so far. */
class Answer {
  bytes = 0;
  headers: Readonly<Record<string, string>> = {};
  /** Closes the connection after the answer is complete. */
  readonly connection = new AbortController();
  readonly #options: OpenAiCompletionsOptions;
  readonly #call: CompletionCall;
  #text = '';
  #finish: string | undefined;
  #ended = false;
  #hasChoice = false;
  #model: string | undefined;
  #usage: Completed['usage'];

  constructor(options: OpenAiCompletionsOptions, call: CompletionCall) {
    this.#options = options;
    this.#call = call;
  }

  async read(response: HttpResponse): Promise<Outcome> {
    const count = (bytes: number): void => void (this.bytes += bytes);
    const isStream = /text\/event-stream/i.test(response.headers['content-type'] ?? '');
    if (response.status !== 200 || !isStream) return this.#readPlain(response.status, await readText(response.body, count));
    const events = readEvents(response.body, count, () => this.#text !== '');
    try {
      while (!this.#ended) {
        const next = await events.next();
        if (next.done) break;
        const failure = this.#take(next.value.data);
        if (failure) return failed(failure, this.bytes);
      }
    } finally {
      // Whatever way it ended, the connection is given back or closed.
      if (this.#ended) void this.#drain(events);
      else await events.return(undefined);
    }
    // Without an end mark the stream was cut, even when the bytes ended in good order: some proxies close it properly.
    if (!this.#ended && this.#finish === undefined) {
      return failed({ kind: 'network', cause: 'incomplete', message: 'the stream ended before the answer did' }, this.bytes);
    }
    return this.#completed();
  }

  /** Reads the few bytes behind the end mark, so that the connection can be used again; a server that sends none is cut off. */
  async #drain(events: AsyncGenerator): Promise<void> {
    const timer = this.#options.clock.after(drainTime, () => this.connection.abort());
    await events.next().catch(() => undefined);
    timer.dispose();
    await events.return(undefined);
  }

  #readPlain(status: number, body: string): Outcome {
    if (status !== 200) return failed(this.#classify(status, body), this.bytes);
    const value = parseObject(body);
    if (!value || value['error'] !== undefined) return failed(this.#classify(200, body), this.bytes);
    this.#takeChoice(value);
    return this.#completed();
  }

  /** Takes the data of one event; a failure when it holds one. */
  #take(data: string): Failure | undefined {
    if (data === '[DONE]') {
      this.#ended = true;
      return undefined;
    }
    const value = parseObject(data);
    if (!value) throw new BadEvent('the stream holds an event that is not a JSON object');
    if (value['error'] !== undefined && value['error'] !== null) return this.#classify(200, data);
    this.#takeChoice(value);
    return undefined;
  }

  #takeChoice(value: Record<string, unknown>): void {
    if (typeof value['model'] === 'string' && value['model'] !== '') this.#model = value['model'];
    this.#takeUsage(value['usage']);
    const choices = value['choices'];
    const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
    if (!isRecord(choice)) return;
    this.#hasChoice = true;
    if (typeof choice['text'] === 'string' && choice['text'] !== '') {
      if (this.#text === '') this.#call.onStage?.('text');
      this.#text += choice['text'];
      if (this.#text.length > byteCaps.text) throw new TooManyBytes(byteCaps.text, 'text');
      this.#call.onText?.(this.#text);
    }
    if (typeof choice['finish_reason'] === 'string') this.#finish = choice['finish_reason'];
  }

  #takeUsage(usage: unknown): void {
    if (!isRecord(usage)) return;
    const prompt = usage['prompt_tokens'];
    const completion = usage['completion_tokens'];
    this.#usage = {
      ...(typeof prompt === 'number' ? { promptTokens: prompt } : {}),
      ...(typeof completion === 'number' ? { completionTokens: completion } : {}),
    };
  }

  #classify(status: number, body: string): Failure {
    return classifyAnswer({ status, headers: this.headers, body, now: this.#options.clock.now() });
  }

  #completed(): Outcome {
    if (!this.#hasChoice) return failed({ kind: 'server', code: 'no_choices', message: 'the answer holds no choices' }, this.bytes);
    if (this.#finish === 'content_filter') {
      return failed({ kind: 'content_filter', message: 'the answer was filtered by the provider' }, this.bytes);
    }
    const requestId = this.headers['x-request-id'];
    return {
      ok: true,
      text: this.#text,
      origin: 'model',
      sourceId: this.#options.id,
      model: this.#model ?? this.#options.model,
      finish: this.#finish === 'length' ? 'length' : 'stop',
      bytes: this.bytes,
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(requestId === undefined ? {} : { requestId }),
    };
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
