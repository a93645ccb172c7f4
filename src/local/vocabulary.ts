import { hashOf, isOperatorCode, isWordCode } from './lexer.ts';
import { keywords } from './lexicon.ts';

/** What a token is, as far as its text tells. */
export const kindOf = {
  special: 0,
  name: 1,
  typeName: 2,
  constant: 3,
  number: 4,
  keyword: 5,
  operator: 6,
  open: 7,
  close: 8,
  quote: 9,
  blank: 10,
  separator: 11,
  other: 12,
} as const;

/** Tokens without a text: nothing, the beginning of a file, and line ends after which the text stands as deep, deeper or less deep. */
export const noToken = 0;
export const fileStart = 1;
export const lineEndSame = 2;
export const lineEndDeeper = 3;
export const lineEndShallower = 4;
/** A word that is not in the vocabulary: a name, a type name, a constant, a number. */
export const unknownName = 5;
const reserved = 9;

/** A token number fits into so many bits; see tokenSequence.ts. */
export const maxVocabulary = 1 << 23;

const buckets = 1 << 13;

/** Whether the token stands for a word that is not in the vocabulary. */
export function isUnknown(id: number): boolean {
  return id >= unknownName && id < reserved;
}

/** Whether the token is a line end of any kind. */
export function isLineEnd(id: number): boolean {
  return id >= lineEndSame && id <= lineEndShallower;
}

/** Every different token text once, with a number. Texts are kept as UTF-16 code units, so that any text can be a token. */
export class Vocabulary {
  #size = reserved;
  #starts = new Int32Array(4096);
  #characters = new Uint16Array(32_768);
  #kinds = new Uint8Array(4096);
  #table = new Int32Array(8192);
  /** Words that begin with the same two characters, the newest first. */
  #bucketNext = new Int32Array(4096);
  readonly #bucketHeads = new Int32Array(buckets);

  constructor() {
    for (let kind = 0; kind < 4; kind += 1) this.#kinds[unknownName + kind] = kindOf.name + kind;
  }

  /** Numbers given so far, the reserved ones included. */
  get size(): number {
    return this.#size;
  }

  /** Bytes held. */
  get bytes(): number {
    return (
      this.#starts.byteLength +
      this.#characters.byteLength +
      this.#kinds.byteLength +
      this.#table.byteLength +
      this.#bucketNext.byteLength +
      this.#bucketHeads.byteLength
    );
  }

