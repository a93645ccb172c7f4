import { isOperatorCode, isWordCode, LineTokens, type Lexer, maxLineLength } from './lexer.ts';
import { lineEndBefore, type WritingState } from './lineWriter.ts';
import type { LiveDocument } from './liveDocument.ts';
import { idMask, tokenOf } from './token.ts';
import { kindOf, noToken, type Vocabulary } from './vocabulary.ts';

/** Most tokens that are kept before the cursor. */
const capacity = 320;
/** Tokens before the current line that are kept. */
const tokensAbove = 96;
/** Tokens before the cursor whose words are looked for around other places. */
const bagTokens = 90;

const line = new LineTokens();

/** What stands before the cursor, as tokens, and what decoding adds to it. */
export class CursorContext {
  readonly tokens = new Int32Array(capacity);
  length = 0;
  /** Place of the line end before the current line. */
  lineStart = 0;
  /** What is begun directly before the cursor: a word, an operator or a run of blanks. */
  partial = '';
  isWord = false;
  /** One space stands directly before `partial` or the cursor. */
  isSpaced = false;
  /** Where the cursor is: code, string or comment. */
  mode = 0;
  /** The current line has text before the cursor. */
  hasText = false;
  readonly #vocabulary: Vocabulary;
  /** By word: the last context that had it. */
  #bag = new Int32Array(4096);
  #bagNumber = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Reads the text before the cursor; `live` is up to date. */
  read(live: LiveDocument, lexer: Lexer, currentLine: string): void {
    const { above } = live;
    const from = Math.max(0, above.length - tokensAbove);
    this.tokens.set(above.tokens.subarray(from, above.length));
    this.length = above.length - from;
    this.#readLine(live.state, lexer, currentLine);
    this.#fillBag();
  }

  push(token: number): void {
    if (this.length >= capacity) return;
    this.tokens[this.length] = token;
    this.length += 1;
  }

  /** Whether the word stands before the cursor, not far away. */
  has(id: number): boolean {
    return this.#bag[id] === this.#bagNumber;
  }

  /** The token `back` places before the end; 0: the last one. */
  back(back: number): number {
    return this.length > back ? (this.tokens[this.length - 1 - back] ?? 0) : 0;
  }

  #readLine(state: WritingState, lexer: Lexer, text: string): void {
    let start = 0;
    while (start < text.length && (text.charCodeAt(start) === 32 || text.charCodeAt(start) === 9)) start += 1;
    this.lineStart = this.length;
    this.push(lineEndBefore(state, start));
    this.hasText = start < text.length;
    this.partial = '';
    this.isWord = false;
    this.isSpaced = false;
    this.mode = state.lexing === 0 ? 0 : 2;
    if (!this.hasText) return;
    // Of a long line the end counts, not the beginning.
    const after = lexer.cut(text, Math.max(start, text.length - maxLineLength), text.length, state.lexing, line);
    let count = line.count;
    const last = count - 1;
    const end = last < 0 ? 0 : (line.ends[last] ?? 0);
    const lastCode = text.charCodeAt(end - 1);
    this.mode = end > 0 ? (line.modes[last] ?? 0) : after === 0 ? 0 : 2;
    const isBlank = lastCode === 32 || lastCode === 9;
    if (end === text.length && (isWordCode(lastCode) || isOperatorCode(lastCode) || isBlank)) {
      this.partial = text.slice(line.starts[last] ?? 0);
      this.isWord = isWordCode(lastCode);
      this.isSpaced = line.spaced[last] === 1;
      count -= 1;
    } else this.isSpaced = end < text.length;
    const first = Math.max(0, count - (capacity - this.length - 48));
    for (let index = first; index < count; index += 1) this.#pushLineToken(text, index);
  }

  #pushLineToken(text: string, index: number): void {
    const start = line.starts[index] ?? 0;
    const end = line.ends[index] ?? 0;
    const id = this.#vocabulary.intern(text, start, end, line.hashes[index] ?? 0);
    if (id !== noToken) this.push(tokenOf(id, line.spaced[index] === 1, line.modes[index] ?? 0));
  }

  #fillBag(): void {
    if (this.#bag.length < this.#vocabulary.size) {
      this.#bag = new Int32Array(Math.ceil(this.#vocabulary.size * 1.5));
      this.#bagNumber = 0;
    }
    this.#bagNumber += 1;
    for (let index = Math.max(0, this.length - bagTokens); index < this.length; index += 1) {
      const id = (this.tokens[index] ?? 0) & idMask;
      const kind = this.#vocabulary.kind(id);
      if (kind >= kindOf.name && kind <= kindOf.number) this.#bag[id] = this.#bagNumber;
    }
  }
}
