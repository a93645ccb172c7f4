import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { numberIn, optional, parseObject, textIn, type JsonObject } from './json.ts';
import { type Piece, type Prompts, type TimeLimits, type WireProtocol, temperatureOf } from './protocol.ts';

/**
 * Characters of the cursor's line that go into the field `prompt`. The server never trims that field and refuses what is too long,
 * so a longer line stays in `input_prefix`, which it trims.
 */
const lineLength = 512;

/** What is read of the last event; without this list it repeats the whole prompt and all sampling settings. */
const responseFields = ['content', 'stop', 'stop_type', 'model', 'tokens_predicted', 'tokens_evaluated'];

/**
 * `POST /infill` of llama.cpp's server: it knows the model's fill-in-the-middle tokens, trims by tokens, and takes pieces of other files.
 *
 * @see https://github.com/ggml-org/llama.cpp/tree/master/tools/server, section "POST /infill"
 */
export function llamacppInfill(backend: BackendSettings, prompts: Prompts, limits?: TimeLimits): WireProtocol {
  const url = `${serverRoot(backend.baseUrl)}/infill`;
  return {
    framing: 'events',
    request(request, key) {
      const { prompt, suffix = '', stop } = prompts.fim({ ...request, context: [] });
      const [before, line] = splitLine(prompt);
      return {
        url,
        headers: { ...keyHeaders(capabilities['llamacpp-infill'], key), ...connectionHeader(url) },
        body: {
          // Ignored by a server with one model, needed by one that loads models on demand.
          model: backend.model,
          input_prefix: before,
          prompt: line,
          input_suffix: suffix,
          ...(request.context ? { input_extra: prompts.files(request).map(({ path, text }) => ({ filename: path, text })) } : {}),
          n_predict: request.maxTokens,
          temperature: temperatureOf(request),
          stop,
          stream: true,
          cache_prompt: true,
          response_fields: responseFields,
          ...(limits ? timeFields(limits(request.trigger)) : {}),
        },
      };
    },
    readEvent({ data }) {
      const value = parseObject(data);
      return value && readAnswer(value, data);
    },
    readPlain: (value) => readAnswer(value, JSON.stringify(value)),
  };
}

/** The server's own address: `/v1` belongs to its OpenAI routes only. */
export function serverRoot(baseUrl: string): string {
  return baseUrl.replace(/\/v1$/, '');
}

/** At the line start the server's tokens of both parts fall as they would in one text, and the lines above stay in its cache. */
function splitLine(prefix: string): readonly [before: string, line: string] {
  const start = prefix.lastIndexOf('\n') + 1;
  return prefix.length - start > lineLength ? [prefix, ''] : [prefix.slice(0, start), prefix.slice(start)];
}

/** After a stream the server closes the connection without saying so, and the next request on it would be reset. */
function connectionHeader(url: string): Record<string, string> {
  // Behind https stands a proxy as a rule, whose connections stay, and a new one is dear.
  return url.startsWith('https:') ? {} : { connection: 'close' };
}

/**
 * The server ends generating at the first line end after `t_max_predict_ms`, counted from the first token: half of the total, so that
 * what there is then comes in time instead of being lost to the deadline.
 */
function timeFields({ firstToken, total }: ReturnType<TimeLimits>): JsonObject {
  return { t_max_prompt_ms: Math.round(firstToken), t_max_predict_ms: Math.round(total / 2) };
}

function readAnswer(value: JsonObject, json: string): Piece {
  if (value['error'] !== undefined && value['error'] !== null) return { error: json };
  const { content } = value;
  const isEnd = value['stop'] === true;
  return {
    ...(typeof content === 'string' ? { hasAnswer: true } : {}),
    ...optional('text', textIn(content)),
    ...(isEnd ? { isEnd, finish: value['stop_type'] === 'limit' ? 'length' : 'stop', usage: usageOf(value) } : {}),
    ...optional('model', textIn(value['model'])),
  };
}

function usageOf(value: JsonObject): NonNullable<Piece['usage']> {
  return {
    ...optional('promptTokens', numberIn(value['tokens_evaluated'])),
    ...optional('completionTokens', numberIn(value['tokens_predicted'])),
  };
}
