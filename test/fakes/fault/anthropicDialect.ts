/**
 * `POST /v1/messages` of Anthropic.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 * @see https://platform.claude.com/docs/en/api/errors
 */

import type { Dialect, Envelope, FinishReason, Usage } from './dialect.ts';
import { askOfChat, fieldsOf } from './requestFields.ts';

const event = (value: object): string => {
  const { type } = value as { readonly type?: unknown };
  return `${typeof type === 'string' ? `event: ${type}\n` : ''}data: ${JSON.stringify(value)}\n\n`;
};

function message(envelope: Envelope, content: readonly object[] | undefined, reason: FinishReason | null, usage: Usage): object {
  return {
    id: `msg_${envelope.id}`,
    type: 'message',
    role: 'assistant',
    model: envelope.model,
    content,
    stop_reason: stopReason(reason),
    stop_sequence: null,
    usage: { input_tokens: usage.promptTokens, output_tokens: usage.completionTokens },
  };
}

function stopReason(reason: FinishReason | null): string | null {
  return reason === null ? null : reason === 'stop' ? 'end_turn' : 'max_tokens';
}

const nothing: Usage = { promptTokens: 12, completionTokens: 1 };

/** Anthropic's messages over server-sent events or plain JSON. */
export const anthropicDialect: Dialect = {
  name: 'anthropic',
  paths: ['/v1/messages'],
  streamHeaders: { 'Content-Type': 'text/event-stream; charset=utf-8', 'request-id': 'req_fault' },
  jsonHeaders: { 'Content-Type': 'application/json', 'request-id': 'req_fault' },
  ping: 'event: ping\ndata: {"type": "ping"}\n\n',
  done: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  parse: (body) => {
    const fields = fieldsOf(body);
    return askOfChat(fields, fields['messages'], fields['max_tokens']);
  },
  begin: (envelope) =>
    event({ type: 'message_start', message: message(envelope, [], null, nothing) }) +
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
    'event: ping\ndata: {"type": "ping"}\n\n',
  chunk: (_, text) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  finish: (_, reason, usage) =>
    event({ type: 'content_block_stop', index: 0 }) +
    event({
      type: 'message_delta',
      delta: { stop_reason: stopReason(reason), stop_sequence: null },
      usage: { output_tokens: usage.completionTokens },
    }),
  json: (envelope, text, reason, usage) => JSON.stringify(message(envelope, [{ type: 'text', text }], reason, usage)),
  withoutChoices: (envelope, choices) => message(envelope, choices === 'empty' ? [] : undefined, null, nothing),
  event,
  capacity: (signature) => ({
    type: 'error',
    error: {
      type: signature === 'message' ? 'api_error' : 'overloaded_error',
      message: signature === 'code' ? 'Please retry your request.' : 'Overloaded',
    },
    request_id: 'req_fault',
  }),
  errorEvent: event,
};
