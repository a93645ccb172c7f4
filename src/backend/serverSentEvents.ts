import { createParser } from 'eventsource-parser';
import { byteCaps, TooManyBytes } from './byteBudget.ts';

/** One event of a stream. */
export interface StreamEvent {
  readonly name: string | undefined;
  readonly data: string;
}

/**
 * Reads a stream of server-sent events, at most `byteCaps.body` bytes of it; comments (pings) are passed over.
 * `hasText` says whether real text has come; until then no more than `byteCaps.lookAhead` bytes are read.
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
  hasText: () => boolean,
): AsyncGenerator<StreamEvent, void> {
  const pending: StreamEvent[] = [];
  const parser = createParser({ onEvent: (event) => pending.push({ name: event.event, data: event.data }) });
  const decoder = new TextDecoder();
  let total = 0;
  for await (const chunk of body) {
    total += chunk.byteLength;
    onBytes(chunk.byteLength);
    if (total > byteCaps.body) throw new TooManyBytes(byteCaps.body, 'stream');
    parser.feed(decoder.decode(chunk, { stream: true }));
    // Not `yield*`: it makes three promises more for each event.
    for (const event of pending.splice(0)) yield event;
    if (total > byteCaps.lookAhead && !hasText()) throw new TooManyBytes(byteCaps.lookAhead, 'stream without any text');
  }
  parser.feed(decoder.decode());
  parser.reset({ consume: true });
  for (const event of pending.splice(0)) yield event;
}

/** The same for a stream of one JSON value per line; a line that is still open at the end counts too. */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
  hasText: () => boolean,
): AsyncGenerator<StreamEvent, void> {
  const decoder = new TextDecoder();
  let total = 0;
  let rest = '';
  for await (const chunk of body) {
    total += chunk.byteLength;
    onBytes(chunk.byteLength);
    if (total > byteCaps.body) throw new TooManyBytes(byteCaps.body, 'stream');
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield { name: undefined, data: line };
    if (total > byteCaps.lookAhead && !hasText()) throw new TooManyBytes(byteCaps.lookAhead, 'stream without any text');
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield { name: undefined, data: rest };
}
