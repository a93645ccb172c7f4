/** What is wrong with a policy file, and exactly where. */
export interface ManifestProblem {
  /** Such as `stages[1].percent`; '' for the file as a whole. */
  readonly path: string;
  /** Both begin at 1; columns count UTF-16 units, as the editor does. */
  readonly line: number;
  readonly column: number;
  /** In UTF-16 units from the beginning of the text. */
  readonly offset: number;
  readonly length: number;
  /** What happened, the value, and what is allowed; one line. */
  readonly message: string;
}

/** A stretch of the text. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** More than this many problems of one file help nobody. */
const mostProblems = 50;

/** Collects what is wrong with one text. */
export class ManifestProblems {
  readonly #text: string;
  readonly #found: ManifestProblem[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get all(): readonly ManifestProblem[] {
    return [...this.#found].sort((one, other) => one.offset - other.offset);
  }

  get areNone(): boolean {
    return this.#found.length === 0;
  }

  add(path: string, { offset, length }: Stretch, message: string): void {
    if (this.#found.length >= mostProblems) return;
    // The editor does not count a byte order mark.
    const before = this.#text
      .slice(0, offset)
      .replace(/^\uFEFF/, '')
      .split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    this.#found.push({ path, line: before.length, column, offset, length, message });
  }
}
