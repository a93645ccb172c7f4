import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { Failure } from '../domain/failure.ts';
import { outOfMemory } from '../domain/failure.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { numberIn, optional, parseObject, textIn, type JsonObject } from './json.ts';
import { serverRoot } from './llamacppInfill.ts';
import { type Piece, type Prompts, type WireProtocol, temperatureOf } from './protocol.ts';

/**
 * `POST /api/generate` of Ollama. With `suffix` the server builds the fill-in-the-middle prompt by the model's template; with a format
 * of ours the prompt goes as it is (`raw`), which also serves models whose template has no place for a suffix.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
export function ollamaGenerate(backend: BackendSettings, prompts: Pick<Prompts, 'fim'>): WireProtocol {
  const { baseUrl, model } = backend;
  return {
    framing: 'lines',
    request(request, key) {
      const { prompt, suffix, stop } = prompts.fim(request);
      return {
        url: `${serverRoot(baseUrl)}/api/generate`,
        // Ollama itself knows no key; a proxy in front of it may.
        headers: keyHeaders(capabilities.ollama, key),
        body: {
          model,
          prompt,
          // An empty suffix counts as none: the model would be asked to chat.
          ...(suffix === undefined ? { raw: true } : { suffix: suffix === '' ? '\n' : suffix }),
          stream: true,
          ...keepAliveField(backend),
          // `num_ctx` is not sent: another value than the loaded one makes the server load the model again.
          options: { num_predict: request.maxTokens, temperature: temperatureOf(request), stop },
        },
      };
    },
    readEvent({ data }) {
      const value = parseObject(data);
      return value && readLine(value, data);
    },
    readPlain: (value) => readLine(value, JSON.stringify(value)),
    explain: (failure) => explain(failure, model),
  };
}

/** `keep_alive` as Ollama reads it; left out where nothing is set, so that the server's own OLLAMA_KEEP_ALIVE holds. */
export function keepAliveField({ keepAlive }: BackendSettings): JsonObject {
  if (keepAlive === undefined) return {};
  return { keep_alive: keepAlive === -1 ? -1 : `${keepAlive}m` };
}

/** A model's `thinking` is no text for a document and is passed over. */
function readLine(value: JsonObject, json: string): Piece {
  if (value['error'] !== undefined && value['error'] !== null) return { error: json };
  const { response } = value;
  const isEnd = value['done'] === true;
  return {
    ...(typeof response === 'string' ? { hasAnswer: true } : {}),
    ...optional('text', textIn(response)),
    ...(isEnd ? { isEnd, finish: value['done_reason'] === 'length' ? 'length' : 'stop', usage: usageOf(value) } : {}),
    ...optional('model', textIn(value['model'])),
  };
}

function usageOf(value: JsonObject): NonNullable<Piece['usage']> {
  return {
    ...optional('promptTokens', numberIn(value['prompt_eval_count'])),
    ...optional('completionTokens', numberIn(value['eval_count'])),
  };
}

/** Ollama's failures in words that say what to do. */
function explain(failure: Failure, model: string): Failure {
  const said = failure.message;
  if (/requires more system memory|out of memory|unable to allocate/i.test(said)) {
    return { ...failure, kind: 'capacity', code: outOfMemory, message: `too little free memory for the model: ${said}` };
  }
  if (/does not support (insert|generate|completion)/i.test(said)) {
    const message = `Ollama cannot fill in the middle with ${model} (${said}); choose a coder model, or set "fim" to the model's format`;
    return { ...failure, kind: 'model_retired', message };
  }
  if (failure.kind === 'model_retired') {
    return { ...failure, message: `the model ${model} is not pulled; run "ollama pull ${model}", then retry` };
  }
  return failure;
}
