/** How the providers word their own failures; docs/failures.md has the source of each. */

import type { Behaviour, RetryAfter } from '../fakes/faultServer.ts';
import type { ContractRow } from './contractFaults.ts';

const sent = (status: number, body: object, retryAfter?: RetryAfter): Behaviour => ({
  kind: 'error',
  status,
  rawBody: JSON.stringify(body),
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

const openAiError = (message: string, type: string, code: string | null): object => ({ error: { message, type, param: null, code } });
const anthropicError = (type: string, message: string): object => ({ type: 'error', error: { type, message }, request_id: 'req_1' });
const mistralError = (message: string, type: string, code: string): object => ({ object: 'error', message, type, param: null, code });

/** Rows for the contract, by provider. */
export const ownWords = {
  openAi: [
    [
      'a model that does not exist',
      sent(
        404,
        openAiError('The model `gpt-0` does not exist or you do not have access to it.', 'invalid_request_error', 'model_not_found'),
      ),
      'model_retired',
    ],
    ['a key that is wrong', sent(401, openAiError('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key')), 'auth'],
    [
      'a prompt that is longer than the context',
      sent(400, openAiError('maximum context length is 8192 tokens', 'invalid_request_error', 'context_length_exceeded')),
      'context_length',
    ],
    [
      'a parameter that the model does not take',
      sent(400, openAiError("Unsupported parameter: 'max_tokens'", 'invalid_request_error', 'unsupported_parameter')),
      'bad_request',
    ],
    [
      'a prompt against the policy',
      sent(
        400,
        openAiError('Invalid prompt: flagged as potentially violating our usage policy.', 'invalid_request_error', 'invalid_prompt'),
      ),
      'content_filter',
    ],
  ],
  mistral: [
    [
      'no room in the service tier',
      sent(429, mistralError('Service tier capacity exceeded for this model.', 'invalid_request_error', '3505')),
      'capacity',
    ],
    [
      'too many requests',
      sent(429, { ...mistralError('Rate limit exceeded', 'rate_limited', '1300'), raw_status_code: 429 }),
      'rate_limit',
    ],
    ['an unknown model', sent(404, mistralError('Invalid model: codestral-0', 'invalid_model', 'unknown_model')), 'model_retired'],
    [
      'a field that it does not know',
      sent(422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'suffix2'], msg: 'Extra inputs are not permitted' }] }),
      'bad_request',
    ],
    ['no key', sent(401, { detail: 'Unauthorized' }), 'auth'],
  ],
  deepSeek: [
    ['an empty account', sent(402, openAiError('Insufficient Balance', 'unknown_error', 'invalid_request_error')), 'quota'],
    ['an overloaded server', sent(503, openAiError('Server Overloaded', 'server_error', null)), 'capacity'],
    ['wrong parameters', sent(422, openAiError('Invalid parameters', 'invalid_request_error', null)), 'bad_request'],
  ],
  anthropic: [
    ['a 529', sent(529, anthropicError('overloaded_error', 'Overloaded')), 'capacity'],
    [
      'a rate limit',
      sent(429, anthropicError('rate_limit_error', 'This request would exceed your rate limit.'), { seconds: 3 }),
      'rate_limit',
    ],
    ['a wrong key', sent(401, anthropicError('authentication_error', 'invalid x-api-key')), 'auth'],
    ['a key without permission', sent(403, anthropicError('permission_error', 'not allowed')), 'auth'],
    [
      'a prompt that is too long',
      sent(400, anthropicError('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum')),
      'context_length',
    ],
    ['an error of its own', sent(500, anthropicError('api_error', 'Internal server error')), 'server'],
    [
      'a stop sequence of white space',
      sent(400, anthropicError('invalid_request_error', 'stop_sequences: each stop sequence must contain non-whitespace')),
      'bad_request',
    ],
  ],
  azure: [
    [
      'a rate limit',
      sent(
        429,
        { error: { code: '429', message: 'Requests have exceeded token rate limit of your current pricing tier.' } },
        { milliseconds: 1500 },
      ),
      'rate_limit',
    ],
    ['high demand', sent(429, { error: { code: '429', message: 'The system is currently experiencing high demand.' } }), 'capacity'],
    [
      'a deployment that does not exist',
      sent(404, { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } }),
      'model_retired',
    ],
    [
      'a filtered prompt',
      sent(400, {
        error: { code: 'content_filter', message: 'The response was filtered.', innererror: { code: 'ResponsibleAIPolicyViolation' } },
      }),
      'content_filter',
    ],
    ['a wrong key', sent(401, { error: { code: '401', message: 'Access denied due to invalid subscription key.' } }), 'auth'],
  ],
  llamacpp: [['a context that all slots together outgrew', { kind: 'error', status: 500, body: 'contextExceeded' }, 'capacity']],
  ollama: [
    ['a full queue', sent(503, { error: 'server busy, please try again.  maximum pending requests exceeded' }), 'capacity'],
    ['a model that is not pulled', sent(404, { error: "model 'nope' not found" }), 'model_retired'],
    [
      'a model without a place for a suffix',
      sent(400, { error: 'registry.ollama.ai/library/nofim:latest does not support insert' }),
      'model_retired',
    ],
    ['too little memory', sent(500, { error: 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)' }), 'capacity'],
    [
      'too little memory of the graphics card',
      sent(500, { error: 'llama runner process has terminated: cudaMalloc failed: out of memory' }),
      'capacity',
    ],
    ['an option of a wrong type', sent(500, { error: 'option "num_predict" must be of type integer' }), 'server'],
  ],
} as const satisfies Record<string, readonly ContractRow[]>;
