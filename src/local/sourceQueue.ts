import type { FoundOnDisk, SourceDisk } from '../base/sourceDisk.ts';
import { decodeText } from './decodeText.ts';
import { isOtherName, largestOf } from './sourceName.ts';
import { refusalOfFile } from './sourceText.ts';
import type { SourceFile } from './workerClient.ts';
import type { FromIndex, SourceFolder, SourcePlace, SourceProgress, SourceRefusal, ToSources } from './workerProtocol.ts';

/** Files looked at in one go: some 30 µs each, so that a completion waits no longer than for a slice of a file. */
export const looksOfSlice = 50;
/** A file that becomes another while it is read is tried so often. */
export const readAttempts = 3;

/** Files that are remembered, those on the list and those that came later; some 400 bytes each. */
export const mostKnown = 20_000;

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

interface Known {
  readonly place: SourcePlace;
  readonly ring: number;
  /** The list on which it was last. */
  listing: number;
  identity?: string;
  refusal?: SourceRefusal;
  attempts: number;
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
  readonly #known = new Map<string, Known>();
  readonly #identities = new Map<string, string>();
  readonly #rings: Ring[] = [];
  readonly #refused = new Map<SourceRefusal, number>();
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
    const refused = Object.fromEntries(this.#refused);
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
    const ring = this.#rings.find((each) => each !== undefined && (each.toLook.length > 0 || each.toRead.length > 0));
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
    const known = this.#known.get(place.path);
    if (known?.listing === this.#listing) return;
    // Made anew: the folders may have another order.
    if (known !== undefined) this.#drop(known);
    this.#enqueue(this.#newKnown(place, ring), ring);
  }

  #change(place: SourcePlace): void {
    const known = this.#known.get(place.path);
    if (known !== undefined || this.#known.size < mostKnown) this.#enqueue(known ?? this.#newKnown(place, changedRing), changedRing);
  }

  #newKnown(place: SourcePlace, ring: number): Known {
    const known = { place, ring, listing: this.#listing, attempts: 0 };
    this.#known.set(place.path, known);
    return known;
  }

  #end(): void {
    this.#isListing = false;
    for (const known of [...this.#known.values()]) {
      if (known.listing !== this.#listing) this.#drop(known);
    }
    // Of a former session, or no longer on the list.
    for (const path of this.#held.paths()) {
      if (!this.#known.has(path)) this.#held.remove(path);
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
    if (this.#known.get(place.path) !== known) return;
    const folder = this.#folders[place.folder];
    if (folder === undefined) return this.#gone(known);
    if (isOtherName(place.name)) return this.#refuse(known, 'name');
    if (this.#ignored.isIgnored(folder.root, folder.excluded, place.name)) return this.#refuse(known, 'ignored');
    const found = this.#disk.look(`${folder.root}/${place.name}`);
    if (found === undefined) return this.#gone(known);
    if (found.kind === 'folder') {
      this.#drop(known);
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
    const owner = this.#identities.get(found.identity);
    if (owner !== undefined && owner !== path && this.#known.has(owner)) return this.#refuse(known, 'copy');
    this.#forgetIdentity(known);
    known.identity = found.identity;
    this.#identities.set(found.identity, path);
    this.#accept(known);
    const stamp = `${found.modified}-${found.size}`;
    const held = this.#held.stampOf(path);
    // The text of an open document is newer than its file.
    if (held === '' || held === stamp) return;
    if (held === undefined && !this.#held.hasRoom()) return this.#count(known, 'full');
    ring.toRead.push({ known, modified: found.modified, stamp });
    ring.isSorted = false;
    this.#waiting += 1;
  }

  #read({ known, stamp }: ToRead): SourceFile | undefined {
    this.#waiting -= 1;
    const { path, folder, name } = known.place;
    const root = this.#folders[folder]?.root;
    const held = this.#held.stampOf(path);
    if (root === undefined || this.#known.get(path) !== known || held === '') return undefined;
    if (held === undefined && !this.#held.hasRoom()) return void this.#count(known, 'full');
    let bytes: Uint8Array | 'changing' | undefined;
    try {
      bytes = this.#disk.read(`${root}/${name}`, largestOf(name));
    } catch {
      return void this.#refuse(known, 'unreadable');
    }
    if (bytes === undefined) return void this.#gone(known);
    if (bytes === 'changing') {
      known.attempts += 1;
      if (known.attempts < readAttempts) return void this.#enqueue(known, known.ring);
      known.attempts = 0;
      return void this.#refuse(known, 'changing');
    }
    known.attempts = 0;
    const text = decodeText(bytes);
    const refusal = refusalOfFile(text);
    if (refusal !== undefined) return void this.#refuse(known, refusal);
    this.#taken += 1;
    return { path, languageId: '', text, stamp };
  }

  /** Links are not followed: what they lead to has a name of its own, or is outside of the workspace. */
  #isLink({ folder, name }: SourcePlace): boolean {
    const root = this.#roots[folder];
    const real = this.#disk.realPathOf(`${this.#folders[folder]?.root ?? ''}/${name}`);
    return root === undefined || real === undefined || real.slice(root.length).replaceAll('\\', '/').replace(/^\//, '') !== name;
  }

  #gone(known: Known): void {
    const { path } = known.place;
    const wasFile = known.identity !== undefined;
    this.#drop(known);
    this.#held.remove(path);
    if (wasFile) return;
    // Perhaps a folder: then everything in it is gone, too.
    for (const other of [...this.#known.values()]) {
      if (other.place.path.startsWith(`${path}/`)) {
        this.#drop(other);
        this.#held.remove(other.place.path);
      }
    }
  }

  #refuse(known: Known, refusal: SourceRefusal): void {
    this.#forgetIdentity(known);
    // What programs write into ignored folders would fill the list.
    if (known.ring === changedRing && (refusal === 'name' || refusal === 'ignored')) this.#drop(known);
    else this.#count(known, refusal);
    // An open document that is refused as a file is still an open document.
    if (this.#held.stampOf(known.place.path) !== '') this.#held.remove(known.place.path);
  }

  #count(known: Known, refusal: SourceRefusal): void {
    this.#accept(known);
    known.refusal = refusal;
    this.#refused.set(refusal, (this.#refused.get(refusal) ?? 0) + 1);
  }

  #accept(known: Known): void {
    if (known.refusal === undefined) return;
    this.#refused.set(known.refusal, (this.#refused.get(known.refusal) ?? 1) - 1);
    delete known.refusal;
  }

  #drop(known: Known): void {
    this.#accept(known);
    this.#forgetIdentity(known);
    this.#known.delete(known.place.path);
  }

  #forgetIdentity(known: Known): void {
    if (known.identity !== undefined && this.#identities.get(known.identity) === known.place.path) this.#identities.delete(known.identity);
    delete known.identity;
  }
}
