import type { TextChange } from '../domain/textChange.ts';

/** How far from where it would be a text is looked for when all around it was written anew, in UTF-16 units. */
export const searchReach = {
  /** A formatter moves lines, and further down the difference adds up. */
  least: 400,
  /** However much longer or shorter all has become: 64 texts are looked for at once. */
  most: 20_000,
} as const;

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
   * what has come, near to where it was
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
      const found = placeIn(text, accepted, this.#start - offset, delta);
      this.#start = offset + (found ?? 0);
      this.#end = this.#start + (found === undefined ? 0 : accepted.length);
    } else if (offset < this.#start) {
      // The beginning went with what was before it.
      this.#start = offset + text.length;
      this.#end += delta;
    } else {
      this.#end = offset;
    }
  }
}

/**
 * Where the accepted text stands in what has replaced it and all around. A copy that stood elsewhere before must not be taken for it,
 * so only a place counts that is near to where it would be if everything that was changed stood behind it, or before it.
 *
 * @param before where it stood in what was replaced
 * @param delta by how much all has become longer; negative: shorter
 */
function placeIn(text: string, accepted: string, before: number, delta: number): number | undefined {
  if (accepted === '') return undefined;
  const reach = Math.min(searchReach.most, Math.max(searchReach.least, Math.abs(delta) / 2));
  const found = [before, before + delta].flatMap((expected) => {
    const from = Math.max(0, Math.floor(expected - reach));
    const near = text.slice(from, Math.max(0, expected + reach + accepted.length));
    const places = [near.lastIndexOf(accepted, expected - from), near.indexOf(accepted, Math.max(0, expected - from))];
    return places.filter((place) => place >= 0).map((place) => ({ place: from + place, distance: Math.abs(from + place - expected) }));
  });
  return found.sort((one, other) => one.distance - other.distance)[0]?.place;
}
