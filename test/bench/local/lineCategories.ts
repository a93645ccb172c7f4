import { seedOf } from './replay.ts';
import type { Hunk } from './timeline.ts';

/** Lines in a row that, when the workspace has them already, were pasted. */
const runLength = 6;
/** Longest line that somebody types. */
const maxLineLength = 400;
/** So alike to a line deleted in the same place, a line was edited and not typed. */
const editedFrom = 0.5;

/** One file of a commit. */
export interface Edit {
  readonly path: string;
  readonly newLines: readonly string[];
  readonly oldLines: readonly string[];
  readonly hunks: readonly Omit<Hunk, 'cat'>[];
  /** False where a program wrote the file. */
  readonly isTyped: boolean;
}

/** Nothing to type: fewer than three characters, or no letter and no digit. */
function isTrivial(line: string): boolean {
  const text = line.trim();
  return text.length < 3 || !/[A-Za-z0-9]/.test(text);
}

/** Runs of lines that the workspace has. */
export class LineRuns {
  readonly #runs = new Set<string>();

  add(text: string): void {
    for (const { key } of runsOf(text.split('\n'))) this.#runs.add(key);
  }

  /** Numbers of the lines that are part of a run which is there already. */
  covered(lines: readonly string[]): Set<number> {
    return new Set(runsOf(lines).flatMap(({ key, numbers }) => (this.#runs.has(key) ? numbers : [])));
  }
}

function runsOf(lines: readonly string[]): { key: string; numbers: number[] }[] {
  const full = lines.flatMap((line, number) => (line.trim() === '' ? [] : [{ number, hash: seedOf(line.trim()) }]));
  return full.slice(0, Math.max(0, full.length - runLength + 1)).map((_, first) => {
    const run = full.slice(first, first + runLength);
    return { key: run.map(({ hash }) => hash.toString(36)).join(), numbers: run.map(({ number }) => number) };
  });
}

/** The hunks of each file with a letter for each added line; see timeline.ts. */
export function categorise(edits: readonly Edit[], deletedElsewhere: readonly string[], runs: LineRuns): Map<string, Hunk[]> {
  const deleted = new Map<string, number>();
  const remove = (line: string): void => {
    if (!isTrivial(line)) deleted.set(line.trim(), (deleted.get(line.trim()) ?? 0) + 1);
  };
  deletedElsewhere.forEach(remove);
  for (const { oldLines, hunks } of edits) for (const { o, oc } of hunks) oldLines.slice(o - 1, o - 1 + oc).forEach(remove);
  return new Map(
    edits.map(({ path, newLines, oldLines, hunks, isTyped }) => {
      const covered = runs.covered(newLines);
      const letters = hunks.map((hunk): Hunk => {
        const gone = oldLines.slice(hunk.o - 1, hunk.o - 1 + hunk.oc).filter((line) => !isTrivial(line));
        let cat = '';
        for (let number = hunk.n - 1; number < hunk.n - 1 + hunk.nc; number += 1) {
          const line = newLines[number] ?? '';
          const text = line.trim();
          const left = deleted.get(text) ?? 0;
          if (isTrivial(line)) cat += 't';
          else if (!isTyped || text.length > maxLineLength) cat += 'x';
          else if (left > 0) {
            deleted.set(text, left - 1);
            cat += 'm';
          } else if (covered.has(number)) cat += 'c';
          else cat += gone.some((old) => likeness(old, text) >= editedFrom) ? 'e' : 'n';
        }
        return { ...hunk, cat };
      });
      return [path, letters] as const;
    }),
  );
}

/** Dice coefficient of the pairs of characters, without blanks: 0…1. */
function likeness(one: string, other: string): number {
  const [left, right] = [one.replace(/\s+/g, ''), other.replace(/\s+/g, '')];
  const pairs = new Map<string, number>();
  for (let at = 0; at + 1 < left.length; at += 1) pairs.set(left.slice(at, at + 2), (pairs.get(left.slice(at, at + 2)) ?? 0) + 1);
  let common = 0;
  for (let at = 0; at + 1 < right.length; at += 1) {
    const pair = right.slice(at, at + 2);
    const count = pairs.get(pair) ?? 0;
    if (count === 0) continue;
    common += 1;
    pairs.set(pair, count - 1);
  }
  return (2 * common) / Math.max(1, left.length + right.length - 2);
}
