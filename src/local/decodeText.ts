/**
 * The text of a file: UTF-8, or UTF-16 where its first bytes say so, without byte order mark and with `\n` at the ends of lines.
 * What is no character becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array): string {
  const text = decoderOf(bytes).decode(bytes);
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function decoderOf([first, second]: Uint8Array): { decode(bytes: Uint8Array): string } {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  if (first === 0xfe && second === 0xff) return { decode: bigEndian };
  return new TextDecoder();
}

/** Not every build of Node has a decoder for it. */
function bigEndian(bytes: Uint8Array): string {
  const swapped = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
  return new TextDecoder('utf-16le').decode(swapped);
}
