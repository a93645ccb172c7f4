/** A place in a document at which a text is asked for. */
export interface BenchPlace {
  readonly path: string;
  readonly languageId: string;
  /** The whole document before and after the cursor. */
  readonly prefix: string;
  readonly suffix: string;
  /** Lines below the current one are welcome. Default: the current line only. */
  readonly multiline?: boolean;
  readonly maxLines?: number;
}

/** What the benchmark scores: anything that learns files and offers text. */
export interface BenchEngine {
  /** Takes in a file of the workspace, before typing begins. */
  index(path: string, languageId: string, text: string): void;
  /** Called once after the last `index`. */
  ready?(): void;
  /** A file was saved or, without a text, deleted. */
  update(path: string, text: string | undefined, languageId?: string): void;
  /** The cursor went there; its cost is not that of the next text. */
  sync?(place: BenchPlace): void;
  /** The text to offer there, with the chance that it is a right beginning of what comes. */
  complete(place: BenchPlace): { readonly text: string; readonly confidence: number } | undefined;
  /** Anything worth keeping with the result. */
  stats?(): unknown;
}
