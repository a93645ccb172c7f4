/** What requests of several protocols have in common, read field by field. */

import { cursorMark } from '../../../src/prompt/chat.ts';
import type { Ask } from './dialect.ts';
import { splitPrompt } from './prompt.ts';

/** A request body that is an object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Without a bound of its own a request gets so many tokens. */
const defaultMaxTokens = 256;

/** The fields of a body; none if it is no object. */
export function fieldsOf(body: unknown): Fields {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {};
}

/** A request with `prompt` and `suffix`, as for OpenAI's completions. */
export function askOfPrompt(fields: Fields): Ask {
  const split = splitPrompt(textOf(fields['prompt']), textOf(fields['suffix']));
  return { ...split, ...boundsOf(fields, fields['max_tokens']) };
}

/**
 * A request with messages: the last one's text around the cursor mark.
 * @param messages a list of messages, or the text of the only one. @param maxTokens the bound, whatever its field is called.
 */
export function askOfChat(fields: Fields, messages: unknown, maxTokens: unknown): Ask {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : { content: messages };
  const text = textOf(fieldsOf(last)['content']);
  const at = text.indexOf(cursorMark);
  const head = text.indexOf('\n\n') + 2;
  const end = text.lastIndexOf('\n\n');
  const split =
    at < 0 ? { prefix: text, suffix: '' } : { prefix: text.slice(head, at), suffix: text.slice(at + cursorMark.length, Math.max(at, end)) };
  return { ...split, ...boundsOf(fields, maxTokens) };
}

function boundsOf(fields: Fields, maxTokens: unknown): Pick<Ask, 'isStream' | 'maxTokens' | 'stop'> {
  const { stop } = fields;
  const stops = Array.isArray(stop) ? (stop as readonly unknown[]) : [stop];
  return {
    isStream: fields['stream'] === true,
    maxTokens: typeof maxTokens !== 'number' || maxTokens < 1 ? defaultMaxTokens : maxTokens,
    stop: stops.filter((each): each is string => typeof each === 'string' && each !== ''),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