  /** The number of a text, a new one when it has none yet; `noToken` when the vocabulary is full. */
  intern(text: string, from: number, to: number, hash: number): number {
    const found = this.#find(text, from, to, hash);
    if (found.id !== noToken) return found.id;
    if (this.#size >= maxVocabulary) return noToken;
    return this.#add(text, from, to, found.slot);
  }

  /** The number of a text, or `noToken`. */
  find(text: string): number {
    return this.#find(text, 0, text.length, hashOf(text, 0, text.length)).id;
  }

  /** The number of a part of a text, whose hash is known, or `noToken`. */
  lookUp(text: string, from: number, to: number, hash: number): number {
    return this.#find(text, from, to, hash).id;
  }

  kind(id: number): number {
    return this.#kinds[id] ?? kindOf.special;
  }

  /** Stands for a word that is not in the vocabulary; of the words of one kind it is the same one. */
  unknown(word: string): number {
    const kind = kindOfText(word, 0, word.length);
    return unknownName + (kind >= kindOf.name && kind <= kindOf.number ? kind - kindOf.name : 0);
  }

  /** Length of the text in UTF-16 code units; 0 for the reserved numbers. */
  length(id: number): number {
    return (this.#starts[id + 1] ?? 0) - (this.#starts[id] ?? 0);
  }

  text(id: number): string {
    const start = this.#starts[id] ?? 0;
    const end = this.#starts[id + 1] ?? 0;
    return end <= start ? '' : String.fromCharCode(...this.#characters.subarray(start, end));
  }

  beginsWith(id: number, partial: string): boolean {
    const start = this.#starts[id] ?? 0;
    const end = this.#starts[id + 1] ?? 0;
    if (end - start < partial.length) return false;
    for (let index = 0; index < partial.length; index += 1) {
      if (this.#characters[start + index] !== partial.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Calls `visit` for the words that begin with `partial` (two characters at least), the newest first, until it returns false. */
  wordsWith(partial: string, maxSteps: number, visit: (id: number) => boolean): void {
    if (partial.length < 2) return;
    let id = this.#bucketHeads[bucketOf(partial.charCodeAt(0), partial.charCodeAt(1))] ?? 0;
    for (let step = 0; id !== 0 && step < maxSteps; step += 1) {
      if (this.beginsWith(id, partial) && !visit(id)) return;
      id = this.#bucketNext[id] ?? 0;
    }
  }

  /**
   * What has to be kept to have a part of the vocabulary again: its texts get new numbers, in the order of the old ones.
   *
   * @param numbers by old number: anything but 0 for a text that is kept; gets the new numbers
   */
  parts(numbers: Int32Array): { starts: Int32Array; characters: Uint16Array } {
    const starts = new Int32Array(this.#size + 1);
    const characters = new Uint16Array(this.#starts[this.#size] ?? 0);
    let size = reserved;
    for (let id = 0; id < reserved; id += 1) numbers[id] = id;
    for (let id = reserved; id < this.#size; id += 1) {
      if (numbers[id] === 0) continue;
      numbers[id] = size;
      const at = starts[size] ?? 0;
      characters.set(this.#characters.subarray(this.#starts[id], this.#starts[id + 1]), at);
      size += 1;
      starts[size] = at + this.length(id);
    }
    return { starts: starts.subarray(0, size + 1), characters: characters.subarray(0, starts[size]) };
  }

  /** Builds the vocabulary of such parts again. */
  static of({ starts, characters }: { starts: Int32Array; characters: Uint16Array }): Vocabulary {
    const vocabulary = new Vocabulary();
    for (let id = reserved; id + 1 < starts.length; id += 1) {
      // A decoder would replace lone surrogates, so that two words might become one.
      const text = String.fromCharCode(...characters.subarray(starts[id] ?? 0, starts[id + 1] ?? 0));
      vocabulary.intern(text, 0, text.length, hashOf(text, 0, text.length));
    }
    return vocabulary;
  }

  #find(text: string, from: number, to: number, hash: number): { id: number; slot: number } {
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = this.#table[slot] ?? 0;
      if (id === 0 || this.#equals(id, text, from, to)) {
        found.id = id;
        found.slot = slot;
        return found;
      }
      slot = (slot + 1) & mask;
    }
  }

  #equals(id: number, text: string, from: number, to: number): boolean {
    const start = this.#starts[id] ?? 0;
    if ((this.#starts[id + 1] ?? 0) - start !== to - from) return false;
    for (let index = from; index < to; index += 1) {
      if (this.#characters[start + index - from] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  #add(text: string, from: number, to: number, slot: number): number {
    const id = this.#size;
    if (id + 2 > this.#kinds.length) this.#grow();
    const start = this.#starts[id] ?? 0;
    const end = start + to - from;
    if (end > this.#characters.length) {
      const more = new Uint16Array(Math.max(end, Math.ceil(this.#characters.length * 1.5)));
      more.set(this.#characters);
      this.#characters = more;
    }
    for (let index = from; index < to; index += 1) this.#characters[start + index - from] = text.charCodeAt(index);
    this.#starts[id + 1] = end;
    this.#kinds[id] = kindOfText(text, from, to);
    this.#table[slot] = id;
    this.#size = id + 1;
    if (to - from > 2 && isWordCode(text.charCodeAt(from))) {
      const bucket = bucketOf(text.charCodeAt(from), text.charCodeAt(from + 1));
      this.#bucketNext[id] = this.#bucketHeads[bucket] ?? 0;
      this.#bucketHeads[bucket] = id;
    }
    if (this.#size * 2 > this.#table.length) this.#rehash();
    return id;
  }

  #grow(): void {
    const length = Math.ceil(this.#kinds.length * 1.5);
    const starts = new Int32Array(length);
    starts.set(this.#starts);
    const kinds = new Uint8Array(length);
    kinds.set(this.#kinds);
    const bucketNext = new Int32Array(length);
    bucketNext.set(this.#bucketNext);
    this.#starts = starts;
    this.#kinds = kinds;
    this.#bucketNext = bucketNext;
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let id = reserved; id < this.#size; id += 1) {
      let hash = 0x811c9dc5;
      const end = this.#starts[id + 1] ?? 0;
      for (let index = this.#starts[id] ?? 0; index < end; index += 1) hash = Math.imul(hash ^ (this.#characters[index] ?? 0), 0x01000193);
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id;
    }
    this.#table = table;
  }
}

/** Answer of the last look-up, so that none has to be made for each token. */
const found = { id: noToken, slot: 0 };

function bucketOf(first: number, second: number): number {
  return (Math.imul(first, 31) + Math.imul(second, 523)) & (buckets - 1);
}

function kindOfText(text: string, from: number, to: number): number {
  const code = text.charCodeAt(from);
  if (isWordCode(code)) {
    if (code >= 48 && code <= 57) return kindOf.number;
    const word = text.slice(from, to);
    if (keywords.has(word)) return kindOf.keyword;
    if (!/^[A-Z]/.test(word)) return kindOf.name;
    return word.length > 1 && word === word.toUpperCase() ? kindOf.constant : kindOf.typeName;
  }
  const character = String.fromCharCode(code);
  if ('([{'.includes(character)) return kindOf.open;
  if (')]}'.includes(character)) return kindOf.close;
  if ('"\'`'.includes(character)) return kindOf.quote;
  if (' \t\r\f\v'.includes(character)) return kindOf.blank;
  if (to - from === 1 && ';,.:'.includes(character)) return kindOf.separator;
  return isOperatorCode(code) ? kindOf.operator : kindOf.other;
}
