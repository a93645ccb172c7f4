import type { CursorContext } from './cursorContext.ts';
import type { Renaming } from './renaming.ts';
import { idMask } from './token.ts';
import { renamedOf } from './tokenSequence.ts';
import { fileStart, isLineEnd, kindOf, noToken, type Vocabulary } from './vocabulary.ts';

/** Equal tokens that are counted, and after them tokens equal up to names. */
const maxExact = 48;
const maxFuzzy = 16;
/** Tokens before a place whose words are compared with those before the cursor. */
const overlapTokens = 40;

/** What comes before a place, compared with what comes before the cursor. */
export class Alignment {
  /** Equal tokens directly before. */
  exact = 0;
  /** Tokens before those that are equal up to names. */
  fuzzy = 0;
  /** What the token at the place is called at the cursor, or `noToken`: by a name that stands for it. */
  renamed = noToken;
  readonly #vocabulary: Vocabulary;
  readonly #renaming: Renaming;

  constructor(vocabulary: Vocabulary, renaming: Renaming) {
    this.#vocabulary = vocabulary;
    this.#renaming = renaming;
  }

  /** Compares backward from `place`, the token at which is what would come next. */
  compare(tokens: Int32Array, place: number, context: CursorContext): void {
    const here = context.tokens;
    const next = (tokens[place] ?? 0) & idMask;
    const nextKind = this.#vocabulary.kind(next);
    const isName = nextKind >= kindOf.name && nextKind <= kindOf.constant;
    const most = Math.min(place, context.length, maxExact);
    let back = 1;
    let isConfirmed = false;
    for (; back <= most; back += 1) {
      const one = (tokens[place - back] ?? 0) & idMask;
      if (one !== ((here[context.length - back] ?? 0) & idMask)) break;
      if (one === next) isConfirmed = true;
      if (one === fileStart) {
        back += 1;
        break;
      }
    }
    this.exact = back - 1;
    this.fuzzy = 0;
    this.renamed = noToken;
    this.#renaming.begin();
    if (back <= most) this.#goOn(tokens, place, context, back, isName && !isConfirmed ? next : noToken);
  }

  /** Goes on comparing up to names. */
  #goOn(tokens: Int32Array, place: number, context: CursorContext, from: number, next: number): void {
    const here = context.tokens;
    const most = Math.min(place, context.length, from + maxFuzzy);
    let isOpen = next !== noToken;
    let back = from;
    for (; back <= most; back += 1) {
      const one = tokens[place - back] ?? 0;
      const other = here[context.length - back] ?? 0;
      const id = one & idMask;
      if (id === (other & idMask)) {
        if (id === fileStart) break;
        if (id === next) isOpen = false;
        continue;
      }
      if (renamedOf(one, this.#vocabulary) !== renamedOf(other, this.#vocabulary)) break;
      const kind = this.#vocabulary.kind(id);
      if (kind < kindOf.name || kind > kindOf.constant) continue;
      if (isOpen && id === next) {
        this.renamed = other & idMask;
        isOpen = false;
      }
      this.#renaming.pair(one, other);
    }
    this.fuzzy = back - from;
    if (isOpen && this.fuzzy > 0) this.renamed = this.#renaming.partly(next);
  }

  /** How many of the names before the place also stand before the cursor. */
  overlap(tokens: Int32Array, place: number, context: CursorContext): number {
    let count = 0;
    for (let index = Math.max(0, place - overlapTokens); index < place; index += 1) {
      const id = (tokens[index] ?? 0) & idMask;
      if (context.has(id) && id !== ((tokens[index - 2] ?? 0) & idMask)) count += 1;
    }
    return count;
  }

  /** How many tokens of the line stand before the place, at most 40. */
  tokensInLine(tokens: Int32Array, place: number): number {
    let count = 0;
    while (count < 40 && place - 1 - count >= 0) {
      const id = (tokens[place - 1 - count] ?? 0) & idMask;
      if (id === fileStart || isLineEnd(id)) break;
      count += 1;
    }
    return count;
  }
}
