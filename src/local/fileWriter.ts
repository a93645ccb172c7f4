import type { Lexer } from './lexer.ts';
import { startOfText, writeEnd, writeLine, type WritingState } from './lineWriter.ts';
import type { Segment } from './segment.ts';
import type { TokenSequence } from './tokenSequence.ts';

/** Where files are written to. */
interface Room {
  readonly sequence: TokenSequence;
  readonly hasRoomForLine: boolean;
  readonly counts: { sampled: number };
  lexer(family: number): Lexer;
  extend(segment: Segment, end: number): void;
}

/** Writes one file in steps, so that a large one holds up nobody. */
export class FileWriter {
  readonly #store: Room;
  readonly #segment: Segment;
  readonly #text: string;
  readonly #lexer: Lexer;
  #linesLeft: number;
  #at = 0;
  #state: WritingState = startOfText;

  constructor(store: Room, segment: Segment, text: string, lines: number) {
    this.#store = store;
    this.#segment = segment;
    this.#text = text;
    this.#linesLeft = lines;
    this.#lexer = store.lexer(segment.family);
  }

  /** Writes lines of at least so many characters; returns whether the file is whole. */
  step(characters: number): boolean {
    const text = this.#text;
    const { sequence } = this.#store;
    const bound = Math.min(text.length, this.#at + characters);
    while (this.#at < bound && this.#linesLeft > 0) {
      if (!this.#store.hasRoomForLine) {
        this.#cutShort();
        break;
      }
      const lineBreak = text.indexOf('\n', this.#at);
      const end = lineBreak < 0 ? text.length : lineBreak;
      this.#state = writeLine(sequence, this.#lexer, this.#state, text, this.#at, end);
      this.#at = end + 1;
      this.#linesLeft -= 1;
    }
    const isWhole = this.#at >= text.length || this.#linesLeft <= 0;
    if (isWhole) writeEnd(sequence, this.#state);
    this.#segment.isPart = this.#at < text.length;
    this.#store.extend(this.#segment, sequence.length);
    return isWhole;
  }

  /** The store is full: what is there of the file stays. */
  #cutShort(): void {
    this.#linesLeft = 0;
    this.#store.counts.sampled += 1;
  }
}
