import { messageOf } from '../base/logger.ts';
import type { WholeFiles } from '../base/wholeFile.ts';
import type { FileWriter } from './fileWriter.ts';
import { Predictor } from './predictor.ts';
import type { LocalModel } from './model.ts';
import type { SourceQueue } from './sourceQueue.ts';
import { isSourceText } from './sourceText.ts';
import { decodeStore, encodeStore } from './storeImage.ts';
import { type StoreBounds, storeBounds } from './storeBounds.ts';
import type { SourceFile } from './workerClient.ts';
import type { DocumentChange, FromIndex, IndexProgress, KeptImage, RestoredImage, SourceProgress, ToIndex } from './workerProtocol.ts';

/** Characters that are written, and places that are put into one chain, in one go: 3 ms at most, so that a completion waits no longer. */
export const sliceCharacters = 12 * 1024;
export const slicePlaces = 96 * 1024;

/** So much is written before the first question is answered, about 30 ms of work: until then there is nothing to answer from. */
export const firstCharacters = 128 * 1024;

/** Slices after which it says how far it is, about a third of a second. */
const slicesOfReport = 100;

/** What an index may be given. */
export interface IndexSessionOptions {
  readonly bounds?: StoreBounds;
  /** The files that it reads itself; without it none. */
  readonly sources?: SourceQueue;
}

const noSources: SourceProgress = { listed: 0, done: 0, taken: 0, isListing: false, refused: {} };

type Write = Extract<ToIndex, { kind: 'write' }>;
type Complete = Extract<ToIndex, { kind: 'complete' }>;

/**
 * The index as its thread runs it: answers the latest completion first, and writes files in slices in between. It says nothing on
 * its own: whoever runs it calls `work` for as long as that returns true.
 */
export class IndexSession {
  readonly #model: LocalModel;
  #bounds: StoreBounds;
  readonly #sources: SourceQueue | undefined;
  readonly #post: (message: FromIndex) => void;
  readonly #files: WholeFiles;
  #index: Predictor;
  /** Files that wait, by path: a later version takes the place of an earlier one. */
  readonly #waiting = new Map<string, Write>();
  #writer: { readonly path: string; readonly file: FileWriter } | undefined;
  #asked: Complete | undefined;
  #isPaused = false;
  #skipped = 0;
  /** Slices of files written so far. */
  #slices = 0;
  #prefix = '';
  #suffix = '';

