import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import { ChangeBatch } from './changeBatch.ts';
import type { LocalIndex } from './indexSupervisor.ts';
import type { IndexProgress, SourcePlace } from './workerProtocol.ts';
import { listFolder, type ListingOptions, listWorkspace, type WorkspaceFiles } from './workspaceListing.ts';

/** Several reasons to list everything anew within this time are one. */
export const relistAfter: Millis = 500;

/** With more new folders than these at once everything is listed anew: each is a search of the editor's. */
export const mostNewFolders = 8;

/** What a feed needs. */
export interface WorkspaceFeedOptions<Found> {
  readonly index: Pick<LocalIndex, 'tell' | 'held' | 'onDidStart' | 'onDidProgress' | 'onDidFindFolder'>;
  readonly files: WorkspaceFiles<Found>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Names of files that decide about others. */
const deciding = /(?:^|\/)\.(?:gitignore|failsoftignore)$/;

/** Tells the index of the files of the workspace: all of them when it begins, then what changes. */
export class WorkspaceFeed<Found> implements Disposable {
  readonly #options: WorkspaceFeedOptions<Found>;
  readonly #changes: ChangeBatch<Found>;
  readonly #subscriptions: readonly Disposable[];
  #listing = new AbortController();
  /** New folders that are to be listed, the one that is being listed first. */
  #folders: SourcePlace[] = [];
  #timer: Disposable | undefined;
  /** What there is to say of the last list once its files are in. */
  #listed: string | undefined;

  constructor(options: WorkspaceFeedOptions<Found>) {
    this.#options = options;
    const { index, clock } = options;
    this.#changes = new ChangeBatch(
      clock,
      (found) => this.#changed(found),
      () => this.relist(),
    );
    this.#subscriptions = [
      index.onDidStart(() => this.relist(0)),
      index.onDidProgress((progress) => this.#say(progress)),
      index.onDidFindFolder((place) => this.#found(place)),
    ];
    if (index.held !== undefined) this.relist(0);
  }

  /** A file or folder is new, changed or gone. */
  changed(found: Found): void {
    this.#changes.add(found);
  }

  /** Everything may have changed: folders, settings, what is ignored. */
  relist(after: Millis = relistAfter): void {
    this.#folders = [];
    this.#timer?.dispose();
    this.#listing.abort();
    this.#timer = this.#options.clock.after(after, () => void this.#list());
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#listing.abort();
    this.#changes.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #list(): Promise<void> {
    const { index, clock, logger } = this.#options;
    if (index.held === undefined) return;
    this.#listing = new AbortController();
    const startedAt = clock.monotonic();
    try {
      const { signal } = this.#listing;
      const { files, isCut } = await listWorkspace(this.#listingOptions(signal));
      if (signal.aborted) return;
      const millis = Math.round(clock.monotonic() - startedAt);
      this.#listed = `${files} files of the workspace listed in ${millis} ms${isCut ? ', there are more' : ''}`;
    } catch (error) {
      logger.info(`local: the files of the workspace could not be listed: ${messageOf(error)}`);
    }
  }

  #found(place: SourcePlace): void {
    // Everything is about to be listed.
    if (this.#listing.signal.aborted) return;
    const folders = this.#folders;
    // The list of a folder that waits has those below it.
    if (folders.slice(1).some(({ path }) => place.path === path || place.path.startsWith(`${path}/`))) return;
    if (folders.push(place) > mostNewFolders) this.relist();
    else if (folders.length === 1) void this.#listFolders(folders);
  }

  /** One after the other: many come at once when a branch is changed. */
  async #listFolders(folders: SourcePlace[]): Promise<void> {
    const { signal } = this.#listing;
    for (let next = folders[0]; next !== undefined && folders === this.#folders; next = folders[0]) {
      try {
        await listFolder({ folder: next.folder, name: next.name }, this.#listingOptions(signal));
      } catch (error) {
        this.#options.logger.info(`local: a new folder could not be listed: ${messageOf(error)}`);
      }
      folders.shift();
    }
  }

  #listingOptions(signal: AbortSignal): ListingOptions<Found> {
    const { files, clock, index } = this.#options;
    return { files, clock, signal, tell: (message) => index.tell(message) };
  }

  #changed(found: readonly Found[]): void {
    const { files, index } = this.#options;
    const places = found.flatMap((each) => files.placeOf(each) ?? []);
    if (places.some(({ name }) => deciding.test(name))) this.relist();
    if (places.length > 0) index.tell({ kind: 'changed', places });
  }

  /** One line for each list, once all of it is in. */
  #say({ waiting, files, bytes, sampled, left, sources }: IndexProgress): void {
    if (this.#listed === undefined || waiting > 0 || sources.isListing) return;
    const refused = Object.entries(sources.refused).flatMap(([reason, count]) => (count > 0 ? [`${count} ${reason}`] : []));
    this.#options.logger.info(
      `local: ${this.#listed}; ${files} known, ${sampled} of these in part, ${left} without room, ${Math.round(bytes / 1e6)} MB; ` +
        `not taken in: ${refused.length === 0 ? 'none' : refused.join(', ')}`,
    );
    this.#listed = undefined;
  }
}
