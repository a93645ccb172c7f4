import { echoLines, hasWord } from './echo.ts';
import type { Filter } from './filter.ts';

/**
 * Removes from the end what already follows the cursor in its line, e.g. a `)` that the editor had closed; all of it or its first
 * words, and never a bracket that the text itself has opened.
 */
export const dropSuffixOverlap: Filter = (text, request) => {
  const rest = (request.suffix.slice(0, longestRest).split('\n', 1)[0] ?? '').trimEnd();
  if (rest === '' || text.includes('\n')) return text;
  let kept = text;
  let surplus = surplusOfClosers(text);
  for (let length = overlap(kept, rest, surplus); length > 0; length = overlap(kept, rest, surplus)) {
    surplus -= surplusOfClosers(rest.slice(0, length));
    kept = kept.slice(0, -length);
  }
  return kept;
};

/** Of the rest of the cursor's line this much is compared, in UTF-16 units. */
const longestRest = 200;

/** How much of the text's end is a beginning of `rest`; 0 when nothing of it can go. @param surplus of the text's closing brackets */
function overlap(text: string, rest: string, surplus: number): number {
  for (let length = Math.min(rest.length, text.length); length > 0; length--) {
    const piece = rest.slice(0, length);
    if (!text.endsWith(piece)) continue;
    const isWhole = length === rest.length || (!isInWord(rest, length) && !isInWord(text, text.length - length));
    if (isWhole && surplusOfClosers(piece) <= Math.max(0, surplus)) return length;
  }
  return 0;
}

/** Whether a place lies between two characters of one word. */
function isInWord(text: string, at: number): boolean {
  return /^[\p{L}\p{N}_$]{2}$/u.test(text.slice(at - 1, at + 1));
}

/** Lines at the end that follow the cursor already, unless they close what the text itself opens. */
export const dropSuffixEcho: Filter = (text, request) => {
  const lines = text.split('\n');
  const following = request.suffix
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .slice(0, echoLines);
  // On a line that is empty so far all of the text may be there already.
  const first = lineHead(request.prefix).trim() === '' ? 0 : 1;
  const from = Math.max(first, lines.length - 2 * echoLines);
  for (let start = from; start < lines.length; start++) {
    const tail = lines.slice(start).filter((line) => line.trim() !== '');
    if (tail.length === 0 || tail.length > following.length || lines[start]?.trim() === '') continue;
    const isRepeated = tail.every((line, index) => line.trim() === following[index]?.trim());
    if (isRepeated && (tail.some(hasWord) || surplusOfClosers(text) > 0)) return lines.slice(0, start).join('\n');
  }
  return text;
};

/** A text that only says again what the next line says helps nobody. */
export const dropNextLineDuplicate: Filter = (text, request) => {
  const next = request.suffix
    .split('\n')
    .slice(1)
    .find((line) => line.trim() !== '');
  return next !== undefined && (lineHead(request.prefix) + text).trim() === next.trim() ? '' : text;
};

function lineHead(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('\n') + 1);
}

/** Closing brackets less opening ones. */
function surplusOfClosers(text: string): number {
  let open = 0;
  for (const sign of text) {
    if ('([{'.includes(sign)) open++;
    else if (')]}'.includes(sign)) open--;
  }
  return -open;
}
