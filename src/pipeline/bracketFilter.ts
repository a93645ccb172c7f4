import type { CompletionRequest } from '../domain/completion.ts';
import type { Filter } from './filter.ts';
import { scanLines } from '../domain/scanLines.ts';
import { syntaxOf } from '../domain/syntax.ts';

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Of the text before the cursor this much is looked at: an opener further up is one that cannot be seen. In UTF-16 units. */
const reach = 4000;

/**
 * Cuts before a closing bracket that closes nothing: one of another kind than the last opened, or one that the rest of the cursor's
 * line closes already. What was opened above the part that is looked at may be closed freely.
 */
export const dropStrayClosers: Filter = (text, request) => {
  const open = openBefore(request);
  const closedBehind = closersIn(request.suffix.split('\n', 1)[0] ?? '');
  // The rest of the line closes the last opened ones; they are not there to be closed by the text.
  for (const closer of closedBehind) {
    if (open.stack.at(-1) === closer) open.stack.pop();
    else break;
  }
  let cut: number | undefined;
  scanLines(text, syntaxOf(request.languageId), (at) => {
    const character = text[at] ?? '';
    if (cut !== undefined) return;
    const closer = closerOf[character];
    if (closer !== undefined) open.stack.push(closer);
    else if (open.stack.at(-1) === character) open.stack.pop();
    else if (open.stack.length > 0 || open.isWhole) cut = at;
  });
  return cut === undefined ? text : text.slice(0, cut);
};

/** The closing brackets that are due at the cursor, the next one last. */
function openBefore(request: CompletionRequest): { stack: string[]; readonly isWhole: boolean } {
  const whole = request.prefix.length <= reach;
  const near = request.prefix.slice(-reach);
  // From a line start on, because a string may not begin in its middle; of a longer line all that is near.
  const prefix = whole ? near : near.slice(near.indexOf('\n') + 1);
  const stack: string[] = [];
  let isWhole = whole;
  scanLines(prefix, syntaxOf(request.languageId), (at) => {
    const character = prefix[at] ?? '';
    const closer = closerOf[character];
    if (closer !== undefined) stack.push(closer);
    else if (stack.at(-1) === character) stack.pop();
    // Code that does not balance above the cursor says nothing about what is due at it.
    else isWhole = false;
  });
  return { stack, isWhole };
}

/** The closing brackets at the beginning of the rest of a line, in order. */
function closersIn(rest: string): string[] {
  const closers: string[] = [];
  for (const character of rest) {
    if (/[)\]}]/.test(character)) closers.push(character);
    else if (!/[\s;,"'`]/.test(character)) break;
  }
  return closers;
}
