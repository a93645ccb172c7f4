/**
 * The same text with memory of its own. A slice of a string keeps the whole string in memory, so what is kept of a document for long
 * has to be cut loose from it.
 */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
