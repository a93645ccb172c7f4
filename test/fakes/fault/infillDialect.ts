/** `POST /infill` as llama.cpp speaks it: native events, no end mark, the last one says `"stop":true`. */

import { completionsDialect } from './completionsDialect.ts';
import type { Ask, Dialect, Envelope, FinishReason, Usage } from './dialect.ts';
import { capacityBody } from './errorBody.ts';

/** llama.cpp goes on to the end of its context; the demonstration stops here. */
const defaultMaxTokens = 256;

function parse(body: unknown): Ask {
  const fields = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const { input_prefix: before, prompt, input_suffix: after, stream, n_predict: maxTokens, stop } = fields;
  return {
    prefix: (typeof before === 'string' ? before : '') + (typeof prompt === 'string' ? prompt : ''),
    suffix: typeof after === 'string' ? after : '',
    isStream: stream === true,
    maxTokens: typeof maxTokens !== 'number' || maxTokens < 0 ? defaultMaxTokens : Math.max(1, maxTokens),
    stop: Array.isArray(stop) ? stop.filter((text): text is string => typeof text === 'string' && text !== '') : [],
  };
}

function piece(text: string): object {
  return { index: 0, content: text, tokens: [689], stop: false, id_slot: -1, tokens_predicted: 1, tokens_evaluated: 15 };
}

function last(envelope: Envelope, text: string, reason: FinishReason, usage: Usage): object {
  return {
    content: text,
    stop: true,
    stop_type: reason === 'length' ? 'limit' : 'eos',
    model: envelope.model,
    tokens_predicted: usage.completionTokens,
    tokens_evaluated: usage.promptTokens,
  };
}

const event = (value: object): string => completionsDialect.event(value);

/** llama.cpp's native fill-in-the-middle, streamed or not. */
export const infillDialect: Dialect = {
  name: 'infill',
  paths: ['/infill'],
  streamHeaders: completionsDialect.streamHeaders,
  jsonHeaders: completionsDialect.jsonHeaders,
  ping: ':\n\n',
  done: '',
  parse,
  begin: () => '',
  chunk: (_envelope, text) => event(piece(text)),
  finish: (envelope, reason, usage) => event(last(envelope, '', reason, usage)),
  json: (envelope, text, reason, usage) => JSON.stringify(last(envelope, text, reason, usage)),
  withoutChoices: () => ({ index: 0, tokens: [], id_slot: 0, stop: true }),
  event,
  capacity: capacityBody,
  errorEvent: event,
};
