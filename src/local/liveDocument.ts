import type { Lexer } from './lexer.ts';
import { startOfText, writeEnd, writeLine, type WritingState } from './lineWriter.ts';
import { TokenSequence } from './tokenSequence.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Characters above and below the cursor that are searched; a document of more is searched only near the cursor. */
export const maxLiveCharacters = 160_000;
/** The beginning of what is searched moves in such steps, so that it does not move with each line. */
const windowStep = 40_000;

/** The state at the beginning of a line, to go on from there. */
interface LineStart {
  readonly offset: number;
  readonly length: number;
  readonly state: WritingState;
}

/**
 * The document that is typed in: the lines above the current one and the lines below it, as sequences that change only where the text
 * does. The current line is the context and no source.
 */
export class LiveDocument {
  readonly #vocabulary: Vocabulary;
  above: TokenSequence;
  below: TokenSequence;
  /** Places of `below` before this one are above the cursor now. */
  belowStart = 0;
  /** The state in which the current line begins. */
  state: WritingState = startOfText;
  #lexer: Lexer | undefined;
  #documentId = '';
  /** The text in `above`, which begins at `#aboveOffset` of the document. */
  #aboveText = '';
  #aboveOffset = 0;
  #lines: LineStart[] = [];
  #belowText = '';
  /** By line of `below`: characters from there to the end of its text, and its place. */
  #belowLines: { left: number; place: number }[] = [];

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.above = new TokenSequence(vocabulary);
    this.below = new TokenSequence(vocabulary);
  }

  get bytes(): number {
    return this.above.bytes + this.below.bytes + this.#aboveText.length + this.#belowText.length + this.#lines.length * 64;
  }

  /** Brings the sequences up to date. */
  update(documentId: string, lexer: Lexer, prefix: string, suffix: string): void {
    if (documentId !== this.#documentId || lexer !== this.#lexer) {
      this.clear();
      this.#documentId = documentId;
      this.#lexer = lexer;
    }
    this.#updateAbove(lexer, prefix, prefix.lastIndexOf('\n') + 1);
    this.#updateBelow(lexer, suffix);
  }

  clear(): void {
    this.#documentId = '';
    this.above = new TokenSequence(this.#vocabulary);
    this.below = new TokenSequence(this.#vocabulary);
    this.#restartAbove(0);
    this.#belowText = '';
    this.#belowLines = [];
    this.belowStart = 0;
  }

  #restartAbove(offset: number): void {
    this.above.truncate(0);
    this.#aboveText = '';
    this.#aboveOffset = offset;
    this.#lines = [];
    this.state = startOfText;
  }

  #updateAbove(lexer: Lexer, prefix: string, lineStart: number): void {
    let offset = 0;
    if (lineStart > maxLiveCharacters + windowStep) {
      const wanted = Math.floor((lineStart - maxLiveCharacters) / windowStep) * windowStep;
      offset = prefix.indexOf('\n', wanted) + 1;
    }
    if (offset !== this.#aboveOffset) this.#restartAbove(offset);
    const text = prefix.slice(offset, lineStart);
    if (text === this.#aboveText) return;
    const common = commonLength(text, this.#aboveText);
    this.#cutBack(common);
    let at = this.#lines.length === 0 ? 0 : this.#endOfLines(common);
    this.#aboveText = text;
    while (at < text.length) {
      const end = text.indexOf('\n', at);
      this.#lines.push({ offset: at, length: this.above.length, state: this.state });
      this.state = writeLine(this.above, lexer, this.state, text, at, end);
      at = end + 1;
    }
    this.above.settle(Infinity);
  }

  /** Takes away the lines that are not whole within the first `common` characters. */
  #cutBack(common: number): void {
    let last = this.#lines.at(-1);
    let end = this.#aboveText.length;
    while (last !== undefined && end > common) {
      this.#lines.pop();
      this.above.truncate(last.length);
      this.state = last.state;
      end = last.offset;
      last = this.#lines.at(-1);
    }
    this.#aboveText = this.#aboveText.slice(0, end);
  }

  #endOfLines(common: number): number {
    return Math.min(common, this.#aboveText.length);
  }

  #updateBelow(lexer: Lexer, suffix: string): void {
    const lineBreak = suffix.indexOf('\n');
    const whole = lineBreak < 0 ? '' : suffix.slice(lineBreak + 1, lineBreak + 1 + maxLiveCharacters);
    if (whole === this.#belowText) {
      this.belowStart = 0;
      return;
    }
    if (this.#belowText.endsWith(whole) && this.#belowText.length - whole.length < maxLiveCharacters / 4) {
      const line = this.#belowLines.find(({ left }) => left <= whole.length);
      this.belowStart = line?.place ?? this.below.length;
      return;
    }
    this.#belowText = whole;
    this.#belowLines = [];
    this.belowStart = 0;
    this.below.truncate(0);
    let state = startOfText;
    for (let at = 0; at < whole.length;) {
      const end = whole.indexOf('\n', at);
      const place = this.below.length;
      state = writeLine(this.below, lexer, state, whole, at, end < 0 ? whole.length : end);
      this.#belowLines.push({ left: whole.length - at, place });
      at = end < 0 ? whole.length : end + 1;
    }
    writeEnd(this.below, state);
    this.below.settle(Infinity);
  }
}

function commonLength(one: string, other: string): number {
  if (one.startsWith(other)) return other.length;
  const bound = Math.min(one.length, other.length);
  let index = 0;
  while (index < bound && one.charCodeAt(index) === other.charCodeAt(index)) index += 1;
  return index;
}
