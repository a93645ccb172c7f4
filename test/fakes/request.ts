import type { CompletionRequest } from '../../src/domain/completion.ts';

let count = 0;

/** A request in the middle of a small TypeScript file. */
export function sampleRequest(changes: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    id: `request-${++count}`,
    languageId: 'typescript',
    documentId: 'file:///demo/cart.ts',
    path: 'cart.ts',
    prefix: 'export function total(items: Item[]): number {\n  return ',
    suffix: '\n}\n',
    shape: 'line',
    trigger: 'automatic',
    maxTokens: 32,
    ...changes,
  };
}

/** A call that nobody cancels. */
export function quietCall(): { signal: AbortSignal } {
  return { signal: new AbortController().signal };
}
