import type { BlockIndent } from './blockIndent.ts';
import type { CursorContext } from './cursorContext.ts';
import * as feature from './features.ts';
import { inStore, maxNeighbours, type Neighbours } from './neighbours.ts';
import { idMask, spaceBit } from './token.ts';
import { GrowingText, nothing, type Prediction } from './prediction.ts';
import { isLineEnd, isUnknown, kindOf, type Vocabulary } from './vocabulary.ts';
import type { Vote } from './vote.ts';

/** How a text is ended: where going on would cost more than it brings, or at the end of the line. */
export type Extent = 'gain' | 'line';

/** How a text is put together. */
export interface Manner {
  readonly extent: Extent;
  /** A text that becomes less likely than this is given up. Default 0. */
  readonly least?: number;
  /** Lines below the current one are welcome, indented by this. */
  readonly block?: BlockIndent | undefined;
}

/** Most tokens of one text. */
const maxSteps = 24;
const maxBlockSteps = 120;
/** A token that is less sure than this ends the text, in either extent. */
const leastShare = 0.12;
/** The whole text is not followed below this chance. */
const leastChance = 0.15;
/** What a wrong end costs, in texts of the length so far; see `goesOn`. */
const endCost = 1;
/** Places agree when so much of their votes is for one token; it is added then when its chance is at least this. */
const agreed = 0.98;
const agreedShare = 0.5;
/** A second beginning is followed when its share is at least this. */
const secondShare = 0.12;

interface Beginning {
  readonly key: number;
  readonly lineEnd: number;
  readonly share: number;
  /** Of the place with most weight; `undefined` when the begun word is taken as whole. */
  readonly scope: number | undefined;
  readonly where: Uint8Array;
  readonly places: Int32Array;
  readonly count: number;
}

/** Puts a text together token by token: the neighbours that were right about a token are asked for the next one, and new ones join. */
export class Decoder {
  readonly #vocabulary: Vocabulary;
  readonly #neighbours: Neighbours;
  readonly #vote: Vote;
  readonly #where = new Uint8Array(maxNeighbours);
  readonly #places = new Int32Array(maxNeighbours);
  #carried = 0;

  constructor(vocabulary: Vocabulary, neighbours: Neighbours, vote: Vote) {
    this.#vocabulary = vocabulary;
    this.#neighbours = neighbours;
    this.#vote = vote;
  }

