import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemDisk, type SourceDisk } from '../../src/base/sourceDisk.ts';
import { fittedModel } from '../../src/local/fittedModel.ts';
import { IndexSession } from '../../src/local/indexSession.ts';
import { modelOf } from '../../src/local/model.ts';
import { SourceQueue } from '../../src/local/sourceQueue.ts';
import type { FromIndex, SourcePlace, ToIndex } from '../../src/local/workerProtocol.ts';
import { IgnoredOnDisk } from '../../src/privacy/ignoredOnDisk.ts';
import { MemoryFiles } from './memoryFiles.ts';

/** A folder of real files and an index that reads them, its work done at once. */
export class RealWorkspace {
  readonly root: string;
  readonly said: FromIndex[] = [];
  readonly images: MemoryFiles;
  readonly session: IndexSession;
  #ids = 0;

  constructor(options: { bytes?: number; disk?: SourceDisk; root?: string; images?: MemoryFiles } = {}) {
    this.root = options.root ?? realpathSync(mkdtempSync(path.join(tmpdir(), 'fs-source-')));
    this.images = options.images ?? new MemoryFiles();
    const disk = options.disk ?? systemDisk;
    const post = (message: FromIndex): void => void this.said.push(message);
    const sources = new SourceQueue(disk, new IgnoredOnDisk(disk), post);
    const bounds = options.bytes === undefined ? {} : { bounds: { bytes: options.bytes } };
    this.session = new IndexSession(modelOf(fittedModel), post, this.images, { ...bounds, sources });
  }

  put(name: string, content: string | Uint8Array): this {
    const file = path.join(this.root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return this;
  }

  tell(...messages: ToIndex[]): this {
    for (const message of messages) this.session.take(message);
    while (this.session.work());
    return this;
  }

  place(name: string): SourcePlace {
    return { path: `file://${this.root}/${name}`, folder: 0, name };
  }

  /** Lists these files, and nothing else, as the editor's search would have found them. */
  list(names: readonly string[], excluded: readonly string[] = []): this {
    const places = names.map((name) => this.place(name));
    return this.tell(
      { kind: 'folders', folders: [{ root: this.root, excluded }] },
      { kind: 'sources', ring: 1, places },
      { kind: 'listed' },
    );
  }

  change(...names: string[]): this {
    return this.tell({ kind: 'changed', places: names.map((name) => this.place(name)) });
  }

  /** The text for a cursor in a file that is nowhere on disk. */
  ask(before: string): string {
    this.#ids += 1;
    const document = { path: `file://${this.root}/here.ts`, languageId: 'typescript', keptBefore: 0, before, keptAfter: 0, after: '\n' };
    this.tell({ kind: 'complete', id: this.#ids, document, extent: 'line', isBlock: false });
    const last = this.said.findLast(({ kind }) => kind === 'completed');
    return last?.kind === 'completed' ? last.text : '';
  }

  get refused(): Readonly<Record<string, number | undefined>> {
    return Object.fromEntries(Object.entries(this.session.progress.sources.refused).filter(([, count]) => count !== 0));
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
