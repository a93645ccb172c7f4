/** A place where two texts differ. */
export interface Hunk {
  /** Zero-based line of the new text. */
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** A middle part with more pairs of lines than this is taken as replaced as a whole: comparing them all would take too long. */
const maximumPairs = 40_000;

/** What has to be removed from and added to the old text to get the new one, line by line. */
export function lineDiff(oldText: string, newText: string): Hunk[] {
  if (oldText === newText) return [];
  const before = oldText.split(/\r?\n/);
  const after = newText.split(/\r?\n/);
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const removed = before.slice(start, before.length - end);
  const added = after.slice(start, after.length - end);
  if (removed.length * added.length > maximumPairs) return [{ line: start, removed, added }];
  return hunksOf(removed, added, start);
}

/** By the longest common subsequence; the parts are small. */
function hunksOf(removed: readonly string[], added: readonly string[], start: number): Hunk[] {
  const width = added.length + 1;
  const lengths = new Uint16Array((removed.length + 1) * width);
  for (let i = removed.length - 1; i >= 0; i -= 1) {
    for (let j = added.length - 1; j >= 0; j -= 1) {
      const skip = Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
      lengths[i * width + j] = removed[i] === added[j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : skip;
    }
  }
  const hunks: Hunk[] = [];
  let i = 0;
  let j = 0;
  while (i < removed.length || j < added.length) {
    const hunk = { line: start + j, removed: [] as string[], added: [] as string[] };
    while (i < removed.length || j < added.length) {
      if (i < removed.length && j < added.length && removed[i] === added[j]) break;
      const takesOld =
        j >= added.length || (i < removed.length && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0));
      if (takesOld) hunk.removed.push(removed[i++] ?? '');
      else hunk.added.push(added[j++] ?? '');
    }
    if (hunk.removed.length + hunk.added.length > 0) hunks.push(hunk);
    while (i < removed.length && j < added.length && removed[i] === added[j]) {
      i += 1;
      j += 1;
    }
  }
  return hunks;
}