  /** The text that is worth most, of those that begin with the two likeliest tokens. */
  decode(context: CursorContext, manner: () => Manner): Prediction {
    this.#ask(context, 0);
    const first = this.#vote.winner();
    if (first < 0) return nothing;
    const second = this.#vote.winner(first);
    const beginnings = [this.#beginning(first)];
    if (second >= 0 && this.#vote.share(second) >= secondShare) beginnings.push(this.#beginning(second));
    let best = nothing;
    let bestWorth = 0;
    for (const beginning of beginnings) {
      const how = manner();
      const found = this.#follow(context, beginning, how);
      const worth = how.extent === 'line' ? found.confidence : found.confidence * (found.text.trim().length - 0.5);
      if (worth <= bestWorth) continue;
      best = beginning.scope === undefined ? found : { ...found, scope: beginning.scope };
      bestWorth = worth;
    }
    return best;
  }

  /** Goes along a text that is known, asking at each token: for fitting the weights. `choose` gets the vote and says which token comes. */
  walk(context: CursorContext, choose: (vote: Vote, step: number) => number | undefined): void {
    const { length, partial, isSpaced, hasText } = context;
    for (let step = 0; step < maxSteps; step += 1) {
      this.#ask(context, step);
      const key = choose(this.#vote, step);
      if (key === undefined) break;
      this.#carry(key);
      this.#advance(context, key);
    }
    this.#carried = 0;
    Object.assign(context, { length, partial, isSpaced, hasText });
  }

  /** Asks for the token at the end of the context. */
  #ask(context: CursorContext, step: number): void {
    const neighbours = this.#neighbours;
    neighbours.begin();
    for (let index = 0; index < this.#carried; index += 1) {
      neighbours.add(this.#where[index] ?? 0, (this.#places[index] ?? 0) + 1, feature.foundBefore, context);
    }
    neighbours.collect(context, step === 0);
    this.#vote.count(neighbours, context, step);
  }

  #beginning(option: number): Beginning {
    const share = this.#vote.share(option);
    const key = this.#vote.keys[option] ?? 0;
    const best = this.#vote.best[option] ?? -1;
    const lineEnd = this.#neighbours.tokenAt(best);
    const scope = this.#neighbours.scopes[best];
    this.#carry(key);
    return {
      key,
      lineEnd,
      share,
      scope,
      where: this.#where.slice(0, this.#carried),
      places: this.#places.slice(0, this.#carried),
      count: this.#carried,
    };
  }

  /** Keeps the neighbours that voted for the token. */
  #carry(key: number): void {
    const neighbours = this.#neighbours;
    let count = 0;
    for (let index = 0; index < neighbours.count; index += 1) {
      if (neighbours.votes[index] !== key) continue;
      this.#where[count] = neighbours.where[index] ?? inStore;
      this.#places[count] = neighbours.places[index] ?? 0;
      count += 1;
    }
    this.#carried = count;
  }

  #follow(context: CursorContext, beginning: Beginning, { extent, least = 0, block }: Manner): Prediction {
    const { length, partial, isSpaced, hasText } = context;
    this.#where.set(beginning.where);
    this.#places.set(beginning.places);
    this.#carried = beginning.count;
    let { key, share } = beginning;
    let lineEnd = beginning.lineEnd;
    let agreement = 0;
    const text = new GrowingText(block);
    for (let step = 1; step <= (block === undefined ? maxSteps : maxBlockSteps) && text.isOpen && text.confidence >= least; step += 1) {
      if (isLineEnd(key & idMask)) {
        if (!context.hasText || !text.breakLine(lineEnd, share)) break;
        this.#advance(context, lineEnd);
        context.hasText = false;
      } else {
        if (step > 1 && !text.isInBlock && !goesOn(share, agreement, text, extent)) break;
        if (!text.add(this.pieceOf(key, context), share, this.#vocabulary.kind(key & idMask) === kindOf.close)) break;
        this.#advance(context, key);
      }
      this.#ask(context, step);
      const winner = this.#vote.winner();
      if (winner < 0) break;
      key = this.#vote.keys[winner] ?? 0;
      share = this.#vote.share(winner);
      agreement = this.#vote.agreement(winner);
      lineEnd = this.#neighbours.tokenAt(this.#vote.best[winner] ?? -1);
      this.#carry(key);
    }
    this.#carried = 0;
    Object.assign(context, { length, partial, isSpaced, hasText });
    return text.confidence < least ? nothing : text.prediction;
  }

  #advance(context: CursorContext, key: number): void {
    context.push(key);
    context.partial = '';
    context.isSpaced = false;
    context.hasText = true;
  }

  /** What the token adds to the text at the end of the context. */
  pieceOf(key: number, context: CursorContext): string {
    const id = key & idMask;
    if (context.partial !== '') return isUnknown(id) ? '' : this.#vocabulary.text(id).slice(context.partial.length);
    const space = (key & spaceBit) !== 0 && !context.isSpaced ? ' ' : '';
    return space + this.#vocabulary.text(id);
  }
}

/**
 * Whether a further token is worth adding. A text that is taken costs one key, so ending early costs at most a second key, and going
 * on costs, when it is wrong, all that the text would have saved: worth it above a chance of 1 - 1 / length. Where no place says
 * otherwise it goes on for less, since people would rather have whole lines.
 */
function goesOn(share: number, agreement: number, { confidence, length }: GrowingText, extent: Extent): boolean {
  if (extent === 'line') return true;
  if (share < leastShare || confidence * share < leastChance) return false;
  return length < 2 || share > 1 - endCost / length || (share >= agreedShare && agreement >= agreed);
}
