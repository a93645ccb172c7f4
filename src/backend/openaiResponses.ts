import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { holdsError, isObject, numberIn, optional, parseObject, textIn, type JsonObject } from './json.ts';
import { textOfParts } from './openaiChat.ts';
import { type Piece, type Prompts, type WireProtocol, temperatureOf } from './protocol.ts';
import { isReasoningModel, reasoningTokens } from './reasoningModel.ts';

/** A smaller bound is refused. @see https://platform.openai.com/docs/api-reference/responses/create */
const leastTokens = 16;

/**
 * `POST {baseUrl}/responses` of OpenAI. The answer is not stored there.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function openAiResponses({ baseUrl, model }: BackendSettings, prompts: Prompts): WireProtocol {
  const reasons = isReasoningModel(model);
  return {
    framing: 'events',
    request(request, key) {
      const { system, user, enough } = prompts.chat(request);
      const tokens = Math.max(leastTokens, request.maxTokens);
      return {
        url: `${baseUrl}/responses`,
        headers: keyHeaders(capabilities['openai-responses'], key),
        body: {
          model,
          instructions: system,
          input: user,
          stream: true,
          store: false,
          ...(reasons
            ? { max_output_tokens: tokens + reasoningTokens, reasoning: { effort: 'low' } }
            : { max_output_tokens: tokens, temperature: temperatureOf(request) }),
        },
        enough,
      };
    },
    readEvent({ data }) {
      if (data === '[DONE]') return { isEnd: true };
      const value = parseObject(data);
      return value && readEvent(value, data);
    },
    readPlain: (value) => ({ ...readResponse(value, JSON.stringify(value)), ...optional('text', responseText(value)) }),
  };
}

function readEvent(value: JsonObject, json: string): Piece {
  if (holdsError(value)) return { error: json };
  const response = isObject(value['response']) ? value['response'] : {};
  switch (value['type']) {
    case 'response.output_text.delta':
      return { hasAnswer: true, ...optional('text', textIn(value['delta'])) };
    case 'response.completed':
    case 'response.incomplete':
      // The text is in it once more, as a whole.
      return { ...readResponse(response, json), isEnd: true };
    case 'response.failed':
    case 'error':
      return { error: json };
    default:
      return optional('model', textIn(response['model']));
  }
}

/** All of a response but its text, plain or in the last event of a stream. */
function readResponse(response: JsonObject, json: string): Piece {
  if (response['status'] === 'failed' || holdsError(response)) return { error: json };
  const details = response['incomplete_details'];
  const reason = isObject(details) ? details['reason'] : undefined;
  return {
    ...optional('model', textIn(response['model'])),
    ...optional('usage', usageOf(response['usage'])),
    finish: reason === 'max_output_tokens' ? 'length' : reason === 'content_filter' ? reason : 'stop',
    ...(Array.isArray(response['output']) ? { hasAnswer: true } : {}),
  };
}

function responseText({ output }: JsonObject): string | undefined {
  return Array.isArray(output) ? textIn(output.map(messageText).join('')) : undefined;
}

function messageText(item: unknown): string {
  const content = isObject(item) && item['type'] === 'message' ? item['content'] : undefined;
  return Array.isArray(content) ? (textOfParts(content, 'output_text') ?? '') : '';
}

function usageOf(usage: unknown): Piece['usage'] {
  if (!isObject(usage)) return undefined;
  return {
    ...optional('promptTokens', numberIn(usage['input_tokens'])),
    ...optional('completionTokens', numberIn(usage['output_tokens'])),
  };
}
