/** What checks of several kinds see in lines of code. */

/** Whether a line says something that would hardly be there twice by chance. */
export const hasWord = (line: string): boolean => /\w{3}/.test(line);

/** Lines that are not blank, without white space around them. */
export const trimmedLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Closing brackets less opening ones. */
export function surplusOfClosers(text: string): number {
  let surplus = 0;
  for (const sign of text) {
    if ('([{'.includes(sign)) surplus -= 1;
    else if (')]}'.includes(sign)) surplus += 1;
  }
  return surplus;
}

/** Whether the cursor stands within a string or a comment of its line; what is written there may be prose. */
export function isInProse(head: string): boolean {
  if (/(?:^|\s)(?:\/\/|#(?!include)|--\s|\/\*|\*\s|<!--)/.test(head)) return true;
  const bare = head.replace(/\\./g, '');
  return ['"', "'", '`'].some((quote) => (bare.split(quote).length - 1) % 2 === 1);
}

/** A piece of text on one line, for a report: no line ends and no signs that a terminal obeys. */
export function quoted(text: string, characters = 40): string {
  const shown = text
    .replaceAll('\n', '⏎')
    .replaceAll('\t', '⇥')
    .replace(/\p{Cc}/gu, '·');
  return `“${shown.length > characters ? `${cut(shown, characters - 1)}…` : shown}”`;
}

/** The beginning of a text, without half a character at its end. @param characters in UTF-16 units */
export function cut(text: string, characters: number): string {
  return text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '');
}
