import type { CompletionRequest } from '../domain/completion.ts';
import { untilStable, type Filter } from './filter.ts';

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

/** Whether talk and fences are what is being written. */
export const isProse = ({ languageId }: Pick<CompletionRequest, 'languageId'>): boolean => proseLanguages.has(languageId);

/** Where the code of an answer lies: from `start` to `end`, or to the end of what has come. */
interface CodeSpan {
  readonly start: number;
  readonly end: number | undefined;
}

/**
 * Of the text of a model that continues text: what stands ahead of the code, a thought in tags or the begin of a fence, and where the
 * fence ends. Only ahead of everything else, because further on it is meant as text.
 *
 * @returns `undefined` while the thought goes on: no code has come
 */
export function codeSpan(text: string, request: Pick<CompletionRequest, 'languageId'>): CodeSpan | undefined {
  let start = 0;
  const thought = /^\s*<(think|thinking)>/.exec(text);
  if (thought) {
    const close = `</${thought[1] ?? ''}>`;
    const end = text.indexOf(close);
    if (end < 0) return undefined;
    start = end + close.length;
    // The thought ends its line; the indentation of the next one is the code's.
    start += /^[ \t]*\n+/.exec(text.slice(start))?.[0].length ?? 0;
  }
  const fence = isProse(request) ? undefined : /^\s*(```|~~~)[^\n`]*\n/.exec(text.slice(start));
  if (!fence) return { start, end: undefined };
  start += fence[0].length;
  const end = text.slice(start).search(fence[1] === '~~~' ? /^[ \t]*~~~/m : /^[ \t]*```/m);
  return { start, end: end < 0 ? undefined : start + Math.max(0, end - 1) };
}

/** The code without thoughts and fences around it. */
export const dropLeadIn: Filter = untilStable((text, request) => {
  const span = codeSpan(text, request);
  return span ? text.slice(span.start, span.end) : '';
});
