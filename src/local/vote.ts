import type { CursorContext } from './cursorContext.ts';
import * as feature from './features.ts';
import { featuresOfEach, type Neighbours } from './neighbours.ts';
import { idMask, spaceBit } from './token.ts';
import { noToken, type Vocabulary } from './vocabulary.ts';

/** Most different tokens that are voted for. */
const maxOptions = 96;

/** Counts what the neighbours would put next, each by its weight. */
export class Vote {
  optionCount = 0;
  /** What is voted for: number and space bit. */
  readonly keys = new Int32Array(maxOptions);
  readonly sums = new Float64Array(maxOptions);
  /** The neighbour with most weight of each option; -1: the begun word taken as whole. */
  readonly best = new Int32Array(maxOptions);
  readonly #bestWeights = new Float64Array(maxOptions);
  readonly #counts = new Int32Array(maxOptions);
  /** Weight of all options together and of "something that none of them says". */
  total = 0;
  /** Weight of all options together. */
  cast = 0;
  /** Set, for fitting: each vote is also kept, with the end of its features and its option (-1: for nothing of all this). */
  recorded: { features: number[]; ends: number[]; options: number[] } | undefined;
  readonly #weights: Float64Array;
  readonly #vocabulary: Vocabulary;

  constructor(weights: Float64Array, vocabulary: Vocabulary) {
    this.#weights = weights;
    this.#vocabulary = vocabulary;
  }

  /** Counts the votes for the next token; `step` is how many were decided before. */
  count(neighbours: Neighbours, context: CursorContext, step: number): void {
    this.optionCount = 0;
    let total = 0;
    let best = -1;
    for (let index = 0; index < neighbours.count; index += 1) {
      const option = this.#optionOf(neighbours.votes[index] ?? 0);
      if (option < 0) continue;
      const weight = this.#weigh(neighbours, index, option);
      total += weight;
      this.#cast(option, index, weight);
      if (best < 0 || (neighbours.exact[index] ?? 0) > (neighbours.exact[best] ?? 0)) best = index;
    }
    if (step === 0 && context.partial !== '') total += this.#castWhole(context);
    this.cast = total;
    this.total = total + this.#weighNothing(neighbours, best, context, step);
  }

  /** Share of the votes that an option has, which is the chance that it is right. */
  share(option: number): number {
    return (this.sums[option] ?? 0) / this.total;
  }

  /** Share of the votes that the option has of those that are for something. */
  agreement(option: number): number {
    return (this.sums[option] ?? 0) / Math.max(1e-9, this.cast);
  }

  /** The option with most votes that is not `except`, or -1. */
  winner(except = -1): number {
    let best = -1;
    for (let option = 0; option < this.optionCount; option += 1) {
      if (option !== except && (best < 0 || (this.sums[option] ?? 0) > (this.sums[best] ?? 0))) best = option;
    }
    return best;
  }

  #optionOf(key: number): number {
    for (let option = 0; option < this.optionCount; option += 1) if (this.keys[option] === key) return option;
    if (this.optionCount === maxOptions) return -1;
    const option = this.optionCount;
    this.optionCount = option + 1;
    this.keys[option] = key;
    this.sums[option] = 0;
    this.best[option] = -1;
    this.#bestWeights[option] = 0;
    this.#counts[option] = 0;
    return option;
  }

  #cast(option: number, index: number, weight: number): void {
    this.sums[option] = (this.sums[option] ?? 0) + weight;
    if (weight <= (this.#bestWeights[option] ?? 0)) return;
    this.#bestWeights[option] = weight;
    this.best[option] = index;
  }

  #weigh(neighbours: Neighbours, index: number, option: number): number {
    const weights = this.#weights;
    const start = index * featuresOfEach;
    const end = start + (neighbours.featureCounts[index] ?? 0);
    let sum = 0;
    for (let at = start; at < end; at += 1) sum += weights[neighbours.features[at] ?? 0] ?? 0;
    const before = this.#counts[option] ?? 0;
    this.#counts[option] = before + 1;
    const rank = feature.offsets.rankInOption + feature.logBin(before, 5) * 3 + feature.exactGroup(neighbours.exact[index] ?? 0);
    sum += weights[rank] ?? 0;
    if (this.recorded !== undefined) this.#record([...neighbours.features.subarray(start, end), rank], option);
    return Math.exp(sum);
  }

  /** The begun word may be whole. */
  #castWhole(context: CursorContext): number {
    const { partial } = context;
    const known = this.#vocabulary.find(partial);
    const id = known === noToken ? this.#vocabulary.unknown(partial) : known;
    const option = this.#optionOf(id | (context.isSpaced ? spaceBit : 0));
    if (option < 0) return 0;
    const { offsets } = feature;
    const features = [
      offsets.whole + feature.partialBin(partial.length) * 2 + (known === noToken ? 0 : 1),
      offsets.wholeKind + this.#vocabulary.kind(id),
    ];
    const weight = Math.exp(this.#sum(features));
    if (this.recorded !== undefined) this.#record(features, option);
    this.#cast(option, -1, weight);
    return weight;
  }

  #weighNothing(neighbours: Neighbours, best: number, context: CursorContext, step: number): number {
    const { offsets } = feature;
    const later = Math.min(2, step);
    const exact = best < 0 ? 0 : (neighbours.exact[best] ?? 0);
    const features = [
      offsets.nothingStep + later,
      offsets.nothingExact + feature.exactBin(exact) * 3 + later,
      offsets.nothingPartial + feature.partialBin(context.partial.length) * 3 + (context.partial === '' ? 0 : context.isWord ? 1 : 2),
      offsets.nothingLastKind + this.#vocabulary.kind(context.back(0) & idMask),
      offsets.nothingMode + context.mode,
      offsets.nothingCount + feature.logBin(neighbours.count, 6),
    ];
    if (best >= 0) features.push(offsets.nothingScope + (neighbours.scopes[best] ?? 0));
    if (this.recorded !== undefined) this.#record(features, -1);
    return Math.exp(this.#sum(features));
  }

  #sum(features: readonly number[]): number {
    let sum = 0;
    for (const number of features) sum += this.#weights[number] ?? 0;
    return sum;
  }

  #record(features: readonly number[], option: number): void {
    this.recorded?.features.push(...features);
    this.recorded?.ends.push(this.recorded.features.length);
    this.recorded?.options.push(option);
  }
}
