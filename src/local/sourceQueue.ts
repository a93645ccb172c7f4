import type { FoundOnDisk, SourceDisk } from '../base/sourceDisk.ts';
import { decodeText } from './decodeText.ts';
import { type Known, KnownSources } from './knownSources.ts';
import { isOtherName, largestOf } from './sourceName.ts';
import { refusalOfFile } from './sourceText.ts';
import type { SourceFile } from './workerClient.ts';
import type { FromIndex, SourceFolder, SourcePlace, SourceProgress, SourceRefusal, ToSources } from './workerProtocol.ts';

/** Files looked at in one go: some 25 µs each, so that a completion waits no longer than for a slice of a file. */
export const looksOfSlice = 50;
/** A file that becomes another while it is read is tried so often. */
export const readAttempts = 3;

/** What must not be known, whoever asks. */
export interface IgnoredFiles {
  isIgnored(root: string, excluded: readonly string[], name: string): boolean;
  forget(): void;
}

/** What is held. */
export interface HeldFiles {
  /** '' for an open document; `undefined` for what is not held. */
  stampOf(path: string): string | undefined;
  remove(path: string): void;
  /** Paths of what is held of files. */
  paths(): readonly string[];
  /** Whether a file that is not held would find room. */
  hasRoom(): boolean;
}

interface ToRead {
  readonly known: Known;
  readonly modified: number;
  readonly stamp: string;
}

/** Files of one nearness. */
interface Ring {
  readonly toLook: Known[];
  toRead: ToRead[];
  isSorted: boolean;
}

const changing = Symbol('changing');

/** Ring of what changes while the editor runs. */
const changedRing = 0;

/**
 * The files of the workspace, looked at and read one after the other by the thread that takes them in: the nearest first, of these
 * the last changed first. Nothing that is ignored or linked is opened.
 */
export class SourceQueue {
  readonly #disk: SourceDisk;
  readonly #ignored: IgnoredFiles;
  readonly #post: (message: FromIndex) => void;
  #held: HeldFiles = { stampOf: () => undefined, remove: () => undefined, paths: () => [], hasRoom: () => true };
  #folders: readonly SourceFolder[] = [];
  /** Real paths of the folders. */
  #roots: readonly (string | undefined)[] = [];
  readonly #known = new KnownSources();
  /** By nearness; there may be gaps. */
  readonly #rings: (Ring | undefined)[] = [];
  #listing = 0;
  #isListing = false;
  #waiting = 0;
  #taken = 0;

  constructor(disk: SourceDisk, ignored: IgnoredFiles, post: (message: FromIndex) => void) {
    this.#disk = disk;
    this.#ignored = ignored;
    this.#post = post;
  }

  /** Says who holds what is read. */
  serve(held: HeldFiles): void {
    this.#held = held;
  }

  /** Files that are still to be looked at or read. */
  get waiting(): number {
    return this.#waiting;
  }

  get hasWork(): boolean {
    return this.#waiting > 0;
  }

