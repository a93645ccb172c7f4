import type { Filter } from './filter.ts';

/** Said so often in a row, lines are a model that goes in circles; tables and imports repeat less exactly. */
const lineRepeats = 3;

/** The longest group of lines that is looked for. */
const longestGroup = 6;

/** So many equal pieces in a row within a line are a circle too. */
const pieceRepeats = 5;

/** A rule of dashes or a run of zeros is meant; a piece must have letters, and be at least this long. */
const shortestPiece = 3;
const longestPiece = 60;

/** Keeps the first round of what is said again and again, lines or pieces of a line; and nothing that only repeats the lines above. */
export const dropRepetition: Filter = (text, request) => {
  if (repeatsAbove(text, request.prefix)) return '';
  // The first line has its indentation before the cursor.
  const head = prefixIndentation(request.prefix);
  const kept = cutGroups((head + text).split('\n'))
    .join('\n')
    .slice(head.length)
    .split('\n');
  return kept.map((line) => cutPieces(line)).join('\n');
};

function prefixIndentation(prefix: string): string {
  const head = prefix.slice(prefix.lastIndexOf('\n') + 1);
  return head.trim() === '' ? head : '';
}

function cutGroups(lines: readonly string[]): readonly string[] {
  for (let start = 0; start < lines.length; start++) {
    for (let size = 1; size <= longestGroup; size++) {
      if (start + size * lineRepeats > lines.length) break;
      const saysSomething = lines.slice(start, start + size).some(hasWord);
      if (saysSomething && isRepeated(lines, start, size)) return lines.slice(0, start + size);
    }
  }
  return lines;
}

/** Whether the group is there so often in a row; the last line of the text may be cut off. */
function isRepeated(lines: readonly string[], start: number, size: number): boolean {
  for (let at = start + size; at < start + size * lineRepeats; at++) {
    const line = lines[at];
    const model = lines[at - size];
    const isLast = at === lines.length - 1;
    if (line !== model && !(isLast && line !== undefined && model?.startsWith(line))) return false;
  }
  return true;
}

function cutPieces(line: string): string {
  if (line.length < shortestPiece * pieceRepeats) return line;
  for (let size = shortestPiece; size <= longestPiece && size * pieceRepeats <= line.length; size++) {
    // Looked for at the end only: a circle is never left again.
    const piece = line.slice(-size);
    if (!hasWord(piece)) continue;
    let start = line.length - size;
    while (start >= size && line.slice(start - size, start) === piece) start -= size;
    if ((line.length - start) / size >= pieceRepeats) return line.slice(0, start + size);
  }
  return line;
}

function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** True when the text is, line by line, what stands directly above the cursor: at least two lines with words. */
function repeatsAbove(text: string, prefix: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || !lines.every(hasWord)) return false;
  const above = prefix
    .slice(-8000)
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.trim() !== '')
    .slice(-lines.length);
  return above.length === lines.length && lines.every((line, index) => line.trim() === above[index]?.trim());
}
