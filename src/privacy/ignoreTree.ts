import { type Event, Emitter } from '../base/event.ts';
import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import { type Denial, denialOf, ignoreFileName, type IgnoreFile, readIgnoreFile } from './ignoreRules.ts';

/** Where a file lies: a workspace folder (its URI as text) and the path inside it; without a folder only the built-in list counts. */
export interface FilePlace {
  readonly root?: string;
  /** With forward slashes, no slash at the beginning. */
  readonly path: string;
}

/** Reads the ignore file of a folder. `undefined`: there is none. Rejects when it is there and cannot be read. */
export type ReadIgnoreFile = (root: string, folder: string) => Promise<Uint8Array | undefined>;

/** Folders looked into at most, and verdicts remembered; then everything is forgotten and read anew, which denies meanwhile. */
const maximumFolders = 5000;

/** The ignore files of all workspace folders, each read when a file below it is first asked about. Fails closed. */
export class IgnoreTree implements Disposable {
  readonly #read: ReadIgnoreFile;
  readonly #changed: Emitter<void>;
  readonly #folders = new Map<string, IgnoreFile | 'absent' | 'reading'>();
  readonly #verdicts = new Map<string, Denial | undefined>();
  #generation = 0;

  readonly onDidChange: Event<void>;

  constructor(read: ReadIgnoreFile, onError: (error: unknown) => void) {
    this.#read = read;
    this.#changed = new Emitter<void>(onError);
    this.onDidChange = this.#changed.event;
  }

  /** Why the file must not be sent, from memory; starts reading what is not known yet, and denies until it is. */
  denialOf({ root, path }: FilePlace): Denial | undefined {
    if (root === undefined) return denialOf(path, []);
    const key = keyOf(root, path);
    if (this.#verdicts.has(key)) return this.#verdicts.get(key);
    const files = foldersOf(path).map((folder) => ({ folder, content: this.#contentOf(root, folder) }));
    const denial = denialOf(path, files);
    if (this.#verdicts.size >= maximumFolders) this.#verdicts.clear();
    if (denial?.kind !== 'reading') this.#verdicts.set(key, denial);
    return denial;
  }

  /** One line for each ignore file that cannot be used. */
  problems(nameOf: (root: string) => string): string[] {
    return [...this.#folders].flatMap(([key, content]) => {
      if (typeof content === 'string' || content.kind === 'rules') return [];
      const [root = '', folder = ''] = key.split('\n');
      const file = [nameOf(root), folder, ignoreFileName].filter((part) => part !== '').join('/');
      return [`${file} cannot be used: ${content.why}; nothing below it is sent to backends until it can`];
    });
  }

  /** Something of the ignore files may have changed: everything is read anew when it is next asked about. */
  forget(): void {
    this.#generation += 1;
    this.#folders.clear();
    this.#verdicts.clear();
    this.#changed.fire();
  }

  dispose(): void {
    this.#generation += 1;
    this.#folders.clear();
    this.#verdicts.clear();
    this.#changed.dispose();
  }

  #contentOf(root: string, folder: string): IgnoreFile | 'absent' | 'reading' {
    const key = keyOf(root, folder);
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    if (this.#folders.size >= maximumFolders) {
      this.#folders.clear();
      this.#verdicts.clear();
    }
    this.#folders.set(key, 'reading');
    const generation = this.#generation;
    const keep = (content: IgnoreFile | 'absent'): void => {
      // Read before the last change: what is asked next reads again.
      if (generation !== this.#generation) return;
      this.#folders.set(key, content);
      this.#changed.fire();
    };
    this.#read(root, folder).then(
      (bytes) => keep(bytes === undefined ? 'absent' : readIgnoreFile(bytes)),
      (error: unknown) => keep({ kind: 'unreadable', why: `it cannot be read (${messageOf(error).slice(0, 80)})` }),
    );
    return 'reading';
  }
}

/** Neither part can hold a line break: both come out of URIs or are cut below. */
function keyOf(root: string, path: string): string {
  return `${root}\n${path}`;
}

/** The folders on the way to a file: '', 'a', 'a/b' for `a/b/c.ts`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_part, index) => parts.slice(0, index + 1).join('/'))];
}
