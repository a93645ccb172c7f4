/** Bounds of the text around the cursor that goes into a request, in UTF-8 bytes; together 64 KB, the bound of a prompt. */
export const textBounds = { prefix: 48 * 1024, suffix: 16 * 1024 } as const;

/** Line ends as a request has them. A lone `\r` at the end is half of a `\r\n` that was cut, and goes. */
export function withLf(text: string): string {
  return text.replace(/\r$/, '').replace(/\r\n?/g, '\n');
}

/** Line ends as the document has them. */
export function withLineEnds(text: string, lineEnd: '\n' | '\r\n'): string {
  const lf = text.replace(/\r\n?/g, '\n');
  return lineEnd === '\n' ? lf : lf.replaceAll('\n', '\r\n');
}

/**
 * The end of `text`, beginning at a line start. Never half a surrogate pair.
 *
 * @param maximumBytes 0…; in UTF-8. A last line that alone is longer is cut inside.
 */
export function tailWithin(text: string, maximumBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maximumBytes) return text;
  let start = bytes.length - maximumBytes;
  while (isContinuation(bytes[start])) start += 1;
  const cut = bytes.toString('utf8', start);
  const lineEnd = cut.indexOf('\n');
  // Cut exactly at a line start nothing needs to go; a cut inside the only line keeps what fits.
  return bytes[start - 1] === 0x0a || lineEnd < 0 ? cut : cut.slice(lineEnd + 1);
}

/** The beginning of `text`, ending after a whole line; otherwise as `tailWithin`. */
export function headWithin(text: string, maximumBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maximumBytes) return text;
  let end = maximumBytes;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  const cut = bytes.toString('utf8', 0, end);
  const lineEnd = cut.lastIndexOf('\n');
  return lineEnd < 0 ? cut : cut.slice(0, lineEnd + 1);
}

/** True for the second and later bytes of a UTF-8 character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
