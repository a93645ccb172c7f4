import type { CompletionRequest } from '../domain/completion.ts';
import { shapeAt, tokenBounds } from '../domain/shape.ts';
import { headWithin, tailWithin, textBounds, withLf } from './requestText.ts';

/** The part of a document that a request needs; the door's adapter answers from the real one, a test from a string. */
export interface DocumentText {
  readonly id: string;
  readonly languageId: string;
  readonly path: string;
  /** Zero-based line of the cursor. */
  readonly line: number;
  /** The cursor's line up to the cursor. */
  readonly lineHead: string;
  readonly lineTail: string;
  /** Text before the cursor's line, at most `maximum` UTF-16 units of its end. */
  before(maximum: number): string;
  /** Text after the cursor, at most `maximum` UTF-16 units of its beginning. */
  after(maximum: number): string;
}

/**
 * The request for a place in a document.
 *
 * @param lineHead the cursor's line as asked for; differs from the document's while a suggestion is selected
 */
export function requestAt(text: DocumentText, lineHead: string, id: string, trigger: 'automatic' | 'manual'): CompletionRequest {
  const shape = shapeAt(lineHead, text.lineTail, text.languageId);
  // A UTF-16 unit is at least one byte of UTF-8, so reading this many units never reads too little.
  const before = lineHead.length < textBounds.prefix ? text.before(textBounds.prefix) : '';
  // A line may be longer than all that is sent (minified code): only its end is worked on.
  const head = lineHead.slice(-textBounds.prefix);
  return {
    id,
    languageId: text.languageId,
    documentId: text.id,
    path: text.path,
    line: text.line,
    prefix: tailWithin(withLf(before + head), textBounds.prefix),
    suffix: headWithin(withLf(text.after(textBounds.suffix)), textBounds.suffix),
    shape,
    trigger,
    maxTokens: tokenBounds[shape],
  };
}
