/**
 * `POST …/chat/completions` as OpenAI and Azure OpenAI speak it, and Mistral's fill-in-the-middle, which answers in the same shape.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 * @see https://learn.microsoft.com/azure/ai-services/openai/reference#chat-completions
 * @see https://docs.mistral.ai/api/endpoint/fim
 */

import type { Ask, Dialect, Envelope, FinishReason, Usage } from './dialect.ts';
import { type CapacitySignature, capacityBody } from './errorBody.ts';
import { askOfChat, askOfPrompt, type Fields, fieldsOf } from './requestFields.ts';

function frame(envelope: Envelope, object: string): object {
  return { id: envelope.id, object, created: envelope.created, model: envelope.model };
}

function chunkOf(envelope: Envelope, delta: object, reason: FinishReason | null): object {
  return { ...frame(envelope, 'chat.completion.chunk'), choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] };
}

function usageFields({ promptTokens, completionTokens }: Usage): object {
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens };
}

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

/** OpenAI's chat completions over server-sent events or plain JSON. */
export const chatDialect: Dialect = {
  name: 'chat',
  paths: ['/v1/chat/completions'],
  streamHeaders: { 'Content-Type': 'text/event-stream; charset=utf-8', 'x-request-id': 'req_fault' },
  jsonHeaders: { 'Content-Type': 'application/json', 'x-request-id': 'req_fault' },
  ping: ': keep-alive\n\n',
  done: 'data: [DONE]\n\n',
  parse: (body) => ask(fieldsOf(body)),
  begin: (envelope) => event(chunkOf(envelope, { role: 'assistant', content: '', refusal: null }, null)),
  chunk: (envelope, text) => event(chunkOf(envelope, { content: text }, null)),
  // The counts come in an event of their own that has no choice.
  finish: (envelope, reason, usage) =>
    event(chunkOf(envelope, {}, reason)) + event({ ...frame(envelope, 'chat.completion.chunk'), choices: [], usage: usageFields(usage) }),
  json: (envelope, text, reason, usage) =>
    JSON.stringify({
      ...frame(envelope, 'chat.completion'),
      choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: reason }],
      usage: usageFields(usage),
    }),
  withoutChoices: (envelope, choices) => ({
    ...frame(envelope, 'chat.completion.chunk'),
    ...(choices === 'empty' ? { choices: [] } : {}),
  }),
  event,
  capacity: capacityBody,
  errorEvent: event,
};

function ask(fields: Fields): Ask {
  return askOfChat(fields, fields['messages'], fields['max_tokens'] ?? fields['max_completion_tokens']);
}

/** Results of Azure's content filter, which stand beside everything it says. */
const unfiltered = { hate: { filtered: false, severity: 'safe' }, violence: { filtered: false, severity: 'safe' } };

/** The same on Azure: a first event without a choice, filter results in each choice, an end without counts. */
export const azureDialect: Dialect = {
  ...chatDialect,
  name: 'azure',
  // The deployments that the tests and the benchmark name.
  paths: ['test-model', 'qwen2.5-coder'].map((deployment) => `/openai/deployments/${deployment}/chat/completions`),
  streamHeaders: { 'Content-Type': 'text/event-stream; charset=utf-8', 'apim-request-id': 'fault', 'x-ms-region': 'Nowhere' },
  jsonHeaders: { 'Content-Type': 'application/json', 'apim-request-id': 'fault', 'x-ms-region': 'Nowhere' },
  begin: () =>
    event({
      id: '',
      object: '',
      created: 0,
      model: '',
      choices: [],
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: unfiltered }],
    }),
  chunk: (envelope, text) =>
    event({
      ...frame(envelope, 'chat.completion.chunk'),
      choices: [{ index: 0, delta: { content: text }, finish_reason: null, content_filter_results: unfiltered }],
    }),
  // Its asynchronous filter ends with a choice that has no delta.
  finish: (envelope, reason) =>
    event(chunkOf(envelope, {}, reason)) +
    event({ id: '', object: '', created: 0, model: '', choices: [{ index: 0, finish_reason: null, content_filter_results: unfiltered }] }),
};

/** Mistral's fill-in-the-middle: asked with prompt and suffix, answered like a chat. */
export const mistralFimDialect: Dialect = {
  ...chatDialect,
  name: 'mistral-fim',
  paths: ['/v1/fim/completions'],
  ping: ': \n\n',
  parse: (body) => askOfPrompt(fieldsOf(body)),
  begin: (envelope) => event(chunkOf(envelope, { role: 'assistant', content: '' }, null)),
  finish: (envelope, reason, usage) => event({ ...chunkOf(envelope, { content: '' }, reason), usage: usageFields(usage) }),
  capacity: (signature: CapacitySignature) => ({
    object: 'error',
    message: signature === 'code' ? 'Please retry your request.' : 'Service tier capacity exceeded for this model.',
    type: signature === 'message' ? 'invalid_request_error' : 'service_tier_capacity_exceeded',
    param: null,
    code: signature === 'message' ? null : '3505',
  }),
  errorEvent: (body) => event({ error: body }),
};
