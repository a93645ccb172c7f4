import type { CompletionSource } from '../domain/completion.ts';
import { capabilities } from '../settings/capability.ts';
import type { BackendSettings, Protocol } from '../settings/settings.ts';
import { anthropic } from './anthropic.ts';
import { azureOpenAi } from './azureOpenai.ts';
import { deepSeekFim } from './deepseekFim.ts';
import { httpSource, type HttpSourceOptions } from './httpSource.ts';
import { mistralFim } from './mistralFim.ts';
import { openAiChat } from './openaiChat.ts';
import { openAiCompletions } from './openaiCompletions.ts';
import { openAiResponses } from './openaiResponses.ts';
import type { Prompts, WireProtocol } from './protocol.ts';

/** What a backend needs of the world. */
export interface HttpBackendPorts extends Pick<HttpSourceOptions, 'http' | 'clock' | 'key'> {
  readonly prompts: Prompts;
}

/** The protocols that are spoken over HTTP; a protocol that is missing here is a compile error. */
const protocols: Readonly<Record<Protocol, (backend: BackendSettings, prompts: Prompts) => WireProtocol>> = {
  'openai-completions': openAiCompletions,
  'openai-chat': openAiChat,
  'openai-responses': openAiResponses,
  'mistral-fim': mistralFim,
  'deepseek-fim': deepSeekFim,
  anthropic,
  'azure-openai': azureOpenAi,
};

/** The source for a configured backend, in its protocol. */
export function httpBackend(backend: BackendSettings, ports: HttpBackendPorts): CompletionSource {
  const { http, clock, key, prompts } = ports;
  const { maximumStops } = capabilities[backend.protocol];
  const fitting: Prompts = {
    fim: (request) => {
      const prompt = prompts.fim(request);
      return { ...prompt, stop: prompt.stop.slice(0, maximumStops) };
    },
    chat: (request) => prompts.chat(request),
  };
  return httpSource({ id: backend.name, model: backend.model, http, clock, key }, protocols[backend.protocol](backend, fitting));
}
