/** Streams that are hard to parse: the same events, cut into other packets or with other line ends. */

import type { BrokenSse } from './behaviour.ts';
import { delaysOf, successHead, type Stage } from './player.ts';

/** Long enough for each packet to be read alone on loopback. */
const betweenPacketsMs = 3;

/** Two, three and four bytes each, so that any split is met. */
const wideText = ' é漢🙂';

/** Plays one of the hard streams; the exchange must be a streaming one. */
export async function playBrokenSse(behaviour: BrokenSse, stage: Stage): Promise<void> {
  const { exchange } = stage;
  const events = eventsOf(behaviour, stage);
  const delays = delaysOf(stage, behaviour);
  successHead(stage);
  await exchange.wait(delays.firstTokenMs);
  for (const packets of events.map((event) => packetsOf(behaviour.fault, event))) {
    for (const packet of packets) {
      await exchange.write(packet);
      await exchange.wait(packets.length > 1 ? betweenPacketsMs : 0);
    }
    await exchange.wait(delays.betweenTokensMs);
  }
  await exchange.end();
}

function eventsOf({ fault }: BrokenSse, { dialect, envelope, completion }: Stage): string[] {
  const tokens = fault === 'splitUtf8' ? [wideText, ...completion.tokens] : completion.tokens;
  const events = [
    dialect.begin(envelope),
    ...tokens.map((token) => dialect.chunk(envelope, token)),
    dialect.finish(envelope, completion.reason, completion.usage),
    dialect.done,
  ].filter((event) => event !== '');
  switch (fault) {
    case 'badJson':
      return events.map((event, index) => (index === 1 ? cutInside(event) : event));
    case 'crlf':
      return events.map((event) => event.replaceAll('\n', '\r\n'));
    case 'joinedEvents':
      return [events.join('')];
    case 'splitUtf8':
    case 'splitEvents':
      return events;
  }
}

/** Takes away the last fifth of an event's text but not its end, so that only this event is lost. */
function cutInside(event: string): string {
  const text = event.trimEnd();
  return text.slice(0, Math.floor(text.length * 0.8)) + event.slice(text.length);
}

function packetsOf(fault: BrokenSse['fault'], event: string): Uint8Array[] {
  const bytes = Buffer.from(event);
  if (fault === 'splitEvents') {
    const third = Math.ceil(bytes.length / 3);
    return [bytes.subarray(0, third), bytes.subarray(third, 2 * third), bytes.subarray(2 * third)];
  }
  if (fault !== 'splitUtf8') {
    return [bytes];
  }
  const packets: Uint8Array[] = [];
  let start = 0;
  for (const [index, byte] of bytes.entries()) {
    // A byte 11xxxxxx begins a character of several bytes: split behind it.
    if (byte >= 0xc0) {
      packets.push(bytes.subarray(start, index + 1));
      start = index + 1;
    }
  }
  return [...packets, bytes.subarray(start)];
}
