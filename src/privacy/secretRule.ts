/** A place in a text, in UTF-16 units: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds secrets of one kind. */
export interface SecretRule {
  /** Short name for the log, such as `aws`. */
  readonly name: string;
  /** Must not throw; may report overlapping places. */
  find(text: string): readonly Span[];
}
