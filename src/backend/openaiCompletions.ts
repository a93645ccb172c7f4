import type { CompletionRequest, CompletionSource } from '../domain/completion.ts';
import { httpSource, type HttpSourceOptions } from './httpSource.ts';
import { firstObject, isObject, numberIn, optional, parseObject, textIn, type JsonObject } from './json.ts';
import type { Piece, Protocol, WirePrompt } from './protocol.ts';

/** What the protocol needs beside the server. */
export interface OpenAiCompletionsOptions extends HttpSourceOptions {
  /** Without a trailing slash; `/completions` is added. */
  readonly baseUrl: string;
  readonly format: (request: CompletionRequest) => WirePrompt;
}

/**
 * `POST {baseUrl}/completions` of OpenAI's API, as llama.cpp, vLLM, Ollama and many others speak it.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 */
export function openAiCompletions(options: OpenAiCompletionsOptions): CompletionSource {
  return httpSource(options, protocolOf(options));
}

function protocolOf(options: OpenAiCompletionsOptions): Protocol {
  return {
    framing: 'events',
    request(request, key) {
      const { prompt, suffix, stop } = options.format(request);
      return {
        url: `${options.baseUrl}/completions`,
        headers: bearer(key),
        body: {
          model: options.model,
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

/** The header that most servers take a key in. */
export function bearer(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

function readAnswer(value: JsonObject, json: string): Piece {
  if (value['error'] !== undefined && value['error'] !== null) return { error: json };
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
