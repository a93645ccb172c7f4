import type { AnsweredKind, Evidence } from '../../../src/backend/failureRow.ts';

/** The instant of every example: noon, 21 January 2026, UTC. */
export const exampleTime = Date.UTC(2026, 0, 21, 12);

/** One answer that stands for one row of the table and one provider. */
export interface FailureExample {
  readonly from: string;
  readonly known: Evidence;
  readonly kind: AnsweredKind;
  /** 200: an error inside a stream, or a plain answer that is none. */
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** In ms. */
  readonly retryAfter?: number;
  readonly resetsAt?: number;
}

type More = Pick<FailureExample, 'headers' | 'retryAfter' | 'resetsAt'>;

/** `who`: provider and mark of evidence, as in `OpenAI S`. */
function on(who: string, status: number, kind: AnsweredKind, body: unknown, more: More = {}): FailureExample {
  const split = who.lastIndexOf(' ');
  return { from: who.slice(0, split), known: who.slice(split + 1) as Evidence, kind, status, body, ...more };
}

const openAi = (code: string | null, type: string, message: string): object => ({ error: { message, type, param: null, code } });
const anthropic = (type: string, message: string): object => ({ type: 'error', error: { type, message }, request_id: 'req_011' });
const google = (code: number, status: string, message: string, details: readonly object[] = []): object => ({
  error: { code, message, status, details },
});
const mistral = (type: string, code: string | null, message: unknown): object => ({ object: 'error', message, type, param: null, code });
const quotaFailure = (quotaId: string): object => ({ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId }] });
const retryInfo = (retryDelay: string): object => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
const page =
  '<!DOCTYPE html>\n<html><head><title>Attention Required! | Cloudflare</title></head><body>Sorry, you have been blocked</body></html>';
const html = { 'content-type': 'text/html; charset=UTF-8' };
const plain = { 'content-type': 'text/plain' };
const quota = 'You exceeded your current quota, please check your plan and billing details.';
const github = { 'x-github-request-id': 'C0DE:1' };
const february = Date.UTC(2026, 1, 1);

