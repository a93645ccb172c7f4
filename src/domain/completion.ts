import type { Failure } from './failure.ts';
import type { Stage } from './attempt.ts';

/** Where a piece of context comes from. */
export type ContextKind = 'open-file' | 'import' | 'definition' | 'recent-edit' | 'diagnostic';

/** A piece of text from elsewhere that helps to complete this document. It has passed the ignore rules and the secret scan. */
export interface ContextPiece {
  /** Relative to the workspace folder, with forward slashes. Of `recent-edit` and `diagnostic` the file that they are about. */
  readonly path: string;
  /** Line ends are `\n`; none at the end. */
  readonly text: string;
  readonly kind: ContextKind;
  /** How much it is expected to help, 0…1; where there is no room for all, the lowest goes. */
  readonly score: number;
}

/** Room that a piece takes in a prompt, in UTF-16 units: its path, its text and some characters around them. */
export function sizeOfPiece({ path, text }: ContextPiece): number {
  return path.length + text.length + 40;
}

/** What is asked for: the text around the cursor and where it is. Held while the request runs, and the last few served ones in memory. */
export interface CompletionRequest {
  /** Unique within a window; goes into the log and the attempt record. */
  readonly id: string;
  /** The editor's language identifier, e.g. `typescript`. */
  readonly languageId: string;
  /** Identity of the document (its URI as text); never sent to a backend. */
  readonly documentId: string;
  /** Path relative to the workspace folder, with forward slashes; may be sent in a prompt. */
  readonly path: string;
  /** Everything before the cursor, line ends normalised to `\n`. */
  readonly prefix: string;
  /** Everything after the cursor, line ends normalised to `\n`. */
  readonly suffix: string;
  /** Zero-based line of the cursor in its document; absent where there is no document. */
  readonly line?: number;
  /** In the order in which they go into a prompt: what was there in the request before comes first, so that a server still knows it. */
  readonly context?: readonly ContextPiece[];
  /** One line only, or up to the end of the block. */
  readonly shape: 'line' | 'block';
  /** `automatic` while typing; `manual` when the person asked; `probe` is our own and carries no text of the person's. */
  readonly trigger: 'automatic' | 'manual' | 'probe';
  /** Upper bound of generated tokens, 1…1024. */
  readonly maxTokens: number;
  /** Asked ahead, for what follows a text that the person has not taken yet. */
  readonly speculative?: boolean;
  /** A copy for a model that is looked at; nobody sees what it says. */
  readonly isShadow?: boolean;
  /** The person has seen what is known for this place and asks for something else: the same words again are no help. */
  readonly again?: boolean;
  /** What a model says now comes first, before what is on the screen. */
  readonly newestFirst?: boolean;
}

/**
 * Where a text that still comes can be cut, because what is behind that place will not be shown: an index from 0 to the length of the
 * text. `undefined` while more of it is wanted.
 */
export type Enough = (soFar: string) => number | undefined;

/** What the caller of a source hands along. */
export interface CompletionCall {
  readonly signal: AbortSignal;
  /** Called with all text so far, each time real text arrives. */
  readonly onText?: (soFar: string) => void;
  /** Called as an attempt gets further, so that the deadlines know what they wait for. */
  readonly onStage?: (stage: Stage) => void;
  /** Ends the real request as soon as enough code has come: an orderly answer, cut there, with `finish` at `stop`. */
  readonly enough?: Enough;
  /** False for a text that the person did not want at this place: local text is then another one, or none. */
  readonly isWanted?: (text: string) => boolean;
  /** No model will say anything for this keystroke: local text is all there is. */
  readonly isAlone?: boolean;
  /** Ask no backend, e.g. because the document is too large for one. */
  readonly localOnly?: boolean;
}

/** Where a text came from. Local text is never counted or cached as model text (law 9). */
export type Origin = 'model' | 'local' | 'cache';

/** What a local text comes from: code of this document, of a file beside it, of another file; a snippet; a template; what is still open. */
export const localVoters = ['document', 'near', 'elsewhere', 'snippet', 'template', 'closer'] as const;
export type LocalVoter = (typeof localVoters)[number];

/** Why a local text is offered. */
export interface LocalBasis {
  readonly voter: LocalVoter;
  /** The estimated chance that the text is right, 0…1. */
  readonly chance: number;
}

/** A text as a snippet, whose places can be filled one after the other once it was taken. */
export interface SnippetForm {
  /** The whole text as it was made; some of its beginning may have been typed since. */
  readonly text: string;
  /** What it begins with, as plain text. */
  readonly lead: string;
  /** What follows, in the editor's snippet syntax, lines joined with `\n`. */
  readonly body: string;
}

/** An orderly answer. */
export interface Completed {
  readonly ok: true;
  /** May be empty: the backend answered properly and had nothing to say. */
  readonly text: string;
  readonly origin: Origin;
  /** Id of the source that made the text (for `cache`: that once made it). */
  readonly sourceId: string;
  /** The model as the backend named it, or as it is configured. */
  readonly model?: string;
  /** How the text ended: at a stop or at the token bound. */
  readonly finish: 'stop' | 'length';
  /** Bytes received on the wire. */
  readonly bytes?: number;
  readonly usage?: { readonly promptTokens?: number; readonly completionTokens?: number };
  readonly requestId?: string;
  /** What the answer said about the end of its model, in our own words; ≤ 200 printable ASCII characters. */
  readonly deprecation?: string;
  /** Of local text only. */
  readonly basis?: LocalBasis;
  /** The text as a snippet; see `snippetOf`, for the text may have been cut since. */
  readonly snippet?: SnippetForm;
  /** The beginning of an answer that was cut off: shown, but neither a success of the backend nor cached (law 9). */
  readonly isPartial?: boolean;
  /** Other texts for the same place, best first, each different and without alternatives of its own; only for who asked by hand. */
  readonly alternatives?: readonly Completed[];
}

/**
 * What is left of a text's snippet: plain text, and what follows it in snippet syntax. `undefined` when it is none, or when so much of
 * it was typed or cut that only its text is left.
 */
export function snippetOf({ text, snippet }: Completed): { readonly lead: string; readonly body: string } | undefined {
  const typed = snippet === undefined ? -1 : snippet.text.length - text.length;
  if (snippet === undefined || typed < 0 || typed > snippet.lead.length || !snippet.text.endsWith(text)) return undefined;
  return { lead: snippet.lead.slice(typed), body: snippet.body };
}

/** What a text is called when it is said to be shown, taken or not wanted. @param index 0: the text itself; 1…: an alternative */
export function candidateId(requestId: string, index: number): string {
  return index === 0 ? requestId : `${requestId}.${index}`;
}

/** No text, with the reason. */
export interface Failed {
  readonly ok: false;
  readonly failure: Failure;
  /** Bytes received on the wire before it failed. */
  readonly bytes?: number;
  /** As in `Completed`. */
  readonly deprecation?: string;
  /** The text that had come before it failed; absent after a cancellation. */
  readonly partial?: string;
}

export type Outcome = Completed | Failed;

/** Anything that can be asked for a completion. It settles, it never throws, it reports failure as a value. */
export interface CompletionSource {
  readonly id: string;
  complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome>;
}

/** A failure as an outcome. */
export function failed(failure: Failure, bytes?: number): Failed {
  return bytes === undefined ? { ok: false, failure } : { ok: false, failure, bytes };
}
