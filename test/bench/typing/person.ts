import { seededRandom, type Random } from '../../../src/base/random.ts';
import { luckOf } from './chance.ts';
import type { Desk } from './desk.ts';
import type { KeyPlace } from './rhythm.ts';
import type { Ghost } from './screen.ts';

/** What a person does next. */
export type Action =
  { readonly kind: 'type'; readonly text: string } | { readonly kind: 'delete' } | { readonly kind: 'go'; readonly part: number };

/** How much of a ghost text is taken. */
export type Taken = 'all' | 'line' | 'word';

/** How the person works. Shares in 0…1, times in ms. */
export const habits = {
  /** Wrong keys; with the corrections of what was typed on after them 6.3 % of all keys are backspaces. */
  typo: 0.048,
  /** After a wrong key the person types on so often before seeing it. */
  typesOn: 0.35,
  /** Goes to another place at the end of a line. */
  goesElsewhere: 0.04,
  /** From the ghost text's coming into view to the decision about it: seeing and reading one line. */
  reaction: { least: 500, most: 700 },
  /** What is shorter is quicker typed than taken; in characters. */
  worthTaking: 3,
  /** Takes a text that is right but for its end, and mends that. */
  takesNearlyRight: 0.3,
  nearlyRight: 0.7,
  mendsAtMost: 20,
  /** Takes the first word of a text that goes wrong behind it. */
  takesWord: 0.3,
} as const;

/**
 * Writes what shall stand there, with mistakes. Where the same hand was lucky or not depends on the place in the text alone, so that
 * with every client the same person types the same text.
 */
export class Person {
  readonly #seed: number;
  readonly #desk: Desk;
  /** Keys that the person types on before a wrong one is seen. */
  #unseen = 0;
  #deleted = 0;
  #arrivedAt: number | undefined;

  constructor(desk: Desk, seed: number) {
    this.#desk = desk;
    this.#seed = seed;
  }

  /** Repeatable for this place in the text. */
  luck(purpose: number): Random {
    const { part, written } = this.#desk;
    return seededRandom(Math.floor(luckOf(this.#seed, purpose, part, written.length, this.#deleted) * 2 ** 31));
  }

  /** Where the next key goes. */
  place(): KeyPlace {
    const { written, wanted, isOnTheWay } = this.#desk;
    if (this.#arrivedAt === written.length) return 'jump';
    if (!isOnTheWay) return this.#unseen > 0 ? 'inside' : 'correction';
    if (written === '' || /\n[ \t]*$/.test(written)) return 'line';
    return /\W$/.test(written) && /^\w/.test(wanted.slice(written.length)) ? 'word' : 'inside';
  }

  /** The next key; `undefined` when all is written. */
  next(): Action | undefined {
    const desk = this.#desk;
    const { written, wanted } = desk;
    const next = /^(?:\n[ \t]*|[^])/.exec(wanted.slice(written.length))?.[0];
    if (!desk.isOnTheWay) {
      if (this.#unseen === 0 || next === undefined || next.startsWith('\n')) return this.#delete();
      this.#unseen--;
      return { kind: 'type', text: next };
    }
    const random = this.luck(1);
    if (next === undefined) return this.#go();
    if (next.startsWith('\n') && this.#arrivedAt === undefined && random() < habits.goesElsewhere) {
      const elsewhere = this.#go();
      if (elsewhere) return elsewhere;
    }
    this.#arrivedAt = undefined;
    // One place, one slip: after the correction the right key is hit.
    if (next.startsWith('\n') || this.#deleted > 0 || random() >= habits.typo) {
      this.#deleted = 0;
      return { kind: 'type', text: next };
    }
    while (random() < habits.typesOn) this.#unseen++;
    return { kind: 'type', text: wrongKey(next, random) };
  }

  /** What the person takes of a ghost text after reading it. */
  judge(ghost: Ghost): { readonly text: string; readonly taken: Taken } | undefined {
    const { before, target } = this.#desk;
    const text = ghost.whole.slice(before.length);
    const right = commonLength(text, target.slice(before.length));
    const random = this.luck(2);
    if (right === text.length) return text.length >= habits.worthTaking ? { text, taken: 'all' } : undefined;
    const lineEnd = text.indexOf('\n');
    if (lineEnd >= habits.worthTaking && right >= lineEnd) return { text: text.slice(0, lineEnd), taken: 'line' };
    if (lineEnd < 0 && right >= text.length * habits.nearlyRight && text.length - right <= habits.mendsAtMost) {
      if (random() < habits.takesNearlyRight) return { text, taken: 'all' };
    }
    const word = /^\s*(?:\w+|[^\w\s]+)/.exec(text)?.[0] ?? '';
    const isWorth = word.length > habits.worthTaking && right >= word.length;
    return isWorth && random() < habits.takesWord ? { text: word, taken: 'word' } : undefined;
  }

  #delete(): Action {
    this.#unseen = 0;
    this.#deleted++;
    return { kind: 'delete' };
  }

  #go(): Action | undefined {
    const part = this.#desk.otherPart;
    return part === undefined ? undefined : { kind: 'go', part };
  }

  /** The cursor was put elsewhere. */
  arrived(): void {
    this.#arrivedAt = this.#desk.written.length;
  }
}

function wrongKey(right: string, random: Random): string {
  const wrong = String.fromCharCode(97 + Math.floor(random() * 26));
  return wrong === right ? 'q' : wrong;
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
