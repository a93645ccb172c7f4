import type { ContextKind, ContextPiece, CompletionRequest } from '../domain/completion.ts';
import type { ContextDocument } from '../domain/context.ts';

/** Something that a source found: a document to look for windows in, or a piece as it is. */
export type Finding =
  | { readonly kind: Extract<ContextKind, 'open-file' | 'import'>; readonly document: ContextDocument }
  | {
      readonly kind: Extract<ContextKind, 'definition' | 'recent-edit' | 'diagnostic'>;
      /** URI of the document that the text was taken from. */
      readonly documentId: string;
      readonly piece: ContextPiece;
    };

/** One kind of context. It may hang or reject: it is waited for no longer than the budget. */
export interface ContextSource {
  readonly id: ContextKind;
  /**
   * @param signal aborts shortly before the budget ends: what is known by then is to be given back, and what comes later kept for the
   *   next request
   */
  gather(request: CompletionRequest, signal: AbortSignal): Promise<readonly Finding[]> | readonly Finding[];
  /** What it keeps, in bytes. Default: nothing. */
  bytes?(): number;
  /** Forgets what it keeps. */
  clear?(): void;
}
