import type { Completed, CompletionRequest, Outcome } from '../domain/completion.ts';
import { isSamePlace, restSince } from './progress.ts';

/** So many of the last served texts can still be said to be shown or rejected. */
export const servedKept = 8;

/** A text that was served, and where. */
export interface ServedText {
  readonly request: CompletionRequest;
  readonly completed: Completed;
}

/**
 * What was served last, so that a text on the screen stays as long as it is right, and so that what the person does with it can be
 * traced back. Local text stays local text.
 */
export class Served {
  #kept: readonly ServedText[] = [];
  #current: ServedText | undefined;

  put(request: CompletionRequest, outcome: Outcome): void {
    this.#current = outcome.ok && outcome.text !== '' ? { request, completed: outcome } : undefined;
    if (this.#current) this.#kept = [this.#current, ...this.#kept].slice(0, servedKept);
  }

  /** The text on the screen, as far as can be known. */
  get current(): ServedText | undefined {
    return this.#current;
  }

  /**
   * The rest of the text on the screen, when the person has typed into it. Who asks again at the very same place wants to know what a
   * model says: then local text, and the beginning of an answer that was cut off, are not said again.
   */
  restFor(request: CompletionRequest): Completed | undefined {
    if (!this.#current) return undefined;
    const { completed, request: asked } = this.#current;
    const isLocal = completed.origin === 'local';
    if ((isLocal || completed.isPartial) && isSamePlace(asked, request)) return undefined;
    const rest = restSince(asked, completed.text, request);
    return rest === undefined ? undefined : { ...completed, text: rest, origin: isLocal ? 'local' : 'cache' };
  }

  find(requestId: string): ServedText | undefined {
    return this.#kept.find(({ request }) => request.id === requestId);
  }

  /** The screen is empty. */
  hide(): void {
    this.#current = undefined;
  }

  clear(): void {
    this.hide();
    this.#kept = [];
  }
}
