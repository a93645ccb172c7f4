import type { CompletionRequest } from '../domain/completion.ts';

/** Turns a raw text into one that can be shown, or into '' when nothing of it can. Pure; applied in order. */
export type Filter = (text: string, request: CompletionRequest) => string;

/** Cuts at the first special token that a server forgot to strip. */
export function stripTokens(tokens: readonly string[]): Filter {
  return (text) => {
    let end = text.length;
    for (const token of tokens) {
      const at = text.indexOf(token);
      if (at >= 0) end = Math.min(end, at);
    }
    return text.slice(0, end);
  };
}

/** One line when only one was asked for. */
export const keepShape: Filter = (text, request) => (request.shape === 'line' ? (text.split('\n', 1)[0] ?? '') : text);

/** White space at the end shows nothing and moves the cursor. */
export const trimEnd: Filter = (text) => text.replace(/\s+$/, '');

/**
 * Removes from the end what already follows the cursor in its line, e.g. a `)` that the editor had closed.
 * Only the rest of the line counts: the next line is another filter's business.
 */
export const dropSuffixOverlap: Filter = (text, request) => {
  const rest = (request.suffix.split('\n', 1)[0] ?? '').trimEnd();
  if (rest === '') return text;
  const [first = '', ...others] = text.split('\n');
  if (others.length > 0) return first.endsWith(rest) ? first.slice(0, -rest.length) : text;
  for (let length = Math.min(rest.length, first.length); length > 0; length--) {
    if (first.endsWith(rest.slice(0, length))) return first.slice(0, -length);
  }
  return text;
};

/** A text that only says again what the next line says helps nobody. */
export const dropNextLineDuplicate: Filter = (text, request) => {
  const next = request.suffix
    .split('\n')
    .slice(1)
    .find((line) => line.trim() !== '');
  const lastLine = request.prefix.slice(request.prefix.lastIndexOf('\n') + 1);
  return next !== undefined && (lastLine + text).trim() === next.trim() ? '' : text;
};

/** All filters for a model's text, in order. */
export function modelFilters(specialTokens: readonly string[]): readonly Filter[] {
  return [stripTokens(specialTokens), keepShape, dropSuffixOverlap, trimEnd, dropNextLineDuplicate];
}

/** Runs all filters in order; stops when nothing is left. */
export function applyFilters(text: string, request: CompletionRequest, filters: readonly Filter[]): string {
  return filters.reduce((current, filter) => (current === '' ? '' : filter(current, request)), text);
}
