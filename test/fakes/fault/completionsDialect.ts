/** `POST /v1/completions` as llama.cpp speaks it (recording 03): OpenAI's text completions. */

import type { Ask, Dialect, Envelope, FinishReason, Usage } from './dialect.ts';
import { capacityBody } from './errorBody.ts';
import { splitPrompt } from './prompt.ts';

/** llama.cpp goes on to the end of its context; the demonstration stops here. */
const defaultMaxTokens = 256;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(body: unknown): Ask {
  const fields = isObject(body) ? body : {};
  const { prompt, suffix, stream, max_tokens: maxTokens, stop } = fields;
  const split = splitPrompt(typeof prompt === 'string' ? prompt : '', typeof suffix === 'string' ? suffix : '');
  const stops = Array.isArray(stop) ? (stop as readonly unknown[]) : [stop];
  return {
    ...split,
    isStream: stream === true,
    // max_tokens 0 still yields one token and -1 means no limit.
    maxTokens: typeof maxTokens !== 'number' || maxTokens < 0 ? defaultMaxTokens : Math.max(1, maxTokens),
    stop: stops.filter((text): text is string => typeof text === 'string' && text !== ''),
  };
}

function body(envelope: Envelope, text: string, reason: FinishReason | null, usage?: Usage): object {
  return {
    choices: [{ text, index: 0, logprobs: null, finish_reason: reason }],
    ...frame(envelope),
    ...(usage === undefined ? {} : { usage: usageFields(usage) }),
    id: envelope.id,
  };
}

function frame(envelope: Envelope): object {
  return {
    created: envelope.created,
    model: envelope.model,
    system_fingerprint: 'fault-server',
    object: 'text_completion',
  };
}

function usageFields(usage: Usage): object {
  return {
    completion_tokens: usage.completionTokens,
    prompt_tokens: usage.promptTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    prompt_tokens_details: { cached_tokens: 0 },
  };
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** OpenAI text completions over SSE or plain JSON. */
export const completionsDialect: Dialect = {
  name: 'completions',
  paths: ['/v1/completions'],
  streamHeaders: { Server: 'llama.cpp', 'X-Accel-Buffering': 'no', 'Content-Type': 'text/event-stream' },
  jsonHeaders: { Server: 'llama.cpp', 'Content-Type': 'application/json; charset=utf-8' },
  ping: ':\n\n',
  done: 'data: [DONE]\n\n',
  parse,
  begin: () => '',
  chunk: (envelope, text) => event(body(envelope, text, null)),
  finish: (envelope, reason, usage) => event(body(envelope, '', reason, usage)),
  json: (envelope, text, reason, usage) => JSON.stringify(body(envelope, text, reason, usage)),
  withoutChoices: (envelope, choices) => ({
    ...(choices === 'empty' ? { choices: [] } : {}),
    ...frame(envelope),
    id: envelope.id,
  }),
  event,
  capacity: capacityBody,
  errorEvent: event,
};