  constructor(
    model: LocalModel,
    post: (message: FromIndex) => void,
    files: WholeFiles,
    { bounds = storeBounds, sources }: IndexSessionOptions = {},
  ) {
    this.#model = model;
    this.#files = files;
    this.#bounds = bounds;
    this.#post = post;
    this.#sources = sources;
    sources?.serve({
      stampOf: (path) => (this.#waiting.has(path) ? '' : this.#index.store.segmentOf(path)?.stamp),
      remove: (path) => this.#remove(path),
      paths: () => this.#index.store.segments.filter(({ isDead, stamp }) => !isDead && stamp !== '').map(({ path }) => path),
      hasRoom: () => this.#index.store.hasRoomForFile,
    });
    this.#index = new Predictor({ model, bounds });
  }

  /** Takes a message; the work that it makes is done by `work`. */
  take(message: ToIndex): void {
    switch (message.kind) {
      case 'write':
        this.#waiting.delete(message.path);
        this.#waiting.set(message.path, message);
        break;
      case 'remove':
        this.#remove(message.path);
        // What a closed document leaves is the file.
        this.#sources?.revisit(message.path);
        break;
      case 'folders':
      case 'sources':
      case 'listed':
      case 'changed':
        this.#sources?.take(message);
        break;
      case 'bound':
        this.#bounds = { bytes: message.bytes };
        this.#index = new Predictor({ model: this.#model, bounds: this.#bounds });
        break;
      case 'complete':
        this.#change(message.document);
        if (this.#asked !== undefined) this.#post({ kind: 'completed', id: this.#asked.id, text: '', confidence: 0 });
        this.#asked = message;
        break;
      case 'pause':
        this.#isPaused = message.isPaused;
        break;
      case 'keep':
        this.#post({ kind: 'kept', kept: this.#keep(message.file) });
        break;
      case 'restore':
        this.#post({ kind: 'restored', restored: this.#restore(message.file) });
        break;
    }
  }

  /** Answers what is asked, or does a slice of what waits. Returns whether there is more to do. */
  work(): boolean {
    const isFirst = this.#slices * sliceCharacters < firstCharacters && !this.#isPaused && this.#hasWork;
    if (this.#asked !== undefined && !isFirst) this.#answer(this.#asked);
    else if (!this.#isPaused) this.#slice();
    return this.#asked !== undefined || (!this.#isPaused && this.#hasWork);
  }

  get progress(): IndexProgress {
    const { store, live } = this.#index;
    const waiting = this.#waiting.size + (this.#writer === undefined ? 0 : 1) + (this.#sources?.waiting ?? 0);
    return {
      files: store.size,
      waiting,
      bytes: store.bytes + live.bytes,
      ...store.counts,
      skipped: this.#skipped,
      sources: this.#sources?.progress ?? noSources,
    };
  }

  get #hasWork(): boolean {
    const { store } = this.#index;
    return (
      this.#writer !== undefined ||
      this.#waiting.size > 0 ||
      this.#sources?.hasWork === true ||
      store.isWasteful ||
      !store.sequence.isSettled
    );
  }

  #answer(asked: Complete): void {
    this.#asked = undefined;
    const { path, languageId } = asked.document;
    const place = { path, languageId, prefix: this.#prefix, suffix: this.#suffix };
    this.#post({ kind: 'completed', id: asked.id, ...this.#index.complete(place, asked.extent, asked.isBlock) });
  }

  #change({ keptBefore, before, keptAfter, after }: DocumentChange): void {
    this.#prefix = this.#prefix.slice(0, keptBefore) + before;
    this.#suffix = after + (keptAfter === 0 ? '' : this.#suffix.slice(-keptAfter));
  }

  #slice(): void {
    const { store } = this.#index;
    if (!this.#hasWork || !store.sequence.settle(slicePlaces)) return;
    if (this.#writer === undefined && store.isWasteful) {
      store.compact();
      return;
    }
    if (this.#writer === undefined && store.forgetWords()) {
      this.#index = new Predictor({ model: this.#model, bounds: this.#bounds }, store);
      return;
    }
    this.#slices += 1;
    this.#writer ??= this.#next();
    if (this.#writer?.file.step(sliceCharacters) === true) this.#writer = undefined;
    // What was written is found from now on.
    store.sequence.settle(slicePlaces);
    this.#report();
  }

  #report(): void {
    if (!this.#hasWork || this.#slices % slicesOfReport === 0) this.#post({ kind: 'progress', progress: this.progress });
  }

  #remove(path: string): void {
    this.#waiting.delete(path);
    if (this.#writer?.path === path) this.#writer = undefined;
    this.#index.remove(path);
  }

  /** Begins the file that waits longest; when none does, goes on with those of the workspace. */
  #next(): { path: string; file: FileWriter } | undefined {
    const next = this.#waiting.values().next().value;
    if (next === undefined) {
      const source = this.#sources?.step();
      return source === undefined ? undefined : this.#begin(source);
    }
    this.#waiting.delete(next.path);
    if (isSourceText(next.text)) return this.#begin(next);
    this.#skipped += next.text === '' ? 0 : 1;
    this.#index.remove(next.path);
    return undefined;
  }

  #begin({ path, languageId, text, stamp }: SourceFile): { path: string; file: FileWriter } | undefined {
    this.#post({ kind: 'begun', path });
    const file = this.#index.store.write(path, languageId, text, stamp);
    return file === undefined ? undefined : { path, file };
  }

  #keep(file: string): KeptImage {
    // A file that is half written would be taken for whole.
    this.#writer?.file.step(Infinity);
    this.#writer = undefined;
    try {
      const image = encodeStore(this.#index.store);
      this.#files.replace(file, image);
      return { ok: true, bytes: image.byteLength };
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }

  #restore(file: string): RestoredImage {
    try {
      const image = this.#files.read(file, this.#bounds.bytes);
      if (image === undefined) return { ok: true, files: [] };
      const store = decodeStore(image, this.#bounds);
      if (store === undefined) return { ok: false, reason: 'it is not whole, or of another version' };
      if (store.bytes > this.#bounds.bytes) return { ok: false, reason: 'it holds more than is allowed now' };
      this.#index = new Predictor({ model: this.#model, bounds: this.#bounds }, store);
      this.#writer = undefined;
      return { ok: true, files: store.segments.map(({ path, stamp }) => ({ path, stamp })) };
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }
}
