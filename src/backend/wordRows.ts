import type { FailureRow } from './failureRow.ts';

/** What an answer's details say, below the general type `RESOURCE_EXHAUSTED` and the like. */
export const detailRows: readonly FailureRow[] = [
  { details: ['API_KEY_INVALID'], kind: 'auth', retry: 'no', seen: { Gemini: 'S' } },
  { details: ['ResponsibleAIPolicyViolation'], kind: 'content_filter', retry: 'no', seen: { Azure: 'S' } },
  {
    details: ['openrouter_in_flight_budget'],
    status: [402],
    header: 'retry-after',
    kind: 'rate_limit',
    retry: 'same',
    seen: { OpenRouter: 'D' },
  },
  { names: ['RESOURCE_EXHAUSTED'], words: ['limit 0'], kind: 'quota', retry: 'other', seen: { Gemini: 'S' } },
  { details: ['PerDay'], kind: 'quota', retry: 'other', seen: { Gemini: 'S' } },
  { names: ['RESOURCE_EXHAUSTED'], delayAbove: 600_000, kind: 'quota', retry: 'other', seen: { Gemini: 'S' } },
  { details: ['PerMinute'], kind: 'rate_limit', retry: 'same', seen: { Gemini: 'D' } },
  // A shared pool without room; with a quota of one's own the message says so.
  { names: ['RESOURCE_EXHAUSTED'], words: ['resource exhausted'], kind: 'capacity', retry: 'other', seen: { Vertex: 'D' } },
];

/**
 * Words of the message field, in this order: quota before rate, because messages about a quota speak of limits too. Names in quotes
 * and addresses are left out before, so that an echoed prompt or a link to a billing page decides nothing.
 */
export const wordRows: readonly FailureRow[] = [
  { words: ['does not support insert'], status: [400], kind: 'bad_request', retry: 'no', seen: { Ollama: 'T' } },
  { words: ['does not support generate'], status: [400], kind: 'bad_request', retry: 'no', seen: { Ollama: 'S' } },
  { words: ['loading model'], kind: 'loading', retry: 'same', seen: { 'llama.cpp': 'T' } },
  { words: ['currently loading'], kind: 'loading', retry: 'same', seen: { 'Hugging Face': 'M' } },
  { words: ['currently scaling'], kind: 'loading', retry: 'other', seen: { vLLM: 'S' } },

  { words: ['at capacity', 'over capacity'], kind: 'capacity', retry: 'other', seen: { Codex: 'S', Groq: 'D' } },
  {
    words: ['overloaded', 'over loaded'],
    kind: 'capacity',
    retry: 'other',
    seen: { OpenAI: 'C', CoreWeave: 'C', Together: 'D', Gemini: 'S', DeepSeek: 'D', OpenRouter: 'C' },
  },
  { words: ['high demand'], kind: 'capacity', retry: 'other', seen: { Azure: 'C' } },
  { words: ['temporarily unable', 'temporarily unavailable'], status: [503], kind: 'capacity', retry: 'other', seen: { Azure: 'C' } },
  { words: ['server busy', 'maximum pending'], kind: 'capacity', retry: 'other', seen: { Ollama: 'T' } },
  { words: ['requires more system memory'], kind: 'capacity', retry: 'other', seen: { Ollama: 'S' } },
  { words: ['no slot', 'no available slot'], kind: 'capacity', retry: 'other', seen: { 'llama.cpp': 'T' } },
  // The shared context of all requests is full, not this one's.
  { words: ['context size has been exceeded'], kind: 'capacity', retry: 'other', seen: { 'llama.cpp': 'T' } },
  { words: ['capacity exceeded'], kind: 'capacity', retry: 'other', seen: { Mistral: 'S' } },
  { words: ['no deployments available'], kind: 'capacity', retry: 'other', seen: { LiteLLM: 'M' } },
  { words: ['no … provider', 'no … providers'], status: [503], kind: 'capacity', retry: 'other', seen: { OpenRouter: 'D' } },

  {
    words: ['rate limit is exceeded', 'exceeded call rate limit', 'exceeded token rate limit', 'have been limited'],
    kind: 'rate_limit',
    retry: 'same',
    seen: { Azure: 'C' },
  },
  { words: ['per minute'], status: [429], kind: 'rate_limit', retry: 'same', seen: { Vertex: 'D' } },
  {
    words: [
      ...['quota', 'quotas', 'billing', 'credit', 'credits', 'insufficient balance'],
      ...['spend limit', 'spending limit', 'usage limit', 'usage limits'],
    ],
    kind: 'quota',
    retry: 'no',
    seen: { OpenAI: 'D', Anthropic: 'D', DeepSeek: 'D', Together: 'D', OpenRouter: 'D' },
  },
  {
    words: [
      ...['context length', 'context size', 'context window', 'maximum context', 'maximum number of tokens'],
      ...['too many … tokens', 'too long … tokens', 'prompt is too long', 'input is too long'],
    ],
    kind: 'context_length',
    retry: 'no',
    seen: { OpenAI: 'S', vLLM: 'S', Gemini: 'S', Ollama: 'S', Together: 'D', Anthropic: 'M', Bedrock: 'M' },
  },
  {
    words: ['rate limit', 'rate limits', 'rate limited', 'ratelimit', 'too many requests'],
    kind: 'rate_limit',
    retry: 'same',
    seen: { OpenAI: 'D', OpenRouter: 'D', 'any server': 'M' },
  },
  { words: ['moderation', 'flagged', 'guardrail'], status: [403], kind: 'content_filter', retry: 'no', seen: { OpenRouter: 'D' } },
  {
    words: [
      ...['deprecated', 'decommissioned', 'retired', 'does not exist', 'not found', 'no longer available'],
      ...['end of life', 'end of its life', 'model identifier is invalid'],
    ],
    about: ['model', 'models', 'deployment'],
    status: [400, 404, 410],
    kind: 'model_retired',
    retry: 'other',
    seen: { OpenAI: 'C', vLLM: 'S', Ollama: 'T', 'llama.cpp': 'T', Mistral: 'D', Groq: 'M', Bedrock: 'M' },
  },
];
