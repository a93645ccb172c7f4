import type { Position, TextDocument } from 'vscode';

/** What a document was when it was asked about. Holds no text: the document itself is looked at again only where it changed. */
export interface DocumentMoment {
  readonly version: number;
  readonly languageId: string;
  /** The cursor's line. */
  readonly line: string;
}

/** The document as it is now, at the line of the cursor. */
export function momentOf(document: TextDocument, position: Position): DocumentMoment {
  const { version, languageId } = document;
  return { version, languageId, line: document.lineAt(position.line).text };
}

/**
 * Whether a text asked for at that moment can still be shown: the document is open and in the same language, and an edit meanwhile
 * (by a formatter, by another person) left the cursor's line as it was. Mostly the editor has cancelled the request before.
 */
export function isStill(document: TextDocument, position: Position, asked: DocumentMoment): boolean {
  if (document.isClosed || document.languageId !== asked.languageId) return false;
  if (document.version === asked.version) return true;
  return position.line < document.lineCount && document.lineAt(position.line).text === asked.line;
}
