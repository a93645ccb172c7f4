import type { Alignment } from './alignment.ts';
import type { CursorContext } from './cursorContext.ts';
import * as feature from './features.ts';
import { asWritten, renamedPart, renamedWhole } from './renaming.ts';
import { idMask, spaceBit } from './token.ts';
import type { TokenSequence } from './tokenSequence.ts';
import { isLineEnd, kindOf, noToken, type Vocabulary } from './vocabulary.ts';

/** A place that is like the one at the cursor, as far as it is known when it is described. */
export interface FoundPlace {
  readonly sequence: TokenSequence;
  readonly place: number;
  /** Number and space bit of what it would put next. */
  readonly vote: number;
  readonly scope: number;
  /** See features.ts. */
  readonly foundBy: number;
  /** Files that were written after its own; `undefined` in the document itself. */
  readonly age: number | undefined;
  /** Where the lines below the cursor begin. */
  readonly belowStart: number;
}

/** Puts a place into features. */
export class Description {
  readonly #vocabulary: Vocabulary;
  readonly #alignment: Alignment;

  constructor(vocabulary: Vocabulary, alignment: Alignment) {
    this.#vocabulary = vocabulary;
    this.#alignment = alignment;
  }

  /** Writes the features of a place that was just aligned with the cursor, from `from` on; returns how many. */
  write(features: Uint16Array, from: number, found: FoundPlace, context: CursorContext): number {
    const { sequence, place, vote, scope, foundBy, age, belowStart } = found;
    const token = sequence.tokens[place] ?? 0;
    const { offsets } = feature;
    const { exact, fuzzy, renamed } = this.#alignment;
    const vocabulary = this.#vocabulary;
    const group = feature.exactGroup(exact);
    const id = vote & idMask;
    const kind = vocabulary.kind(id);
    const { partial } = context;
    const typed = feature.partialBin(partial.length);
    const overlap = feature.logBin(this.#alignment.overlap(sequence.tokens, place, context), 7);
    let at = from;
    features[at++] = offsets.exactInScope + feature.exactBin(exact) * 6 + scope;
    features[at++] = offsets.fuzzy + feature.fuzzyBin(fuzzy) * 3 + group;
    if (age === undefined) {
      const distance = scope === feature.scopeAbove ? sequence.length - place : place - belowStart;
      features[at++] = offsets.distance + Math.max(0, feature.logBin(distance, 12) - 4) * 2 + scope;
      features[at++] = offsets.overlapLive + overlap;
    } else {
      features[at++] = offsets.age + feature.logBin(age >> 1, 5);
      features[at++] = offsets.overlapStore + overlap;
    }
    const inLine = context.length - context.lineStart - 1;
    const isSameStart = exact > inLine || this.#alignment.tokensInLine(sequence.tokens, place) === inLine;
    features[at++] = offsets.lineShape + Math.min(4, inLine) * 2 + (isSameStart ? 1 : 0);
    features[at++] = offsets.kind + kind * 3 + group;
    const how = renamed === noToken ? asWritten : renamed === this.#wholeName(context, renamed) ? renamedWhole : renamedPart;
    features[at++] = offsets.renamed + how * 3 + group;
    if (partial !== '') {
      features[at++] = offsets.partialRest + typed * 5 + feature.restBin(vocabulary.length(id) - partial.length);
      features[at++] = offsets.partialExact + typed * 3 + group;
    }
    if (kind === kindOf.close) features[at++] = offsets.bracket + (this.#opens(context) ? 1 : 0) + (exact > 2 ? 2 : 0);
    features[at++] = offsets.foundBy + foundBy;
    const spaced = (token & spaceBit) !== 0 && !isLineEnd(id);
    if (context.isSpaced || partial !== '') features[at++] = offsets.space + (spaced === context.isSpaced ? 0 : spaced ? 1 : 2);
    features[at++] = offsets.mode + (context.mode === 0 ? 0 : 2) + (isLineEnd(id) || ((token >>> 24) & 3) === context.mode ? 0 : 1);
    if (!isLineEnd(id) && id === (context.back(0) & idMask)) features[at++] = offsets.repeated + (kind <= kindOf.constant ? 0 : 1);
    return at - from;
  }

  /** Whether a bracket of the current line is still open. */
  #opens(context: CursorContext): boolean {
    let depth = 0;
    for (let place = context.length - 1; place > context.lineStart; place -= 1) {
      const kind = this.#vocabulary.kind((context.tokens[place] ?? 0) & idMask);
      if (kind === kindOf.close) depth -= 1;
      else if (kind === kindOf.open) depth += 1;
      if (depth > 0) return true;
    }
    return false;
  }

  #wholeName(context: CursorContext, renamed: number): number {
    return context.has(renamed) ? renamed : noToken;
  }
}
