import type { CompletionRequest } from '../domain/completion.ts';

/** Of a prompt that has to be cut, three parts go to what is before the cursor and one to what is behind it. */
const prefixShare = 0.75;

/**
 * Cuts the text around the cursor to a number of characters: the far ends go, on line boundaries where there are any. What one side
 * does not need, the other may have. Equal text comes back as the same request.
 *
 * @param characters of prefix and suffix together, ≥ 0
 */
export function fitPrompt(request: CompletionRequest, characters: number): CompletionRequest {
  const { prefix, suffix } = request;
  if (prefix.length + suffix.length <= characters) return request;
  const forPrefix = Math.max(Math.floor(characters * prefixShare), characters - suffix.length);
  const keptPrefix = tailOf(prefix, forPrefix);
  return { ...request, prefix: keptPrefix, suffix: headOf(suffix, characters - Math.min(forPrefix, prefix.length)) };
}

/** The last whole lines within `length`; within a line only where whole ones would leave less than half. */
function tailOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = text.length - length;
  const lineStart = text.indexOf('\n', Math.max(0, start - 1)) + 1;
  const isWorthIt = lineStart > 0 && text.length - lineStart >= length / 2;
  return isWorthIt ? text.slice(lineStart) : text.slice(start).replace(/^[\uDC00-\uDFFF]/, '');
}

/** The first whole lines within `length`, by the same rule. */
function headOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = text.slice(0, length);
  const lineEnd = head.lastIndexOf('\n') + 1;
  return lineEnd >= length / 2 ? head.slice(0, lineEnd) : head.replace(/[\uD800-\uDBFF]$/, '');
}
