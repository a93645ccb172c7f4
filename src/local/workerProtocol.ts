import type { Extent } from './decoder.ts';

/** A document as what has changed since it was sent last; `kept` counts UTF-16 units of the text before, from its outer end. */
export interface DocumentChange {
  readonly path: string;
  readonly languageId: string;
  readonly keptBefore: number;
  /** What follows the kept beginning, up to the cursor. */
  readonly before: string;
  readonly keptAfter: number;
  /** What stands after the cursor, up to the kept end. */
  readonly after: string;
}

/** What the index is told and asked. */
export type ToIndex =
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly languageId: string;
      readonly text: string;
      /** What tells versions of the file apart, e.g. time and size; given back by `restored`. Empty: it is not kept on disk. */
      readonly stamp: string;
    }
  | { readonly kind: 'remove'; readonly path: string }
  | {
      readonly kind: 'complete';
      readonly id: number;
      readonly document: DocumentChange;
      readonly extent: Extent;
      readonly isBlock: boolean;
    }
  /** Whether files that wait are left waiting; completions are answered all the same. */
  | { readonly kind: 'pause'; readonly isPaused: boolean }
  /** Puts an image of the store into a file. */
  | { readonly kind: 'keep'; readonly file: string }
  /** Begins with such an image; only useful before the first `write`. */
  | { readonly kind: 'restore'; readonly file: string };

/** What the index says. */
export type FromIndex =
  | { readonly kind: 'ready' }
  /** The answer to `complete`; empty when there is nothing, or when a later one came before this one was begun. */
  | { readonly kind: 'completed'; readonly id: number; readonly text: string; readonly confidence: number; readonly scope?: number }
  | { readonly kind: 'progress'; readonly progress: IndexProgress }
  /** A file is taken in from now on. Should the thread end before the next message, this file is the suspect. */
  | { readonly kind: 'begun'; readonly path: string }
  | { readonly kind: 'kept'; readonly kept: KeptImage }
  | { readonly kind: 'restored'; readonly restored: RestoredImage };

/** How large the image is that was kept, in bytes, or why there is none. */
export type KeptImage = { readonly ok: true; readonly bytes: number } | { readonly ok: false; readonly reason: string };

/** The files that the image held, none when there was no image; or why it could not be used, so that everything is written anew. */
export type RestoredImage = { readonly ok: true; readonly files: readonly KeptFile[] } | { readonly ok: false; readonly reason: string };

/** A file of an image. */
export interface KeptFile {
  readonly path: string;
  readonly stamp: string;
}

/** How far the index is. */
export interface IndexProgress {
  /** Files held, and files that wait to be written. */
  readonly files: number;
  readonly waiting: number;
  /** Bytes held, all together. */
  readonly bytes: number;
  /** Files held only in part, and files left out, because the bound is reached; files that are no source text. */
  readonly sampled: number;
  readonly left: number;
  readonly skipped: number;
}
