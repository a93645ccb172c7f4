import { capabilities, keyHeaders } from '../settings/capability.ts';
import type { BackendSettings } from '../settings/settings.ts';
import { holdsError, isObject, numberIn, optional, parseObject, textIn, type JsonObject } from './json.ts';
import { textOfParts } from './openaiChat.ts';
import type { Piece, Prompts, WireProtocol } from './protocol.ts';

/** The only version of the API so far. @see https://platform.claude.com/docs/en/api/versioning */
const version = '2023-06-01';

/**
 * `POST {baseUrl}/messages` of Anthropic. No stop sequences, because those of white space alone are refused and a line ends with
 * one; no temperature, because newer models refuse it.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function anthropic({ baseUrl, model }: BackendSettings, prompts: Prompts): WireProtocol {
  return {
    framing: 'events',
    request(request, key) {
      const { system, user, enough } = prompts.chat(request);
      return {
        url: `${baseUrl}/messages`,
        headers: { 'anthropic-version': version, ...keyHeaders(capabilities.anthropic, key) },
        body: { model, max_tokens: request.maxTokens, system, messages: [{ role: 'user', content: user }], stream: true },
        enough,
      };
    },
    readEvent({ data }) {
      const value = parseObject(data);
      return value && readEvent(value, data);
    },
    readPlain: (value) => readMessage(value, JSON.stringify(value)),
  };
}

function readEvent(value: JsonObject, json: string): Piece {
  if (holdsError(value)) return { error: json };
  switch (value['type']) {
    case 'message_start':
      return isObject(value['message']) ? readMessage(value['message'], json) : {};
    case 'content_block_start':
      return { hasAnswer: true, ...optional('text', blockText(value['content_block'], 'text')) };
    case 'content_block_delta':
      return { hasAnswer: true, ...optional('text', blockText(value['delta'], 'text_delta')) };
    case 'message_delta':
      return { ...ending(value['delta']), ...optional('usage', usageOf(value['usage'])) };
    case 'message_stop':
      return { isEnd: true };
    case 'error':
      return { error: json };
    default:
      return {};
  }
}

/** A whole message: plain, or still empty at the start of a stream. */
function readMessage(message: JsonObject, json: string): Piece {
  if (message['type'] === 'error' || holdsError(message)) return { error: json };
  const { content } = message;
  return {
    ...ending(message),
    ...optional('model', textIn(message['model'])),
    ...optional('usage', usageOf(message['usage'])),
    ...optional('text', Array.isArray(content) ? textOfParts(content, 'text') : undefined),
  };
}

/** Thinking comes in blocks of other types and is no text. */
function blockText(block: unknown, type: string): string | undefined {
  return isObject(block) && block['type'] === type ? textIn(block['text']) : undefined;
}

function ending(of: unknown): Piece {
  const reason = isObject(of) ? textIn(of['stop_reason']) : undefined;
  if (reason === undefined) return {};
  const isTooLong = reason === 'max_tokens' || reason === 'model_context_window_exceeded';
  return { hasAnswer: true, finish: reason === 'refusal' ? 'content_filter' : isTooLong ? 'length' : 'stop' };
}

function usageOf(usage: unknown): Piece['usage'] {
  if (!isObject(usage)) return undefined;
  return {
    ...optional('promptTokens', numberIn(usage['input_tokens'])),
    ...optional('completionTokens', numberIn(usage['output_tokens'])),
  };
}
