import { failed, type CompletionSource } from '../domain/completion.ts';
import { capabilities } from '../settings/capability.ts';
import type { BackendSettings, HttpProtocol } from '../settings/settings.ts';
import { anthropic } from './anthropic.ts';
import { azureOpenAi } from './azureOpenai.ts';
import { deepSeekFim } from './deepseekFim.ts';
import { httpSource, type HttpSourceOptions } from './httpSource.ts';
import { optional } from './json.ts';
import { llamacppInfill } from './llamacppInfill.ts';
import { mistralFim } from './mistralFim.ts';
import { ollamaGenerate } from './ollama.ts';
import { openAiChat } from './openaiChat.ts';
import { openAiCompletions } from './openaiCompletions.ts';
import { openAiResponses } from './openaiResponses.ts';
import type { Prompts, TimeLimits, WireProtocol } from './protocol.ts';

/** What a backend needs of the world. */
export interface HttpBackendPorts extends Pick<HttpSourceOptions, 'http' | 'clock' | 'key'> {
  readonly prompts: Prompts;
  /** Told to servers that end an answer by themselves when time is up. */
  readonly limits?: TimeLimits;
}

/** The protocols that are spoken over HTTP; a protocol that is missing here is a compile error. */
const protocols: Readonly<Record<HttpProtocol, (backend: BackendSettings, prompts: Prompts, limits?: TimeLimits) => WireProtocol>> = {
  'openai-completions': openAiCompletions,
  'openai-chat': openAiChat,
  'openai-responses': openAiResponses,
  'mistral-fim': mistralFim,
  'deepseek-fim': deepSeekFim,
  anthropic,
  'azure-openai': azureOpenAi,
  'llamacpp-infill': llamacppInfill,
  ollama: ollamaGenerate,
};

/** The source for a configured backend, in its protocol. */
export function httpBackend(backend: BackendSettings, ports: HttpBackendPorts): CompletionSource {
  const { http, clock, key, prompts, limits } = ports;
  const { protocol, name: id, model } = backend;
  if (protocol === 'vscode-lm' || protocol === 'extension') return withoutEditor(id);
  const { maximumStops } = capabilities[protocol];
  const fitting: Prompts = {
    files: (request) => prompts.files(request),
    fim: (request) => {
      const prompt = prompts.fim(request);
      return { ...prompt, stop: prompt.stop.slice(0, maximumStops) };
    },
    chat: (request) => prompts.chat(request),
  };
  return httpSource(
    { id, model, http, clock, key, ...optional('headers', backend.headers) },
    protocols[protocol](backend, fitting, limits),
  );
}

/** Where no editor brings its models along, e.g. in a fork without them. */
function withoutEditor(id: string): CompletionSource {
  const message = 'this editor offers no language models to extensions';
  return { id, complete: () => Promise.resolve(failed({ kind: 'model_retired', message })) };
}
