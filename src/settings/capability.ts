import type { Protocol } from './settings.ts';

/** What a protocol can do and wants, whatever server speaks it. Where code goes depends on the server: `BackendSettings.boundary`. */
export interface Capability {
  /**
   * What a request holds: `fim`: one text in the fill-in-the-middle format of the model; `suffix`: the texts before and after the
   * cursor, and the server makes a prompt of them; `chat`: an instruction and a message, whose answer has to be cleaned.
   */
  readonly prompt: 'fim' | 'suffix' | 'chat';
  /** How a streamed answer comes: server-sent events, or one JSON value per line. */
  readonly streams: 'events' | 'lines';
  /** Stop texts that the server takes in one request, of white space too. 0: we find the end ourselves. */
  readonly maximumStops: number;
  /** Where the server counts tokens, behind the base URL; `undefined`: nowhere that is part of the protocol. */
  readonly tokenizerPath: string | undefined;
  /** The header that holds the key, in lower case; `authorization` has `Bearer ` before it. */
  readonly keyHeader: 'authorization' | 'x-api-key' | 'api-key';
  /** The vendor's servers want a key; a server of one's own may not. */
  readonly needsKey: boolean;
  /** The vendor's own address; `undefined` for a protocol that many servers speak or where each customer has an own address. */
  readonly defaultBaseUrl: string | undefined;
  /** Where models are listed, as `{ data: [{ id }] }`; `undefined`: nowhere, the name has to be typed. */
  readonly modelsUrl: ((baseUrl: string) => string) | undefined;
}

const behindBase = (baseUrl: string): string => `${baseUrl}/models`;

/** OpenAI and most who follow it. */
const openAi = {
  streams: 'events',
  tokenizerPath: undefined,
  keyHeader: 'authorization',
  needsKey: true,
  modelsUrl: behindBase,
} as const;

/** All protocols; a protocol that is missing here is a compile error. docs/backends.md has the same table, compared by a test. */
export const capabilities: Readonly<Record<Protocol, Capability>> = {
  /** @see https://platform.openai.com/docs/api-reference/completions/create: up to 4 stops */
  'openai-completions': { ...openAi, prompt: 'fim', maximumStops: 4, needsKey: false, defaultBaseUrl: undefined },
  'openai-chat': { ...openAi, prompt: 'chat', maximumStops: 0, defaultBaseUrl: 'https://api.openai.com/v1' },
  'openai-responses': { ...openAi, prompt: 'chat', maximumStops: 0, defaultBaseUrl: 'https://api.openai.com/v1' },
  /** Its documentation names no bound of stops; 4 are never refused elsewhere. @see https://docs.mistral.ai/api/endpoint/fim */
  'mistral-fim': { ...openAi, prompt: 'suffix', maximumStops: 4, defaultBaseUrl: 'https://api.mistral.ai/v1' },
  /** Models are listed outside of /beta. @see https://api-docs.deepseek.com/api/create-completion: up to 16 stops */
  'deepseek-fim': {
    ...openAi,
    prompt: 'suffix',
    maximumStops: 16,
    defaultBaseUrl: 'https://api.deepseek.com/beta',
    modelsUrl: (baseUrl) => new URL('/models', baseUrl).href,
  },
  /** @see https://platform.claude.com/docs/en/api/messages */
  anthropic: { ...openAi, prompt: 'chat', maximumStops: 0, keyHeader: 'x-api-key', defaultBaseUrl: 'https://api.anthropic.com/v1' },
  /** Deployments cannot be listed with a key. @see https://learn.microsoft.com/azure/ai-services/openai/reference */
  'azure-openai': {
    ...openAi,
    prompt: 'chat',
    maximumStops: 0,
    keyHeader: 'api-key',
    defaultBaseUrl: undefined,
    modelsUrl: undefined,
  },
  /** The server builds the prompt. @see https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md */
  'llamacpp-infill': {
    ...openAi,
    prompt: 'suffix',
    maximumStops: 4,
    tokenizerPath: '/tokenize',
    needsKey: false,
    defaultBaseUrl: 'http://127.0.0.1:8080',
    modelsUrl: (baseUrl) => new URL('/v1/models', baseUrl).href,
  },
  /** The prompt is the server's unless `fim` names a format. @see https://github.com/ollama/ollama/blob/main/docs/api.md */
  ollama: {
    ...openAi,
    prompt: 'fim',
    streams: 'lines',
    maximumStops: 4,
    needsKey: false,
    defaultBaseUrl: 'http://127.0.0.1:11434',
    modelsUrl: (baseUrl) => new URL('/v1/models', baseUrl).href,
  },
  /** A model of the editor: no address, no key, no stops. @see https://code.visualstudio.com/api/extension-guides/ai/language-model */
  /** Another extension makes the prompt. */
  extension: { ...openAi, prompt: 'suffix', maximumStops: 0, needsKey: false, defaultBaseUrl: undefined, modelsUrl: undefined },
  'vscode-lm': { ...openAi, prompt: 'chat', maximumStops: 0, needsKey: false, defaultBaseUrl: undefined, modelsUrl: undefined },
};

/** The key in the header where the protocol wants it; nothing without a key. */
export function keyHeaders({ keyHeader }: Pick<Capability, 'keyHeader'>, key: string | undefined): Readonly<Record<string, string>> {
  if (key === undefined) return {};
  return { [keyHeader]: keyHeader === 'authorization' ? `Bearer ${key}` : key };
}
