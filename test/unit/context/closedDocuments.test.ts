import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/event.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { ContextDocument, ContextView } from '../../../src/domain/context.ts';
import type { OpenDocument } from '../../../src/domain/workspace.ts';
import { createGathering } from '../../../src/gathering.ts';
import { inlineLocal } from '../../fakes/inlineThread.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The editor's own document, which ours must not keep alive. */
class EditorDocument {
  readonly id: string;
  readonly #text: string;

  constructor(id: string) {
    this.id = id;
    this.#text = 'export function total(items: Item[]): number {\n  return items.reduce((sum, item) => sum + item.price, 0);\n}\n';
  }

  getText(): string {
    return this.#text;
  }
}

/** An editor with some documents, as the door shows it: what it hands out reaches the document only through what is open. */
class Editor {
  readonly #open = new Map<string, EditorDocument>();
  readonly #touched = new Emitter<ContextDocument>();

  open(id: string): WeakRef<EditorDocument> {
    const document = new EditorDocument(id);
    this.#open.set(id, document);
    this.#touched.fire(this.#shown(document));
    return new WeakRef(document);
  }

  close(id: string): void {
    this.#open.delete(id);
  }

  readonly documents = (): readonly OpenDocument[] =>
    [...this.#open.values()].map((document) => ({ ...this.#shown(document), languageId: 'typescript', version: 1 }));

  get view(): ContextView {
    const nothing = (): Promise<readonly never[]> => Promise.resolve([]);
    return {
      openDocuments: () => [...this.#open.values()].map((document) => this.#shown(document)),
      read: (id) =>
        Promise.resolve(this.#open.has(id) ? { id, path: 'x.ts', version: 1, text: () => this.#open.get(id)?.getText() ?? '' } : undefined),
      definitions: nothing,
      typeDefinitions: nothing,
      signature: () => Promise.resolve(undefined),
      errors: () => [],
      onDidTouch: this.#touched.event,
      mayLeave: () => true,
      mayBeRead: () => Promise.resolve(true),
    };
  }

  #shown(document: EditorDocument): ContextDocument {
    return { id: document.id, path: 'other.ts', version: 1, text: () => document.getText() };
  }
}

/** Whether nothing holds it any more. */
async function isFree(document: WeakRef<object>): Promise<boolean> {
  for (let turn = 0; turn < 8; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
    if (document.deref() === undefined) return true;
  }
  return false;
}

const request = sampleRequest({
  prefix: "import { total } from './other';\nexport const all = items.reduce((sum",
  documentId: 'file:///w/here.ts',
});

describe('a document that was closed', function () {
  // Each look collects the heap of all tests.
  this.timeout(30_000);

  it('is seen to be held when somebody holds it, or these tests would say nothing', async () => {
    const editor = new Editor();
    const document = editor.open('file:///w/other.ts');
    assert.equal(await isFree(document), false);
  });

  it('is not held by context: open files, imports, edits, windows', async () => {
    const editor = new Editor();
    const gathering = createGathering({
      view: editor.view,
      clock: systemClock,
      logger: silentLogger,
      secretFinder: () => Promise.resolve(() => false),
    });
    const document = editor.open('file:///w/other.ts');
    const asked = await gathering.gather(request, 8000, quietCall().signal);
    assert.ok((asked.context ?? []).length > 0, 'it was used');
    assert.ok(gathering.bytes > 0);
    editor.close('file:///w/other.ts');
    assert.equal(await isFree(document), true);
    await gathering.gather(request, 8000, quietCall().signal);
    gathering.evict(0);
    assert.equal(gathering.bytes, 0);
    gathering.dispose();
  });

  it('is not held by the local engine', async () => {
    const editor = new Editor();
    const local = inlineLocal({ openDocuments: editor.documents, snippets: () => [] }, systemClock);
    const document = editor.open('file:///w/other.ts');
    local.start();
    await local.complete(request, quietCall());
    editor.close('file:///w/other.ts');
    assert.equal(await isFree(document), true);
    local.dispose();
  });
});
