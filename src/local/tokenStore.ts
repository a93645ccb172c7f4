import { FileWriter } from './fileWriter.ts';
import { Lexer, maxTokensOfLine } from './lexer.ts';
import { familyOf, specOf } from './lexicon.ts';
import type { Segment } from './segment.ts';
import { type StoreBounds, storeBounds } from './storeBounds.ts';
import { idMask } from './token.ts';
import { TokenSequence } from './tokenSequence.ts';
import { Vocabulary } from './vocabulary.ts';

/** Beyond this part of the bound a new file is only sampled, so that nothing is known of no file. */
export const sampledFrom = 0.9;
/** Lines of a file that is only sampled. */
export const sampledLines = 60;
/** Dead places are given back when they are this part of all. */
const deadShare = 0.25;
const leastDead = 4096;
/** More places than a character of source has, so that an estimate is enough. */
const placesOfCharacter = 0.5;
/** New files leave this much of the bound to newer versions of files that are held. */
export const newFilesUpTo = 0.97;
/** Places that there is room for at once; while chains grow, what is in them is not found for a moment. */
const firstCapacity = 1 << 16;
/** What a file costs besides its tokens: its path, stamp and places, about. */
export const bytesOfSegment = 400;
/** So many words are not looked through for those that nothing holds any more. */
const leastWords = 1 << 14;

/** All files of the workspace in one sequence of tokens. */
export class TokenStore {
  vocabulary: Vocabulary;
  sequence: TokenSequence;
  readonly #bounds: StoreBounds;
  readonly #segments: Segment[] = [];
  readonly #byPath = new Map<string, Segment>();
  readonly #lexers = new Map<number, Lexer>();
  /** By blocks of 64 places: the segment that holds the first of them. */
  #blocks = new Int32Array(1024);
  #ages = 0;
  #dead = 0;
  /** Words when they were looked through last. */
  #words = leastWords;
  /** Files of which only a part is held, and files that found no room. */
  readonly counts = { sampled: 0, left: 0 };

  constructor(bounds: StoreBounds = storeBounds, vocabulary = new Vocabulary(), sequence = new TokenSequence(vocabulary, firstCapacity)) {
    this.#bounds = bounds;
    this.vocabulary = vocabulary;
    this.sequence = sequence;
  }

