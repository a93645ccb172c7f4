import type { TextChange } from '../domain/textChange.ts';

/** In a longer replacement the text is not looked for: sixty-four texts in one of 10 MB would take too long. In UTF-16 units. */
const searched = 200_000;

/** Where an accepted text stands while its document is edited. Only what lies within it belongs to it. */
export class AcceptedText {
  #start: number;
  #end: number;

  constructor(start: number, end: number) {
    this.#start = start;
    this.#end = end;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** Another part was accepted behind it. */
  extendTo(end: number): void {
    this.#end = Math.max(this.#end, end);
  }

  /**
   * @param accepted the text as it was accepted: where an edit replaces all of it and more, as a formatter may, it is looked for in
   * what has come
   */
  apply({ offset, removed, text }: TextChange, accepted: string): void {
    const end = offset + removed;
    const delta = text.length - removed;
    if (offset >= this.#end) return;
    if (end <= this.#start) {
      this.#start += delta;
      this.#end += delta;
    } else if (offset >= this.#start && end <= this.#end) {
      this.#end += delta;
    } else if (offset < this.#start && end >= this.#end) {
      const found = text.length > searched ? -1 : text.indexOf(accepted);
      this.#start = offset + Math.max(0, found);
      this.#end = this.#start + (found < 0 ? 0 : accepted.length);
    } else if (offset < this.#start) {
      // The beginning went with what was before it.
      this.#start = offset + text.length;
      this.#end += delta;
    } else {
      this.#end = offset;
    }
  }
}
