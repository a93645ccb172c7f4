import type { Syntax } from './syntax.ts';

/** One line of a text and what is open where it begins and ends. */
export interface ScannedLine {
  /** Index of its first character. */
  readonly start: number;
  /** Index behind its last character, before the line end. */
  readonly end: number;
  /** It begins inside a string or a comment that an earlier line opened. */
  readonly startsInside: boolean;
  /** Brackets opened less brackets closed since the beginning of the text, before and after this line. */
  readonly depthBefore: number;
  readonly depthAfter: number;
  /** The line end has come. */
  readonly isWhole: boolean;
}

/** Told of each bracket outside of strings and comments. @param at index in the text */
export type OnBracket = (at: number) => void;

/** Told of each quote that its line does not close. @param at index in the text */
export type OnOpenQuote = (at: number) => void;

/**
 * Brackets, strings and comments of a text, line by line. Linear in the length of the text; never throws on any text.
 *
 * A quote that its line does not close ends with the line: half a string must not swallow the rest.
 */
export function scanLines(text: string, syntax: Syntax, onBracket?: OnBracket, onOpenQuote?: OnOpenQuote): ScannedLine[] {
  const lines: ScannedLine[] = [];
  let depth = 0;
  let inside: string | undefined;
  let at = 0;
  while (at <= text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const startsInside = inside !== undefined;
    const depthBefore = depth;
    const lineStart = at;
    ({ depth, inside } = scanLine(
      text.slice(at, end),
      syntax,
      { depth, inside },
      {
        bracket: (column) => onBracket?.(lineStart + column),
        openQuote: (column) => onOpenQuote?.(lineStart + column),
      },
    ));
    lines.push({ start: at, end, startsInside, depthBefore, depthAfter: depth, isWhole: newline >= 0 });
    at = end + 1;
  }
  return lines;
}

interface State {
  readonly depth: number;
  /** The text that ends the string or comment that is open. */
  readonly inside: string | undefined;
}

interface Found {
  readonly bracket: OnBracket;
  readonly openQuote: OnOpenQuote;
}

function scanLine(line: string, syntax: Syntax, start: State, found: Found): State {
  let { depth, inside } = start;
  let at = 0;
  const marks = marksOf(syntax);
  while (at < line.length) {
    if (inside === undefined) {
      marks.lastIndex = at;
      const next = marks.exec(line);
      if (!next) return { depth, inside };
      at = next.index;
    }
    if (inside !== undefined) {
      const close = endOf(line, inside, at);
      if (close < 0) return { depth, inside };
      at = close;
      inside = undefined;
      continue;
    }
    if (syntax.lineComments.some((mark) => line.startsWith(mark, at)) && !isBlockComment(line, at, syntax)) return { depth, inside };
    const comment = syntax.blockComments.find(([open]) => line.startsWith(open, at));
    const long = comment ? undefined : syntax.longStrings.find((mark) => line.startsWith(mark, at));
    if (comment || long !== undefined) {
      inside = comment ? comment[1] : long;
      at += comment ? comment[0].length : (long?.length ?? 1);
      continue;
    }
    const quote = syntax.strings.find((mark) => line.startsWith(mark, at));
    if (quote !== undefined) {
      const close = endOf(line, quote, at + 1);
      // An apostrophe in a text, or a string that goes on elsewhere: only the mark itself is skipped.
      if (close < 0) found.openQuote(at);
      at = close < 0 ? at + 1 : close;
      continue;
    }
    const weight = bracketWeight(line.charCodeAt(at));
    if (weight !== 0) found.bracket(at);
    depth += weight;
    at += 1;
  }
  return { depth, inside };
}

const marksBySyntax = new WeakMap<Syntax, RegExp>();

/** The characters at which something begins; all others are passed over at once. */
function marksOf(syntax: Syntax): RegExp {
  let marks = marksBySyntax.get(syntax);
  if (!marks) {
    const begins = [...syntax.lineComments, ...syntax.blockComments.map(([open]) => open), ...syntax.strings, ...syntax.longStrings];
    marks = new RegExp(`[${[...begins, '([{)]}'].map((mark) => mark.replace(/[\\\]^-]/g, '\\$&')).join('')}]`, 'g');
    marksBySyntax.set(syntax, marks);
  }
  return marks;
}

function isBlockComment(line: string, at: number, syntax: Syntax): boolean {
  return syntax.blockComments.some(([open]) => line.startsWith(open, at));
}

/** Index behind the closing mark, over escaped characters; -1 when this line does not close it. */
function endOf(line: string, mark: string, from: number): number {
  const isComment = mark === '*/' || mark === '-->';
  for (let close = line.indexOf(mark, from); close >= 0; close = line.indexOf(mark, close + 1)) {
    let first = close;
    while (!isComment && first > from && line[first - 1] === '\\') first -= 1;
    if ((close - first) % 2 === 0) return close + mark.length;
  }
  return -1;
}

function bracketWeight(code: number): number {
  switch (code) {
    case 0x28: // (
    case 0x5b: // [
    case 0x7b: // {
      return 1;
    case 0x29:
    case 0x5d:
    case 0x7d:
      return -1;
    default:
      return 0;
  }
}