  get bytes(): number {
    return this.sequence.bytes + this.vocabulary.bytes + this.#blocks.byteLength + this.#segments.length * bytesOfSegment;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Files held. */
  get size(): number {
    return this.#byPath.size;
  }

  /** Age of the newest file. */
  get newest(): number {
    return this.#ages;
  }

  segmentOf(path: string): Segment | undefined {
    return this.#byPath.get(path);
  }

  lexer(family: number): Lexer {
    const known = this.#lexers.get(family);
    if (known !== undefined) return known;
    const lexer = new Lexer(specOf(family));
    this.#lexers.set(family, lexer);
    return lexer;
  }

  /** The file that a place is in. */
  segmentAt(place: number): Segment | undefined {
    let index = this.#blocks[place >> 6] ?? 0;
    for (;;) {
      const segment = this.#segments[index];
      if (segment === undefined || place < segment.end) return segment;
      index += 1;
    }
  }

  remove(path: string): void {
    const segment = this.#byPath.get(path);
    if (segment === undefined) return;
    segment.isDead = true;
    this.#dead += segment.end - segment.start;
    this.#byPath.delete(path);
  }

  /** Begins to write a file, in place of what was held of it; `undefined` when there is no room even for a sample. */
  write(path: string, languageId: string, text: string, stamp = ''): FileWriter | undefined {
    const wasHeld = this.#byPath.has(path);
    this.remove(path);
    const hasRoom = wasHeld ? this.#makeRoomFor(text) : this.hasRoomForFile;
    if (!hasRoom) {
      this.counts.left += 1;
      return undefined;
    }
    // A file that is worked on is kept whole.
    const isSampled = !wasHeld && this.bytes > this.#bounds.bytes * sampledFrom;
    if (isSampled) this.counts.sampled += 1;
    const segment = this.#add(path, stamp, familyOf(languageId, path), this.sequence.length, wasHeld);
    return new FileWriter(this, segment, text, isSampled ? sampledLines : Infinity);
  }

  /** Whether there is room for another line, whatever is in it. */
  get hasRoomForLine(): boolean {
    return this.#hasRoom(maxTokensOfLine, 1);
  }

  /** Whether a file that is not held yet would find room. */
  get hasRoomForFile(): boolean {
    return this.#hasRoom(maxTokensOfLine, newFilesUpTo);
  }

  /** Gives up what is dead, then files that were written last and never changed, until the text fits. */
  #makeRoomFor(text: string): boolean {
    const places = maxTokensOfLine + Math.ceil(text.length * placesOfCharacter);
    if (this.#hasRoom(places, 1)) return true;
    // More than is needed, since giving up costs as much for one file as for many.
    const wanted = places + this.sequence.tokens.length * (1 - newFilesUpTo);
    let spared = this.sequence.tokens.length - this.sequence.length + this.#dead;
    for (let index = this.#segments.length - 1; index >= 0 && spared < wanted; index -= 1) {
      const segment = this.#segments[index];
      if (segment === undefined || segment.isDead || segment.isEdited) continue;
      spared += segment.end - segment.start;
      this.remove(segment.path);
      this.counts.left += 1;
    }
    this.compact();
    return this.#hasRoom(maxTokensOfLine, 1);
  }

  #hasRoom(places: number, share: number): boolean {
    // The vocabulary may have to grow with any word, by half of what it holds.
    const others = this.vocabulary.bytes * 1.5 + this.#blocks.byteLength * 1.5 + this.#segments.length * bytesOfSegment;
    return this.sequence.reserve(places, this.#bounds.bytes * share - others);
  }

  /** Notes that a segment has become longer. */
  extend(segment: Segment, end: number): void {
    const first = (segment.end + 63) >> 6;
    const index = this.#segments.length - 1;
    const last = (end - 1) >> 6;
    if (last >= this.#blocks.length) {
      const blocks = new Int32Array(Math.ceil(last * 1.5) + 1);
      blocks.set(this.#blocks);
      this.#blocks = blocks;
    }
    for (let block = first; block <= last; block += 1) this.#blocks[block] = index;
    if (segment.isDead) this.#dead += end - segment.end;
    segment.end = end;
  }

  /** Whether so much is dead that `compact` is worth its time. */
  get isWasteful(): boolean {
    return this.#dead > leastDead && this.#dead > this.sequence.length * deadShare;
  }

  /** Gives back what is dead. The sequence is to be settled afterwards; no file may be being written. */
  compact(): void {
    const alive = this.#segments.filter(({ isDead }) => !isDead);
    this.sequence.keep(alive.map(({ start, end }) => [start, end]));
    this.#segments.length = 0;
    this.#dead = 0;
    let place = 0;
    for (const segment of alive) {
      const length = segment.end - segment.start;
      segment.start = place;
      segment.end = place;
      this.#segments.push(segment);
      place += length;
      this.extend(segment, place);
    }
  }

  /** By number: 1 for the words that these files have. */
  wordsOf(segments: readonly Segment[]): Int32Array {
    const { tokens } = this.sequence;
    const numbers = new Int32Array(this.vocabulary.size);
    for (const { start, end } of segments) {
      for (let place = start; place < end; place += 1) numbers[(tokens[place] ?? 0) & idMask] = 1;
    }
    return numbers;
  }

  /** Gives up the words of what is gone where they are most; no file may be being written. Returns whether words have other numbers now. */
  forgetWords(): boolean {
    const { size } = this.vocabulary;
    if (size < 2 * this.#words) return false;
    const numbers = this.wordsOf(this.#segments.filter(({ isDead }) => !isDead));
    const used = numbers.reduce((sum, each) => sum + each, 0);
    this.#words = Math.max(leastWords, 2 * used > size ? size : used);
    if (2 * used > size) return false;
    this.compact();
    this.vocabulary = Vocabulary.of(this.vocabulary.parts(numbers));
    this.sequence.renumber(this.vocabulary, numbers);
    return true;
  }

  /** Puts a kept file back, whose tokens are already in the sequence. */
  restore(path: string, stamp: string, family: number, start: number, end: number): void {
    this.extend(this.#add(path, stamp, family, start), end);
  }

  #add(path: string, stamp: string, family: number, start: number, isEdited = false): Segment {
    this.#ages += 1;
    const place = placeOf(path);
    const segment = {
      path,
      stamp,
      ...place,
      family,
      start,
      end: start,
      age: this.#ages,
      isDead: false,
      isEdited,
      isPart: false,
      scope: 0,
      scopeIn: 0,
    };
    this.#segments.push(segment);
    this.#byPath.set(path, segment);
    return segment;
  }
}

/** Folder and stem of a path, as segments have them. */
export function placeOf(path: string): { folder: string; stem: string } {
  const slash = path.lastIndexOf('/');
  return { folder: path.slice(0, Math.max(0, slash)), stem: stemOf(path.slice(slash + 1)) };
}

/** `user.test.ts`, `test_user.py`, `user_test.go`, `UserTest.java` and `user.ts` have one stem. */
function stemOf(name: string): string {
  const base = name.slice(0, name.indexOf('.', 1) < 0 ? name.length : name.indexOf('.', 1));
  return base
    .replace(/[-_]?(?:tests?|spec)$/i, '')
    .replace(/^tests?[-_]/i, '')
    .toLowerCase();
}
