import { firstObject, holdsError, isObject, numberIn, optional, parseObject, textIn, type JsonObject } from './json.ts';
import type { Piece, WireProtocol } from './protocol.ts';

/**
 * How answers of OpenAI's kind are read, streamed or whole: choices, counts of tokens, and `[DONE]` at the end.
 *
 * @param textOf where the text stands in a choice
 */
export function openAiAnswers(textOf: (choice: JsonObject) => string | undefined): Omit<WireProtocol, 'request'> {
  const readAnswer = (value: JsonObject, json: string): Piece => {
    if (holdsError(value)) return { error: json };
    const choice = firstObject(value['choices']);
    // Mistral's word for an answer that it could not finish.
    if (choice?.['finish_reason'] === 'error') return { error: json };
    return {
      ...optional('model', textIn(value['model'])),
      ...optional('usage', usageOf(value['usage'])),
      ...(choice ? { hasAnswer: true, ...optional('text', textOf(choice)), ...optional('finish', finishOf(choice['finish_reason'])) } : {}),
    };
  };
  return {
    framing: 'events',
    readEvent({ data }) {
      if (data === '[DONE]') return { isEnd: true };
      const value = parseObject(data);
      return value && readAnswer(value, data);
    },
    readPlain: (value) => readAnswer(value, JSON.stringify(value)),
  };
}

/** OpenAI's words for why an answer ended; any other word is an end too. */
function finishOf(reason: unknown): Piece['finish'] {
  if (typeof reason !== 'string') return undefined;
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop';
}

function usageOf(usage: unknown): Piece['usage'] {
  if (!isObject(usage)) return undefined;
  return {
    ...optional('promptTokens', numberIn(usage['prompt_tokens'])),
    ...optional('completionTokens', numberIn(usage['completion_tokens'])),
  };
}
