import type { CompletionRequest } from '../domain/completion.ts';
import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { isObject, textIn, type JsonObject } from './json.ts';
import { openAiAnswers } from './openaiAnswer.ts';
import { type ChatPrompt, type Prompts, type WireProtocol, temperatureOf } from './protocol.ts';
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
        enough: prompt.enough,
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
      : { max_tokens: request.maxTokens, temperature: temperatureOf(request) }),
  };
}

/** How answers of the chat kind are read: OpenAI's, Azure's and those of Mistral's fill-in-the-middle. */
export const chatAnswers = openAiAnswers(textOf);

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
