import type { CompletionRequest } from '../domain/completion.ts';

/** Turns a raw text into one that can be shown, or into '' when nothing of it can. Pure, and the same a second time; never throws. */
export type Filter = (text: string, request: CompletionRequest) => string;

/** Runs all filters in order, until nothing changes any more: what one of them takes away may lay open work for one before it. */
export function applyFilters(text: string, request: CompletionRequest, filters: readonly Filter[]): string {
  let before: string;
  let current = text;
  do {
    before = current;
    for (const filter of filters) {
      if (current === '') return '';
      current = filter(current, request);
    }
    // Each filter only takes away, but for the tabs that become spaces; and those are spaces a second time.
  } while (current !== before);
  return current;
}
