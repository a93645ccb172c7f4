/** What may be read of one answer. */
export const byteCaps = {
  /** A whole answer on the wire. */
  body: 256 * 1024,
  /** Text kept of a stream. */
  text: 64 * 1024,
  /** Read before the first real text; a server that sends more than this without any is not answering. */
  lookAhead: 64 * 1024,
  /** A server's list of models: 10 000 of them take about 3 MB; reading more would hold up the extension host. */
  models: 4 * 1024 * 1024,
} as const;

/** Thrown inside a backend when an answer is larger than its cap; never leaves the backend. */
export class TooManyBytes extends Error {
  constructor(cap: number, what: string) {
    super(`more than ${Math.round(cap / 1024)} KiB of ${what}`);
    this.name = 'TooManyBytes';
  }
}

/** Reads a body as text. @param cap at most this many bytes of it; more is `TooManyBytes` */
export async function readText(
  body: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
  cap: number = byteCaps.body,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let total = 0;
  for await (const chunk of body) {
    total += chunk.byteLength;
    onBytes(chunk.byteLength);
    if (total > cap) throw new TooManyBytes(cap, 'answer');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
