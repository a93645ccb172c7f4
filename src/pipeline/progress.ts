import type { CompletionRequest } from '../domain/completion.ts';
import { isSameLine, linesFrom, placeOf, restAt } from './predictions.ts';

/** A running text is followed forwards only: who takes a character back wants something else than what was asked for. */
const autoClosed = /^[)\]}"'`]{0,8}$/;

/** What of a text, offered at `from`, is still to come at `to`; `undefined` when something else was typed, or all of it. */
export function restSince(from: CompletionRequest, text: string, to: CompletionRequest): string | undefined {
  if (from.documentId !== to.documentId) return undefined;
  const place = placeOf(to);
  for (const line of linesFrom(placeOf(from), text)) {
    if (isSameLine(line.place, place)) return restAt(place, { head: line.place.head, tail: line.place.tail, text: line.rest });
  }
  return undefined;
}

/**
 * Whether a text that is being generated for `from` may still turn out to be the right one for `to`.
 *
 * @param soFar what has come of it; '' while nothing has
 */
export function mayBecome(from: CompletionRequest, soFar: string, to: CompletionRequest): boolean {
  if (from.documentId !== to.documentId) return false;
  const asked = placeOf(from);
  const place = placeOf(to);
  // A new line can only be on the way of what has come already.
  if (!isSameLine(asked, place)) return restSince(from, soFar, to) !== undefined;
  if (!place.head.startsWith(asked.head) || !place.tail.endsWith(asked.tail)) return false;
  if (!autoClosed.test(place.tail.slice(0, place.tail.length - asked.tail.length))) return false;
  const typed = place.head.slice(asked.head.length);
  return soFar.startsWith(typed) || typed.startsWith(soFar);
}

/** True at the very place that was asked about. */
export function isSamePlace(one: CompletionRequest, other: CompletionRequest): boolean {
  if (one.documentId !== other.documentId) return false;
  const [a, b] = [placeOf(one), placeOf(other)];
  return isSameLine(a, b) && a.head === b.head && a.tail === b.tail;
}
