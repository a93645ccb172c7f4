import type { ParseError } from 'jsonc-parser';
import { parse, printParseErrorCode } from 'jsonc-parser';

import { messageOf } from '../base/logger.ts';
import type { Snippet } from '../domain/workspace.ts';

/** What a snippet file holds. */
export interface SnippetFile {
  readonly snippets: readonly Snippet[];
  /** What is wrong with the file, one line each; the rest of the file counts. */
  readonly problems: readonly string[];
}

/** Where a snippet file belongs to. */
export interface SnippetFileOptions {
  /** Languages of snippets without a `scope`: from the file's name or the extension's manifest. Empty: every language. */
  readonly languageIds: readonly string[];
  readonly origin: Snippet['origin'];
}

/** A snippet file of people's is some KB; whatever is larger than this is none. */
const maxCharacters = 2_000_000;

/** Problems told of one file at most. */
const maxProblems = 20;

/**
 * Reads a snippet file of the editor's: JSON with comments and trailing commas, an object of named snippets. Never throws.
 *
 * @see https://code.visualstudio.com/docs/editing/userdefinedsnippets
 */
export function parseSnippetFile(text: string, options: SnippetFileOptions): SnippetFile {
  if (text.length > maxCharacters) return refused(`${text.length} characters are more than the ${maxCharacters} allowed`);
  const errors: ParseError[] = [];
  let root: unknown;
  try {
    root = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch (error) {
    // Thousands of nested brackets exhaust the stack of the parser.
    return refused(messageOf(error));
  }
  const problems = errors.map(({ error, offset }) => `line ${lineOf(text, offset)}: ${printParseErrorCode(error)}`);
  const snippets: Snippet[] = [];
  if (isRecord(root)) {
    for (const [name, entry] of Object.entries(root)) {
      const made = snippetsOf(entry, options);
      if (typeof made === 'string') problems.push(`snippet "${name.slice(0, 60)}": ${made}`);
      else snippets.push(...made);
    }
  } else if (root !== undefined) problems.push('a snippet file has to be an object of named snippets');
  return { snippets, problems: problems.slice(0, maxProblems) };
}

function refused(problem: string): SnippetFile {
  return { snippets: [], problems: [problem] };
}

/** One snippet for each prefix, or what is wrong. A snippet without a prefix is fine: it is only for the menu. */
function snippetsOf(entry: unknown, { languageIds, origin }: SnippetFileOptions): Snippet[] | string {
  if (!isRecord(entry)) return 'is not an object';
  const { prefix, body, scope } = entry as { prefix?: unknown; body?: unknown; scope?: unknown };
  const prefixes = prefix === undefined ? [] : stringsOf(prefix);
  if (prefixes === undefined) return '"prefix" is neither a string nor a list of strings';
  const lines = stringsOf(body);
  if (lines === undefined) return '"body" is neither a string nor a list of strings';
  if (scope !== undefined && typeof scope !== 'string') return '"scope" is not a string';
  const scopes = (scope ?? '').split(',').map((id) => id.trim());
  const ids = scopes.filter((id) => id !== '');
  return prefixes
    .filter((one) => one !== '')
    .map((one) => ({
      prefix: one,
      body: lines.join('\n').replaceAll('\r\n', '\n'),
      languageIds: ids.length > 0 ? ids : languageIds,
      origin,
    }));
}

function stringsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return undefined;
  const list: readonly unknown[] = value;
  return list.every((item) => typeof item === 'string') ? list : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
