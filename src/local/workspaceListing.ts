import type { Clock } from '../base/clock.ts';
import { delayOf } from '../base/clock.ts';
import type { SourceFolder, SourcePlace, ToSources } from './workerProtocol.ts';

/** How the files of a workspace are listed. */
export const listingDefaults = {
  /** Files that one search gives: reading more of them at once would hold up the editor's other extensions for longer than a frame. */
  ofSearch: 1500,
  /** Files listed in all; these hold more than fits into the index. */
  ofAll: 10_000,
  /** Folders of documents, most recently used first, that are searched before everything else. */
  nearFolders: 8,
  /** Files handed on in one turn. */
  perTurn: 200,
} as const;

/** A place in a workspace folder: which one, and the path within it, '' for the folder itself. */
export interface FolderPlace {
  readonly folder: number;
  readonly name: string;
}

/** The workspace as the editor knows it. */
export interface WorkspaceFiles<Found> {
  folders(): readonly SourceFolder[];
  /** Folders of what is worked on, the most recently used first. */
  near(): readonly FolderPlace[];
  /** Files below a folder, or, without depth, in it; in any order. */
  search(place: FolderPlace, isDeep: boolean, atMost: number): Promise<readonly Found[]>;
  /** Names of the folders in a folder, without links. */
  foldersIn(place: FolderPlace): Promise<readonly string[]>;
  /** `undefined`: not in the folder, or not on this machine's disk. */
  placeOf(found: Found): SourcePlace | undefined;
}

/** What one listing needs. */
export interface ListingOptions<Found> {
  readonly files: WorkspaceFiles<Found>;
  readonly tell: (message: ToSources) => void;
  readonly clock: Clock;
  /** Aborted when another listing takes its place. */
  readonly signal: AbortSignal;
}

/**
 * Lists the files of a workspace, the nearest first: those in the folders of what is worked on, then everything. A folder in which a
 * search finds no end is searched by its folders, the way to what is worked on first. Rejects when the editor's search does.
 *
 * @returns how many files were listed, and whether there are more
 */
export async function listWorkspace<Found>(options: ListingOptions<Found>): Promise<{ files: number; isCut: boolean }> {
  const { files, tell, signal } = options;
  const listing = new Listing(options);
  tell({ kind: 'folders', folders: files.folders() });
  const near = files.near().slice(0, listingDefaults.nearFolders);
  for (const place of near) await listing.search(place, false);
  const roots = files.folders().map((_folder, folder): FolderPlace => ({ folder, name: '' }));
  for (const place of nearestFirst(roots, near)) await listing.expand(place, near);
  if (!signal.aborted) tell({ kind: 'listed' });
  return { files: listing.count, isCut: listing.isFull };
}

/** Lists what is below one folder, as a part of the last list. */
export async function listFolder<Found>(place: FolderPlace, options: ListingOptions<Found>): Promise<void> {
  const found = await options.files.search(place, true, listingDefaults.ofSearch);
  await inTurns(found, options, (places) => options.tell({ kind: 'changed', places }));
}

class Listing<Found> {
  readonly #options: ListingOptions<Found>;
  readonly #seen = new Set<string>();
  #ring = 0;
  isFull = false;

  constructor(options: ListingOptions<Found>) {
    this.#options = options;
  }

  get count(): number {
    return this.#seen.size;
  }

  /** Searches a folder; returns whether that found everything. */
  async search(place: FolderPlace, isDeep: boolean): Promise<boolean> {
    const { files, signal } = this.#options;
    if (signal.aborted || this.isFull) return true;
    const found = await files.search(place, isDeep, listingDefaults.ofSearch);
    this.#ring += 1;
    await this.#handOn(found);
    return found.length < listingDefaults.ofSearch;
  }

  /** Searches all that is below a folder, however much it is. */
  async expand(place: FolderPlace, near: readonly FolderPlace[]): Promise<void> {
    // Most workspaces are small enough for one search, and the way to what is worked on comes first in one that is not.
    if (await this.search(place, true)) return;
    await this.search(place, false);
    // It may be gone since it was searched.
    const names = await this.#options.files.foldersIn(place).catch((): string[] => []);
    const inside = names.map((name) => ({
      folder: place.folder,
      name: place.name === '' ? name : `${place.name}/${name}`,
    }));
    for (const each of nearestFirst(inside, near)) {
      if (this.#options.signal.aborted || this.isFull) return;
      await this.expand(each, near);
    }
  }

  #handOn(found: readonly Found[]): Promise<void> {
    const { tell } = this.#options;
    return inTurns(found, this.#options, (places) => {
      const left = listingDefaults.ofAll - this.#seen.size;
      const fresh = places.filter(({ path }) => !this.#seen.has(path));
      this.isFull ||= fresh.length > left;
      const taken = fresh.slice(0, left);
      for (const { path } of taken) this.#seen.add(path);
      if (taken.length > 0) tell({ kind: 'sources', ring: this.#ring, places: taken });
    });
  }
}

/** Hands on what was found, a little at a time, so that keystrokes go first. */
async function inTurns<Found>(
  found: readonly Found[],
  { files, clock, signal }: ListingOptions<Found>,
  handOn: (places: readonly SourcePlace[]) => void,
): Promise<void> {
  for (let at = 0; at < found.length; at += listingDefaults.perTurn) {
    // Also before the first: the editor has just put the list together.
    await delayOf(clock, 1, signal);
    if (signal.aborted) return;
    handOn(found.slice(at, at + listingDefaults.perTurn).flatMap((each) => files.placeOf(each) ?? []));
  }
}

/** Those on the way to what is worked on first; the others stay in their order. */
function nearestFirst(places: readonly FolderPlace[], near: readonly FolderPlace[]): FolderPlace[] {
  const rank = (place: FolderPlace): number => {
    const index = near.findIndex(({ folder, name }) => folder === place.folder && isWithin(name, place.name));
    return index < 0 ? near.length : index;
  };
  return [...places].sort((left, right) => rank(left) - rank(right));
}

function isWithin(name: string, above: string): boolean {
  return above === '' || name === above || name.startsWith(`${above}/`);
}