  get progress(): SourceProgress {
    const listed = this.#known.size;
    const { refused } = this.#known;
    return { listed, done: Math.max(0, listed - this.#waiting), taken: this.#taken, isListing: this.#isListing, refused };
  }

  take(message: ToSources): void {
    switch (message.kind) {
      case 'folders':
        this.#begin(message.folders);
        break;
      case 'sources':
        for (const place of message.places) this.#list(place, message.ring);
        break;
      case 'listed':
        this.#end();
        break;
      case 'changed':
        for (const place of message.places) this.#change(place);
        break;
    }
  }

  /** The document with this path is closed: what stands in its file counts again. */
  revisit(path: string): void {
    const known = this.#known.get(path);
    if (known !== undefined) this.#enqueue(known, changedRing);
  }

  /** Looks at some files, or reads one. Returns what is to be taken in. */
  step(): SourceFile | undefined {
    const ring = this.#rings.find((each) => each !== undefined && each.toLook.length + each.toRead.length > 0);
    if (ring === undefined) return undefined;
    if (ring.toLook.length > 0) {
      for (const known of ring.toLook.splice(-looksOfSlice)) this.#look(known, ring);
      return undefined;
    }
    if (!ring.isSorted) ring.toRead.sort((left, right) => left.modified - right.modified);
    ring.isSorted = true;
    const next = ring.toRead.pop();
    return next && this.#read(next);
  }

  #begin(folders: readonly SourceFolder[]): void {
    this.#folders = folders;
    this.#roots = folders.map(({ root }) => this.#disk.realPathOf(root));
    this.#ignored.forget();
    this.#listing += 1;
    this.#isListing = true;
    this.#rings.length = 0;
    this.#waiting = 0;
  }

  #list(place: SourcePlace, ring: number): void {
    if (this.#known.get(place.path)?.listing === this.#listing) return;
    // Made anew: the folders may have another order.
    this.#enqueue(this.#known.add(place, ring, this.#listing), ring);
  }

  #change(place: SourcePlace): void {
    const known = this.#known.get(place.path);
    if (known !== undefined) this.#enqueue(known, changedRing);
    else if (!this.#known.isFull) this.#enqueue(this.#known.add(place, changedRing, this.#listing), changedRing);
  }

  #end(): void {
    this.#isListing = false;
    for (const known of this.#known.all()) {
      if (known.listing !== this.#listing) this.#known.drop(known);
    }
    // Of a former session, or no longer on the list.
    for (const path of this.#held.paths()) {
      if (this.#known.get(path) === undefined) this.#held.remove(path);
    }
  }

  #enqueue(known: Known, ring: number): void {
    (this.#rings[ring] ??= { toLook: [], toRead: [], isSorted: true }).toLook.push(known);
    this.#waiting += 1;
  }

  #look(known: Known, ring: Ring): void {
    this.#waiting -= 1;
    const { place } = known;
    // Dropped, or listed anew, since it was put in.
    if (!this.#known.isCurrent(known)) return;
    const folder = this.#folders[place.folder];
    if (folder === undefined) return this.#gone(known);
    if (isOtherName(place.name)) return this.#refuse(known, 'name');
    if (this.#ignored.isIgnored(folder.root, folder.excluded, place.name)) return this.#refuse(known, 'ignored');
    const found = this.#disk.look(this.#fileOf(place));
    if (found === undefined) return this.#gone(known);
    if (found.kind === 'folder') {
      this.#known.drop(known);
      return this.#post({ kind: 'folder', place });
    }
    if (found.kind === 'other') return this.#refuse(known, 'unreadable');
    if (found.size > largestOf(place.name)) return this.#refuse(known, 'large');
    if (this.#isLink(place)) return this.#refuse(known, 'link');
    this.#plan(known, found, ring);
  }

  /** Puts a file that is there in line, unless what is held of it is up to date. */
  #plan(known: Known, found: FoundOnDisk, ring: Ring): void {
    const { path } = known.place;
    const owner = this.#known.ownerOf(found.identity);
    if (owner !== undefined && owner !== known) {
      if (this.#isStill(owner.place, found.identity)) return this.#refuse(known, 'copy');
      // Renamed, or replaced: the editor tells of new names before it tells of those that are gone.
      this.#enqueue(owner, changedRing);
    }
    this.#known.claim(known, found.identity);
    this.#known.accept(known);
    const stamp = `${found.modified}-${found.size}`;
    const held = this.#held.stampOf(path);
    // The text of an open document is newer than its file.
    if (held === '' || held === stamp) return;
    if (held === undefined && !this.#held.hasRoom()) return this.#known.refuse(known, 'full');
    ring.toRead.push({ known, modified: found.modified, stamp });
    ring.isSorted = false;
    this.#waiting += 1;
  }

  #read({ known, stamp }: ToRead): SourceFile | undefined {
    this.#waiting -= 1;
    const { path } = known.place;
    const held = this.#held.stampOf(path);
    if (!this.#known.isCurrent(known) || held === '') return undefined;
    const text = held === undefined && !this.#held.hasRoom() ? 'full' : this.#textOf(known.place);
    if (text === undefined) this.#gone(known);
    else if (typeof text === 'string') this.#refuse(known, text);
    else if (text === changing) this.#again(known);
    else {
      known.attempts = 0;
      this.#taken += 1;
      return { path, languageId: '', text: text.text, stamp };
    }
    return undefined;
  }

  /** What a file holds, or why that is of no use; `undefined` when it is gone. */
  #textOf(place: SourcePlace): { readonly text: string } | typeof changing | SourceRefusal | undefined {
    try {
      const bytes = this.#disk.read(this.#fileOf(place), largestOf(place.name));
      if (bytes === undefined) return undefined;
      if (bytes === 'changing') return changing;
      // It may have become one since it was looked at.
      if (this.#isLink(place)) return 'link';
      const text = decodeText(bytes);
      return refusalOfFile(text) ?? { text };
    } catch {
      return 'unreadable';
    }
  }

  /** It became another while it was read. */
  #again(known: Known): void {
    known.attempts += 1;
    if (known.attempts < readAttempts) return this.#enqueue(known, known.ring);
    known.attempts = 0;
    this.#refuse(known, 'changing');
  }

  /** Links are not followed: what they lead to has a name of its own, or is outside of the workspace. */
  #isLink(place: SourcePlace): boolean {
    const root = this.#roots[place.folder];
    const real = this.#disk.realPathOf(this.#fileOf(place));
    if (root === undefined || real === undefined) return true;
    return real.replaceAll('\\', '/') !== `${root.replaceAll('\\', '/').replace(/\/$/, '')}/${place.name}`;
  }

  /** Whether the place still has the file of this identity. */
  #isStill(place: SourcePlace, identity: string): boolean {
    return this.#disk.look(this.#fileOf(place))?.identity === identity && !this.#isLink(place);
  }

  #fileOf({ folder, name }: SourcePlace): string {
    return `${this.#folders[folder]?.root ?? ''}/${name}`;
  }

  #gone(known: Known): void {
    const { path } = known.place;
    this.#known.drop(known);
    this.#held.remove(path);
    // Perhaps a folder: then everything in it is gone, too.
    for (const below of this.#known.below(path)) {
      this.#known.drop(below);
      this.#held.remove(below.place.path);
    }
  }

  #refuse(known: Known, refusal: SourceRefusal): void {
    this.#known.disclaim(known);
    // What programs write into ignored folders would fill the list.
    if (known.ring === changedRing && (refusal === 'name' || refusal === 'ignored')) this.#known.drop(known);
    else this.#known.refuse(known, refusal);
    // An open document that is refused as a file is still an open document.
    if (this.#held.stampOf(known.place.path) !== '') this.#held.remove(known.place.path);
  }
}
