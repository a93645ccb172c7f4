import { hashOf, isWordCode, lineEnd, scan, shapeOf } from './token.ts';

/** Where a segment lies, seen from the cursor. `above` and `below` are the document itself. */
export type Scope = 'above' | 'below' | 'same-language' | 'other-language';

/** Most tokens of one segment, so that a position fits into two bytes. 180 KiB of code have about 46 000. */
const maxTokens = 65_000;

/** Characters of a word's beginning that find it. */
export const stemLength = 2;

/** By what a position can be found: the last two or four tokens, the last three up to names, or the beginning of the next word. */
export type ChainName = 'pair' | 'four' | 'shape' | 'stem';

/** Positions with the same key, linked from the nearest to the farthest. Position 0 means none. */
class Chain {
  readonly #heads: Uint16Array;
  readonly #next: Uint16Array;

  constructor(tokens: number) {
    let size = 64;
    while (size < tokens / 2) size *= 2;
    this.#heads = new Uint16Array(size);
    this.#next = new Uint16Array(tokens);
  }

  get bytes(): number {
    return this.#heads.byteLength + this.#next.byteLength;
  }

  add(key: number, position: number): void {
    const slot = this.#slot(key);
    this.#next[position] = this.#heads[slot] ?? 0;
    this.#heads[slot] = position;
  }

  first(key: number): number {
    return this.#heads[this.#slot(key)] ?? 0;
  }

  after(position: number): number {
    return this.#next[position] ?? 0;
  }

  #slot(key: number): number {
    return (key ^ (key >>> 16)) & (this.#heads.length - 1);
  }
}

function mix(key: number, hash: number): number {
  const mixed = Math.imul(key ^ hash, 0x9e3779b1);
  return mixed ^ (mixed >>> 13);
}

/** The key of the tokens that end at `last`, or `undefined` when there are too few. `tokens` are hashes up to names for `shape`. */
export function keyOf(chain: 'pair' | 'four' | 'shape', tokens: ArrayLike<number>, last: number): number | undefined {
  const count = chain === 'pair' ? 2 : chain === 'four' ? 4 : 3;
  if (last + 1 < count) return undefined;
  let key = count;
  for (let index = last - count + 1; index <= last; index += 1) key = mix(key, tokens[index] ?? 0);
  return key;
}

/** The key of a word by its first two characters, or `undefined` for a shorter one. */
export function stemKeyOf(text: string, start: number, end: number): number | undefined {
  return end - start < stemLength ? undefined : hashOf(text, start, start + stemLength);
}

/**
 * A piece of text cut into tokens, with chains that find the places where given tokens came before.
 * Made once per version of a document; never changed afterwards.
 */
export class Segment {
  readonly text: string;
  /** Tokens, the line end that stands before the first line included. */
  readonly length: number;
  readonly #hashes: Int32Array;
  readonly #starts: Int32Array;
  readonly #widths: Uint8Array;
  readonly #chains: Readonly<Record<ChainName, Chain>>;

  /** @param nearest which end is found first: the last for text above the cursor, the first for text below it */
  constructor(text: string, nearest: 'first' | 'last' = 'last') {
    this.text = text;
    const hashes: number[] = [lineEnd];
    const starts: number[] = [0];
    const widths: number[] = [0];
    const shapes: number[] = [lineEnd];
    scan(text, (hash, shape, start, end) => {
      hashes.push(hash);
      shapes.push(shape);
      starts.push(start);
      widths.push(Math.min(255, end - start));
      return hashes.length < maxTokens;
    });
    this.length = hashes.length;
    this.#hashes = Int32Array.from(hashes);
    this.#starts = Int32Array.from(starts);
    this.#widths = Uint8Array.from(widths);
    const chain = (): Chain => new Chain(this.length);
    this.#chains = { pair: chain(), four: chain(), shape: chain(), stem: chain() };
    const forward = nearest === 'last';
    for (let step = 1; step < this.length; step += 1) this.#link(forward ? step : this.length - step, shapes);
  }

  /** Bytes that the segment holds, its text counted as one byte per character as the engine keeps code. */
  get bytes(): number {
    const chains = Object.values(this.#chains).reduce((sum, chain) => sum + chain.bytes, 0);
    return this.text.length + this.length * 9 + chains;
  }

  hash(position: number): number {
    return this.#hashes[position] ?? 0;
  }

  /** The hash up to names; see `shapeOf`. */
  shape(position: number): number {
    const hash = this.hash(position);
    const code = this.text.charCodeAt(this.start(position));
    return hash !== lineEnd && isWordCode(code) ? shapeOf(code, hash) : hash;
  }

  start(position: number): number {
    return this.#starts[position] ?? this.text.length;
  }

  /** Where the token ends; a line-end token ends where the next line's text begins. */
  end(position: number): number {
    // Only a line end with its indentation can be longer than a byte tells; nothing but the next token follows it.
    const width = this.#widths[position] ?? 0;
    return width === 255 ? this.start(position + 1) : this.start(position) + width;
  }

  /** The positions that have the key, nearest first, at most `limit`. A position may be a false one: the caller compares. */
  find(chain: ChainName, key: number, limit: number, visit: (position: number) => void): void {
    const links = this.#chains[chain];
    let position = links.first(key);
    for (let step = 0; position !== 0 && step < limit; step += 1) {
      visit(position);
      position = links.after(position);
    }
  }

  #link(position: number, shapes: readonly number[]): void {
    const pair = keyOf('pair', this.#hashes, position);
    const four = keyOf('four', this.#hashes, position);
    const shape = keyOf('shape', shapes, position);
    if (pair !== undefined) this.#chains.pair.add(pair, position);
    if (four !== undefined) this.#chains.four.add(four, position);
    if (shape !== undefined) this.#chains.shape.add(shape, position);
    const start = this.start(position);
    if (!isWordCode(this.text.charCodeAt(start))) return;
    const stem = stemKeyOf(this.text, start, this.end(position));
    if (stem !== undefined) this.#chains.stem.add(stem, position);
  }
}
