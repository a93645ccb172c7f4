import type { CompletionRequest, Enough } from '../domain/completion.ts';
import { plainCharacters } from './characterFilters.ts';
import { dropEcho, isSaidBefore } from './echo.ts';
import type { Filter } from './filter.ts';
import { isProse } from './leadIn.ts';

/**
 * The filters for models that chat, which wrap code in words. Only for such models: what they take away may be code where a model
 * continues text.
 */

/** What some models think before they answer, in tags; a thought without an end has no answer yet. */
export const dropThinking: Filter = (text) => text.replace(/^\s*<(think|thinking)>[\s\S]*?(<\/\1>\s*|$)/, '');

/** The inside of the first code fence; without one the text up to a fence that only ends. */
export const unwrapFence: Filter = (text, request) => {
  const fence = /^[ \t]*(`{3,20}|~{3,20})([^\n`]*)(?:\n|$)/m.exec(text);
  if (!fence) return text;
  const [whole, mark = '', language = ''] = fence;
  const before = text.slice(0, fence.index);
  if (isProse(request) && !/^\s*(markdown|md|text|txt)?\s*$/i.test(language)) return text;
  if (before.trim() !== '' && !before.split('\n').every((line) => line.trim() === '' || isChatter(line))) return before.replace(/\n$/, '');
  const inside = text.slice(fence.index + whole.length);
  const end = inside.search(new RegExp(`^[ \\t]*${mark}`, 'm'));
  return (end < 0 ? inside : inside.slice(0, end)).replace(/\n$/, '');
};

/** Lines of talk before the code, such as "Here is the completed line:", and a text that is nothing but talk. */
export const dropChatter: Filter = (text, request) => {
  if (isProse(request)) return text;
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '' && !isChatter(line));
  if (first < 0) return '';
  const hasTalk = lines.slice(0, first).some((line) => line.trim() !== '');
  return hasTalk ? lines.slice(first).join('\n') : text;
};

/** What stands behind a cursor mark that follows an echo; else the text up to the mark. */
export function cutAtMark(mark: string): Filter {
  return (text, request) => {
    const at = text.indexOf(mark);
    if (at < 0) return text;
    const before = text.slice(0, at).trim();
    const isEcho = before === '' || request.prefix.trimEnd().endsWith(before);
    return isEcho ? (text.slice(at + mark.length).split(mark, 1)[0] ?? '') : text.slice(0, at);
  };
}

/** White space that the cursor's line has already, and line ends before a text that belongs into this line. */
export const fitLine: Filter = (text, request) => {
  const line = request.prefix.slice(request.prefix.lastIndexOf('\n') + 1);
  const inLine = line.trim() === '' ? text.replace(/^(?:[ \t]*\n)+/, '') : request.shape === 'line' ? text.replace(/^\s*\n\s*/, '') : text;
  return /[ \t]$/.test(line) ? inLine.replace(/^[ \t]+/, '') : inLine;
};

/** Up to the first empty line, where a block ends for models that continue text too. */
export const keepBlock: Filter = (text, request) => {
  if (request.shape === 'line') return text;
  const start = text.length - text.trimStart().length;
  const end = text.slice(start).search(/\n[ \t]*\n/);
  return end < 0 ? text : text.slice(0, start + end);
};

/** All of them, in order; they come before those for every model. */
export function chatFilters(mark: string): readonly Filter[] {
  return [plainCharacters, ...unwrapping(mark), keepBlock];
}

const unwrapping = (mark: string): readonly Filter[] => [dropThinking, unwrapFence, dropChatter, cutAtMark(mark), dropEcho, fitLine];

/**
 * Where an answer that still comes holds the whole line or block, so that its rest can be left to the server: its own end, because
 * the filters know better what of it is code. `undefined` while it does not.
 *
 * @param ofCode where the code alone is enough
 */
export function chatEnough(soFar: string, request: CompletionRequest, mark: string, ofCode?: Enough): number | undefined {
  return isWhole(soFar, request, mark, ofCode) ? soFar.length : undefined;
}

function isWhole(soFar: string, request: CompletionRequest, mark: string, ofCode: Enough | undefined): boolean {
  // Most pieces do not end a line, and only a line's end can make the answer whole.
  if (!soFar.includes('\n')) return false;
  const whole = soFar.slice(0, soFar.lastIndexOf('\n'));
  const code = unwrapping(mark).reduce((text, filter) => (text === '' ? '' : filter(text, request)), whole);
  const [first = ''] = code.trimStart().split('\n', 1);
  if (first === '' || isSaidBefore(first, request.prefix)) return false;
  if (request.shape === 'line' || ofCode?.(`${code}\n`) !== undefined) return true;
  return /\S[ \t]*\n[ \t]*\n/.test(`${code}\n`) || /```[\s\S]*\n[ \t]*```/.test(dropThinking(soFar, request));
}

/** A line that talks about code: it begins as an answer to a person begins and ends as a sentence does. */
function isChatter(line: string): boolean {
  return (
    /^\s*(?:\*\*)?(?:here(?:'|’)?s?\b|here (?:is|are)|sure\b|certainly|of course|ok(?:ay)?\b|absolutely|the (?:code|completed?|completion|missing|following|next|rest|answer)\b|this (?:code|line|completes?|completion|function|will|should)\b|to complete\b|you (?:can|could|should)\b|below is\b|based on\b|i (?:have|would|will|can|think)\b|i'(?:ve|ll|d|m)\b|let me\b|note that\b|note:|explanation|answer:|completion:|output:|code:)/i.test(
      line,
    ) && /[:.!*]$/.test(line.trimEnd())
  );
}
