import { textBytes } from '../domain/byteStore.ts';
import type { TextChange } from '../domain/textChange.ts';

/** What the editor puts behind the cursor by itself when the first of the two is typed. */
const pairs: ReadonlySet<string> = new Set(['()', '[]', '{}', '""', "''", '``']);

/** What an edit was to a followed text. `gone`: it took away the place where the text begins. */
export type Effect = 'elsewhere' | 'here' | 'gone';

/**
 * An offered text and how far the person has come with it: what stands between its beginning and the place of the cursor. Whether the
 * person follows it, has gone astray or is back is read off these two texts, so that nothing has to be remembered.
 */
export class FollowedText {
  /** Offset in the document at which the text begins. */
  #anchor: number;
  #typed: string;
  #texts: readonly string[];

  /**
   * @param anchor offset in the document at which the text begins
   * @param typed what stands there already, a beginning of the text
   * @param texts the candidates, each from the anchor on; at least one
   */
  constructor(anchor: number, typed: string, texts: readonly string[]) {
    this.#anchor = anchor;
    this.#typed = typed;
    this.#texts = texts;
  }

  /** What it holds, in bytes. */
  get bytes(): number {
    return textBytes(this.#typed, ...this.#texts);
  }

  get anchor(): number {
    return this.#anchor;
  }

  get typed(): string {
    return this.#typed;
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Offset at which the cursor has to be for the text to be on the screen. */
  get place(): number {
    return this.#anchor + this.#typed.length;
  }

  /** What was typed beside every candidate; '' while the person follows one. */
  get astray(): string {
    const common = Math.max(...this.#texts.map((text) => commonStart(text, this.#typed)));
    return this.#typed.slice(common);
  }

  /** All of a candidate stands there. */
  get isComplete(): boolean {
    return this.#texts.includes(this.#typed);
  }

  apply(change: TextChange): Effect {
    const { offset, removed, text } = change;
    if (offset > this.place) return 'elsewhere';
    if (offset < this.#anchor) {
      if (offset + removed > this.#anchor) return 'gone';
      this.#anchor += text.length - removed;
      return 'elsewhere';
    }
    const at = offset - this.#anchor;
    const added = removed === 0 && at === this.#typed.length && this.#isPairAt(text) ? text.charAt(0) : text;
    this.#typed = this.#typed.slice(0, at) + added + this.#typed.slice(at + removed);
    return 'here';
  }

  /**
   * The same text offered once more after the person has come further with it, perhaps from a later line on, or shortened.
   *
   * @returns false when it is another text, or all of this one stood there already
   */
  continueWith(anchor: number, typed: string, texts: readonly string[]): boolean {
    const skipped = anchor - this.#anchor;
    const begun = this.#typed.slice(0, skipped);
    if (skipped < 0 || begun.length < skipped || begun + typed !== this.#typed) return false;
    const whole = texts.map((text) => begun + text);
    const isSame = whole.some((text) => this.#texts.some((known) => known.startsWith(text) || text.startsWith(known)));
    if (!isSame || this.astray !== '' || this.isComplete) return false;
    this.#texts = whole;
    return true;
  }

  /**
   * The text goes on with the first of the pair: the second is behind the cursor. Also where the text itself goes on with both: a key
   * was pressed, because the editor's parts of a text end at a word or a space. Only its end may be just such a pair.
   */
  #isPairAt(text: string): boolean {
    if (!pairs.has(text) || this.#texts.includes(this.#typed + text)) return false;
    const next = this.#typed + text.charAt(0);
    return this.#texts.some((known) => known.startsWith(next));
  }
}

/** Length of what two texts begin with alike. */
export function commonStart(one: string, other: string): number {
  const end = Math.min(one.length, other.length);
  let length = 0;
  while (length < end && one.charCodeAt(length) === other.charCodeAt(length)) length += 1;
  return length;
}
