import type { Extent } from './decoder.ts';
import type { TextRefusal } from './sourceText.ts';

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

/** A folder of the workspace on this machine's disk. */
export interface SourceFolder {
  /** As the operating system writes it. */
  readonly root: string;
  /** What the editor leaves out of it, as patterns of git. */
  readonly excluded: readonly string[];
}

/** A file of such a folder, to be read by the thread. */
export interface SourcePlace {
  /** As documents have it: the URI as text. */
  readonly path: string;
  /** Which of the `folders` it is in. */
  readonly folder: number;
  /** Path within that folder, with `/`. */
  readonly name: string;
}

/** What the thread is told of files that it reads itself. */
export type ToSources =
  /** A list of all files begins; ignore files are read anew. */
  | { readonly kind: 'folders'; readonly folders: readonly SourceFolder[] }
  /** @param ring how near they are to what is worked on, 1…; nearer ones are read first, and of one ring those that changed last */
  | { readonly kind: 'sources'; readonly ring: number; readonly places: readonly SourcePlace[] }
  /** The list is whole: what was known and is not on it is gone. */
  | { readonly kind: 'listed' }
  /** They, or what is in them, are new, changed or gone. */
  | { readonly kind: 'changed'; readonly places: readonly SourcePlace[] };

/** What the index is told and asked. */
export type ToIndex =
  | ToSources
  /** How many bytes it may hold; only before everything else. */
  | { readonly kind: 'bound'; readonly bytes: number }
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
  /** A folder is new: what is in it is to be listed. */
  | { readonly kind: 'folder'; readonly place: SourcePlace }
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
  /** Files of the workspace that the thread reads itself. */
  readonly sources: SourceProgress;
}

/** Why a file of the workspace is not taken in. */
export type SourceRefusal =
  | TextRefusal
  /** By an ignore file, by git's, by the editor's settings. */
  | 'ignored'
  /** By its name: a binary, a lock file, written by a program or by others. */
  | 'name'
  /** A symbolic link, or in a linked folder: what it leads to is known under its own name, or is outside of the workspace. */
  | 'link'
  /** Another name of a file that is known. */
  | 'copy'
  /** It may not be read, or it is gone. */
  | 'unreadable'
  /** It became another each time it was read. */
  | 'changing'
  /** There is no room. */
  | 'full';

/** How far the files of the workspace are, since they were listed last. */
export interface SourceProgress {
  readonly listed: number;
  /** Of these: taken in, known before, or refused. */
  readonly done: number;
  /** Files read and taken in since the thread began. */
  readonly taken: number;
  /** The list is still being made. */
  readonly isListing: boolean;
  readonly refused: Readonly<Partial<Record<SourceRefusal, number>>>;
}
