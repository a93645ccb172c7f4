import { Emitter } from '../../src/base/event.ts';
import type { Random } from '../../src/base/random.ts';
import type { CompletionRequest } from '../../src/domain/completion.ts';
import type { ContextDocument, ContextView } from '../../src/domain/context.ts';
import type { OpenDocument } from '../../src/domain/workspace.ts';
import { soakPlan } from './soakReport.ts';
import { Typist } from './typist.ts';

interface Desk {
  readonly typist: Typist;
  readonly context: ContextDocument;
}

/** The editor of the soak: documents are opened one after the other, typed in, and closed. Nothing of a closed one is kept here. */
export class SoakDesk {
  readonly #random: Random;
  readonly #touched = new Emitter<ContextDocument>();
  readonly #closed = new Emitter<string>();
  #open: readonly Desk[] = [];
  readonly onDidClose = this.#closed.event;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Opens one more document, in front of the others; the oldest is closed. */
  open(number: number): void {
    const typist = new Typist(this.#random, `document${number}`);
    const { document } = typist;
    const context: ContextDocument = {
      id: document.id,
      path: `document${number}.ts`,
      get version() {
        return document.version;
      },
      text: () => document.text(),
    };
    const over = this.#open.slice(soakPlan.open - 1);
    this.#open = [{ typist, context }, ...this.#open.slice(0, soakPlan.open - 1)];
    for (const each of over) this.#closed.fire(each.context.id);
    this.#touched.fire(context);
  }

  /** One key in the document in front. */
  press(): CompletionRequest {
    const [front] = this.#open;
    if (!front) throw new Error('no document is open');
    const request = front.typist.press();
    this.#touched.fire(front.context);
    return request;
  }

  documents = (): readonly OpenDocument[] => this.#open.map(({ typist }) => typist.document);

  textOf(id: string, start: number, end: number): string | undefined {
    return this.#open
      .find(({ context }) => context.id === id)
      ?.context.text()
      .slice(start, end);
  }

  get listeners(): number {
    return this.#touched.listenerCount + this.#closed.listenerCount;
  }

  /** What context is made of: open documents, imports of them, definitions in them. */
  get view(): ContextView {
    const others = (): readonly ContextDocument[] => this.#open.map(({ context }) => context);
    const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), 5));
    const somewhere = (): readonly { documentId: string; line: number }[] =>
      others()
        .slice(1, 2)
        .map(({ id }) => ({ documentId: id, line: 10 * Math.floor(this.#random() * 30) }));
    return {
      openDocuments: others,
      read: (id) => later(others().find((each) => each.id === id)),
      definitions: () => later(somewhere()),
      typeDefinitions: () => later([]),
      signature: () => later('total(items: readonly Item[], rate: number): number'),
      errors: () => [{ line: 3, message: 'Cannot find name.' }],
      onDidTouch: this.#touched.event,
      mayLeave: () => true,
      mayBeRead: () => Promise.resolve(true),
    };
  }
}
