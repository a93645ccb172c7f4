/** What may stand between the cursor and the end of the line for text to be offered there. */
const onlyClosers = /^[\s)\]}>"'`;,:]*$/;

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Whether the rest of the line after the cursor lets text be inserted: nothing, or only what closes. */
export function isOpenEnd(restOfLine: string): boolean {
  return onlyClosers.test(restOfLine);
}

/**
 * Cuts from `text` what already stands behind the cursor: from the first bracket or quote on that closes what was opened before
 * `text`, when the rest of the line begins with it; and a text that is what the next line says.
 *
 * @param suffix everything after the cursor
 */
export function fitToSuffix(text: string, line: string, suffix: string): string {
  const lineBreak = suffix.indexOf('\n');
  const rest = (lineBreak < 0 ? suffix : suffix.slice(0, lineBreak)).trim();
  if (rest !== '') return cutAtClosing(text, line, rest).trimEnd();
  const following = suffix.slice(lineBreak + 1, lineBreak + 2000).trimStart();
  const written = line.trim() === '' ? text.trim() : '';
  if (lineBreak >= 0 && written !== '' && `${following}\n`.startsWith(`${written}\n`)) return '';
  return text.trimEnd() === '' ? '' : text;
}

function cutAtClosing(text: string, line: string, rest: string): string {
  const closing = rest.charAt(0);
  if (text.includes('\n')) return '';
  if (/["'`]/.test(closing)) {
    const isInside = line.split(closing).length % 2 === 0;
    const end = isInside ? text.indexOf(closing) : -1;
    return end < 0 ? text : text.slice(0, end);
  }
  const open: string[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const closer = closerOf[character];
    if (closer !== undefined) open.push(closer);
    else if (open.at(-1) === character) open.pop();
    else if (character === closing && open.length === 0) return text.slice(0, index);
  }
  return text;
}
