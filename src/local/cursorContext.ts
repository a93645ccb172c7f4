import { isRunCode, scan } from './token.ts';

/** What stands before the cursor, cut into tokens. */
export interface CursorContext {
  /** The current line up to the cursor. */
  readonly line: string;
  /** The blanks that the current line begins with. */
  readonly indent: string;
  /** Hashes of the last tokens before the cursor (without `partial`), the latest last, at most `maxContext`. */
  readonly hashes: readonly number[];
  /** The same up to names. */
  readonly shapes: readonly number[];
  /** The word or operator that the cursor stands directly behind; it may be whole or only begun. Empty when there is none. */
  readonly partial: string;
  /** The cursor stands behind a blank or at the beginning of a line, so the next token brings no blank of its own. */
  readonly afterBlank: boolean;
}

/** Most tokens that are compared backward: about three lines. */
export const maxContext = 32;

/** Characters before the cursor that are looked at for the context. */
const contextCharacters = 1500;

/** Cuts the text before the cursor. Looks at its last 1500 characters only. */
export function contextOf(prefix: string): CursorContext {
  const lineStart = prefix.lastIndexOf('\n') + 1;
  const line = prefix.slice(lineStart);
  const tail = prefix.slice(-contextCharacters);
  const hashes: number[] = [];
  const shapes: number[] = [];
  // A document begins where a line begins.
  const text = tail.length === prefix.length ? `\n${tail}` : tail;
  let lastStart = 0;
  let lastEnd = 0;
  scan(text, (hash, shape, start, end) => {
    hashes.push(hash);
    shapes.push(shape);
    lastStart = start;
    lastEnd = end;
    return true;
  });
  const isOpen = lastEnd === text.length && isRunCode(text.charCodeAt(text.length - 1));
  const partial = isOpen ? text.slice(lastStart) : '';
  if (isOpen) {
    hashes.pop();
    shapes.pop();
  }
  return {
    line,
    indent: /^[ \t]*/.exec(line)?.[0] ?? '',
    hashes: hashes.slice(-maxContext),
    shapes: shapes.slice(-maxContext),
    partial,
    afterBlank: line === '' || /[ \t]$/.test(line),
  };
}
