import type { LanguageSpec } from './lexicon.ts';

/**
 * Cutting one line into tokens: words, numbers, operators, single brackets and quotes, and runs of blanks that are not one space.
 * What goes over lines (a block comment, a long string, code within a string) is the state, one number, 0 at the start of a file.
 */

/** Where a token stands. */
export const inCode = 0;
export const inString = 1;
export const inComment = 2;

/** Tokens of one line, in typed arrays that are used again for the next line. */
export class LineTokens {
  count = 0;
  readonly starts = new Int32Array(maxTokensOfLine);
  readonly ends = new Int32Array(maxTokensOfLine);
  /** Hash of the token's text. */
  readonly hashes = new Int32Array(maxTokensOfLine);
  /** 1 where exactly one space stands before the token. */
  readonly spaced = new Uint8Array(maxTokensOfLine);
  /** `inCode`, `inString` or `inComment`. */
  readonly modes = new Uint8Array(maxTokensOfLine);
}

/** Longest line that is cut, in characters; the rest of a longer one is left out. */
export const maxLineLength = 1000;
/** Most tokens of a line. */
export const maxTokensOfLine = maxLineLength + 4;
/** Longest token, in characters; a longer run of letters is cut. */
const maxTokenLength = 80;

const classBlank = 1;
const classWord = 2;
const classOperator = 3;

const classes = new Uint8Array(128);
for (const character of ' \t\r\f\v') classes[character.charCodeAt(0)] = classBlank;
for (const character of '=<>!&|+-*/?:.%^~') classes[character.charCodeAt(0)] = classOperator;
for (let code = 0; code < 128; code += 1) if (/[\w$]/.test(String.fromCharCode(code))) classes[code] = classWord;

/** Operator characters that stay together. */
const pairs = new Uint8Array(128 * 128);
for (const pair of '== != <= >= => -> :: := += -= *= /= && || ++ -- ?? ?. << >> ** // .. <- |> %= &= |= ^= </ /> /* */ !! <> .. ?='.split(
  ' ',
)) {
  pairs[pair.charCodeAt(0) * 128 + pair.charCodeAt(1)] = 1;
}

/** Whether the character may be part of a name in any language. */
export function isWordCode(code: number): boolean {
  return code >= 128 || classes[code] === classWord;
}

/** Whether the character may be part of an operator of several characters. */
export function isOperatorCode(code: number): boolean {
  return code < 128 && classes[code] === classOperator;
}

/** Whether two characters, one after the other, belong to one token of code. */
export function areJoined(one: number, other: number): boolean {
  if (isWordCode(one)) return isWordCode(other);
  return one < 128 && other < 128 && pairs[one * 128 + other] === 1;
}

/** The hash of a part of a text, as tokens have it. */
export function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let index = from; index < to; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** States beyond code: the block comments first, then the long strings, in the order of the specification. */
const stateBits = 16;
/** One level of code within a string: how many braces are open in it, at most 30. */
const levelBits = 32;
const maxLevels = 6;

/** Cuts lines of one language. */
export class Lexer {
  readonly #spec: LanguageSpec;
  readonly #names: Uint8Array;
  readonly #starts: Uint8Array;
  #text = '';
  #end = 0;
  #at = 0;
  /** 0 code, 1… block comment, then long strings. */
  #mode = 0;
  /** Open levels of code within strings, the innermost in the last digit to the base 32. */
  #levels = 0;
  #spaced = 0;
  #lastSignificant = 0;
  #out: LineTokens | undefined;

  constructor(spec: LanguageSpec) {
    this.#spec = spec;
    this.#names = classes.slice();
    for (const character of spec.nameCharacters ?? '') this.#names[character.charCodeAt(0)] = classWord;
    this.#starts = new Uint8Array(128);
    const openers = [...spec.lineComments, ...spec.blockComments.map(([open]) => open), ...spec.longQuotes, ...spec.quotes.split('')];
    for (const opener of openers) this.#starts[opener.charCodeAt(0)] = 1;
    if (spec.hasCharacters === true) this.#starts[39] = 1;
    if (spec.hasRegularExpressions === true) this.#starts[47] = 1;
  }

  /**
   * Cuts the line `from`…`to`, without its line break and its indentation.
   *
   * @param state the state at the beginning of the line
   * @returns the state at its end
   */
  cut(text: string, from: number, to: number, state: number, out: LineTokens): number {
    this.#text = text;
    this.#end = Math.min(to, from + maxLineLength);
    this.#at = from;
    this.#mode = state % stateBits;
    this.#levels = Math.floor(state / stateBits);
    this.#spaced = 0;
    this.#lastSignificant = 0;
    this.#out = out;
    out.count = 0;
    while (this.#at < this.#end) {
      if (this.#mode === 0) this.#code();
      else this.#inside();
    }
    return this.#mode + stateBits * this.#levels;
  }

  #classAt(index: number): number {
    const code = this.#text.charCodeAt(index);
    return code < 128 ? (this.#names[code] ?? 0) : classWord;
  }

  /** One token of code, or all of a comment or string that ends with the line. */
  #code(): void {
    const start = this.#at;
    const code = this.#text.charCodeAt(start);
    if (code < 128 && this.#starts[code] === 1 && this.#opens(code)) return;
    if (this.#levels > 0 && (code === 123 || code === 125)) this.#brace(code);
    this.#token(inCode);
  }

  /** A brace within code within a string: the last closing one leads back into the string. */
  #brace(code: number): void {
    const depth = this.#levels % levelBits;
    if (code === 123) this.#levels += depth < levelBits - 2 ? 1 : 0;
    else if (depth > 1) this.#levels -= 1;
    else {
      this.#levels = Math.floor(this.#levels / levelBits);
      this.#mode = this.#modeOfQuote(this.#spec.interpolation?.quote ?? '');
    }
  }

  #modeOfQuote(quote: string): number {
    return 1 + this.#spec.blockComments.length + this.#spec.longQuotes.indexOf(quote);
  }

