import { renumbered } from './token.ts';
import { TokenSequence } from './tokenSequence.ts';
import { storeBounds } from './storeBounds.ts';
import { bytesOfSegment, TokenStore } from './tokenStore.ts';
import { Vocabulary } from './vocabulary.ts';

/** "FSLI" and the version of the format; any change of the format or of what tokens mean counts it up. */
const magic = 0x46534c49;
export const imageVersion = 1;
/** Magic, version, checksum, bytes of names, tokens, words, characters. */
const headerInts = 7;

interface NamedSegment {
  readonly path: string;
  readonly stamp: string;
  readonly family: number;
  readonly length: number;
}

/** The store as bytes, without what is dead or not to be kept. Chains are not kept: linking them again is faster than reading them. */
export function encodeStore(store: TokenStore): Uint8Array {
  // What is there of a file in part would be taken for whole, also where there is room for all of it.
  const alive = store.segments.filter(({ isDead, isPart, stamp, start, end }) => !isDead && !isPart && stamp !== '' && end > start);
  const names = alive.map(({ path, stamp, family, start, end }): NamedSegment => ({ path, stamp, family, length: end - start }));
  const namesBytes = new TextEncoder().encode(JSON.stringify(names));
  // The words of files that are not kept stay behind, too.
  const kept = store.sequence.tokens;
  const numbers = store.wordsOf(alive);
  const { starts, characters } = store.vocabulary.parts(numbers);
  const tokens = alive.reduce((sum, { start, end }) => sum + end - start, 0);
  const namesInts = Math.ceil(namesBytes.length / 4);
  const characterInts = Math.ceil(characters.length / 2);
  const ints = new Int32Array(headerInts + namesInts + tokens + starts.length + characterInts);
  const bytes = new Uint8Array(ints.buffer);
  ints.set([magic, imageVersion, 0, namesBytes.length, tokens, starts.length, characters.length]);
  bytes.set(namesBytes, headerInts * 4);
  let at = headerInts + namesInts;
  for (const { start, end } of alive) {
    for (let place = start; place < end; place += 1, at += 1) ints[at] = renumbered(kept[place] ?? 0, numbers);
  }
  ints.set(starts, at);
  new Uint16Array(ints.buffer, (at + starts.length) * 4, characters.length).set(characters);
  ints[2] = checksumOf(ints);
  return bytes;
}

/** The store of such bytes, its chains still to be settled; `undefined` when they are not whole, not ours or of another version. */
export function decodeStore(image: Uint8Array, bounds = storeBounds): TokenStore | undefined {
  if (image.byteLength % 4 !== 0 || image.byteLength < headerInts * 4) return undefined;
  // A view needs an address that is a multiple of four.
  const { buffer, byteOffset, byteLength } = image.byteOffset % 4 === 0 ? image : new Uint8Array(image);
  const ints = new Int32Array(buffer, byteOffset, byteLength / 4);
  const [foundMagic, version, checksum, namesLength = 0, tokens = 0, words = 0, characters = 0] = ints.subarray(0, headerInts);
  if (foundMagic !== magic || version !== imageVersion || namesLength < 0 || tokens < 0 || words < 0 || characters < 0) return undefined;
  const namesInts = Math.ceil(namesLength / 4);
  const whole = headerInts + namesInts + tokens + words + Math.ceil(characters / 2);
  if (whole !== ints.length || checksum !== checksumOf(ints)) return undefined;
  const names = JSON.parse(
    new TextDecoder().decode(new Uint8Array(ints.buffer, ints.byteOffset + headerInts * 4, namesLength)),
  ) as NamedSegment[];
  const at = headerInts + namesInts;
  const vocabulary = Vocabulary.of({
    starts: ints.subarray(at + tokens, at + tokens + words),
    characters: new Uint16Array(ints.buffer, ints.byteOffset + (at + tokens + words) * 4, characters),
  });
  // Besides the sequence there are the files and the blocks of places.
  const left = bounds.bytes - vocabulary.bytes - names.length * bytesOfSegment - tokens / 8;
  const store = new TokenStore(bounds, vocabulary, TokenSequence.of(vocabulary, ints.subarray(at, at + tokens), left));
  let start = 0;
  for (const { path, stamp, family, length } of names) {
    store.restore(path, stamp, family, start, start + length);
    start += length;
  }
  return store;
}

/** Over everything but the checksum itself. */
function checksumOf(ints: Int32Array): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < ints.length; index += 1) {
    if (index !== 2) sum = Math.imul(sum ^ (ints[index] ?? 0), 0x01000193);
  }
  return sum | 0;
}
