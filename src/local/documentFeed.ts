import type { Clock, Disposable } from '../base/clock.ts';
import type { WorkspaceView } from '../domain/service.ts';
import type { LocalIndex } from './indexSupervisor.ts';

/** Characters that are handed to the index within one keystroke: copying them takes less than a millisecond. At least one document is. */
export const charactersPerTurn = 256 * 1024;

/** Pause before further documents are handed over, in which keystrokes go first. */
const feedPause = 15;

/** Keeps the index up to date with the open documents, each handed over once per version. */
export class DocumentFeed implements Disposable {
  readonly #index: Pick<LocalIndex, 'write' | 'remove' | 'held'>;
  readonly #view: Pick<WorkspaceView, 'openDocuments'>;
  readonly #clock: Clock;
  /** The document that is edited. */
  #edited = '';
  #timer: Disposable | undefined;
  #isDisposed = false;
  /** Version that the index has, by document. */
  readonly #versions = new Map<string, number>();

  constructor(index: Pick<LocalIndex, 'write' | 'remove' | 'held'>, view: Pick<WorkspaceView, 'openDocuments'>, clock: Clock) {
    this.#index = index;
    this.#view = view;
    this.#clock = clock;
  }

  /**
   * Hands over what has changed; a lot of it goes in turns.
   *
   * @param editedId the document being edited, which goes with each request
   */
  keepUp(editedId: string): void {
    this.#edited = editedId;
    this.#turn();
  }

  /** A new thread has begun: it has nothing. */
  restart(): void {
    this.#versions.clear();
    this.#turn();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.dispose();
  }

  #turn(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#isDisposed || this.#index.held === undefined || this.#handOver()) return;
    this.#timer = this.#clock.after(feedPause, () => this.#turn());
  }

  /** Hands over a bounded amount, and takes back what was closed. Returns whether the index has everything. */
  #handOver(): boolean {
    const documents = this.#view.openDocuments();
    const open = new Set(documents.map(({ id }) => id));
    for (const id of this.#versions.keys()) {
      if (open.has(id)) continue;
      this.#versions.delete(id);
      this.#index.remove(id);
    }
    let left = charactersPerTurn;
    for (const document of documents) {
      const { id, languageId, version } = document;
      if (id === this.#edited || this.#versions.get(id) === version) continue;
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
