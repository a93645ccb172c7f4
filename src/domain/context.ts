import type { Event } from '../base/event.ts';

/** A document or file whose text may help to complete another. */
export interface ContextDocument {
  /** URI as text. */
  readonly id: string;
  /** Relative to the workspace folder, with forward slashes; it may be sent. */
  readonly path: string;
  /** Another value for another text. */
  readonly version: number | string;
  /** The whole text. Called only when `version` is new. */
  text(): string;
}

/** A place in a document, zero-based, in UTF-16 units. */
export interface Place {
  readonly documentId: string;
  readonly line: number;
  readonly character: number;
}

/** A line of a document that something is defined in. */
export interface DefinedAt {
  readonly documentId: string;
  readonly line: number;
}

/** An error that the editor shows. */
export interface ShownError {
  /** Zero-based. */
  readonly line: number;
  readonly message: string;
}

/**
 * What an editor knows beside the document in which a person types. Promises may take for ever, reject, or give back far too much:
 * whoever asks has to bear it.
 */
export interface ContextView {
  /** The most recently used first; answers from memory. */
  openDocuments(): readonly ContextDocument[];
  /** A document by its URI, open or not; `undefined` when there is none, or none that could be of use. */
  read(id: string): Promise<ContextDocument | undefined>;
  /** Where the language server says that the name at a place is defined. */
  definitions(place: Place): Promise<readonly DefinedAt[]>;
  /** Where it says that the type of the value at a place is defined. */
  typeDefinitions(place: Place): Promise<readonly DefinedAt[]>;
  /** The signature of the call that a place is inside of, on one line. */
  signature(place: Place): Promise<string | undefined>;
  /** The errors of a document; answers from memory. */
  errors(documentId: string): readonly ShownError[];
  /** A document was shown or changed. */
  readonly onDidTouch: Event<ContextDocument>;
  /** Whether text of this document may be sent to a backend; answers from memory, and no while it does not know. */
  mayLeave(documentId: string): boolean;
  /** The same, but waits a little until it is known: for files that nobody has asked about yet. */
  mayBeRead(documentId: string): Promise<boolean>;
}
