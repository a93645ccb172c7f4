import type { CompletionRequest } from '../domain/completion.ts';
import type { Filter } from './filter.ts';

/**
 * The filters for models that chat, which wrap code in words. Only for such models: what they take away may be code where a model
 * continues text.
 */

/** Of the text before the cursor, this many lines are looked at for an echo. */
const echoLines = 30;

/** Languages in which prose and fences are the text itself. */
const proseLanguages: ReadonlySet<string> = new Set([
  'markdown',
  'plaintext',
  'latex',
  'tex',
  'restructuredtext',
  'asciidoc',
  'git-commit',
  'scminput',
]);

/** What some models think before they answer, in tags; a thought without an end has no answer yet. */
export const dropThinking: Filter = (text) => text.replace(/^\s*<(think|thinking)>[\s\S]*?(<\/\1>\s*|$)/, '');

/** The inside of the first code fence; without one the text up to a fence that only ends. */
export const unwrapFence: Filter = (text, request) => {
  const fence = /^[ \t]*(```+|~~~+)([^\n`]*)(?:\n|$)/m.exec(text);
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

/** The text before the cursor said again: whole lines of it, the beginning of the cursor's line, or both. */
export const dropEcho: Filter = (text, request) => {
  const before = request.prefix.split('\n').slice(-echoLines);
  const line = (before.pop() ?? '').trimStart();
  const lines = text.replace(/^\s*\n/, '').split('\n');
  const repeated = repeatedLines(lines, before);
  const rest = lines.slice(repeated).join('\n');
  const bare = rest.trimStart();
  const said = line.trimEnd();
  if (said.length < 3 || !bare.startsWith(said)) return repeated > 0 ? rest : text;
  const behind = bare.slice(said.length);
  // White space that stands before the cursor already is said again too.
  return line.length > said.length ? behind.replace(/^[ \t]+/, '') : behind;
};

/** How many of the first lines repeat the last lines before the cursor; lines of brackets alone prove nothing. */
function repeatedLines(lines: readonly string[], before: readonly string[]): number {
  for (let from = 0; from < before.length; from++) {
    const wanted = before.slice(from);
    const isRepeated = wanted.length <= lines.length && wanted.every((line, index) => line.trim() === lines[index]?.trim());
    if (isRepeated && wanted.some(hasWord)) return wanted.length;
  }
  return 0;
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

/** Lines at the end that follow the cursor already, unless they close what the text itself opens. */
export const dropSuffixEcho: Filter = (text, request) => {
  const lines = text.split('\n');
  const following = request.suffix
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '');
  for (let count = Math.min(lines.length - 1, following.length, echoLines); count > 0; count--) {
    const tail = lines.slice(-count);
    const isRepeated = tail.every((line, index) => line.trim() === following[index]?.trim());
    if (isRepeated && (tail.some(hasWord) || surplusOfClosers(text) > 0)) return lines.slice(0, -count).join('\n');
  }
  return text;
};

/** All of them, in order; they come before those for every model. */
export function chatFilters(mark: string): readonly Filter[] {
  return [...unwrapping(mark), keepBlock, dropSuffixEcho];
}

const unwrapping = (mark: string): readonly Filter[] => [dropThinking, unwrapFence, dropChatter, cutAtMark(mark), dropEcho, fitLine];

/** Whether a text that still comes holds the whole line or block already, so that its rest can be left to the server. */
export function isWholeChatAnswer(soFar: string, request: CompletionRequest, mark: string): boolean {
  // Most pieces do not end a line, and only a line's end can make the answer whole.
  if (!soFar.includes('\n')) return false;
  const whole = soFar.slice(0, soFar.lastIndexOf('\n'));
  const code = unwrapping(mark).reduce((text, filter) => (text === '' ? '' : filter(text, request)), whole);
  const [first = ''] = code.trimStart().split('\n', 1);
  if (first === '' || isEchoSoFar(first, request)) return false;
  if (request.shape === 'line') return true;
  return /\S[ \t]*\n[ \t]*\n/.test(`${code}\n`) || /```[\s\S]*\n[ \t]*```/.test(dropThinking(soFar, request));
}

/** A line of the text before the cursor: an echo may go on until it reaches the cursor. */
function isEchoSoFar(line: string, request: CompletionRequest): boolean {
  return (
    hasWord(line) &&
    request.prefix
      .split('\n')
      .slice(-echoLines - 1, -1)
      .some((other) => other.trim() === line.trim())
  );
}

const isProse = (request: CompletionRequest): boolean => proseLanguages.has(request.languageId);

const hasWord = (line: string): boolean => /\w{3}/.test(line);

/** A line that talks about code: it begins as an answer to a person begins and ends as a sentence does. */
function isChatter(line: string): boolean {
  return (
    /^\s*(?:\*\*)?(?:here(?:'|’)?s?\b|here (?:is|are)|sure\b|certainly|of course|ok(?:ay)?\b|absolutely|the (?:code|completed?|completion|missing|following|next|rest|answer)\b|this (?:code|line|completes?|completion|function|will|should)\b|to complete\b|you (?:can|could|should)\b|below is\b|based on\b|i (?:have|would|will|can|think)\b|i'(?:ve|ll|d|m)\b|let me\b|note that\b|note:|explanation|answer:|completion:|output:|code:)/i.test(
      line,
    ) && /[:.!*]\s*$/.test(line)
  );
}

function surplusOfClosers(text: string): number {
  let open = 0;
  for (const sign of text) {
    if ('([{'.includes(sign)) open++;
    else if (')]}'.includes(sign)) open--;
  }
  return -open;
}
