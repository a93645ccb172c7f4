import { messageOf } from '../base/logger.ts';
import type { Snippet } from '../domain/workspace.ts';
import type { SnippetSource } from './snippetSource.ts';

/** Bounds of what is read, in bytes (law 11). The largest snippet file shipped with VS Code has 30 KB. */
export const snippetBounds = { file: 512 * 1024, total: 4 * 1024 * 1024 } as const;

/** Reads a snippet file's text; supplied by the local engine. */
export type ParseSnippetFile = (
  text: string,
  options: { readonly languageIds: readonly string[]; readonly origin: Snippet['origin'] },
) => { readonly snippets: readonly Snippet[]; readonly problems: readonly string[] };

/** How files are reached; both may reject. */
export interface SnippetFileAccess<File> {
  /** In bytes. */
  size(file: File): Promise<number>;
  read(file: File): Promise<string>;
  /** For messages. */
  nameOf(file: File): string;
}

/** What was found in the snippet files, and what could not be read. */
export interface LoadedSnippets {
  readonly snippets: readonly Snippet[];
  readonly problems: readonly string[];
  /** Size of the files that were read. */
  readonly bytes: number;
}

/**
 * Reads snippet files one after the other, so that the extension host never has to parse two in one go (law 4).
 * A file that cannot be read is a problem, never an error.
 *
 * @param sources the most important first: the total bound cuts the rest
 */
export async function loadSnippets<File>(
  sources: readonly SnippetSource<File>[],
  access: SnippetFileAccess<File>,
  parse: ParseSnippetFile,
): Promise<LoadedSnippets> {
  const snippets: Snippet[] = [];
  const problems: string[] = [];
  let total = 0;
  for (const { file, languageIds, origin } of sources) {
    const name = access.nameOf(file);
    try {
      const size = await access.size(file);
      if (size > snippetBounds.file) {
        problems.push(`${name} has ${size} bytes, allowed are ${snippetBounds.file}; not read`);
        continue;
      }
      if (total + size > snippetBounds.total) {
        problems.push(`snippet files together exceed ${snippetBounds.total} bytes; ${name} and those after it are not read`);
        break;
      }
      total += size;
      const parsed = parse(await access.read(file), { languageIds, origin });
      snippets.push(...parsed.snippets);
      problems.push(...parsed.problems.map((problem) => `${name}: ${problem}`));
    } catch (error) {
      problems.push(`${name} cannot be read: ${messageOf(error)}`);
    }
  }
  return { snippets, problems, bytes: total };
}
