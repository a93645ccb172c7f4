import type { BackendSettings } from '../settings/settings.ts';
import { firstObject, parseObject, type JsonObject } from './json.ts';
import { openAiCompletions } from './openaiCompletions.ts';
import type { Piece, Prompts, WireProtocol } from './protocol.ts';

/** DeepSeek's finish reason for an answer that it broke off for want of room: an error in all but its shape. */
const outOfRoom: Piece = {
  error: JSON.stringify({ error: { type: 'overloaded_error', message: 'the server had no room left (insufficient_system_resource)' } }),
};

/**
 * `POST {baseUrl}/completions` of DeepSeek, with the base URL that ends in /beta: OpenAI's completions with a suffix.
 *
 * @see https://api-docs.deepseek.com/api/create-completion
 */
export function deepSeekFim(backend: BackendSettings, prompts: Prompts): WireProtocol {
  const completions = openAiCompletions(backend, prompts);
  return {
    ...completions,
    readEvent: (event) => brokenOff(parseObject(event.data)) ?? completions.readEvent(event),
    readPlain: (value) => brokenOff(value) ?? completions.readPlain(value),
  };
}

function brokenOff(value: JsonObject | undefined): Piece | undefined {
  return firstObject(value?.['choices'])?.['finish_reason'] === 'insufficient_system_resource' ? outOfRoom : undefined;
}
