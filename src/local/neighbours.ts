import type { Alignment } from './alignment.ts';
import type { CursorContext } from './cursorContext.ts';
import { Description } from './description.ts';
import * as feature from './features.ts';
import type { LiveDocument } from './liveDocument.ts';
import { idMask, spaceBit } from './token.ts';
import { chainCount, chainFive, chainKey, chainOne, chainRenamed, chainTwo, type TokenSequence } from './tokenSequence.ts';
import type { Segment } from './segment.ts';
import type { TokenStore } from './tokenStore.ts';
import { fileStart, isLineEnd, lineEndSame, noToken } from './vocabulary.ts';

/** Where a neighbour lies. */
export const inAbove = 0;
export const inBelow = 1;
export const inStore = 2;

/** Most neighbours at once. */
export const maxNeighbours = 320;
/** Most features of one. */
export const featuresOfEach = 24;

/** By chain: how many neighbours are taken of the document and of the store, and how many places are looked at for them. */
const limits = [
  { live: 16, store: 24, steps: 64, partialSteps: 96 },
  { live: 16, store: 24, steps: 80, partialSteps: 200 },
  { live: 12, store: 12, steps: 32, partialSteps: 48 },
  { live: 16, store: 16, steps: 48, partialSteps: 240 },
] as const;
/** The same while going on, when the neighbours that were right are carried along. */
const laterLimit = { live: 8, store: 8, steps: 24, partialSteps: 24 } as const;

/** Tokens above and below that are searched for a begun word, steps through the vocabulary, and words taken of each. */
const wordScan = 400;
const vocabularySteps = 160;
const maxWords = 12;
/** Keys share a chain; a word is looked for over so many places. */
const wordSteps = 12;

/** The places in the code that are most like the one at the cursor, each with what it would put there. */
export class Neighbours {
  count = 0;
  readonly where = new Uint8Array(maxNeighbours);
  readonly places = new Int32Array(maxNeighbours);
  /** What each would put next: number and space bit; all line ends are one. */
  readonly votes = new Int32Array(maxNeighbours);
  readonly exact = new Uint8Array(maxNeighbours);
  readonly scopes = new Uint8Array(maxNeighbours);
  readonly features = new Uint16Array(maxNeighbours * featuresOfEach);
  readonly featureCounts = new Uint8Array(maxNeighbours);
  readonly #store: TokenStore;
  readonly #live: LiveDocument;
  readonly #alignment: Alignment;
  readonly #description: Description;
  readonly #seen = new Int32Array(1024);
  readonly #seenIn = new Int32Array(1024);
  #round = 0;
  #documentPath = '';
  #family = 0;
  #folder = '';
  #stem = '';
  #documentRound = 0;

  constructor(store: TokenStore, live: LiveDocument, alignment: Alignment) {
    this.#store = store;
    this.#live = live;
    this.#alignment = alignment;
    this.#description = new Description(store.vocabulary, alignment);
  }

