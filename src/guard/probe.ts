import type { CompletionRequest } from '../domain/completion.ts';

/** The breaker's own question: a few tokens of ours, never a person's text (law 5). */
export function probeRequest(sourceId: string, count: number): CompletionRequest {
  return {
    id: `probe-${sourceId}-${count}`,
    languageId: 'plaintext',
    documentId: '',
    path: 'probe.txt',
    prefix: 'one, two, three, ',
    suffix: '\n',
    shape: 'line',
    trigger: 'probe',
    maxTokens: 4,
  };
}

/** Answers to a probe that a person or another setting has to mend, while the server itself is well. */
export const aliveKinds: ReadonlySet<string> = new Set([
  'auth',
  'quota',
  'model_retired',
  'client_unsupported',
  'bad_request',
  'context_length',
  'content_filter',
]);