const openAiExamples: readonly FailureExample[] = [
  on('OpenAI S', 503, 'capacity', openAi('server_is_overloaded', 'service_unavailable_error', 'Our servers are overloaded.')),
  on('OpenAI S', 503, 'capacity', openAi('slow_down', 'service_unavailable_error', 'Please slow down.'), {
    headers: { 'retry-after': '7' },
    retryAfter: 7000,
  }),
  on('OpenAI S', 503, 'capacity', openAi(null, 'service_unavailable_error', 'x')),
  on('OpenAI S', 200, 'capacity', { type: 'response.failed', response: { error: { code: 'server_is_overloaded', message: 'x' } } }),
  on('OpenAI S', 200, 'capacity', { type: 'response.failed', response: { error: { code: 'slow_down', message: 'x' } } }),
  on('Codex S', 200, 'capacity', { error: { message: 'Selected model is at capacity. Please try a different model.' } }),
  on('OpenAI C', 503, 'capacity', openAi(null, 'server_error', 'The engine is currently overloaded, please try again later')),
  on('CoreWeave C', 503, 'capacity', openAi(null, 'server_error', 'The engine is currently overloaded, please try again later')),
  on('OpenAI S', 429, 'rate_limit', openAi('rate_limit_exceeded', 'tokens', 'Rate limit reached for m. Please try again in 1.5s.'), {
    retryAfter: 1500,
  }),
  on('OpenAI D', 429, 'rate_limit', openAi(null, 'requests', 'Limit 3 / min. Please try again in 20s.'), { retryAfter: 20_000 }),
  on('OpenAI D', 429, 'rate_limit', openAi(null, 'tokens', 'x'), {
    headers: {
      'x-ratelimit-remaining-requests': '99',
      'x-ratelimit-reset-requests': '6m0s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '120ms',
    },
    retryAfter: 120,
  }),
  on('OpenAI D', 429, 'rate_limit', openAi(null, 'rate_limit_error', 'x')),
  on('OpenAI D', 429, 'rate_limit', openAi(null, 'other', 'Too Many Requests')),
  on('OpenAI C', 429, 'rate_limit', openAi('slow_down', 'rate_limit_error', 'You ramped up too fast.')),
  on('OpenAI D', 429, 'quota', openAi('insufficient_quota', 'insufficient_quota', quota)),
  on('OpenAI D', 429, 'quota', openAi('credit_balance_exhausted', 'insufficient_quota', 'x')),
  on('OpenAI D', 429, 'quota', openAi('organization_spend_limit_exceeded', 'insufficient_quota', 'x')),
  on('OpenAI D', 429, 'quota', openAi('project_spend_limit_exceeded', 'insufficient_quota', 'x')),
  on('OpenAI D', 429, 'quota', openAi('organization_usage_limit_exceeded', 'insufficient_quota', 'x')),
  on('OpenAI D', 429, 'quota', openAi(null, 'other', quota)),
  on(
    'ChatGPT S',
    429,
    'quota',
    { error: { type: 'usage_limit_reached', message: 'x', plan_type: 'plus', resets_at: exampleTime / 1000 + 7200 } },
    { retryAfter: 900_000, resetsAt: exampleTime + 7_200_000 },
  ),
  on('ChatGPT S', 429, 'quota', { error: { type: 'usage_not_included', message: 'x' } }),
  on('OpenAI C', 401, 'auth', openAi('invalid_api_key', 'invalid_request_error', 'Incorrect API key provided: sk-…abcd.')),
  on('OpenAI C', 401, 'auth', openAi('ip_not_authorized', 'invalid_request_error', 'x')),
  on(
    'OpenAI C',
    403,
    'auth',
    openAi('unsupported_country_region_territory', 'request_forbidden', 'Country, region, or territory not supported'),
  ),
  on('Cloudflare S', 403, 'network', page, { headers: { ...html, 'cf-ray': '8-FRA' } }),
  on(
    'OpenAI S',
    404,
    'model_retired',
    openAi('model_not_found', 'invalid_request_error', 'The model `x` does not exist or you do not have access to it.'),
  ),
  on(
    'OpenAI C',
    404,
    'model_retired',
    openAi(
      null,
      'invalid_request_error',
      'The model `x` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations',
    ),
  ),
  on('OpenAI S', 400, 'context_length', openAi('context_length_exceeded', 'invalid_request_error', 'x')),
  on('OpenAI S', 400, 'context_length', openAi(null, 'invalid_request_error', "This model's maximum context length is 4097 tokens.")),
  on('OpenAI S', 400, 'content_filter', openAi('content_policy_violation', 'invalid_request_error', 'x')),
  on(
    'OpenAI S',
    400,
    'content_filter',
    openAi('invalid_prompt', 'invalid_request_error', 'flagged as potentially violating our usage policy'),
  ),
  on('OpenAI S', 400, 'content_filter', openAi('cyber_policy', 'invalid_request_error', 'x')),
  on('OpenAI S', 400, 'bad_request', openAi('unknown_parameter', 'invalid_request_error', "Unknown parameter: 'quota'.")),
  on('OpenAI S', 422, 'bad_request', openAi(null, 'invalid_request_error', 'x')),
  on('OpenAI S', 500, 'server', openAi(null, 'server_error', 'The model is in high demand, which may cause temporary errors.')),
  on('OpenAI S', 500, 'server', openAi(null, 'server_error', 'The server had an error'), { headers: { 'x-should-retry': 'true' } }),
  on('OpenAI S', 408, 'timeout', openAi(null, 'other', 'x')),
  on('OpenAI S', 409, 'server', openAi(null, 'other', 'x'), { headers: { 'x-should-retry': 'false' } }),
];