  /** The document whose neighbours are looked for; its own kept version is left out. */
  enter(path: string, family: number, folder: string, stem: string): void {
    if (path === this.#documentPath && family === this.#family) return;
    this.#documentPath = path;
    this.#family = family;
    this.#folder = folder;
    this.#stem = stem;
    this.#documentRound += 1;
  }

  begin(): void {
    this.count = 0;
    this.#round += 1;
  }

  /** Adds the places that the chains know; `isFirst` is the token at the cursor itself. */
  collect(context: CursorContext, isFirst: boolean): void {
    const { vocabulary } = this.#store;
    for (let chain = 0; chain < chainCount; chain += 1) {
      if (!isFirst && (chain === chainOne || (chain === chainRenamed && this.count > 24))) continue;
      const limit = isFirst ? (limits[chain] ?? laterLimit) : laterLimit;
      const last = context.back(0) & idMask;
      if (chain === chainOne && (last === fileStart || isLineEnd(last))) continue;
      const key = chainKey(chain, context.tokens, context.length, vocabulary);
      const steps = context.partial === '' ? limit.steps : limit.partialSteps;
      this.#walk(this.#live.above, inAbove, chain, key, limit.live, steps, context);
      this.#walk(this.#live.below, inBelow, chain, key, limit.live, steps, context);
      this.#walk(this.#store.sequence, inStore, chain, key, limit.store, steps, context);
    }
    if (isFirst && context.partial !== '' && context.isWord) this.#collectWords(context);
  }

  /** The token that stands at a neighbour's place, as it is stored there; 0 when there is none. */
  tokenAt(index: number): number {
    return index < 0 ? 0 : (this.#sequenceOf(this.where[index] ?? 0).tokens[this.places[index] ?? 0] ?? 0);
  }

  /** Adds one place if it lets the begun word be; returns whether it did. */
  add(where: number, place: number, foundBy: number, context: CursorContext): boolean {
    if (this.count >= maxNeighbours || this.#isKnown(where, place)) return false;
    const sequence = this.#sequenceOf(where);
    if (place >= sequence.length || (where === inBelow && place < this.#live.belowStart)) return false;
    const { vocabulary } = this.#store;
    const token = sequence.tokens[place] ?? 0;
    const id = token & idMask;
    if (id === fileStart) return false;
    const { partial } = context;
    const begins = partial === '' || vocabulary.beginsWith(id, partial);
    if (!begins && foundBy !== chainRenamed && foundBy !== feature.foundBefore) return false;
    const segment = where === inStore ? this.#store.segmentAt(place) : undefined;
    if (where === inStore && (segment === undefined || segment.isDead || segment.path === this.#documentPath)) return false;
    const last = place === 0 ? 0 : (sequence.tokens[place - 1] ?? 0) & idMask;
    if (foundBy <= chainOne && foundBy !== chainRenamed && last !== (context.back(0) & idMask)) return false;
    this.#alignment.compare(sequence.tokens, place, context);
    if (this.#isFalse(foundBy)) return false;
    const vote = this.#voteOf(token, id, begins, context);
    if (vote === noToken) return false;
    this.#know(where, place);
    const index = this.count;
    this.count = index + 1;
    this.where[index] = where;
    this.places[index] = place;
    this.votes[index] = vote;
    this.exact[index] = this.#alignment.exact;
    this.scopes[index] = where === inStore && segment !== undefined ? this.#scopeOf(segment) : where;
    this.featureCounts[index] = this.#description.write(
      this.features,
      index * featuresOfEach,
      {
        sequence,
        place,
        vote,
        scope: this.scopes[index] ?? 0,
        foundBy,
        age: segment === undefined ? undefined : this.#store.newest - segment.age,
        belowStart: this.#live.belowStart,
      },
      context,
    );
    return true;
  }

  #voteOf(token: number, id: number, begins: boolean, context: CursorContext): number {
    const { vocabulary } = this.#store;
    const { partial } = context;
    if (isLineEnd(id)) return partial === '' ? lineEndSame : noToken;
    const { renamed } = this.#alignment;
    // What is already typed decides about the space; votes that differ only in it are for the same text.
    const isDecided = partial !== '' || context.isSpaced || !context.hasText;
    const space = isDecided ? (context.isSpaced ? spaceBit : 0) : token & spaceBit;
    if (renamed !== noToken && (partial === '' || vocabulary.beginsWith(renamed, partial))) return renamed | space;
    if (!begins) return noToken;
    this.#alignment.renamed = noToken;
    return id | space;
  }

  #sequenceOf(where: number): TokenSequence {
    return where === inAbove ? this.#live.above : where === inBelow ? this.#live.below : this.#store.sequence;
  }

  #walk(sequence: TokenSequence, where: number, chain: number, key: number, most: number, steps: number, context: CursorContext): void {
    let place = sequence.first(chain, key);
    let added = 0;
    for (let step = 0; place >= 0 && step < steps && added < most; step += 1) {
      if (this.add(where, place, chain, context)) added += 1;
      place = sequence.after(chain, place);
    }
  }

  /** Adds places of words that begin with the begun one, wherever they stand: near ones first, then any of the vocabulary. */
  #collectWords(context: CursorContext): void {
    const { partial } = context;
    const { vocabulary } = this.#store;
    const { above, below, belowStart } = this.#live;
    let added = 0;
    for (let place = above.length - 1, end = Math.max(0, place - wordScan); place >= end && added < maxWords; place -= 1) {
      if (vocabulary.beginsWith((above.tokens[place] ?? 0) & idMask, partial) && this.add(inAbove, place, feature.foundInDocument, context))
        added += 1;
    }
    const last = Math.min(below.length, belowStart + wordScan / 2);
    for (let place = belowStart; place < last && added < maxWords; place += 1) {
      if (vocabulary.beginsWith((below.tokens[place] ?? 0) & idMask, partial) && this.add(inBelow, place, feature.foundInDocument, context))
        added += 1;
    }
    added = 0;
    vocabulary.wordsWith(partial, vocabularySteps, (id) => {
      const place = this.#lastPlaceOf(id);
      if (place >= 0 && this.add(inStore, place, feature.foundInVocabulary, context)) added += 1;
      return added < maxWords;
    });
  }

  /** The newest place of a word in the store, or -1: the one before what came after it. */
  #lastPlaceOf(id: number): number {
    const { vocabulary, sequence } = this.#store;
    wordToken[0] = id;
    let after = sequence.first(chainOne, chainKey(chainOne, wordToken, 1, vocabulary));
    for (let step = 0; after > 0 && step < wordSteps; step += 1) {
      if (((sequence.tokens[after - 1] ?? 0) & idMask) === id) return after - 1;
      after = sequence.after(chainOne, after);
    }
    return -1;
  }

  /** Whether the place is in the chain only because another key shares its head. */
  #isFalse(foundBy: number): boolean {
    const { exact, fuzzy } = this.#alignment;
    return (foundBy === chainFive && exact < 4) || (foundBy === chainTwo && exact < 2) || (foundBy === chainRenamed && exact + fuzzy < 4);
  }

  #isKnown(where: number, place: number): boolean {
    const key = place * 4 + where;
    let slot = Math.imul(key, 0x9e3779b1) >>> 22;
    while (this.#seenIn[slot] === this.#round) {
      if (this.#seen[slot] === key) return true;
      slot = (slot + 1) & 1023;
    }
    return false;
  }

  /** Notes a place as taken; there are fewer of them than slots. */
  #know(where: number, place: number): void {
    const key = place * 4 + where;
    let slot = Math.imul(key, 0x9e3779b1) >>> 22;
    while (this.#seenIn[slot] === this.#round) slot = (slot + 1) & 1023;
    this.#seenIn[slot] = this.#round;
    this.#seen[slot] = key;
  }

  #scopeOf(segment: Segment): number {
    if (segment.scopeIn === this.#documentRound) return segment.scope;
    segment.scopeIn = this.#documentRound;
    segment.scope =
      segment.family !== this.#family
        ? feature.scopeOther
        : segment.stem === this.#stem
          ? feature.scopeSibling
          : segment.folder === this.#folder
            ? feature.scopeFolder
            : feature.scopeFamily;
    return segment.scope;
  }
}

const wordToken = new Int32Array(1);
