import type { OpenDocument } from '../domain/workspace.ts';
import type { LocalIndex } from './localIndex.ts';

/** Characters that are handed to the index within one keystroke: copying them takes less than a millisecond. At least one document is. */
export const charactersPerTurn = 256 * 1024;

/** Keeps the index up to date with the open documents, each handed over once per version. */
export class DocumentFeed {
  readonly #index: Pick<LocalIndex, 'write' | 'remove'>;
  /** Version that the index has, by document. */
  readonly #versions = new Map<string, number>();

  constructor(index: Pick<LocalIndex, 'write' | 'remove'>) {
    this.#index = index;
  }

  /** A new thread has begun: it has nothing. */
  restart(): void {
    this.#versions.clear();
  }

  /**
   * Hands over what has changed, up to a bounded amount, and takes back what was closed.
   *
   * @param documents the most recently used first
   * @param exceptId the document being edited, which goes with each request
   * @returns whether the index has everything
   */
  refresh(documents: readonly OpenDocument[], exceptId: string): boolean {
    const open = new Set(documents.map(({ id }) => id));
    for (const id of this.#versions.keys()) {
      if (open.has(id)) continue;
      this.#versions.delete(id);
      this.#index.remove(id);
    }
    let left = charactersPerTurn;
    for (const document of documents) {
      const { id, languageId, version } = document;
      if (id === exceptId || this.#versions.get(id) === version) continue;
      if (left <= 0) return false;
      const whole = withoutReturns(document.text());
      left -= Math.max(1, whole.length);
      this.#versions.set(id, version);
      // What is not saved is nobody's business but the window's, so it is not kept on disk.
      this.#index.write({ path: id, languageId, text: whole, stamp: '' });
    }
    return true;
  }
}

function withoutReturns(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}
