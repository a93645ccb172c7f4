import type { Snippet } from '../domain/workspace.ts';
import { builtinSnippets } from './builtinSnippets.ts';
import { renderSnippetBody } from './snippetBody.ts';

/** What a snippet adds at the cursor. */
export interface SnippetMatch {
  readonly text: string;
  /** The whole prefix is typed, not only its beginning. */
  readonly isWhole: boolean;
}

/** Letters of a prefix that have to be typed before it is guessed. */
const leastTyped = 2;

/** Whose snippets come first. */
const ranks: Readonly<Record<Snippet['origin'], number>> = { user: 3, workspace: 2, extension: 1 };

/**
 * The snippet that the typed word is or begins, as the text to add at the cursor: only one whose text begins with the word, since
 * ghost text can add to a line and not change it. Whole prefixes come first, then the person's own, then the shortest.
 *
 * @param line the current line up to the cursor
 */
export function matchSnippet(
  line: string,
  languageId: string,
  snippets: readonly Snippet[],
  shape: 'line' | 'block',
): SnippetMatch | undefined {
  const typed = /(?:^|\s)([\w$#@!-]+)$/.exec(line)?.[1];
  if (typed === undefined || typed.length < leastTyped) return undefined;
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  const isLineStart = line.trim() === typed;
  const usable = [...snippets, ...builtinSnippets].filter(
    ({ prefix, languageIds, body }) =>
      prefix.startsWith(typed) &&
      (languageIds.length === 0 || languageIds.includes(languageId)) &&
      // A statement inside an expression is nonsense: bodies of several lines belong at the beginning of a line.
      (isLineStart || !body.includes('\n')),
  );
  const rank = (snippet: Snippet): number => (snippet.prefix === typed ? 10 : 0) + ranks[snippet.origin] - snippet.prefix.length / 1000;
  for (const snippet of usable.toSorted((one, other) => rank(other) - rank(one))) {
    const { text } = renderSnippetBody(snippet.body);
    if (!text.startsWith(typed)) continue;
    const rest = indented(text.slice(typed.length), indent, shape);
    if (rest.trim() !== '') return { text: rest, isWhole: snippet.prefix === typed };
  }
  return undefined;
}

/** Snippet bodies are indented with tabs; the editor's unit is guessed from the line that it is put on. */
function indented(text: string, indent: string, shape: 'line' | 'block'): string {
  const [first = '', ...lines] = text.split('\n');
  if (shape === 'line' || lines.length === 0) return first.trimEnd();
  const unit = indent.includes('\t') ? '\t' : indent.length === 2 || indent.length % 4 !== 0 ? '  ' : '    ';
  const deeper = lines.map((line) => (line.trim() === '' ? '' : indent + line.replace(/^\t+/, (tabs) => unit.repeat(tabs.length))));
  return [first, ...deeper].join('\n').trimEnd();
}
