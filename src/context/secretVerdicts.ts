import { LRUCache } from 'lru-cache';
import { textBytes } from '../domain/byteStore.ts';

/** Bounds of the search for secrets in pieces of context. */
export const verdictBounds = {
  /** Texts of which it is known whether they hold one. */
  texts: 400,
  /** The same, in bytes. */
  bytes: 1_000_000,
  /** Texts searched for one request; a search takes up to 0.3 ms where there is something to find. */
  perRequest: 24,
} as const;

/**
 * Whether texts hold a secret, each looked at once. Where many do, a request looks at some of them and the next ones at the others, so
 * that none is held up by all.
 */
export class SecretVerdicts {
  readonly #known = new LRUCache<string, boolean>({
    max: verdictBounds.texts,
    maxSize: verdictBounds.bytes,
    sizeCalculation: (_verdict, text) => textBytes(text),
  });

  /**
   * What says it for one request. A text that there was no room to look at counts as holding one.
   *
   * @param holdsSecret may take its time; the same each time
   */
  forRequest(holdsSecret: (text: string) => boolean): (text: string) => boolean {
    let room: number = verdictBounds.perRequest;
    return (text) => {
      const known = this.#known.get(text);
      if (known !== undefined) return known;
      if (room <= 0) return true;
      room -= 1;
      const verdict = holdsSecret(text);
      this.#known.set(text, verdict);
      return verdict;
    };
  }

  get bytes(): number {
    return this.#known.calculatedSize;
  }

  clear(): void {
    this.#known.clear();
  }
}
