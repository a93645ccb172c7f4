import { systemClock } from '../../../src/base/clock.ts';
import type { CompletionRequest } from '../../../src/domain/completion.ts';
import type { OpenDocument, Snippet } from '../../../src/domain/workspace.ts';
import { inlineLocal } from '../../fakes/inlineThread.ts';

/** A request for the place marked `|` in `text`. */
export function requestAt(text: string, more: Partial<CompletionRequest> = {}): CompletionRequest {
  const cursor = text.indexOf('|');
  return {
    id: 'test-1',
    languageId: 'typescript',
    documentId: 'file:///current.ts',
    path: 'current.ts',
    prefix: text.slice(0, cursor),
    suffix: text.slice(cursor + 1),
    shape: 'line',
    trigger: 'automatic',
    maxTokens: 64,
    ...more,
  };
}

export function documentOf(id: string, text: string, more: Partial<OpenDocument> = {}): OpenDocument {
  return { id, languageId: 'typescript', version: 1, text: () => text, ...more };
}

/** What a new engine offers at the mark. */
export async function offered(
  text: string,
  { documents = [], snippets = [], ...more }: { documents?: OpenDocument[]; snippets?: Snippet[] } & Partial<CompletionRequest> = {},
): Promise<string> {
  const engine = inlineLocal({ openDocuments: () => documents, snippets: () => snippets }, systemClock);
  const { text: suggestion } = await engine.predict(requestAt(text, { trigger: 'manual', ...more }), new AbortController().signal);
  engine.dispose();
  return suggestion;
}
