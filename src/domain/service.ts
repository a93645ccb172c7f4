import type { Disposable, EpochMillis } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import type { Attempt } from './attempt.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from './completion.ts';
import type { Observation } from './observation.ts';
import type { DecisionRecord } from './record.ts';
import type { EngineSnapshot } from './snapshot.ts';
import type { OpenDocument, Snippet } from './workspace.ts';

/** Where keys come from. The answer is bound to the origin: a key stored for one origin is never handed out for another (law 13). */
export interface KeyStore {
  /** @param origin e.g. `https://api.example.com`; the key stored for it, or `undefined` */
  get(backendName: string, origin: string): Promise<string | undefined>;
}

/** What a person answered when asked whether code of this workspace may go somewhere. */
export type ConsentAnswer = 'allowed' | 'denied' | 'undecided';

/** Where the person's answers are kept, per workspace (law 13). Read on the keystroke path, so it answers from memory. */
export interface BoundaryConsent {
  /** @param boundary `local`, `private` or `vendor:<name>` */
  answerFor(boundary: string): ConsentAnswer;
  readonly onDidChange: Event<string>;
}

/** What the local engine reads. Both are called on the keystroke path and answer from memory. */
export interface WorkspaceView {
  /** The most recently used first. */
  openDocuments(): readonly OpenDocument[];
  snippets(): readonly Snippet[];
}

/** What the engine keeps between sessions, as one value that JSON can hold. Neither function throws. */
export interface EngineMemory {
  /** Whatever is stored; may be of any shape, or `undefined`. */
  read(): unknown;
  write(value: unknown): void;
}

/** The whole of Failsoft as its front doors see it. It is itself a source: completing never throws and always settles. */
export interface Service extends CompletionSource, Disposable {
  complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome>;
  snapshot(): EngineSnapshot;
  /** Fires when something that the status shows has changed, at most twice a second. */
  readonly onDidChange: Event<EngineSnapshot>;
  /** Each attempt on a backend, probes included. */
  readonly onDidAttempt: Event<Attempt>;
  /** What becomes of the texts: for the journal and for figures. */
  readonly onDidObserve: Event<Observation>;
  /** What each keystroke was answered with that was not overtaken by the next one. */
  readonly onDidDecide: Event<DecisionRecord>;
  /** The front door has seen what became of a text; passed on as it is. */
  observed(observation: Observation): void;
  /** A text that this service served is on the screen: sooner than it counts as shown (`Observation`), for what is asked ahead. */
  shown(requestId: string): void;
  /** A person did not want a text that this service served: it is not offered at that place again. */
  rejected(requestId: string): void;
  /** A person took (a part of) a text that this service served; once for each text. */
  accepted(requestId: string, characters: number): void;
  /**
   * The list of models of a backend has been fetched: an end that it names for the backend's model becomes evidence of a retirement,
   * and one that it names no longer is forgotten.
   *
   * @param list the parsed answer of `GET /v1/models`, whatever it is
   */
  modelsListed(backendName: string, list: unknown): void;
  /** Another extension made this request itself: it counts for the health of that model. False: no source has that id. */
  report(attempt: Attempt): boolean;
  /** A person asks to try every backend again now, or the one with this name, well or not; resolves when the probes have ended. */
  retryNow(sourceId?: string): Promise<void>;
  /** Serve nothing until `until`, or until `resume`. */
  pause(until?: EpochMillis): void;
  resume(): void;
}