  /** Begins a comment or string here when one begins here. */
  #opens(code: number): boolean {
    const spec = this.#spec;
    const text = this.#text;
    const start = this.#at;
    for (const comment of spec.lineComments) {
      if (!text.startsWith(comment, start)) continue;
      if (spec.commentsAfterBlank === true && start > 0 && this.#classAt(start - 1) !== classBlank && text.charCodeAt(start - 1) !== 10)
        continue;
      this.#emit(start, Math.min(this.#end, start + comment.length), inComment);
      this.#rest(inComment, '');
      return true;
    }
    for (const [index, [open]] of spec.blockComments.entries()) {
      if (!text.startsWith(open, start)) continue;
      this.#emit(start, start + open.length, inComment);
      this.#mode = 1 + index;
      return true;
    }
    for (const quote of spec.longQuotes) {
      if (!text.startsWith(quote, start)) continue;
      this.#emit(start, start + quote.length, inString);
      this.#mode = this.#modeOfQuote(quote);
      return true;
    }
    return this.#shortString(code);
  }

  #shortString(code: number): boolean {
    const quote = String.fromCharCode(code);
    const isQuote = this.#spec.quotes.includes(quote);
    const isCharacter =
      code === 39 && this.#spec.hasCharacters === true && /^'(?:\\.{1,8}|[^\\'])'/.test(this.#text.slice(this.#at, this.#at + 12));
    const isRegularExpression = code === 47 && this.#spec.hasRegularExpressions === true && this.#expectsValue();
    if (!isQuote && !isCharacter && !isRegularExpression) return false;
    this.#emit(this.#at, this.#at + 1, inString);
    this.#rest(inString, quote);
    return true;
  }

  /** Whether a `/` here cannot divide: after an operator or an opening bracket, with its other end on the line. */
  #expectsValue(): boolean {
    const last = this.#lastSignificant;
    if (last !== 0 && !'(,=:[!&|?{;+>'.includes(String.fromCharCode(last))) return false;
    const next = this.#text.charCodeAt(this.#at + 1);
    return next !== 47 && next !== 42 && next !== 62 && this.#text.slice(this.#at + 1, this.#end).includes('/');
  }

  /** Tokens of a comment or string up to `quote` or the end of the line. */
  #rest(mode: number, quote: string): void {
    const close = quote === '' ? -1 : quote.charCodeAt(0);
    while (this.#at < this.#end) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === close) {
        this.#emit(this.#at, this.#at + 1, mode);
        return;
      }
      if (code === 92 && mode === inString) this.#emit(this.#at, Math.min(this.#end, this.#at + 2), mode);
      else this.#token(mode);
    }
  }

  /** One token of a block comment or a long string, and the way out of it. */
  #inside(): void {
    const { blockComments, longQuotes, interpolation } = this.#spec;
    const start = this.#at;
    const comment = blockComments[this.#mode - 1];
    const quote = comment === undefined ? longQuotes[this.#mode - 1 - blockComments.length] : undefined;
    const close = comment?.[1] ?? quote;
    const kind = comment === undefined ? inString : inComment;
    if (close === undefined || this.#text.startsWith(close, start)) {
      this.#emit(start, Math.min(this.#end, start + (close?.length ?? 1)), kind);
      this.#mode = 0;
      return;
    }
    if (quote !== undefined && interpolation?.quote === quote && this.#text.startsWith(interpolation.open, start)) {
      this.#emit(start, start + interpolation.open.length, kind);
      if (this.#levels < levelBits ** (maxLevels - 1)) {
        this.#levels = this.#levels * levelBits + 1;
        this.#mode = 0;
      }
      return;
    }
    if (this.#text.charCodeAt(start) === 92 && kind === inString) this.#emit(start, Math.min(this.#end, start + 2), kind);
    else this.#token(kind);
  }

  /** The token at the current place, whatever it means. */
  #token(mode: number): void {
    const start = this.#at;
    const kind = this.#classAt(start);
    let end = start + 1;
    if (kind === classWord) {
      const bound = Math.min(this.#end, start + maxTokenLength);
      // `$` within a string may begin code.
      while (end < bound && this.#classAt(end) === classWord && (mode !== inString || this.#text.charCodeAt(end) !== 36)) end += 1;
    } else if (kind === classBlank) {
      while (end < this.#end && this.#classAt(end) === classBlank) end += 1;
      if (end === start + 1 && this.#text.charCodeAt(start) === 32) {
        this.#spaced = 1;
        this.#at = end;
        return;
      }
    } else if (kind === classOperator && mode === inCode) {
      while (end < this.#end && this.#classAt(end) !== classWord && this.#isPair(end)) end += 1;
    }
    this.#emit(start, end, mode);
  }

  #isPair(end: number): boolean {
    return pairs[this.#text.charCodeAt(end - 1) * 128 + this.#text.charCodeAt(end)] === 1;
  }

  #emit(start: number, end: number, mode: number): void {
    const out = this.#out;
    if (out === undefined) return;
    const index = out.count;
    out.starts[index] = start;
    out.ends[index] = end;
    out.hashes[index] = hashOf(this.#text, start, end);
    out.spaced[index] = this.#spaced;
    out.modes[index] = mode;
    out.count = index + 1;
    this.#spaced = 0;
    this.#lastSignificant = this.#text.charCodeAt(end - 1);
    this.#at = end;
  }
}
