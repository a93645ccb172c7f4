import { extraOf, idMask, renumbered } from './token.ts';
import { fileStart, isLineEnd, kindOf, type Vocabulary } from './vocabulary.ts';

/** Chains by number, the surest first: of the last five tokens, the last two, the last five up to names, the last one. */
export const chainFive = 0;
export const chainTwo = 1;
export const chainRenamed = 2;
export const chainOne = 3;
export const chainCount = 4;

const nameCode = 0x1000001;
const wordInTextCode = 0x1000011;

/** The token up to names: any name of a kind is the same, any word in a comment or string, any number. */
export function renamedOf(token: number, vocabulary: Vocabulary): number {
  const id = token & idMask;
  const kind = vocabulary.kind(id);
  if (kind > kindOf.number || kind === kindOf.special) {
    if (kind !== kindOf.keyword) return id;
    return extraOf(token) === 0 ? id : wordInTextCode;
  }
  return kind === kindOf.number || extraOf(token) === 0 ? nameCode + kind : wordInTextCode;
}

/** What follows a line end alone is anything: not worth a chain. */
function isAnything(last: number): boolean {
  return last === fileStart || isLineEnd(last);
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Key of a chain for the tokens that end before `end`; they are read backward from `tokens`. */
export function chainKey(chain: number, tokens: Int32Array, end: number, vocabulary: Vocabulary): number {
  if (chain === chainOne) return mix(1, (tokens[end - 1] ?? 0) & idMask);
  if (chain === chainTwo) return mix(mix(2, (tokens[end - 1] ?? 0) & idMask), (tokens[end - 2] ?? 0) & idMask);
  let hash = 3 + chain;
  for (let index = end - 1; index >= end - 5; index -= 1) {
    const token = index < 0 ? 0 : (tokens[index] ?? 0);
    hash = mix(hash, chain === chainFive ? token & idMask : renamedOf(token, vocabulary));
  }
  return hash;
}

/**
 * Tokens one after the other, and for each of them the earlier places that came after the same tokens: chains from the newest place
 * to older ones, in typed arrays. Tokens are added and taken away at the end.
 */
export class TokenSequence {
  vocabulary: Vocabulary;
  tokens: Int32Array;
  length = 0;
  /** Places before this one are in all chains; the rest follows by `settle`. */
  #linked = 0;
  /** The chain that places are being put into, those before it have them all; where that is, and where it ends. */
  #pass = 0;
  #passAt = 0;
  #passEnd = 0;
  /** Four numbers for each place, by chain: the place before it with the same key, plus one; 0: none. */
  #links: Int32Array;
  /** A table for each chain, one after the other: the newest place of a key, plus one. */
  #heads: Int32Array;
  #headCount: number;

  constructor(vocabulary: Vocabulary, capacity = 1024, heads = headsFor(capacity)) {
    this.vocabulary = vocabulary;
    this.tokens = new Int32Array(capacity);
    this.#links = new Int32Array(capacity * chainCount);
    this.#headCount = heads;
    this.#heads = new Int32Array(heads * chainCount);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.tokens.byteLength + this.#links.byteLength + this.#heads.byteLength;
  }

  /** Makes room for `places` more within `bytes` in all; growing slowly where fast does not fit. Returns whether there is room. */
  reserve(places: number, bytes: number): boolean {
    if (this.length + places <= this.tokens.length) return true;
    for (const by of [growth, slowGrowth]) {
      const capacity = Math.max(Math.ceil(this.length * by), this.length + places);
      for (const heads of [headsFor(capacity), this.#headCount]) {
        if (bytesOf(capacity, heads) > bytes) continue;
        this.#resize(capacity, heads);
        return true;
      }
    }
    return false;
  }

  /** The newest place that came after tokens of this key, or -1. A place may be a false one: the caller compares. */
  first(chain: number, key: number): number {
    return (this.#heads[chain * this.#headCount + (key & (this.#headCount - 1))] ?? 0) - 1;
  }

  /** The next older place of the chain, or -1. */
  after(chain: number, place: number): number {
    return (this.#links[place * chainCount + chain] ?? 0) - 1;
  }

  /** Adds a token; `settle` puts it into the chains. */
  push(token: number): void {
    if (this.length === this.tokens.length) this.#resize(Math.ceil(this.length * growth));
    this.tokens[this.length] = token;
    this.length += 1;
  }

  /** Whether every place is in the chains. */
  get isSettled(): boolean {
    return this.#linked === this.length;
  }

  /**
   * Puts `places` more into a chain, or as many as are left; returns whether all are in all chains. One chain after the other: the
   * heads of one stay in the processor's cache where those of all do not, which makes it twice as fast.
   */
  settle(places: number): boolean {
    for (let left = places; left > 0 && !this.isSettled;) {
      if (this.#pass === 0 && this.#passAt === this.#linked) this.#passEnd = this.length;
      const end = Math.min(this.#passEnd, this.#passAt + left);
      this.#link(this.#pass, this.#passAt, end);
      left -= end - this.#passAt;
      this.#passAt = end;
      if (end === this.#passEnd) this.#nextPass();
    }
    return this.isSettled;
  }

  /**
   * Keeps only the given parts, in this order of places, within the same memory. The chains are empty then: call `settle`.
   *
   * @param parts beginning and end of each, ascending
   */
  keep(parts: readonly (readonly [start: number, end: number])[]): void {
    let length = 0;
    for (const [start, end] of parts) {
      this.tokens.copyWithin(length, start, end);
      length += end - start;
    }
    this.length = length;
    this.#heads.fill(0);
    this.#unlink(0);
  }

  /** Takes away what was added last, so that `length` tokens are left. */
  truncate(length: number): void {
    for (let chain = 0; chain < chainCount; chain += 1) {
      for (let place = this.#linkedIn(chain) - 1; place >= length; place -= 1) {
        if (!this.#isLinked(place, chain)) continue;
        const slot = chainKey(chain, this.tokens, place, this.vocabulary) & (this.#headCount - 1);
        this.#heads[chain * this.#headCount + slot] = this.#links[place * chainCount + chain] ?? 0;
      }
    }
    this.length = Math.min(this.length, Math.max(0, length));
    this.#unlink(this.length);
  }

  /** Gives back what was reserved for growth. */
  trim(): void {
    if (this.tokens.length > this.length + 1024) this.#resize(this.length + 512);
  }

  /** Has its tokens in another vocabulary, by their numbers in this one. The chains are empty then: call `settle`. */
  renumber(vocabulary: Vocabulary, numbers: Int32Array): void {
    this.vocabulary = vocabulary;
    const { tokens } = this;
    for (let place = 0; place < this.length; place += 1) tokens[place] = renumbered(tokens[place] ?? 0, numbers);
    this.keep([[0, this.length]]);
  }

  #isLinked(place: number, chain: number): boolean {
    if (place === 0) return false;
    const last = (this.tokens[place - 1] ?? 0) & idMask;
    return chain !== chainOne || !isAnything(last);
  }

  /** Places before this one are in the chain. */
  #linkedIn(chain: number): number {
    if (chain === this.#pass) return this.#passAt;
    return chain < this.#pass ? this.#passEnd : this.#linked;
  }

  /** Notes that no place from `length` on is in any chain. */
  #unlink(length: number): void {
    this.#linked = Math.min(this.#linked, length);
    this.#passAt = Math.min(this.#passAt, length);
    this.#passEnd = Math.min(this.#passEnd, length);
  }

  #nextPass(): void {
    this.#pass = (this.#pass + 1) % chainCount;
    if (this.#pass === 0) this.#linked = this.#passEnd;
    this.#passAt = this.#linked;
  }

  /** Puts places into a chain, by the keys that `chainKey` gives; one loop for each kind of key, since indexing consists of this. */
  #link(chain: number, from: number, end: number): void {
    const first = Math.max(1, from);
    if (chain === chainOne) this.#linkByOne(first, end);
    else if (chain === chainTwo) this.#linkByTwo(first, end);
    else this.#linkByFive(chain, first, end);
  }

  #linkByOne(from: number, end: number): void {
    const { tokens } = this;
    for (let place = from; place < end; place += 1) {
      const last = (tokens[place - 1] ?? 0) & idMask;
      if (isAnything(last)) this.#links[place * chainCount + chainOne] = 0;
      else this.#chain(place, chainOne, mix(1, last));
    }
  }

  #linkByTwo(from: number, end: number): void {
    const { tokens } = this;
    let before = (tokens[from - 2] ?? 0) & idMask;
    for (let place = from; place < end; place += 1) {
      const last = (tokens[place - 1] ?? 0) & idMask;
      this.#chain(place, chainTwo, mix(mix(2, last), before));
      before = last;
    }
  }

  #linkByFive(chain: number, from: number, end: number): void {
    const { tokens, vocabulary } = this;
    const codeAt = (place: number): number => {
      const token = tokens[place] ?? 0;
      return chain === chainFive ? token & idMask : renamedOf(token, vocabulary);
    };
    let two = codeAt(from - 2);
    let three = codeAt(from - 3);
    let four = codeAt(from - 4);
    let five = codeAt(from - 5);
    for (let place = from; place < end; place += 1) {
      const one = codeAt(place - 1);
      this.#chain(place, chain, mix(mix(mix(mix(mix(3 + chain, one), two), three), four), five));
      five = four;
      four = three;
      three = two;
      two = one;
    }
  }

  #chain(place: number, chain: number, key: number): void {
    const slot = chain * this.#headCount + (key & (this.#headCount - 1));
    this.#links[place * chainCount + chain] = this.#heads[slot] ?? 0;
    this.#heads[slot] = place + 1;
  }

  #resize(capacity: number, heads = headsFor(capacity)): void {
    const tokens = new Int32Array(capacity);
    tokens.set(this.tokens.subarray(0, this.length));
    this.tokens = tokens;
    const kept = heads === this.#headCount ? this.#links.subarray(0, this.length * chainCount) : undefined;
    const links = new Int32Array(capacity * chainCount);
    if (kept !== undefined) links.set(kept);
    this.#links = links;
    if (kept !== undefined) return;
    this.#headCount = heads;
    this.#heads = new Int32Array(heads * chainCount);
    this.#unlink(0);
  }

  /** Builds a sequence of tokens that were kept, in `bytes` if it can. Its chains are empty: call `settle`. */
  static of(vocabulary: Vocabulary, tokens: Int32Array, bytes = Infinity): TokenSequence {
    const capacity = tokens.length + 512;
    let heads = headsFor(capacity);
    while (heads > 256 && bytesOf(capacity, heads) > bytes) heads /= 2;
    const sequence = new TokenSequence(vocabulary, capacity, heads);
    sequence.tokens.set(tokens);
    sequence.length = tokens.length;
    return sequence;
  }
}

/** Arrays grow by this much, so that little of them lies idle. */
const growth = 1.25;
const slowGrowth = 1.03;

function bytesOf(capacity: number, heads: number): number {
  return 4 * chainCount * heads + 4 * (chainCount + 1) * capacity;
}

/** A power of two, about as many heads as a third to two thirds of the tokens: many share a key. */
function headsFor(capacity: number): number {
  let heads = 256;
  while (heads * 3 < capacity) heads *= 2;
  return heads;
}
