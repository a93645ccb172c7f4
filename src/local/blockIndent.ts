import { extraOf, idMask, spaceBit } from './token.ts';
import { lineEndDeeper, lineEndSame } from './vocabulary.ts';

/** The indentation of lines below the current one: what a line end says, in the document's own unit. */
export class BlockIndent {
  readonly #base: string;
  readonly #unit: string;
  /** By open level: the columns it had where it comes from. */
  readonly #levels: number[] = [];

  /**
   * Starts at the current line.
   *
   * @param base its indentation
   * @param unit one level of the document
   */
  constructor(base: string, unit: string) {
    this.#base = base;
    this.#unit = unit;
  }

  /** Levels below the current line's. */
  get depth(): number {
    return this.#levels.length;
  }

  /** The text of a line end and the indentation after it; `undefined` when it leaves the block that the current line opens. */
  lineBreak(token: number): string | undefined {
    const id = token & idMask;
    if (id === lineEndDeeper) this.#levels.push(extraOf(token));
    else if (id !== lineEndSame && !this.#leave(extraOf(token))) return undefined;
    const blank = (token & spaceBit) !== 0 ? '\n' : '';
    return `\n${blank}${this.#base}${this.#unit.repeat(this.#levels.length)}`;
  }

  #leave(columns: number): boolean {
    let left = columns;
    while (left > 0) {
      const level = this.#levels.pop();
      if (level === undefined) return false;
      left -= level;
    }
    return true;
  }
}

/** One level of indentation as the text near the cursor has it. */
export function indentUnitOf(prefix: string, suffix: string): string {
  const near = `${prefix.slice(-6000)}${suffix.slice(0, 3000)}`;
  if (/\n\t+\S/.test(near)) return '\t';
  let least = 8;
  for (const [, spaces = ''] of near.matchAll(/\n( {2,8})(?=[^\s*])/g)) least = Math.min(least, spaces.length);
  return ' '.repeat(least === 8 ? 4 : least);
}
