/**
 * `POST /v1/responses` of OpenAI.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */

import type { Dialect, Envelope, FinishReason, Usage } from './dialect.ts';
import { capacityBody } from './errorBody.ts';
import { askOfChat, fieldsOf } from './requestFields.ts';

const event = (value: object): string => {
  const { type } = value as { readonly type?: unknown };
  return `${typeof type === 'string' ? `event: ${type}\n` : ''}data: ${JSON.stringify(value)}\n\n`;
};

function response(envelope: Envelope, status: string, changes: object = {}): object {
  return {
    id: `resp_${envelope.id}`,
    object: 'response',
    created_at: envelope.created,
    status,
    error: null,
    incomplete_details: null,
    model: envelope.model,
    output: [],
    store: false,
    usage: null,
    ...changes,
  };
}

function ended(envelope: Envelope, text: string, reason: FinishReason, usage: Usage): object {
  return response(envelope, reason === 'stop' ? 'completed' : 'incomplete', {
    incomplete_details: reason === 'stop' ? null : { reason: 'max_output_tokens' },
    output: [{ type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }],
    usage: { input_tokens: usage.promptTokens, output_tokens: usage.completionTokens, total_tokens: 0 },
  });
}

/** OpenAI's responses over server-sent events or plain JSON. */
export const responsesDialect: Dialect = {
  name: 'responses',
  paths: ['/v1/responses'],
  streamHeaders: { 'Content-Type': 'text/event-stream; charset=utf-8', 'x-request-id': 'req_fault' },
  jsonHeaders: { 'Content-Type': 'application/json', 'x-request-id': 'req_fault' },
  ping: ': keep-alive\n\n',
  done: '',
  parse: (body) => {
    const fields = fieldsOf(body);
    return askOfChat(fields, fields['input'], fields['max_output_tokens']);
  },
  begin: (envelope) =>
    event({ type: 'response.created', sequence_number: 0, response: response(envelope, 'in_progress') }) +
    event({ type: 'response.in_progress', sequence_number: 1, response: response(envelope, 'in_progress') }) +
    event({ type: 'response.content_part.added', item_id: 'msg_1', part: { type: 'output_text', text: '', annotations: [] } }),
  chunk: (_, text) => event({ type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: text }),
  finish: (envelope, reason, usage) =>
    event({ type: 'response.output_text.done', item_id: 'msg_1', output_index: 0, content_index: 0, text: '' }) +
    event({ type: reason === 'stop' ? 'response.completed' : 'response.incomplete', response: ended(envelope, '', reason, usage) }),
  json: (envelope, text, reason, usage) => JSON.stringify(ended(envelope, text, reason, usage)),
  withoutChoices: (envelope, choices) => ({
    type: 'response.completed',
    response: response(envelope, 'completed', { output: choices === 'empty' ? [] : undefined }),
  }),
  event,
  capacity: capacityBody,
  errorEvent: (body) =>
    event({ type: 'response.failed', sequence_number: 9, response: { id: 'resp_1', object: 'response', status: 'failed', ...body } }),
};
