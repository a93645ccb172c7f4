/** An open document as the local engine sees it. */
export interface OpenDocument {
  /** URI as text. */
  readonly id: string;
  readonly languageId: string;
  /** Grows with every change. */
  readonly version: number;
  /** Whole text, line ends as in the document. Called only when `version` is new. */
  text(): string;
}

/** One snippet of a snippet file, its body as written there (`$1`, `${1:name}`, `$TM_FILENAME` …). */
export interface Snippet {
  /** What is typed to get it. */
  readonly prefix: string;
  /** Lines joined with `\n`. */
  readonly body: string;
  /** Empty: every language. */
  readonly languageIds: readonly string[];
  /** The person's own count for more than the workspace's, those for more than an extension's. */
  readonly origin: 'user' | 'workspace' | 'extension';
}
