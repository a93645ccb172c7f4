import type { SourcePlace, SourceRefusal } from './workerProtocol.ts';

/** Files that are remembered, those on the list and those that came later. */
export const mostKnown = 20_000;

/** A file of the workspace that was listed, or that changed. */
export interface Known {
  readonly place: SourcePlace;
  /** How near it is; see the protocol. */
  readonly ring: number;
  /** The list on which it was last. */
  readonly listing: number;
  /** See `FoundOnDisk`; once it was found to be a file of its own. */
  identity?: string;
  refusal?: SourceRefusal;
  /** How often it became another while it was read, in a row. */
  attempts: number;
}

/** The files of the workspace by path, what they are on disk, and why some are not taken in. */
export class KnownSources {
  readonly #byPath = new Map<string, Known>();
  /** Path by identity. */
  readonly #owners = new Map<string, string>();
  /** How many files are in a folder, however deep. */
  readonly #inFolder = new Map<string, number>();
  readonly #refused = new Map<SourceRefusal, number>();

  get size(): number {
    return this.#byPath.size;
  }

  get isFull(): boolean {
    return this.#byPath.size >= mostKnown;
  }

  /** How many are refused, by reason. */
  get refused(): Readonly<Partial<Record<SourceRefusal, number>>> {
    return Object.fromEntries(this.#refused);
  }

  get(path: string): Known | undefined {
    return this.#byPath.get(path);
  }

  /** Whether it is still the one with its path: it may have been dropped, or listed anew. */
  isCurrent(known: Known): boolean {
    return this.#byPath.get(known.place.path) === known;
  }

  /** Remembers a file, in place of what was known of it. */
  add(place: SourcePlace, ring: number, listing: number): Known {
    const before = this.#byPath.get(place.path);
    if (before !== undefined) this.drop(before);
    const known: Known = { place, ring, listing, attempts: 0 };
    this.#byPath.set(place.path, known);
    this.#count(place.path, 1);
    return known;
  }

  drop(known: Known): void {
    this.accept(known);
    this.disclaim(known);
    if (this.#byPath.delete(known.place.path)) this.#count(known.place.path, -1);
  }

  /** A copy of the list, since what is done with it may change it. */
  all(): readonly Known[] {
    return [...this.#byPath.values()];
  }

  /** The files in a folder, however deep; of what is no folder none, without going through all files. */
  below(folder: string): readonly Known[] {
    return this.#inFolder.has(folder) ? this.all().filter(({ place }) => place.path.startsWith(`${folder}/`)) : [];
  }

  /** The file that was said to have this identity. */
  ownerOf(identity: string): Known | undefined {
    return this.#byPath.get(this.#owners.get(identity) ?? '');
  }

  /** Says that a file has this identity, and no other has. */
  claim(known: Known, identity: string): void {
    this.disclaim(known);
    known.identity = identity;
    this.#owners.set(identity, known.place.path);
  }

  disclaim(known: Known): void {
    if (known.identity !== undefined && this.#owners.get(known.identity) === known.place.path) this.#owners.delete(known.identity);
    delete known.identity;
  }

  refuse(known: Known, refusal: SourceRefusal): void {
    this.accept(known);
    known.refusal = refusal;
    this.#refused.set(refusal, (this.#refused.get(refusal) ?? 0) + 1);
  }

  accept(known: Known): void {
    if (known.refusal === undefined) return;
    this.#refused.set(known.refusal, (this.#refused.get(known.refusal) ?? 1) - 1);
    delete known.refusal;
  }

  #count(path: string, by: number): void {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      const count = (this.#inFolder.get(folder) ?? 0) + by;
      if (count === 0) this.#inFolder.delete(folder);
      else this.#inFolder.set(folder, count);
    }
  }
}
