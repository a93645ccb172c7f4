/**
 * Error bodies of real servers, by name.
 *
 * "recorded" bodies are word for word from shared recordings of llama.cpp and Ollama; the others follow the
 * providers' documentation or the source of their clients.
 */

/** Which part of a capacity error names it. */
export type CapacitySignature = 'both' | 'message' | 'code';

/** The words a model backend uses when it has no room. */
export const capacityMessage = 'Selected model is at capacity. Please try a different model.';

/** The code an overloaded backend uses. */
export const capacityCode = 'server_is_overloaded';

const bodies = {
  /** llama.cpp 400, recorded. */
  contextLength: {
    error: {
      code: 400,
      message: 'request (3001 tokens) exceeds the available context size (2048 tokens), try increasing it',
      type: 'exceed_context_size_error',
      n_prompt_tokens: 3001,
      n_ctx: 2048,
    },
  },
  /** llama.cpp 400, recorded. */
  badRequest: {
    error: {
      code: 400,
      message: "Field 'max_tokens': [json.exception.type_error.302] type must be number, but is string",
      type: 'invalid_request_error',
    },
  },
  /** llama.cpp 401, recorded. */
  invalidKey: { error: { message: 'Invalid API Key', type: 'authentication_error', code: 401 } },
  /** DeepSeek 402. */
  insufficientBalance: {
    error: { message: 'Insufficient Balance', type: 'unknown_error', param: null, code: 'invalid_request_error' },
  },
  /** OpenAI 403. */
  forbidden: {
    error: {
      message: 'Country, region, or territory not supported',
      type: 'request_forbidden',
      param: null,
      code: 'unsupported_country_region_territory',
    },
  },
  /** OpenAI 404. */
  modelNotFound: {
    error: {
      message: 'The model `retired-model` does not exist or you do not have access to it.',
      type: 'invalid_request_error',
      param: null,
      code: 'model_not_found',
    },
  },
  /** llama.cpp 404, recorded: an unknown route. */
  notFound: { error: { message: 'File Not Found', type: 'not_found_error', code: 404 } },
  /** OpenAI 429. */
  rateLimit: {
    error: {
      message: 'Rate limit reached for requests. Please try again in 1.5s.',
      type: 'rate_limit_error',
      param: null,
      code: 'rate_limit_exceeded',
    },
  },
  /** OpenAI 429. */
  quota: {
    error: {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      param: null,
      code: 'insufficient_quota',
    },
  },
  /** OpenAI 500. */
  serverError: {
    error: {
      message: 'The server had an error while processing your request.',
      type: 'server_error',
      param: null,
      code: null,
    },
  },
  /** llama.cpp 500, recorded; also seen as an event inside a stream. */
  contextExceeded: { error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' } },
  /** OpenAI and others, 503. */
  engineOverloaded: {
    error: {
      message: 'The engine is currently overloaded, please try again later',
      type: 'server_error',
      param: null,
      code: null,
    },
  },
  /** llama.cpp 503, recorded: a model that is still being read from the disk. */
  loading: { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } },
  /** Ollama 503 on /v1, recorded (two spaces and all). */
  serverBusy: {
    error: {
      message: 'server busy, please try again.  maximum pending requests exceeded',
      type: 'api_error',
      param: null,
      code: null,
    },
  },
  /** Anthropic 529. */
  overloaded: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_fault' },
} as const;

/** The name of a known error body. */
export type ErrorBodyName = keyof typeof bodies;

/** All names, for messages about what is allowed. */
export const errorBodyNames = Object.keys(bodies) as readonly ErrorBodyName[];

/** The JSON value of a named body. */
export function errorBody(name: ErrorBodyName): object {
  return bodies[name];
}

const nameByStatus: ReadonlyMap<number, ErrorBodyName> = new Map([
  [400, 'contextLength'],
  [401, 'invalidKey'],
  [402, 'insufficientBalance'],
  [403, 'forbidden'],
  [404, 'modelNotFound'],
  [429, 'rateLimit'],
  [503, 'engineOverloaded'],
  [529, 'overloaded'],
]);

/**
 * The body a status usually comes with; `serverError` for a status without one.
 * @param status HTTP status, 300 to 599.
 */
export function defaultBodyFor(status: number): ErrorBodyName {
  return nameByStatus.get(status) ?? 'serverError';
}

/** The error object of a model that is at capacity, in OpenAI's shape. */
export function capacityBody(signature: CapacitySignature): object {
  return {
    error: {
      message: signature === 'code' ? 'Please retry your request.' : capacityMessage,
      type: 'service_unavailable_error',
      param: null,
      code: signature === 'message' ? null : capacityCode,
    },
  };
}
