/** Bounds of the text of one definition. */
export const definitionBounds = { lines: 20, characters: 800 } as const;

/**
 * The definition that begins on a line: the lines below that are indented deeper, and the line that closes them. A long one loses its
 * end: how it is called stands at the beginning.
 *
 * @param line zero-based
 * @returns '' when there is no such line
 */
export function definitionText(text: string, line: number): string {
  const start = startOfLine(text, line);
  if (start === undefined) return '';
  // Far more than is used, so that a file of megabytes is not cut into lines.
  const lines = text.slice(start, start + 8 * definitionBounds.characters).split(/\r?\n/);
  const [first = ''] = lines;
  const depth = indentOf(first);
  const kept = [first];
  let size = first.length;
  for (const next of lines.slice(1, definitionBounds.lines)) {
    const isDeeper = next.trim() === '' || indentOf(next) > depth;
    const isClosing = !isDeeper && indentOf(next) === depth && /^\s*[)\]}]|^\s*end\b/.test(next);
    if (!isDeeper && !isClosing) break;
    size += next.length + 1;
    if (size > definitionBounds.characters) break;
    kept.push(next);
    // `): Promise<void> {` closes the parameters and opens the body.
    if (isClosing && !/[{(\[:]\s*$/.test(next)) break;
  }
  return kept.join('\n').slice(0, definitionBounds.characters).trimEnd();
}

function startOfLine(text: string, line: number): number | undefined {
  let start = 0;
  for (let index = 0; index < line; index += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  return start;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
