import type { CompletionRequest } from '../domain/completion.ts';
import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { firstObject, holdsError, isObject, optional, parseObject, textIn, type JsonObject } from './json.ts';
import { openAiFinish, openAiUsage } from './openaiCompletions.ts';
import type { ChatPrompt, Piece, Prompts, WireProtocol } from './protocol.ts';
import { isReasoningModel, reasoningTokens } from './reasoningModel.ts';

/**
 * `POST {baseUrl}/chat/completions` of OpenAI's API, as almost every server speaks it.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export function openAiChat({ baseUrl, model }: BackendSettings, prompts: Prompts): WireProtocol {
  return {
    ...chatAnswers,
    request(request, key) {
      const prompt = prompts.chat(request);
      return {
        url: `${baseUrl}/chat/completions`,
        headers: keyHeaders(capabilities['openai-chat'], key),
        body: { model, ...chatBody(model, request, prompt) },
        isEnough: prompt.isEnough,
      };
    },
  };
}

/** The body of a chat request without its model, for OpenAI's own servers and Azure's. */
export function chatBody(model: string, request: CompletionRequest, { system, user }: ChatPrompt): JsonObject {
  return {
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    stream: true,
    // Only OpenAI knows the newer name of the bound; other servers pass over it and write on without end.
    ...(isReasoningModel(model)
      ? { max_completion_tokens: request.maxTokens + reasoningTokens, reasoning_effort: 'low' }
      : { max_tokens: request.maxTokens, temperature: 0 }),
  };
}

/** How answers of the chat kind are read: OpenAI's, Azure's and those of Mistral's fill-in-the-middle. */
export const chatAnswers: Omit<WireProtocol, 'request'> = {
  framing: 'events',
  readEvent({ data }) {
    if (data === '[DONE]') return { isEnd: true };
    const value = parseObject(data);
    return value && readAnswer(value, data);
  },
  readPlain: (value) => readAnswer(value, JSON.stringify(value)),
};

function readAnswer(value: JsonObject, json: string): Piece {
  if (holdsError(value)) return { error: json };
  const choice = firstObject(value['choices']);
  // Mistral's word for an answer that it could not finish.
  if (choice?.['finish_reason'] === 'error') return { error: json };
  return {
    ...optional('model', textIn(value['model'])),
    ...optional('usage', openAiUsage(value['usage'])),
    ...(choice
      ? { hasAnswer: true, ...optional('text', textOf(choice)), ...optional('finish', openAiFinish(choice['finish_reason'])) }
      : {}),
  };
}

/** The visible text; what a model thinks comes in other fields (`reasoning_content`) or parts and is no text. */
function textOf(choice: JsonObject): string | undefined {
  const message = choice['delta'] ?? choice['message'];
  const content = isObject(message) ? message['content'] : undefined;
  return Array.isArray(content) ? textOfParts(content, 'text') : textIn(content);
}

/** The texts of all parts of one type, one behind the other. */
export function textOfParts(parts: readonly unknown[], type: string): string | undefined {
  return textIn(parts.map((part) => (isObject(part) && part['type'] === type ? (textIn(part['text']) ?? '') : '')).join(''));
}
