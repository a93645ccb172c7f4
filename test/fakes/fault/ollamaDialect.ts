/** `POST /api/generate` as Ollama speaks it: one JSON value per line, streamed unless told otherwise. */

import type { Ask, Dialect, Envelope, FinishReason, Usage } from './dialect.ts';
import { type CapacitySignature, capacityCode, capacityMessage } from './errorBody.ts';
import { splitPrompt } from './prompt.ts';

/** Ollama goes on to the end of its context; the demonstration stops here. */
const defaultMaxTokens = 256;

function parse(body: unknown): Ask {
  const fields = recordOf(body);
  const { prompt, suffix, stream } = fields;
  const { num_predict: maxTokens, stop } = recordOf(fields['options']);
  return {
    ...splitPrompt(typeof prompt === 'string' ? prompt : '', typeof suffix === 'string' ? suffix : ''),
    isStream: stream !== false,
    maxTokens: typeof maxTokens !== 'number' || maxTokens < 0 ? defaultMaxTokens : Math.max(1, maxTokens),
    stop: Array.isArray(stop) ? stop.filter((text): text is string => typeof text === 'string' && text !== '') : [],
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function frame({ model, created }: Envelope): object {
  return { model, created_at: new Date(created * 1000).toISOString() };
}

function last(envelope: Envelope, text: string, reason: FinishReason, usage: Usage): object {
  return {
    ...frame(envelope),
    response: text,
    done: true,
    done_reason: reason,
    context: [151659, 1688, 912],
    total_duration: 591225191,
    load_duration: 665389,
    prompt_eval_count: usage.promptTokens,
    prompt_eval_duration: 79416000,
    eval_count: usage.completionTokens,
    eval_duration: 508874000,
  };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** Errors are a bare text here, so a code has to stand in it. */
function capacity(signature: CapacitySignature): object {
  if (signature === 'code') return { error: { message: 'Please retry your request.', code: capacityCode } };
  return { error: capacityMessage };
}

/** Ollama's own protocol, streamed or not. */
export const ollamaDialect: Dialect = {
  name: 'ollama',
  paths: ['/api/generate'],
  streamHeaders: { 'Content-Type': 'application/x-ndjson' },
  jsonHeaders: { 'Content-Type': 'application/json; charset=utf-8' },
  // Ollama sends none; an empty line is what a proxy could put in without harm.
  ping: '\n',
  done: '',
  parse,
  begin: () => '',
  chunk: (envelope, text) => line({ ...frame(envelope), response: text, done: false }),
  finish: (envelope, reason, usage) => line(last(envelope, '', reason, usage)),
  json: (envelope, text, reason, usage) => JSON.stringify(last(envelope, text, reason, usage)),
  withoutChoices: (envelope) => ({ ...frame(envelope), done: true }),
  event: line,
  capacity,
  errorEvent: line,
};
