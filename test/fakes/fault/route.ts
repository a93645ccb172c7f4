/** What is answered where no behaviour applies: the health page, the list of models, unknown routes, bad bodies. */

import { errorBody } from './errorBody.ts';
import type { RecordedRequest } from './exchange.ts';

/** A status and the JSON value that goes with it. */
export interface RouteAnswer {
  readonly status: number;
  readonly value: object;
}

/** A body that is not JSON is a 500, not a 400 (recording 06). */
export const badBodyAnswer: RouteAnswer = {
  status: 500,
  value: {
    error: {
      code: 500,
      message: '[json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal',
      type: 'server_error',
    },
  },
};

/**
 * The answer of a route that completes nothing.
 * @param model the name of the server's only model. @param contextTokens what its context has, where the server says it.
 */
export function routeAnswer({ method, path }: RecordedRequest, model: string, contextTokens?: number): RouteAnswer {
  if (method === 'GET' && path === '/health') {
    return { status: 200, value: { status: 'ok' } };
  }
  if (method === 'GET' && path === '/v1/models') {
    const entry = { id: model, aliases: [model], tags: [], object: 'model', created: 0, owned_by: 'fault-server' };
    return { status: 200, value: { object: 'list', data: [entry] } };
  }
  if (method === 'GET' && path === '/props' && contextTokens !== undefined) {
    return { status: 200, value: { default_generation_settings: { n_ctx: contextTokens }, total_slots: 1 } };
  }
  return { status: 404, value: errorBody('notFound') };
}
