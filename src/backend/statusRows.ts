import { type FailureRow, statuses } from './failureRow.ts';

/** What the status says when nothing in the body did; rows that also look at a header or at the content come first. */
export const statusRows: readonly FailureRow[] = [
  { status: statuses(300, 399), kind: 'network', retry: 'no', seen: { 'login page': 'M' } },
  { status: [407, 511], kind: 'network', retry: 'no', seen: { proxy: 'D' } },
  { status: [403], content: 'page', kind: 'network', retry: 'no', seen: { Cloudflare: 'S' } },
  { status: [503], header: 'x-github-request-id', kind: 'capacity', retry: 'other', seen: { Copilot: 'S' } },
  { status: [422], header: 'x-github-request-id', kind: 'content_filter', retry: 'no', seen: { Copilot: 'S' } },
  { status: [404], header: 'x-github-request-id', kind: 'model_retired', retry: 'other', seen: { Copilot: 'S' } },
  { status: [401], kind: 'auth', retry: 'no', seen: { 'any server': 'D', Mistral: 'D', Copilot: 'S', vmauth: 'T' } },
  {
    status: [402],
    kind: 'quota',
    retry: 'no',
    seen: { Gemini: 'C', Mistral: 'D', DeepSeek: 'D', Together: 'D', OpenRouter: 'D' },
  },
  { status: [403], kind: 'auth', retry: 'no', seen: { Azure: 'C', Copilot: 'S', Ollama: 'T' } },
  { status: [408], kind: 'timeout', retry: 'other', seen: { OpenAI: 'S', OpenRouter: 'D' } },
  { status: [409], kind: 'server', retry: 'same', seen: { OpenAI: 'S' } },
  { status: [410], kind: 'model_retired', retry: 'other', seen: { 'any server': 'D' } },
  { status: [413, 415, 431], kind: 'bad_request', retry: 'no', seen: { 'any server': 'D', Groq: 'D', nginx: 'T' } },
  { status: [422], kind: 'bad_request', retry: 'no', seen: { OpenAI: 'S', Mistral: 'D', DeepSeek: 'D' } },
  { status: [424], kind: 'server', retry: 'other', seen: { Groq: 'D', Copilot: 'S' } },
  { status: [429], kind: 'rate_limit', retry: 'same', seen: { 'any server': 'D', DeepSeek: 'D', nginx: 'T', vmauth: 'T' } },
  { status: [466], kind: 'client_unsupported', retry: 'no', seen: { Copilot: 'S' } },
  { status: [498], kind: 'capacity', retry: 'other', seen: { Groq: 'D' } },
  // Somebody between gave up. Had we, our own abort reason would have said so before.
  { status: [499], kind: 'server', retry: 'other', seen: { Ollama: 'S', Groq: 'C', Copilot: 'S' } },
  { status: [503], kind: 'server', retry: 'other', seen: { 'any server': 'M', Portkey: 'S', nginx: 'T' } },
  { status: [504], kind: 'timeout', retry: 'other', seen: { Anthropic: 'D', nginx: 'T' } },
  { status: statuses(520, 527), kind: 'server', retry: 'other', seen: { Cloudflare: 'M' } },
  { status: [529], kind: 'capacity', retry: 'other', seen: { Anthropic: 'D' } },
  {
    status: statuses(400, 499),
    kind: 'bad_request',
    retry: 'no',
    seen: { 'any server': 'D', OpenAI: 'S', 'llama.cpp': 'T', Ollama: 'T', Portkey: 'T', Bedrock: 'D', vmauth: 'T' },
  },
  {
    status: statuses(500, 599),
    kind: 'server',
    retry: 'other',
    seen: {
      'any server': 'D',
      OpenAI: 'S',
      Anthropic: 'D',
      'llama.cpp': 'T',
      Ollama: 'T',
      Portkey: 'T',
      nginx: 'T',
      vmauth: 'T',
      vLLM: 'M',
      Mistral: 'D',
      OpenRouter: 'D',
    },
  },
];

/** The last look: what came with status 200 and is no answer of a model at all. */
export const contentRows: readonly FailureRow[] = [
  { status: [200], content: 'not-json', kind: 'network', retry: 'no', seen: { 'login page': 'M' } },
];

/** What is left: an error inside a stream that says nothing, a status that nobody defined. */
export const leftOver: FailureRow = { kind: 'server', retry: 'other', seen: { Ollama: 'T' } };
