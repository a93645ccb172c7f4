import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { firstObject, holdsError, isObject, numberIn, optional, parseObject, textIn, type JsonObject } from './json.ts';
import type { Piece, Prompts, WireProtocol } from './protocol.ts';

/**
 * `POST {baseUrl}/completions` of OpenAI's API, as llama.cpp, vLLM, Ollama and many others speak it.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 */
export function openAiCompletions({ baseUrl, model }: BackendSettings, prompts: Prompts): WireProtocol {
  return {
    framing: 'events',
    request(request, key) {
      const { prompt, suffix, stop } = prompts.fim(request);
      return {
        url: `${baseUrl}/completions`,
        headers: keyHeaders(capabilities['openai-completions'], key),
        body: {
          model,
          prompt,
          ...optional('suffix', suffix),
          max_tokens: request.maxTokens,
          temperature: 0,
          stream: true,
          stop,
        },
      };
    },
    readEvent({ data }) {
      if (data === '[DONE]') return { isEnd: true };
      const value = parseObject(data);
      return value && readAnswer(value, data);
    },
    readPlain: (value) => readAnswer(value, JSON.stringify(value)),
  };
}

function readAnswer(value: JsonObject, json: string): Piece {
  if (holdsError(value)) return { error: json };
  const choice = firstObject(value['choices']);
  return {
    ...optional('model', textIn(value['model'])),
    ...optional('usage', openAiUsage(value['usage'])),
    ...(choice
      ? { hasAnswer: true, ...optional('text', textIn(choice['text'])), ...optional('finish', openAiFinish(choice['finish_reason'])) }
      : {}),
  };
}

/** OpenAI's words for why an answer ended; any other word is an end too. */
export function openAiFinish(reason: unknown): Piece['finish'] {
  if (typeof reason !== 'string') return undefined;
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop';
}

/** OpenAI's counts of tokens. */
export function openAiUsage(usage: unknown): Piece['usage'] {
  if (!isObject(usage)) return undefined;
  return {
    ...optional('promptTokens', numberIn(usage['prompt_tokens'])),
    ...optional('completionTokens', numberIn(usage['completion_tokens'])),
  };
}
