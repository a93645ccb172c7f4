import type { CompletionRequest } from '../domain/completion.ts';

/** Turns a raw text into one that can be shown, or into '' when nothing of it can. Pure, and the same a second time; never throws. */
export type Filter = (text: string, request: CompletionRequest) => string;

/** Runs all filters in order, until nothing changes any more: what one of them takes away may lay open work for one before it. */
export function applyFilters(text: string, request: CompletionRequest, filters: readonly Filter[]): string {
  return untilStable((current) => filters.reduce((left, filter) => (left === '' ? '' : filter(left, request)), current))(text, request);
}

/** A filter again and again. It ends, because filters only take away, but for tabs that become spaces and spaces that become tabs. */
export function untilStable(filter: Filter): Filter {
  return (text, request) => {
    let before = text;
    let after = filter(before, request);
    while (after !== before) {
      before = after;
      after = filter(before, request);
    }
    return after;
  };
}
