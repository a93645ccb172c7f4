import { delayOf, type Clock, type Millis } from '../base/clock.ts';
import type { HttpClient } from '../base/http.ts';
import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { readText } from './byteBudget.ts';
import { isObject, numberIn, parseObject, type JsonObject } from './json.ts';
import { serverRoot } from './llamacppInfill.ts';
import { keepAliveField } from './ollama.ts';

/** What is asked of a server before and beside completions; asked in the background, never on a keystroke's way. */
export interface LocalServer {
  /** Tokens to reckon with until the server has told its own number. */
  readonly assumedTokens?: number;
  /** No more tokens than this are of use, whatever the server has. */
  readonly maximumTokens?: number;
  /**
   * Waits until the server can answer and returns how many tokens its context has; `undefined` where it does not say.
   * Rejects when it cannot be asked, and with the signal's reason when that is aborted.
   *
   * @param onLoading called when the model is not in memory yet
   */
  prepare(signal: AbortSignal, onLoading: () => void): Promise<number | undefined>;
}

/** What a local server is asked with. */
export interface LocalServerPorts {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly key: () => Promise<string | undefined>;
}

/** Between two looks at a llama.cpp that loads its model; `/health` costs it less than a millisecond. */
export const healthPoll: Millis = 1000;

/** Ollama's own default of `num_ctx`; it cuts longer prompts without a word. @see https://github.com/ollama/ollama/blob/main/docs/faq.md */
export const ollamaDefaultTokens = 4096;

/** Ollama's last line repeats the prompt as token ids, some 7 bytes each, which has to stay below `byteCaps.lookAhead`. */
export const ollamaMaximumTokens = 8192;

/** The server behind a backend, where its protocol lets it be asked; `undefined`: nothing to ask. */
export function localServer(backend: BackendSettings, ports: LocalServerPorts): LocalServer | undefined {
  if (backend.protocol === 'llamacpp-infill') return llamacpp(backend, ports);
  if (backend.protocol === 'ollama') return ollama(backend, ports);
  return undefined;
}

/** `/health` says only whether the model is loaded: it is well while all slots are busy, so it stands in for no probe. */
function llamacpp(backend: BackendSettings, ports: LocalServerPorts): LocalServer {
  const root = serverRoot(backend.baseUrl);
  return {
    async prepare(signal, onLoading) {
      for (;;) {
        const { status } = await ask(ports, signal, `${root}/health`);
        if (status === 200) break;
        if (status !== 503) throw new Error(`/health answered ${status}`);
        onLoading();
        await delayOf(ports.clock, healthPoll, signal);
        signal.throwIfAborted();
      }
      const { value } = await ask(ports, signal, `${root}/props`);
      const settings = value?.['default_generation_settings'];
      return isObject(settings) ? numberIn(settings['n_ctx']) : undefined;
    },
  };
}

/** A model that is not loaded is loaded by a request of its own: one that is cancelled by the next keystroke would end the loading. */
function ollama(backend: BackendSettings, ports: LocalServerPorts): LocalServer {
  const root = serverRoot(backend.baseUrl);
  const running = async (signal: AbortSignal): Promise<JsonObject | undefined> => {
    const { status, value } = await ask(ports, signal, `${root}/api/ps`);
    if (status !== 200 || !Array.isArray(value?.['models'])) throw new Error(`/api/ps answered ${status}`);
    const models = value['models'].filter(isObject);
    return models.find(({ name }) => name === backend.model || name === `${backend.model}:latest`);
  };
  return {
    assumedTokens: ollamaDefaultTokens,
    maximumTokens: ollamaMaximumTokens,
    async prepare(signal, onLoading) {
      let model = await running(signal);
      if (!model) {
        onLoading();
        const body = { model: backend.model, stream: false, ...keepAliveField(backend) };
        const { status } = await ask(ports, signal, `${root}/api/generate`, body);
        if (status !== 200) throw new Error(`/api/generate answered ${status}`);
        model = await running(signal);
      }
      return numberIn(model?.['context_length']);
    },
  };
}

async function ask(
  { http, key }: LocalServerPorts,
  signal: AbortSignal,
  url: string,
  body?: JsonObject,
): Promise<{ status: number; value: JsonObject | undefined }> {
  const response = await http.request({
    method: body ? 'POST' : 'GET',
    url,
    headers: {
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...keyHeaders(capabilities.ollama, await key()),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal,
  });
  return { status: response.status, value: parseObject(await readText(response.body, () => undefined)) };
}
