/** One edit of a document. Places and lengths in UTF-16 units; `offset` is as the document was when the edit came to it. */
export interface TextChange {
  readonly offset: number;
  /** Length of what it took away. */
  readonly removed: number;
  readonly text: string;
}
