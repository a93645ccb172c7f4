/** Size of the windows that a document is cut into, in UTF-16 units. */
export const windowBounds = {
  /** A window is closed at the next good place from here on: some ten lines. */
  enough: 400,
  /** It ends here at the latest. */
  maximum: 1200,
  /** Lines longer than this are data or minified code, and are left out. */
  line: 400,
} as const;

/**
 * Cuts a text into windows of whole lines. A good place to cut is before a line without indentation that follows an empty one: there a
 * new function or class begins. The windows before a change of the text stay the same.
 *
 * @returns without empty lines at both ends; windows without a letter are left out
 */
export function windowsOf(text: string): string[] {
  const windows: string[] = [];
  let lines: string[] = [];
  let size = 0;
  let wasEmpty = false;
  const close = (): void => {
    const window = lines
      .join('\n')
      .replace(/^(?:[ \t]*\n)+/, '')
      .trimEnd();
    if (/\p{L}/u.test(window)) windows.push(window);
    lines = [];
    size = 0;
  };
  for (const raw of text.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.length > windowBounds.line) continue;
    const isGoodPlace = wasEmpty && /^\S/.test(line);
    if ((size >= windowBounds.enough && isGoodPlace) || size + line.length > windowBounds.maximum) close();
    lines.push(line);
    size += line.length + 1;
    wasEmpty = line.trim() === '';
  }
  close();
  return windows;
}
