import type { LocalVoter, SnippetForm } from '../domain/completion.ts';
import type { Snippet } from '../domain/workspace.ts';
import { indentUnitOf } from './blockIndent.ts';
import { builtinSnippets } from './builtinSnippets.ts';
import { renderSnippetBody, splitLead } from './snippetBody.ts';
import { resolveVariables, type VariablePlace } from './snippetVariables.ts';
import type { SourceFile } from './workerClient.ts';

/** What a snippet adds at the cursor. */
export interface SnippetMatch {
  /** As the editor shows it and puts it there. */
  readonly text: string;
  /** Absent when the body is only text. */
  readonly form?: SnippetForm;
  /** The whole prefix is typed, not only its beginning. */
  readonly isWhole: boolean;
  readonly voter: Extract<LocalVoter, 'snippet' | 'template'>;
}

/** Where a snippet may be put; nothing stands behind the cursor in its line. */
export interface SnippetPlace extends VariablePlace {
  /** The document before and after the cursor. */
  readonly prefix: string;
  readonly suffix: string;
}

/** What knows snippets; in a bundle of its own. */
export interface SnippetVoter {
  /** @param snippets the person's, the workspace's and those of extensions */
  match(place: SnippetPlace, snippets: readonly Snippet[]): SnippetMatch | undefined;
  /** The language templates as files to be copied from, so that `for ` goes on to a loop in a workspace without code. */
  readonly files: readonly SourceFile[];
}

/** Letters of a prefix that have to be typed before it is guessed. */
const leastTyped = 2;

/** Whose snippets come first. */
const ranks: Readonly<Record<Snippet['origin'], number>> = { user: 3, workspace: 2, extension: 1 };

/** Whose templates are copied from, too: those of other languages would only take votes where there is little code. */
const copied: ReadonlySet<string> = new Set(['javascript', 'typescript', 'python', 'go', 'rust', 'java']);

const templates: ReadonlySet<Snippet> = new Set(builtinSnippets);

/** Makes the voter for snippets and language templates. */
export function createSnippetVoter(): SnippetVoter {
  return { match: matchSnippet, files: templateFiles() };
}

/**
 * The snippet that the typed word is or begins, as the text to add at the cursor: only one whose text begins with the word, since
 * ghost text can add to a line and not change it. Whole prefixes come first, then the person's own, then the shortest.
 */
export function matchSnippet(place: SnippetPlace, snippets: readonly Snippet[]): SnippetMatch | undefined {
  const { line, languageId } = place;
  const typed = /(?:^|\s)([\w$#@!-]+)$/.exec(line)?.[1];
  if (typed === undefined || typed.length < leastTyped) return undefined;
  const isLineStart = line.trim() === typed;
  const usable = [...snippets, ...builtinSnippets].filter(
    ({ prefix, languageIds, body }) =>
      prefix.startsWith(typed) &&
      (languageIds.length === 0 || languageIds.includes(languageId)) &&
      // A statement inside an expression is nonsense: bodies of several lines belong at the beginning of a line.
      (isLineStart || !body.includes('\n')),
  );
  const rank = (snippet: Snippet): number =>
    (snippet.prefix === typed ? 10 : 0) + (templates.has(snippet) ? 0 : ranks[snippet.origin]) - snippet.prefix.length / 1000;
  for (const snippet of usable.toSorted((one, other) => rank(other) - rank(one))) {
    const made = madeAt(place, snippet.body, typed);
    if (made) return { ...made, isWhole: snippet.prefix === typed, voter: templates.has(snippet) ? 'template' : 'snippet' };
  }
  return undefined;
}

function madeAt(place: SnippetPlace, body: string, typed: string): Pick<SnippetMatch, 'text' | 'form'> | undefined {
  const resolved = resolveVariables(indented(body.trimEnd(), place), place);
  if (resolved === undefined) return undefined;
  const whole = renderSnippetBody(resolved);
  if (!whole.text.startsWith(typed)) return undefined;
  const text = whole.text.slice(typed.length);
  if (text.trim() === '') return undefined;
  const { lead, rest } = splitLead(resolved);
  // What is typed has to be plain text: half a placeholder cannot be left.
  if (!whole.isWellFormed || rest === '' || lead.length < typed.length) return { text };
  return { text, form: { text, lead: lead.slice(typed.length), body: rest } };
}

/** Snippet bodies are indented with tabs; they get the document's unit, below the line that they are put on. */
function indented(body: string, { line, prefix, suffix }: SnippetPlace): string {
  const [first = '', ...lines] = body.split('\n');
  if (lines.length === 0) return first;
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  const unit = indentUnitOf(prefix, suffix);
  return [first, ...lines.map((each) => (each === '' ? '' : indent + each.replace(/^\t+/, (tabs) => unit.repeat(tabs.length))))].join('\n');
}

function templateFiles(): SourceFile[] {
  const bodies = new Map<string, string[]>();
  for (const { languageIds, body } of builtinSnippets) {
    const languageId = languageIds[0] ?? '';
    if (!copied.has(languageId)) continue;
    bodies.set(languageId, [...(bodies.get(languageId) ?? []), renderSnippetBody(body).text]);
  }
  return [...bodies].map(([languageId, texts]) => ({ path: `snippets:${languageId}`, languageId, text: texts.join('\n'), stamp: '' }));
}
