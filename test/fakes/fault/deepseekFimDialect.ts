/**
 * `POST /beta/completions` of DeepSeek: OpenAI's completions with a suffix; comments come while a request waits.
 *
 * @see https://api-docs.deepseek.com/api/create-completion
 * @see https://api-docs.deepseek.com/quick_start/rate_limit
 */

import { completionsDialect } from './completionsDialect.ts';
import type { Dialect } from './dialect.ts';
import { capacityMessage, type CapacitySignature } from './errorBody.ts';

/** DeepSeek's fill-in-the-middle over server-sent events or plain JSON. */
export const deepSeekFimDialect: Dialect = {
  ...completionsDialect,
  name: 'deepseek-fim',
  paths: ['/beta/completions'],
  streamHeaders: { 'Content-Type': 'text/event-stream; charset=utf-8', 'x-ds-trace-id': 'fault' },
  jsonHeaders: { 'Content-Type': 'application/json', 'x-ds-trace-id': 'fault' },
  ping: ': keep-alive\n\n',
  capacity: (signature: CapacitySignature) => ({
    error: {
      message: signature === 'code' ? 'Please retry your request.' : capacityMessage,
      type: signature === 'message' ? 'unknown_error' : 'overloaded_error',
      param: null,
      code: null,
    },
  }),
};
