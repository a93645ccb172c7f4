import { Emitter } from '../../src/base/event.ts';
import type { ContextDocument, ContextView, DefinedAt, Place, ShownError } from '../../src/domain/context.ts';

/** An editor made of strings. What a test does not set is empty. */
export class FakeContextView implements ContextView {
  readonly #touched = new Emitter<ContextDocument>();
  readonly onDidTouch = this.#touched.event;
  open: ContextDocument[] = [];
  /** Files that are not open, by URI. */
  files: Record<string, string> = {};
  shownErrors: ShownError[] = [];
  ignored = new Set<string>();
  asked: Place[] = [];
  reads: string[] = [];
  definitions: (place: Place) => Promise<readonly DefinedAt[]> = (place) => {
    this.asked.push(place);
    return Promise.resolve([]);
  };
  typeDefinitions: (place: Place) => Promise<readonly DefinedAt[]> = () => Promise.resolve([]);
  signature: (place: Place) => Promise<string | undefined> = () => Promise.resolve(undefined);

  openDocuments(): readonly ContextDocument[] {
    return this.open;
  }

  read(id: string): Promise<ContextDocument | undefined> {
    this.reads.push(id);
    const open = this.open.find((document) => document.id === id);
    const text = this.files[id];
    return Promise.resolve(open ?? (text === undefined ? undefined : documentOf(id, text)));
  }

  errors(): readonly ShownError[] {
    return this.shownErrors;
  }

  mayLeave(id: string): boolean {
    return !this.ignored.has(id);
  }

  mayBeRead(id: string): Promise<boolean> {
    return Promise.resolve(this.mayLeave(id));
  }

  /** Shows a document, or a new version of it. */
  show(id: string, text: string): void {
    const version = Number(this.open.find((document) => document.id === id)?.version ?? 0) + 1;
    const document = documentOf(id, text, version);
    this.open = [document, ...this.open.filter((other) => other.id !== id)];
    this.#touched.fire(document);
  }
}

/** A document whose path is its URI without `file:///shop/`. */
export function documentOf(id: string, text: string, version = 1): ContextDocument {
  return { id, path: id.replace('file:///shop/', ''), version, text: () => text };
}
