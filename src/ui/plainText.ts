/**
 * Text that came from outside (a backend's message, a name in the settings) made fit for one line of the editor.
 *
 * Control and format characters go: a bidirectional override in an error message could make the status say something else.
 *
 * @param maximum length in UTF-16 units, 1…; longer text ends in `…`
 */
export function oneLine(text: string, maximum = 160): string {
  const line = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim();
  if (line.length <= maximum) return line;
  return `${line.slice(0, maximum - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The same for places where the editor turns `$(name)` into an icon: status bar and pick lists. */
export function withoutIcons(text: string, maximum = 160): string {
  // Cleaned first: an invisible character between the two signs would hide them and then be taken away.
  return oneLine(oneLine(text, 10_000).replaceAll('$(', '$ ('), maximum);
}

/** Text that Markdown shows as it is, inside a table cell too. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|~&<>$:]/g, (sign) => (sign === '<' ? '&lt;' : sign === '&' ? '&amp;' : `\\${sign}`));
}
