import { type ByteStore, storeShares, textBytes } from '../domain/byteStore.ts';
import { candidateId, type Completed, type CompletionRequest, type Outcome } from '../domain/completion.ts';
import { alone } from './candidates.ts';
import { isSamePlace, restSince } from './progress.ts';

/** So many of the last served texts can still be said to be shown or rejected. */
export const servedKept = 16;

/** A text that was served, and where. */
export interface ServedText {
  readonly request: CompletionRequest;
  readonly completed: Completed;
}

/**
 * What was served last, so that a text on the screen stays as long as it is right, and so that what the person does with it can be
 * traced back. Local text stays local text.
 */
export class Served implements ByteStore {
  readonly name = 'served';
  #kept: readonly ServedText[] = [];
  /** What was offered last: the text on the screen and those that the person can turn to. */
  #offered: readonly ServedText[] = [];

  put(request: CompletionRequest, outcome: Outcome): void {
    const texts = outcome.ok && outcome.text !== '' ? [outcome, ...(outcome.alternatives ?? [])] : [];
    this.#offered = texts.map((completed, index) => ({ request: { ...request, id: candidateId(request.id, index) }, completed }));
    this.#kept = [...this.#offered, ...this.#kept].slice(0, servedKept);
    this.evict(storeShares.served);
  }

  /** The text on the screen, as far as can be known. */
  get current(): ServedText | undefined {
    return this.#offered[0];
  }

  /** Whether something of a model is on the screen at this very place. */
  isModelAt(request: CompletionRequest): boolean {
    const { current } = this;
    return current !== undefined && current.completed.origin !== 'local' && isSamePlace(current.request, request);
  }

  /**
   * The rest of the text on the screen, or of one that the person could turn to, when the person has typed into it or come back to
   * its place: what is being read stays. Only who asks by hand at the very same place wants to know what a model says, and the
   * beginning of an answer that was cut off is not said again there.
   */
  restFor(request: CompletionRequest): Completed | undefined {
    for (const { completed, request: asked } of this.#offered) {
      const isLocal = completed.origin === 'local';
      const isOutdone = isLocal ? request.trigger === 'manual' : completed.isPartial;
      if (isOutdone && isSamePlace(asked, request)) continue;
      const rest = restSince(asked, completed.text, request);
      if (rest !== undefined) return { ...alone(completed), text: rest, origin: isLocal ? 'local' : 'cache' };
    }
    return undefined;
  }

  find(requestId: string): ServedText | undefined {
    return this.#kept.find(({ request }) => request.id === requestId);
  }

  /** The screen is empty. */
  hide(): void {
    this.#offered = [];
  }

  get bytes(): number {
    return sizeOf(this.#kept);
  }

  /** What is on the screen stays. */
  evict(toBytes: number): void {
    while (this.#kept.length > this.#offered.length && this.bytes > toBytes) this.#kept = this.#kept.slice(0, -1);
  }

  clear(): void {
    this.hide();
    this.#kept = [];
  }
}

/** Alternatives were made for one place, whose text they share. */
function sizeOf(texts: readonly ServedText[]): number {
  return texts.reduce((sum, { request: { prefix, suffix }, completed: { text } }, index) => {
    const isShared = texts[index - 1]?.request.prefix === prefix;
    return sum + textBytes(text) + (isShared ? 0 : textBytes(prefix, suffix));
  }, 0);
}
