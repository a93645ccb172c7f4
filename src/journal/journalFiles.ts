import type { EpochMillis } from '../base/clock.ts';
import type { Folder, FolderEntry } from '../base/folder.ts';
import { journalVersion } from './recordLine.ts';

/** How much is kept and for how long; figures and reasons in docs/settings.md. */
export const journalDefaults = {
  /** A file that is longer is followed by the next one; in bytes. */
  file: 262_144,
  /** A file that is older too, in ms, so that what is removed with it is of about the same age. */
  fileAge: 86_400_000,
  /** A longer file was not written by a journal; in bytes. */
  longestFile: 1_048_576,
  /** All files together, in bytes. */
  total: 20_971_520,
  /** Room of the total for what the windows write until the next cleaning, in bytes. */
  reserve: 1_048_576,
  /** All files that were set aside, in bytes. */
  corrupt: 1_048_576,
  /** Since the last line of a file, in ms. */
  retention: 2_592_000_000,
  /** A record is written at the latest after so long, in ms. */
  writeAfter: 1000,
  /** Records that are made lines at once, and that are written before that time. */
  batch: 512,
  /** Records that wait because they cannot be written; of more the oldest are dropped. */
  waiting: 2048,
  /** Room that a waiting record takes, in bytes: rather too much. */
  recordBytes: 256,
  /** How far the time of a record may lie before the beginning of its file, in ms: an attempt is written when it ends. */
  before: 60_000,
} as const;

/** A file of a journal that this version can read. */
export interface JournalFile extends FolderEntry {
  /** No record in it is older. */
  readonly from: EpochMillis;
}

const ours = new RegExp(`^journal-${journalVersion}-(\\d{1,15})-[0-9a-f]{8}\\.jsonl$`);
/** Any version's, and what was kept before there was one journal (`observations-…`). */
const any = /^(?:journal-\d+|observations)-\d+-[0-9a-f]{8}\.jsonl(?:\.corrupt)?$/;
const corrupt = '.corrupt';

/** A name that no other window chooses. @param from no record in it is older @param chance 0…1 */
export function newFileName(from: EpochMillis, chance: number): string {
  const tail = Math.floor(chance * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
  return `journal-${journalVersion}-${Math.max(0, Math.floor(from))}-${tail}.jsonl`;
}

/** Those that this version can read, in the order of their beginning; how many are there of another version. */
export function readableFiles(entries: readonly FolderEntry[]): { readonly files: readonly JournalFile[]; readonly others: number } {
  const files = entries.flatMap((entry): JournalFile[] => {
    const from = ours.exec(entry.name)?.[1];
    return from === undefined ? [] : [{ ...entry, from: Number(from) }];
  });
  files.sort((one, other) => one.from - other.from || (one.name < other.name ? -1 : 1));
  const others = entries.filter(({ name }) => /^journal-\d/.test(name) && name.endsWith('.jsonl') && !ours.test(name)).length;
  return { files, others };
}

/** Every file of a journal, whatever its version and state; whatever else lies there is not ours. */
export function allFiles(entries: readonly FolderEntry[]): readonly FolderEntry[] {
  return entries.filter(({ name }) => any.test(name));
}

/** Removes what is too old, then the oldest of what is too much. @param keep is written now */
export async function cleanFiles(folder: Folder, now: EpochMillis, keep: string | undefined): Promise<void> {
  const files = allFiles(await folder.list())
    .filter(({ name }) => name !== keep)
    .sort((one, other) => one.modifiedAt - other.modifiedAt);
  const oldest = now - journalDefaults.retention;
  const { total, reserve } = journalDefaults;
  await removeOldest(
    folder,
    files.filter(({ name }) => !name.endsWith(corrupt)),
    oldest,
    total - reserve - journalDefaults.corrupt,
  );
  await removeOldest(
    folder,
    files.filter(({ name }) => name.endsWith(corrupt)),
    oldest,
    journalDefaults.corrupt,
  );
}

/** Removes all files of the journal, of every window and version. Never rejects. @returns how many could not be removed */
export async function removeFiles(folder: Folder): Promise<number> {
  try {
    const names = new Set(allFiles(await folder.list()).map(({ name }) => name));
    for (const name of names) await folder.remove(name);
    return allFiles(await folder.list()).filter(({ name }) => names.has(name)).length;
  } catch {
    return 1;
  }
}

/** Renames a file that is of no use, so that it is neither read nor reported again. @returns whether that was possible */
export async function setAside(folder: Folder, name: string, now: EpochMillis): Promise<boolean> {
  try {
    await folder.rename(name, `${name}${corrupt}`);
    await cleanFiles(folder, now, undefined);
    return true;
  } catch {
    return false;
  }
}

/** Removes of these files what is too old and, beyond the room, the oldest. @param files the oldest first */
async function removeOldest(folder: Folder, files: readonly FolderEntry[], oldest: EpochMillis, room: number): Promise<void> {
  // One that has no room of its own does not take that of others.
  const isGone = ({ bytes, modifiedAt }: FolderEntry): boolean => modifiedAt < oldest || bytes > room;
  let left = files.reduce((sum, file) => sum + (isGone(file) ? 0 : file.bytes), 0);
  for (const file of files) {
    if (!isGone(file)) {
      if (left <= room) continue;
      left -= file.bytes;
    }
    await folder.remove(file.name);
  }
}
