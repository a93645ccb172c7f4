import type { FailureRow } from './failureRow.ts';

/**
 * Codes and types by their exact names; looked up for the error's codes first, then for its types. General types that say less than
 * the message (`invalid_request_error`, `api_error`, `UNAVAILABLE`) have no row, so that the message decides.
 *
 * @see docs/failures.md, which is compared with these rows by a test
 */
export const namedRows: readonly FailureRow[] = [
  { names: ['server_is_overloaded'], kind: 'capacity', retry: 'other', seen: { OpenAI: 'S' } },
  { names: ['slow_down'], status: [503, 200], kind: 'capacity', retry: 'other', seen: { OpenAI: 'S' } },
  { names: ['slow_down'], kind: 'rate_limit', retry: 'same', seen: { OpenAI: 'C' } },
  { names: ['service_unavailable_error'], kind: 'capacity', retry: 'other', seen: { OpenAI: 'S' } },
  { names: ['overloaded_error'], kind: 'capacity', retry: 'other', seen: { Anthropic: 'D', Ollama: 'S' } },
  { names: ['overloaded'], kind: 'capacity', retry: 'other', seen: { TGI: 'S' } },
  { names: ['service_tier_capacity_exceeded', '3505'], kind: 'capacity', retry: 'other', seen: { Mistral: 'S' } },
  { names: ['capacity_exceeded'], kind: 'capacity', retry: 'other', seen: { Groq: 'D' } },
  { names: ['provider_overloaded'], kind: 'capacity', retry: 'other', seen: { OpenRouter: 'D' } },
  { names: ['provider_unavailable'], kind: 'server', retry: 'other', seen: { OpenRouter: 'C' } },
  {
    names: ['model_overloaded*', 'upstream_provider_rate_limit*', 'integration_rate_limited*'],
    kind: 'capacity',
    retry: 'other',
    seen: { Copilot: 'S' },
  },
  { names: ['ServiceUnavailableException'], kind: 'capacity', retry: 'other', seen: { Bedrock: 'D' } },

  { names: ['rate_limit_exceeded'], kind: 'rate_limit', retry: 'same', seen: { OpenAI: 'S', Groq: 'D' } },
  { names: ['rate_limit_error'], kind: 'rate_limit', retry: 'same', seen: { OpenAI: 'D', Anthropic: 'D' } },
  { names: ['requests', 'tokens'], status: [429], kind: 'rate_limit', retry: 'same', seen: { OpenAI: 'D', Groq: 'D' } },
  { names: ['rate_limited', '1300'], kind: 'rate_limit', retry: 'same', seen: { Mistral: 'S' } },
  {
    names: ['user_global_rate_limited*', 'user_model_rate_limited*', 'agent_mode_limit_exceeded*', 'extension_blocked'],
    kind: 'rate_limit',
    retry: 'same',
    seen: { Copilot: 'S' },
  },
  { names: ['ThrottlingException'], kind: 'rate_limit', retry: 'same', seen: { Bedrock: 'D' } },

  { names: ['enforced_spend_limit_reached'], resets: 'next-month', kind: 'quota', retry: 'no', seen: { Anthropic: 'D' } },
  {
    names: [
      'insufficient_quota',
      'credit_balance_exhausted',
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      'organization_usage_limit_exceeded',
    ],
    kind: 'quota',
    retry: 'no',
    seen: { OpenAI: 'D' },
  },
  { names: ['usage_limit_reached', 'usage_not_included'], kind: 'quota', retry: 'other', seen: { ChatGPT: 'S' } },
  { names: ['billing_error'], kind: 'quota', retry: 'no', seen: { Anthropic: 'S' } },
  { names: ['quota_exceeded', 'free_quota_exceeded', 'overage_limit_reached'], kind: 'quota', retry: 'no', seen: { Copilot: 'S' } },
  { names: ['payment_required'], kind: 'quota', retry: 'no', seen: { Gemini: 'C' } },

  { names: ['invalid_api_key', 'ip_not_authorized'], kind: 'auth', retry: 'no', seen: { OpenAI: 'C' } },
  { names: ['unsupported_country_region_territory'], kind: 'auth', retry: 'no', seen: { OpenAI: 'C' } },
  { names: ['authentication_error'], kind: 'auth', retry: 'no', seen: { Anthropic: 'D', 'llama.cpp': 'T', Portkey: 'T' } },
  { names: ['permission_error'], kind: 'auth', retry: 'no', seen: { Anthropic: 'D' } },
  { names: ['PERMISSION_DENIED', 'FAILED_PRECONDITION'], kind: 'auth', retry: 'no', seen: { Gemini: 'D' } },
  { names: ['AccessDeniedException'], kind: 'auth', retry: 'no', seen: { Bedrock: 'D' } },

  { names: ['model_not_found'], kind: 'model_retired', retry: 'other', seen: { OpenAI: 'S' } },
  { names: ['model_decommissioned'], kind: 'model_retired', retry: 'other', seen: { Groq: 'M' } },
  { names: ['unknown_model'], kind: 'model_retired', retry: 'other', seen: { Mistral: 'D' } },
  { names: ['DeploymentNotFound'], kind: 'model_retired', retry: 'other', seen: { Azure: 'M' } },
  {
    names: ['not_found_error'],
    status: [404],
    words: ['^model'],
    kind: 'model_retired',
    retry: 'other',
    seen: { Anthropic: 'D', Ollama: 'T' },
  },
  { names: ['NOT_FOUND'], words: ['model', 'models'], kind: 'model_retired', retry: 'other', seen: { Gemini: 'D' } },
  { names: ['ResourceNotFoundException'], kind: 'model_retired', retry: 'other', seen: { Bedrock: 'D' } },

  { names: ['context_length_exceeded'], kind: 'context_length', retry: 'no', seen: { OpenAI: 'S' } },
  {
    names: ['exceed_context_size_error'],
    kind: 'context_length',
    retry: 'no',
    seen: { 'llama.cpp': 'T', Ollama: 'T', Portkey: 'T' },
  },
  {
    names: ['content_policy_violation', 'invalid_prompt', 'cyber_policy'],
    kind: 'content_filter',
    retry: 'no',
    seen: { OpenAI: 'S' },
  },
  { names: ['content_filter'], kind: 'content_filter', retry: 'no', seen: { Azure: 'S' } },
  { names: ['request_too_large'], kind: 'bad_request', retry: 'no', seen: { Anthropic: 'D' } },
  { names: ['not_supported_error'], kind: 'bad_request', retry: 'no', seen: { 'llama.cpp': 'T' } },
  // Inside a stream there is no status that would say so.
  { names: ['ValidationException'], status: [200], kind: 'bad_request', retry: 'no', seen: { Bedrock: 'D' } },

  { names: ['ModelNotReadyException'], kind: 'loading', retry: 'same', seen: { Bedrock: 'D' } },
  { names: ['timeout_error'], kind: 'timeout', retry: 'other', seen: { Anthropic: 'S', Portkey: 'T' } },
  { names: ['DEADLINE_EXCEEDED'], kind: 'timeout', retry: 'other', seen: { Gemini: 'D' } },
  { names: ['ModelTimeoutException'], kind: 'timeout', retry: 'other', seen: { Bedrock: 'D' } },
  { names: ['server_error'], status: [500], words: ['high demand'], kind: 'server', retry: 'other', seen: { OpenAI: 'S' } },
  { names: ['conflict_error'], kind: 'server', retry: 'same', seen: { Anthropic: 'C' } },
  { names: ['INTERNAL'], kind: 'server', retry: 'other', seen: { Gemini: 'D' } },
  { names: ['InternalServerException', 'ModelStreamErrorException'], kind: 'server', retry: 'other', seen: { Bedrock: 'D' } },
];