const anthropicExamples: readonly FailureExample[] = [
  on('Anthropic D', 529, 'capacity', anthropic('overloaded_error', 'Overloaded')),
  on('Anthropic D', 529, 'capacity', anthropic('new_error', 'x')),
  on('Anthropic D', 200, 'capacity', anthropic('overloaded_error', 'Overloaded')),
  on('Anthropic D', 429, 'rate_limit', anthropic('rate_limit_error', 'x'), { headers: { 'retry-after': '31' }, retryAfter: 31_000 }),
  on('Anthropic D', 429, 'rate_limit', anthropic('rate_limit_error', 'x'), {
    headers: {
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-01-21T12:01:00Z',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-01-21T12:00:20Z',
    },
    retryAfter: 20_000,
  }),
  on(
    'Anthropic D',
    429,
    'quota',
    { type: 'error', error: { type: 'rate_limit_error', message: 'x', details: { error_code: 'enforced_spend_limit_reached' } } },
    { resetsAt: february },
  ),
  on(
    'Anthropic D',
    400,
    'quota',
    anthropic(
      'invalid_request_error',
      'You have reached your specified API usage limits. You will regain access on 2026-02-01 at 00:00 UTC.',
    ),
    { resetsAt: february },
  ),
  on('Anthropic S', 402, 'quota', anthropic('billing_error', 'x')),
  on('Anthropic D', 401, 'auth', anthropic('authentication_error', 'invalid x-api-key')),
  on('Anthropic D', 403, 'auth', anthropic('permission_error', 'x')),
  on('Anthropic D', 404, 'model_retired', anthropic('not_found_error', 'model: claude-2.0')),
  on('Anthropic D', 413, 'bad_request', anthropic('request_too_large', 'Request exceeds the maximum size')),
  on('Anthropic M', 400, 'context_length', anthropic('invalid_request_error', 'prompt is too long: 201000 tokens > 200000 maximum')),
  on('Anthropic D', 500, 'server', anthropic('api_error', 'Internal server error')),
  on('Anthropic S', 504, 'timeout', anthropic('timeout_error', 'x')),
  on('Anthropic D', 504, 'timeout', 'upstream request timeout', { headers: plain }),
  on('Anthropic C', 409, 'server', anthropic('conflict_error', 'x')),
];

const azureExamples: readonly FailureExample[] = [
  on(
    'Azure C',
    429,
    'rate_limit',
    { error: { code: '429', message: 'Rate limit is exceeded. Try again in 8 seconds.' } },
    { headers: { 'retry-after-ms': '7600', 'retry-after': '8' }, retryAfter: 7600 },
  ),
  on(
    'Azure C',
    429,
    'rate_limit',
    {
      error: {
        code: '429',
        message:
          'Requests to the Completions Operation under Azure OpenAI API version 2024-10-21 have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 8 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.',
      },
    },
    { retryAfter: 8000 },
  ),
  on('Azure C', 429, 'rate_limit', { error: { code: '429', message: 'Requests to this deployment have been limited by the quota.' } }),
  on(
    'Azure C',
    429,
    'capacity',
    { error: { code: '429', message: 'System is experiencing high demand and cannot process your request.' } },
    { headers: { 'retry-after-ms': '2500' }, retryAfter: 2500 },
  ),
  on('Azure C', 503, 'capacity', {
    error: { code: 'InternalServerError', message: 'The server is temporarily unable to process your request.' },
  }),
  on('Azure M', 404, 'model_retired', {
    error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' },
  }),
  on('Azure S', 400, 'content_filter', {
    error: { code: 'content_filter', message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } },
  }),
  on('Azure S', 400, 'content_filter', {
    error: { code: 'BadRequest', message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } },
  }),
  on('Azure C', 403, 'auth', { error: { code: 'AccessDenied', message: 'Public access is disabled. Please configure private endpoint.' } }),
];

