import { hashOf } from './lexer.ts';
import { idMask } from './token.ts';
import { isUnknown, kindOf, noToken, type Vocabulary } from './vocabulary.ts';

/** A renamed word and how it was found: 0 not renamed, 1 a whole name stands for another, 2 a part of a name does. */
export const asWritten = 0;
export const renamedWhole = 1;
export const renamedPart = 2;

/** Pairs of names, one there and one here, that are looked at for parts. */
const maxPairs = 4;
/** Shortest part that is renamed. */
const leastPart = 3;
/** Renamings that are remembered. */
const maxMemory = 4000;

/**
 * Names that stand for each other at a place and at the cursor. A name at the place that comes before it, too, becomes what stands
 * there at the cursor; a name that shares a part with such a name gets that part renamed: `fooStart` for `barStart` makes `fooEnd`
 * of `barEnd`.
 */
export class Renaming {
  readonly #vocabulary: Vocabulary;
  readonly #there = new Int32Array(maxPairs);
  readonly #here = new Int32Array(maxPairs);
  #pairs = 0;
  readonly #memory = new Map<number, Map<number, number>>();
  #remembered = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  begin(): void {
    this.#pairs = 0;
  }

  /** Two names that differ at the same distance before the place and the cursor. */
  pair(there: number, here: number): void {
    if (this.#pairs >= maxPairs) return;
    this.#there[this.#pairs] = there & idMask;
    this.#here[this.#pairs] = here & idMask;
    this.#pairs += 1;
  }

  /** The word with a part renamed, or `noToken`. */
  partly(id: number): number {
    const kind = this.#vocabulary.kind(id);
    if (this.#pairs === 0 || kind < kindOf.name || kind > kindOf.constant || this.#vocabulary.length(id) < leastPart) return noToken;
    for (let index = 0; index < this.#pairs; index += 1) {
      const renamed = this.#remember(this.#there[index] ?? 0, this.#here[index] ?? 0, id);
      if (renamed !== noToken) return renamed;
    }
    return noToken;
  }

  #remember(there: number, here: number, id: number): number {
    if (isUnknown(here)) return noToken;
    const key = there * 0x800000 + here;
    let known = this.#memory.get(key);
    if (known === undefined) {
      if (this.#remembered > maxMemory) {
        this.#memory.clear();
        this.#remembered = 0;
      }
      known = new Map();
      this.#memory.set(key, known);
    }
    const before = known.get(id);
    if (before !== undefined) return before;
    const text = renamePart(this.#vocabulary.text(there), this.#vocabulary.text(here), this.#vocabulary.text(id));
    const renamed = text === '' ? noToken : this.#vocabulary.intern(text, 0, text.length, hashOf(text, 0, text.length));
    known.set(id, renamed);
    this.#remembered += 1;
    return renamed;
  }
}

/** `word` with the part in which `there` differs from `here` replaced; empty when it does not have that part. */
export function renamePart(there: string, here: string, word: string): string {
  let start = 0;
  while (start < there.length && start < here.length && there[start] === here[start]) start += 1;
  while (start > 0 && !isBoundary(there, start)) start -= 1;
  let end = 0;
  const most = Math.min(there.length, here.length) - start;
  while (end < most && there[there.length - 1 - end] === here[here.length - 1 - end]) end += 1;
  while (end > 0 && !isBoundary(there, there.length - end)) end -= 1;
  const from = there.slice(start, there.length - end);
  const to = here.slice(start, here.length - end);
  if (from.length < leastPart || to === '' || !/^[a-z]/i.test(from)) return '';
  for (const [old, fresh] of [
    [from, to],
    [lowerFirst(from), lowerFirst(to)],
    [upperFirst(from), upperFirst(to)],
    [from.toUpperCase(), to.toUpperCase()],
  ] as const) {
    const at = word.indexOf(old);
    if (at < 0 || !isBoundary(word, at) || !isBoundary(word, at + old.length)) continue;
    return word.slice(0, at) + fresh + word.slice(at + old.length);
  }
  return '';
}

/** Whether a part of a name begins at `index`: at its ends, at a capital letter, at an underscore. */
function isBoundary(word: string, index: number): boolean {
  if (index <= 0 || index >= word.length) return true;
  const before = word[index - 1] ?? '';
  const after = word[index] ?? '';
  if (before === '_' || after === '_' || before === '-' || after === '-') return true;
  return /[A-Z]/.test(after) && !/[A-Z]/.test(before);
}

const lowerFirst = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);
const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
