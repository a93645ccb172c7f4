import type { Snippet } from '../domain/workspace.ts';

/** A snippet file to read. `File` is the door's own way of naming a file. */
export interface SnippetSource<File> {
  readonly file: File;
  /** Languages the file is for; empty: each snippet says so itself, or all. */
  readonly languageIds: readonly string[];
  readonly origin: Snippet['origin'];
}

/** A snippet file that an extension contributes: its path inside the extension and the languages it is for. */
export interface ContributedSnippets {
  readonly path: string;
  readonly languageIds: readonly string[];
}

/** Reads `contributes.snippets` of an extension's manifest, which can hold anything. One entry per file, its languages together. */
export function contributedSnippets(manifest: unknown): ContributedSnippets[] {
  const entries = property(property(manifest, 'contributes'), 'snippets');
  const files = new Map<string, Set<string>>();
  for (const entry of Array.isArray(entries) ? (entries as readonly unknown[]) : []) {
    const path = property(entry, 'path');
    const language = property(entry, 'language');
    // A path upwards would read files of others.
    if (typeof path !== 'string' || path.split(/[\\/]/).includes('..')) continue;
    const languages = files.get(path) ?? new Set();
    for (const id of [language].flat()) if (typeof id === 'string' && id !== '') languages.add(id);
    files.set(path, languages);
  }
  return [...files].map(([path, languages]) => ({ path, languageIds: [...languages] }));
}

/**
 * Which languages a file of the person's snippet folder is for: `typescript.json` is for one, `any.code-snippets` for those
 * that its snippets name.
 *
 * @returns `undefined` for a file that is no snippet file
 */
export function languagesOfUserFile(fileName: string): readonly string[] | undefined {
  if (fileName.endsWith('.code-snippets')) return [];
  return fileName.endsWith('.json') ? [fileName.slice(0, -'.json'.length)] : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
