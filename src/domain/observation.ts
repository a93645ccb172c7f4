import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Origin } from './completion.ts';

/** How much of a text the person took at once. */
export type AcceptedPart = 'all' | 'word' | 'line';

export type Rating = 'up' | 'down';

/**
 * How it ended with a text that was offered, exactly one for each that was shown. `typed`: the person typed all of it.
 * `replaced`: another text came to the same place. `left`: nobody can tell; the document was closed or rewritten, or the window.
 */
export type SuggestionEnd = 'accepted' | 'partly-accepted' | 'typed' | 'rejected' | 'replaced' | 'left';

/** What a text was: enough to compare languages, models and sources. */
export interface SuggestionFacts {
  /** Of the request that first brought it; unique within a window. */
  readonly id: string;
  readonly languageId: string;
  readonly origin: Origin;
  /** Name of the backend, or of the local engine. */
  readonly sourceId: string;
  /** The model as the server named it, else as it is configured; absent for local text. */
  readonly model?: string;
  readonly trigger: 'automatic' | 'manual';
}

/** What was seen of it. */
export type Observed =
  /** On the screen long enough to be read, or taken before that. */
  | { readonly kind: 'shown' }
  /** @see AcceptedPart; one for each part. Characters in UTF-16 units, those that the person had typed not counted. */
  | { readonly kind: 'accepted'; readonly part: AcceptedPart; readonly characters: number }
  | { readonly kind: 'ended'; readonly as: SuggestionEnd; readonly visibleFor: Millis }
  /** How much of the accepted text is still there, so many seconds after it was accepted: 1 all, 0 nothing. */
  | { readonly kind: 'kept'; readonly afterSeconds: number; readonly similarity: number }
  /** What the editor says against the accepted text that it did not say before. */
  | {
      readonly kind: 'checked';
      readonly errors: number;
      readonly warnings: number;
      /** Of these, what names a module that is not there. */
      readonly unknownImports: number;
      /** Of these, what names something else that is not there. */
      readonly unknownNames: number;
      /** False: nobody was seen to check this document, so that no errors means nothing. */
      readonly isChecked: boolean;
    }
  | { readonly kind: 'rated'; readonly rating: Rating };

/**
 * One thing that became of a text.
 * Invariant: holds no source text, no path and no key, so it may be written to disk.
 */
export type Observation = SuggestionFacts & { readonly at: EpochMillis } & Observed;
