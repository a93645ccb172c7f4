import type { BlockIndent } from './blockIndent.ts';

/** A text for the cursor and how sure it is. */
export interface Prediction {
  readonly text: string;
  /** Estimated chance that what is typed next begins with `text`, 0…1. */
  readonly confidence: number;
  /** Where the place lies that said its first token; see features.ts. Absent when none did. */
  readonly scope?: number;
}

/** Nothing to say. */
export const nothing: Prediction = { text: '', confidence: 0 };

/** Most characters of one text without lines below, and of one with them. */
const maxCharacters = 120;
const maxBlockCharacters = 1200;
/** Most lines below the current one. */
const maxLines = 12;
/** A line below is only added while the whole text is at least so likely: a wrong block costs more than a wrong word. */
const leastBlockChance = 0.15;
/** Nor is any token of it less likely: where places disagree, the block is anyone's guess. */
const leastBlockShare = 0.6;

/** A text while it is put together. Lines below the current one count only as a block that ends: half a block is worse than none. */
export class GrowingText {
  confidence = 1;
  #text = '';
  #lines = 0;
  /** The text at the end of the current line, of the last whole line, and of the block. */
  #first: Prediction | undefined;
  #whole: Prediction = nothing;
  #ended: Prediction | undefined;
  /** Nothing of the line that is being added is there yet. */
  #isLineStart = false;
  readonly #block: BlockIndent | undefined;

  constructor(block: BlockIndent | undefined) {
    this.#block = block;
  }

  /** Characters so far, without blanks at either end. */
  get length(): number {
    return this.#text.trim().length;
  }

  /** Lines below the current one are being added. */
  get isInBlock(): boolean {
    return this.#lines > 0;
  }

  get isOpen(): boolean {
    return this.#text.length < (this.#block === undefined ? maxCharacters : maxBlockCharacters);
  }

  get prediction(): Prediction {
    const prediction = this.#ended ?? (this.isInBlock ? this.#first : undefined) ?? { text: this.#text, confidence: this.confidence };
    return prediction.text.trim() === '' ? nothing : prediction;
  }

  /** Adds a token; returns false when the text ends before it. */
  add(piece: string, share: number, isClosing: boolean): boolean {
    if (this.#isLineStart && this.#block?.depth === 0 && !isClosing) {
      this.#ended = this.#whole;
      return false;
    }
    this.#isLineStart = false;
    this.#text += piece;
    this.confidence *= share;
    return !this.isInBlock || (share >= leastBlockShare && this.confidence >= leastBlockChance);
  }

  /** Ends the line; returns false when the text ends with it. */
  breakLine(lineEnd: number, share: number): boolean {
    this.#whole = { text: this.#text, confidence: this.confidence };
    this.#first ??= this.#whole;
    const block = this.#block;
    if (block === undefined) return false;
    const isClosed = this.isInBlock && block.depth === 0;
    const broken = isClosed ? undefined : block.lineBreak(lineEnd);
    if (broken === undefined) {
      if (this.isInBlock) this.#ended = this.#whole;
      return false;
    }
    if ((!this.isInBlock && block.depth === 0) || this.#lines === maxLines || this.confidence * share < leastBlockChance) return false;
    this.#text += broken;
    this.confidence *= share;
    this.#lines += 1;
    this.#isLineStart = true;
    return true;
  }
}