const googleExamples: readonly FailureExample[] = [
  on(
    'Gemini D',
    429,
    'rate_limit',
    google(429, 'RESOURCE_EXHAUSTED', quota, [quotaFailure('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'), retryInfo('37s')]),
    { retryAfter: 37_000 },
  ),
  on(
    'Gemini S',
    429,
    'quota',
    [google(429, 'RESOURCE_EXHAUSTED', quota, [quotaFailure('GenerateRequestsPerDayPerProjectPerModel-FreeTier'), retryInfo('37s')])],
    { retryAfter: 37_000 },
  ),
  on(
    'Gemini S',
    429,
    'quota',
    google(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for metric: generate_content_free_tier_requests, limit: 0', [
      quotaFailure('GenerateRequestsPerMinute'),
    ]),
  ),
  on('Gemini S', 429, 'quota', google(429, 'RESOURCE_EXHAUSTED', 'x', [retryInfo('3600s')]), {
    retryAfter: 900_000,
    resetsAt: exampleTime + 3_600_000,
  }),
  on('Gemini S', 503, 'capacity', google(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.')),
  on(
    'Gemini S',
    400,
    'auth',
    google(400, 'INVALID_ARGUMENT', 'API key not valid.', [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
    ]),
  ),
  on('Gemini D', 400, 'auth', google(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.')),
  on('Gemini C', 402, 'quota', { error: { code: 'payment_required', message: 'x' } }),
  on('Gemini C', 402, 'quota', google(402, 'RESOURCE_EXHAUSTED', 'x')),
  on('Gemini D', 403, 'auth', google(403, 'PERMISSION_DENIED', 'x')),
  on('Gemini D', 404, 'model_retired', google(404, 'NOT_FOUND', 'models/gemini-1.0 is not found for API version v1beta')),
  on('Gemini D', 500, 'server', google(500, 'INTERNAL', 'x')),
  on('Gemini D', 504, 'timeout', google(504, 'DEADLINE_EXCEEDED', 'x')),
  on(
    'Gemini S',
    400,
    'context_length',
    google(400, 'INVALID_ARGUMENT', 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).'),
  ),
  on('Vertex D', 429, 'capacity', google(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted. Please try again later.')),
  on(
    'Vertex D',
    429,
    'rate_limit',
    google(
      429,
      'RESOURCE_EXHAUSTED',
      'Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model',
    ),
  ),
];

const bedrockExamples: readonly FailureExample[] = [
  on(
    'Bedrock D',
    429,
    'rate_limit',
    { message: 'Too many requests, service-wide limitations' },
    { headers: { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/' } },
  ),
  on('Bedrock D', 429, 'loading', { __type: 'com.amazon.coral.service#ModelNotReadyException', message: 'x' }),
  on('Bedrock D', 503, 'capacity', { __type: 'ServiceUnavailableException', message: 'x' }),
  on('Bedrock D', 200, 'capacity', { serviceUnavailableException: { message: 'x' } }),
  on('Bedrock D', 500, 'server', { __type: 'InternalServerException', message: 'x' }),
  on('Bedrock D', 424, 'server', { __type: 'ModelStreamErrorException', message: 'x' }),
  on('Bedrock D', 408, 'timeout', { __type: 'ModelTimeoutException', message: 'x' }),
  on('Bedrock D', 200, 'bad_request', { validationException: { message: 'x' } }),
  on('Bedrock D', 403, 'auth', { __type: 'AccessDeniedException', message: 'x' }),
  on('Bedrock D', 404, 'model_retired', { __type: 'ResourceNotFoundException', message: 'x' }),
  on('Bedrock M', 404, 'model_retired', { message: 'This model version has reached the end of its life.' }),
  on('Bedrock M', 400, 'context_length', { __type: 'ValidationException', message: 'Input is too long for requested model.' }),
  on('Bedrock D', 400, 'bad_request', { __type: 'ValidationException', message: 'Malformed input request' }),
];

const hostedExamples: readonly FailureExample[] = [
  on('Mistral S', 429, 'capacity', mistral('service_tier_capacity_exceeded', '3505', 'Service tier capacity exceeded for this model.')),
  on('Mistral S', 429, 'capacity', mistral('other', '3505', 'x')),
  on('Mistral S', 429, 'capacity', mistral('other', null, 'Service tier capacity exceeded for this model.')),
  on('Mistral S', 429, 'rate_limit', { ...mistral('rate_limited', '1300', 'Rate limit exceeded'), raw_status_code: 429 }),
  on('Mistral S', 429, 'rate_limit', mistral('other', '1300', 'x')),
  on('Mistral D', 401, 'auth', { message: 'Unauthorized', request_id: '1' }),
  on('Mistral D', 402, 'quota', mistral('other', null, 'x')),
  on('Mistral D', 400, 'model_retired', mistral('invalid_request_error', 'unknown_model', 'Invalid model: x')),
  on('Mistral D', 404, 'model_retired', mistral('other', null, 'Model not found')),
  on(
    'Mistral D',
    422,
    'bad_request',
    mistral('invalid_request_error', null, { detail: [{ type: 'missing', msg: 'Field required', input: 'quota' }] }),
  ),
  on('Mistral D', 500, 'server', mistral('internal_server_error', '1000', 'Service unavailable.')),
  on('Groq D', 498, 'capacity', { error: { code: 'capacity_exceeded', type: 'x', message: 'x' } }),
  on('Groq D', 498, 'capacity', '', {}),
  on('Groq D', 429, 'rate_limit', openAi('rate_limit_exceeded', 'tokens', 'Rate limit reached for model. Please try again in 7m12.5s.'), {
    retryAfter: 432_500,
  }),
  on('Groq D', 429, 'rate_limit', openAi(null, 'requests', 'x')),
  on('Groq D', 503, 'capacity', { error: { message: 'x is currently over capacity', type: 'internal_server_error' } }),
  on('Groq C', 499, 'server', { error: { message: 'Request cancelled', type: 'x' } }),
  on('Groq D', 424, 'server', { error: { message: 'x', type: 'x' } }),
  on('Groq D', 413, 'bad_request', { error: { message: 'Request Entity Too Large', type: 'x' } }),
  on('Groq M', 400, 'model_retired', openAi('model_decommissioned', 'invalid_request_error', 'The model `x` has been decommissioned.')),
  on(
    'Groq M',
    400,
    'model_retired',
    openAi(null, 'invalid_request_error', 'The model `x` has been decommissioned and is no longer supported.'),
  ),
  on('DeepSeek D', 402, 'quota', openAi('invalid_request_error', 'unknown_error', 'Insufficient Balance')),
  on('DeepSeek D', 402, 'quota', ''),
  on('DeepSeek D', 429, 'rate_limit', openAi(null, 'other', 'x')),
  on('DeepSeek D', 503, 'capacity', openAi(null, 'other', 'Server Overloaded')),
  on('DeepSeek D', 422, 'bad_request', openAi(null, 'invalid_request_error', 'x')),
  on(
    'Together D',
    403,
    'context_length',
    openAi(null, 'invalid_request_error', 'Input token count + max_tokens parameter is too long for the context length of the model'),
  ),
  on('Together D', 402, 'quota', openAi(null, 'other', 'You have reached your spending limit')),
  on('Together D', 402, 'quota', openAi(null, 'other', 'x')),
  on('Together D', 503, 'capacity', openAi(null, 'other', 'Engine Overloaded')),
  on(
    'OpenRouter D',
    503,
    'capacity',
    { error: { code: 503, message: 'There is no available model provider that meets your routing requirements' } },
    { headers: { 'retry-after': '3' }, retryAfter: 3000 },
  ),
  on('OpenRouter D', 503, 'capacity', { error: { code: 'provider_overloaded', message: 'x', metadata: {} } }),
  on('OpenRouter C', 503, 'capacity', { error: { code: 503, message: 'Provider is overloaded' } }),
  on('OpenRouter C', 502, 'server', { error: { code: 502, message: 'x', metadata: { error_type: 'provider_unavailable' } } }),
  on('OpenRouter D', 502, 'server', { error: { code: 502, message: 'Your chosen model is down' } }),
  on('OpenRouter D', 402, 'quota', { error: { code: 402, message: 'Your account has insufficient credits' } }),
  on('OpenRouter D', 402, 'quota', { error: { code: 402, message: 'x', metadata: { limit_source: 'openrouter_in_flight_budget' } } }),
  on(
    'OpenRouter D',
    402,
    'rate_limit',
    { error: { code: 402, message: 'x', metadata: { limit_source: 'openrouter_in_flight_budget' } } },
    { headers: { 'retry-after': '2' }, retryAfter: 2000 },
  ),
  on('OpenRouter D', 403, 'content_filter', { error: { code: 403, message: 'Your input was flagged by moderation' } }),
  on('OpenRouter D', 408, 'timeout', { error: { code: 408, message: 'Your request timed out' } }),
  on('OpenRouter D', 200, 'rate_limit', { error: { code: 429, message: 'Rate limit exceeded' } }),
  on('OpenRouter D', 200, 'server', { error: { code: 502, message: 'x' }, choices: [{ finish_reason: 'error' }] }),
];

const copilotExamples: readonly FailureExample[] = [
  ...['model_overloaded', 'model_overloaded:m', 'upstream_provider_rate_limit', 'integration_rate_limited'].map((code) =>
    on(
      'Copilot S',
      429,
      'capacity',
      { error: { code, message: 'x' } },
      { headers: { 'retry-after': '5', 'x-ratelimit-exceeded': code }, retryAfter: 5000 },
    ),
  ),
  ...['user_global_rate_limited:pro', 'user_model_rate_limited', 'agent_mode_limit_exceeded', 'extension_blocked'].map((code) =>
    on('Copilot S', 429, 'rate_limit', { error: { code, message: 'x' } }),
  ),
  on('Copilot S', 503, 'capacity', 'upstream connect error', { headers: { ...plain, ...github } }),
  ...['quota_exceeded', 'free_quota_exceeded', 'overage_limit_reached'].map((code) =>
    on(
      'Copilot S',
      402,
      'quota',
      { error: { code, message: 'x' } },
      { headers: { 'retry-after': 'Sun, 01 Feb 2026 00:00:00 GMT' }, retryAfter: 900_000, resetsAt: february },
    ),
  ),
  on('Copilot S', 401, 'auth', 'unauthorized: token expired', { headers: { ...plain, ...github } }),
  on('Copilot S', 403, 'auth', 'forbidden', { headers: { ...plain, ...github } }),
  on('Copilot S', 404, 'model_retired', 'x', { headers: { ...plain, ...github } }),
  on('Copilot S', 422, 'content_filter', 'x', { headers: { ...plain, ...github } }),
  on('Copilot S', 424, 'server', 'x', { headers: { ...plain, ...github } }),
  on('Copilot S', 466, 'client_unsupported', 'client not supported: please update', { headers: { ...plain, ...github } }),
  on('Copilot S', 499, 'server', 'x', { headers: { ...plain, ...github } }),
];

const ownServerExamples: readonly FailureExample[] = [
  on('Ollama S', 529, 'capacity', anthropic('overloaded_error', 'server busy, please try again.  maximum pending requests exceeded')),
  on('Ollama S', 400, 'context_length', { error: 'the input length exceeds the context length' }),
  on('Ollama S', 400, 'bad_request', { error: 'registry.ollama.ai/library/m:latest does not support generate' }),
  on('Ollama S', 500, 'capacity', { error: 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)' }),
  on('Ollama S', 499, 'server', { error: 'request canceled' }),
  on('llama.cpp T', 503, 'capacity', { error: { code: 503, message: 'no slot available', type: 'unavailable_error' } }),
  on('vLLM S', 503, 'loading', { error: 'The model is currently scaling. Please try again later.' }),
  on('vLLM S', 404, 'model_retired', {
    object: 'error',
    message: 'The model `x` does not exist.',
    type: 'NotFoundError',
    param: null,
    code: 404,
  }),
  on('vLLM S', 400, 'context_length', {
    object: 'error',
    message: "This model's maximum context length is 4096 tokens.",
    type: 'BadRequestError',
    param: null,
    code: 400,
  }),
  on('vLLM M', 500, 'server', ''),
  on('TGI S', 429, 'capacity', { error: 'Model is overloaded', error_type: 'overloaded' }),
  on('Hugging Face M', 503, 'loading', { error: 'Model x is currently loading', estimated_time: 132.5 }, { retryAfter: 20_000 }),
  on(
    'LiteLLM M',
    429,
    'capacity',
    {
      error: { message: 'No deployments available for selected model, Try again in 5 seconds.', type: 'None', param: 'None', code: '429' },
    },
    { retryAfter: 5000 },
  ),
  on(
    'Portkey S',
    503,
    'server',
    { error: { message: 'connect timeout', type: 'x' } },
    { headers: { 'x-portkey-gateway-exception': 'true' } },
  ),
];

const anyExamples: readonly FailureExample[] = [
  on('proxy D', 407, 'network', ''),
  on('proxy D', 511, 'network', page, { headers: html }),
  on('login page M', 302, 'network', '', { headers: { location: 'https://login.example/' } }),
  on('login page M', 200, 'network', page, { headers: html }),
  on('login page M', 200, 'network', 'Please log in', { headers: plain }),
  ...[520, 522, 524, 527].map((status) => on('Cloudflare M', status, 'server', page, { headers: { ...html, 'cf-ray': '8-FRA' } })),
  ...[413, 415, 431].map((status) => on('any server D', status, 'bad_request', '')),
  on('any server D', 410, 'model_retired', ''),
  on('any server D', 401, 'auth', ''),
  on('any server D', 429, 'rate_limit', ''),
  on('any server M', 429, 'rate_limit', 'ratelimit reached', { headers: plain }),
  on('any server M', 503, 'server', ''),
  on('any server D', 418, 'bad_request', ''),
  on('any server D', 505, 'server', ''),
];

export const failureExamples: readonly FailureExample[] = [
  ...openAiExamples,
  ...anthropicExamples,
  ...azureExamples,
  ...googleExamples,
  ...bedrockExamples,
  ...hostedExamples,
  ...copilotExamples,
  ...ownServerExamples,
  ...anyExamples,
];
