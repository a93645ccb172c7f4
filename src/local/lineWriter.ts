import { type Lexer, LineTokens } from './lexer.ts';
import { lineEndOf, tokenOf } from './token.ts';
import type { TokenSequence } from './tokenSequence.ts';
import { fileStart, lineEndDeeper, lineEndSame, lineEndShallower, noToken } from './vocabulary.ts';

/** Where the writing of a text stands between two lines. */
export interface WritingState {
  /** What goes over the line end; see `Lexer`. */
  readonly lexing: number;
  /** Columns that the last line with text is indented by. */
  readonly indent: number;
  /** Blank lines follow it. */
  readonly isBlank: boolean;
  /** Nothing is written yet. */
  readonly isStart: boolean;
}

/** The state at the beginning of a text. */
export const startOfText: WritingState = { lexing: 0, indent: 0, isBlank: false, isStart: true };

const line = new LineTokens();

/** The line end before a line that is indented by `columns`. */
export function lineEndBefore(state: WritingState, columns: number): number {
  const change = columns - state.indent;
  if (state.isStart) return fileStart;
  return lineEndOf(change === 0 ? lineEndSame : change > 0 ? lineEndDeeper : lineEndShallower, state.isBlank, Math.abs(change));
}

/** Where the text of a line begins and ends, without blanks at either end. */
export function boundsOfLine(text: string, from: number, to: number): { start: number; end: number } {
  let start = from;
  let end = to;
  while (start < end && isBlankCode(text.charCodeAt(start))) start += 1;
  while (end > start && isBlankCode(text.charCodeAt(end - 1))) end -= 1;
  return { start, end };
}

function isBlankCode(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 12 || code === 0xfeff;
}

/** Writes the line `from`…`to` of a text, with the line end before it, and returns the state after it. */
export function writeLine(
  sequence: TokenSequence,
  lexer: Lexer,
  state: WritingState,
  text: string,
  from: number,
  to: number,
): WritingState {
  const { start, end } = boundsOfLine(text, from, to);
  if (start === end) return state.isBlank || state.isStart ? state : { ...state, isBlank: true };
  sequence.push(lineEndBefore(state, start - from));
  const lexing = lexer.cut(text, start, end, state.lexing, line);
  for (let index = 0; index < line.count; index += 1) {
    const id = sequence.vocabulary.intern(text, line.starts[index] ?? 0, line.ends[index] ?? 0, line.hashes[index] ?? 0);
    if (id !== noToken) sequence.push(tokenOf(id, line.spaced[index] === 1, line.modes[index] ?? 0));
  }
  return { lexing, indent: start - from, isBlank: false, isStart: false };
}

/** Ends a text, so that the end of its last line is known. */
export function writeEnd(sequence: TokenSequence, state: WritingState): void {
  if (!state.isStart) sequence.push(lineEndBefore(state, state.indent));
}
