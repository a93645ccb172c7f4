import { opensBlock, syntaxOf, type Syntax } from './syntax.ts';

/** In a longer line nobody writes a block: it was made by a machine. In UTF-16 units. */
const longestHead = 1000;

/**
 * How much is wanted: a block on an empty line or behind what opens one, otherwise the rest of the line.
 *
 * @param lineHead the cursor's line up to the cursor
 * @param lineTail the rest of that line
 * @param languageId the editor's language identifier
 */
export function shapeAt(lineHead: string, lineTail: string, languageId: string): 'line' | 'block' {
  if (lineTail.slice(0, longestHead).trim() !== '' || lineHead.length > longestHead) return 'line';
  const head = lineHead.trimEnd();
  if (head === '') return 'block';
  const syntax = syntaxOf(languageId);
  const open = openAtEnd(head, syntax);
  if (open === 'text') return 'line';
  // Behind `key: ` the value is on its way; a map would begin on the next line.
  if (/^yaml$|^dockercompose$/.test(languageId) && /:\s/.test(lineHead.slice(head.length - 1))) return 'line';
  const { opener, wholeOpener } = syntax;
  // A `:` within brackets is that of a type or a slice.
  if (open === 'bracket' && head.endsWith(':')) return 'line';
  return opensBlock(head, wholeOpener ? { opener: wholeOpener } : opener ? { opener } : {}) ? 'block' : 'line';
}

/** What of this line is open at its end: a comment or string, or a bracket. */
function openAtEnd(head: string, syntax: Syntax): 'text' | 'bracket' | undefined {
  let quote: string | undefined;
  let depth = 0;
  for (let at = 0; at < head.length; at += 1) {
    if (quote !== undefined) {
      if (head[at] === '\\') at += 1;
      else if (head.startsWith(quote, at)) quote = undefined;
      continue;
    }
    if (syntax.lineComments.some((mark) => head.startsWith(mark, at))) return 'text';
    const block = syntax.blockComments.find(([open]) => head.startsWith(open, at));
    if (block) {
      const end = head.indexOf(block[1], at + block[0].length);
      if (end < 0) return 'text';
      at = end + block[1].length - 1;
      continue;
    }
    quote = [...syntax.strings, ...syntax.longStrings].find((mark) => mark.length === 1 && head.startsWith(mark, at));
    if ('([{'.includes(head.charAt(at))) depth += 1;
    else if (')]}'.includes(head.charAt(at))) depth -= 1;
  }
  if (quote !== undefined) return 'text';
  return depth > 0 ? 'bracket' : undefined;
}

/** Bounds of the generated text, in tokens: a line is seldom longer, a block is read in one look. */
export const tokenBounds = { line: 64, block: 256 } as const;
