import ignore, { type Ignore } from 'ignore';
import { denialOf, ignoreBounds, ignoreFileName, type PlacedIgnoreFile, readIgnoreFile } from './ignoreRules.ts';

/** Files as a thread of ours reads them; see `SourceDisk`. */
export interface ReadsIgnoreFiles {
  read(path: string, atMost: number): Uint8Array | 'changing' | undefined;
}

/** An ignore file of git that is larger is no ignore file, in bytes. */
const maximumGitIgnore = 256 * 1024;

/** What one folder says. */
interface FolderRules {
  readonly own: PlacedIgnoreFile;
  /** Rules of git, for paths below this folder. */
  readonly git: Ignore | undefined;
  /** Everything in it is ignored by git, because it is, or because a folder above it is. */
  readonly isIgnored: boolean;
}

/**
 * What is ignored, asked and answered at once: the files that are never sent, those that git ignores, and those that the editor leaves
 * out. For a thread that may wait for the disk. What an ignore file says is known until `forget`.
 */
export class IgnoredOnDisk {
  readonly #disk: ReadsIgnoreFiles;
  readonly #folders = new Map<string, FolderRules>();
  readonly #excluded = new Map<string, Ignore>();

  constructor(disk: ReadsIgnoreFiles) {
    this.#disk = disk;
  }

  /** Everything is read anew. */
  forget(): void {
    this.#folders.clear();
    this.#excluded.clear();
  }

  /**
   * Whether a file is not to be known.
   *
   * @param root path of the workspace folder
   * @param excluded what the editor leaves out of this workspace folder, as patterns of git
   * @param name of the file within it, `/` between its parts
   */
  isIgnored(root: string, excluded: readonly string[], name: string): boolean {
    if (!ignore.isPathValid(name) || this.#excludedOf(root, excluded).ignores(name)) return true;
    const slash = name.lastIndexOf('/');
    const chain = this.#chainOf(root, name.slice(0, Math.max(0, slash)));
    if (chain.at(-1)?.isIgnored === true || isIgnoredByGit(chain, name)) return true;
    const own = chain.map((folder) => folder.own).filter(({ content }) => content !== 'absent');
    return denialOf(name, own) !== undefined;
  }

  #excludedOf(root: string, patterns: readonly string[]): Ignore {
    const known = this.#excluded.get(root);
    if (known !== undefined) return known;
    const rules = ignore({ allowRelativePaths: false });
    for (const pattern of patterns) addSafely(rules, pattern);
    this.#excluded.set(root, rules);
    return rules;
  }

  /** The folders on the way to a file, outermost first. */
  #chainOf(root: string, folder: string): FolderRules[] {
    const parts = folder === '' ? [] : folder.split('/');
    const chain: FolderRules[] = [];
    for (let count = 0; count <= parts.length; count += 1) {
      chain.push(this.#rulesOf(root, parts.slice(0, count).join('/'), chain));
    }
    return chain;
  }

  #rulesOf(root: string, folder: string, above: readonly FolderRules[]): FolderRules {
    const key = `${root}\n${folder}`;
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    // As git has it: nothing below an ignored folder can be brought back, so nothing is read there.
    const isIgnored = above.at(-1)?.isIgnored === true || (folder !== '' && isIgnoredByGit(above, `${folder}/`));
    const place = folder === '' ? root : `${root}/${folder}`;
    const rules = isIgnored ? { own: { folder, content: 'absent' as const }, git: undefined } : this.#read(place, folder);
    this.#folders.set(key, { ...rules, isIgnored });
    return { ...rules, isIgnored };
  }

  #read(place: string, folder: string): Pick<FolderRules, 'own' | 'git'> {
    return { own: { folder, content: this.#readOwn(place) }, git: this.#readGit(place) };
  }

  /** Fails closed: what cannot be read ignores everything below it. */
  #readOwn(place: string): PlacedIgnoreFile['content'] {
    try {
      const bytes = this.#disk.read(`${place}/${ignoreFileName}`, ignoreBounds.bytes);
      if (bytes === undefined) return 'absent';
      return bytes === 'changing' ? { kind: 'unreadable', why: 'it is being written' } : readIgnoreFile(bytes);
    } catch {
      return { kind: 'unreadable', why: 'it cannot be read' };
    }
  }

  /** Fails open: git's list is about what is of use, not about secrets. */
  #readGit(place: string): Ignore | undefined {
    try {
      const bytes = this.#disk.read(`${place}/.gitignore`, maximumGitIgnore);
      if (bytes === undefined || bytes === 'changing') return undefined;
      const rules = ignore();
      for (const line of new TextDecoder().decode(bytes).split(/\r\n?|\n/)) addSafely(rules, line);
      return rules;
    } catch {
      return undefined;
    }
  }
}

/** The nearest file that has a word on it wins. */
function isIgnoredByGit(chain: readonly FolderRules[], name: string): boolean {
  let isIgnored = false;
  for (const { git, own } of chain) {
    const inside = own.folder === '' ? name : name.slice(own.folder.length + 1);
    if (git === undefined || !ignore.isPathValid(inside)) continue;
    const { ignored, unignored } = git.test(inside);
    if (ignored) isIgnored = true;
    else if (unignored) isIgnored = false;
  }
  return isIgnored;
}

/** A line that is no pattern is no rule. */
function addSafely(rules: Ignore, pattern: string): void {
  const probe = ignore();
  try {
    probe.add(pattern).test('x');
    rules.add(pattern);
  } catch {
    // Left out.
  }
}
