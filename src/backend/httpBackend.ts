import type { CompletionSource } from '../domain/completion.ts';
import type { BackendSettings, Protocol } from '../settings/settings.ts';
import { httpSource, type HttpSourceOptions } from './httpSource.ts';
import { optional } from './json.ts';
import { openAiCompletions } from './openaiCompletions.ts';
import type { Prompts, WireProtocol } from './protocol.ts';

/** What a backend needs of the world. */
export interface HttpBackendPorts extends Pick<HttpSourceOptions, 'http' | 'clock' | 'key'> {
  readonly prompts: Prompts;
}

/** The protocols that are spoken over HTTP; a protocol that is missing here is a compile error. */
const protocols: Readonly<Record<Protocol, (backend: BackendSettings, prompts: Prompts) => WireProtocol>> = {
  'openai-completions': openAiCompletions,
};

/** The source for a configured backend, in its protocol. */
export function httpBackend(backend: BackendSettings, ports: HttpBackendPorts): CompletionSource {
  const { http, clock, key } = ports;
  const options = { id: backend.name, model: backend.model, http, clock, key, ...optional('headers', backend.headers) };
  return httpSource(options, protocols[backend.protocol](backend, ports.prompts));
}
