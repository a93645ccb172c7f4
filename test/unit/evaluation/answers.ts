import type { Completed } from '../../../src/domain/completion.ts';
import { golden, type GoldenPrompt } from '../../../src/evaluation/goldenPrompt.ts';

/** An orderly answer. */
export function answerOf(text: string, changes: Partial<Completed> = {}): Completed {
  return { ok: true, text, origin: 'model', sourceId: 'candidate', finish: 'stop', ...changes };
}

const extensions: Readonly<Record<string, string>> = {
  typescript: 'ts',
  javascript: 'js',
  python: 'py',
  go: 'go',
  ruby: 'rb',
  html: 'html',
  css: 'css',
};

/** A prompt from a finished file with `⟦…⟧`. */
export function promptOf(languageId: string, source: string, context: GoldenPrompt['context'] = []): GoldenPrompt {
  const path = `src/file.${extensions[languageId] ?? 'txt'}`;
  return golden({ id: 'case', kind: 'middle', languageId, path, context }, source);
}
