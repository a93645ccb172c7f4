import type { ContextPiece } from '../domain/completion.ts';
import type { ContextFile } from './fim.ts';

/** A piece under the name by which a model sees what it is. */
function asFile({ kind, path, text }: ContextPiece): ContextFile {
  if (kind === 'recent-edit') return { path: `${path}.diff`, text };
  if (kind === 'diagnostic') return { path: `${path}.errors`, text };
  return { path, text };
}

/** The pieces as files, in their order. */
export function contextFiles(context: readonly ContextPiece[]): readonly ContextFile[] {
  return context.map(asFile);
}

/** What begins, and what ends, a comment line. */
type CommentMarks = readonly [open: string, close: string];

const slashes: CommentMarks = ['// ', ''];
const hash: CommentMarks = ['# ', ''];
const block: CommentMarks = ['/* ', ' */'];
const markup: CommentMarks = ['<!-- ', ' -->'];

/** By the editor's language identifier; a language that is not here gets no comments, because a wrong one would be code. */
const marks: Readonly<Record<string, CommentMarks>> = {
  ...all(slashes, 'typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'java', 'c', 'cpp', 'csharp', 'go', 'rust', 'kotlin'),
  ...all(slashes, 'swift', 'scala', 'dart', 'php', 'groovy', 'objective-c', 'objective-cpp', 'cuda-cpp', 'fsharp', 'zig', 'jsonc', 'scss'),
  ...all(hash, 'python', 'ruby', 'shellscript', 'yaml', 'dockercompose', 'toml', 'r', 'perl', 'elixir', 'julia', 'makefile', 'dockerfile'),
  ...all(hash, 'coffeescript', 'crystal', 'nim', 'gdscript', 'powershell', 'terraform', 'graphql', 'properties'),
  ...all(['-- ', ''], 'lua', 'sql', 'haskell', 'elm', 'ada', 'vhdl'),
  ...all(block, 'css', 'less'),
  ...all(markup, 'html', 'xml', 'vue', 'svelte', 'markdown'),
  ...all(['% ', ''], 'latex', 'erlang', 'prolog', 'matlab'),
  ...all(['; ', ''], 'clojure', 'lisp', 'scheme', 'ini'),
};

function all(value: CommentMarks, ...languageIds: readonly string[]): Record<string, CommentMarks> {
  return Object.fromEntries(languageIds.map((id) => [id, value]));
}

/**
 * Context as comment lines of the document's language, to stand ahead of the prefix where a format has no other place for it.
 *
 * @returns '' for a language whose comments are not known; a piece that would end the comment early is left out
 */
export function contextComments(context: readonly ContextPiece[], languageId: string): string {
  const found = Object.hasOwn(marks, languageId) ? marks[languageId] : undefined;
  if (!found) return '';
  const [open, close] = found;
  const ending = close.trim();
  return contextFiles(context)
    .filter(({ path, text }) => ending === '' || !`${path}\n${text}`.includes(ending))
    .map(({ path, text }) => [`${path}:`, ...text.split('\n')].map((line) => `${open}${line}`.trimEnd() + close).join('\n') + '\n\n')
    .join('');
}

/** Context as a section of a chat message; '' where there is none. */
export function contextSection(context: readonly ContextPiece[]): string {
  if (context.length === 0) return '';
  const parts = contextFiles(context).map(({ path, text }) => `--- ${path}\n${text}`);
  return ['Other parts of the project, for reference only:', ...parts, ''].join('\n');
}
