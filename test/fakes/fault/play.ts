/** Playing a behaviour against one request. Each function ends when the exchange is over. */

import type {
  Behaviour,
  BrokenSse,
  Capacity,
  CapacityInStream,
  Cut,
  EndlessLine,
  EndWithoutDone,
  ErrorStatus,
  Html,
  HugeBody,
  Slots,
} from './behaviour.ts';
import { defaultBodyFor, errorBody } from './errorBody.ts';
import type { Dialect } from './dialect.ts';
import type { Exchange } from './exchange.ts';
import {
  answerWell,
  beginAnswer,
  delaysOf,
  pingForever,
  retryAfterHeaders,
  sendAtRate,
  type Stage,
  streamEnd,
  streamFinish,
  streamHead,
  successHead,
} from './player.ts';
import { playBrokenSse } from './playBrokenSse.ts';
import type { SlotQueue } from './slotQueue.ts';

/** Behaviours that need no answer text and so apply to any route. */
export type PlainBehaviour = Extract<Behaviour, { readonly scope?: unknown }>;

/** Whether a behaviour needs no answer text. */
export function isPlain(behaviour: Behaviour): behaviour is PlainBehaviour {
  return ['error', 'capacity', 'html', 'hangBeforeHeaders', 'resetBeforeHeaders'].includes(behaviour.kind);
}

/** Plays a behaviour that needs no answer text. @param dialect of the protocol in use. */
export async function playPlain(behaviour: PlainBehaviour, exchange: Exchange, dialect: Dialect): Promise<void> {
  switch (behaviour.kind) {
    case 'error':
      return sendError(behaviour, exchange, dialect.jsonHeaders);
    case 'capacity':
      return sendCapacity(behaviour, exchange, dialect);
    case 'html':
      return sendPage(behaviour, exchange);
    case 'hangBeforeHeaders':
      return exchange.hang();
    case 'resetBeforeHeaders':
      return exchange.cut('reset', 'reset');
  }
}

/** Plays any behaviour. @param slots the line of waiting requests that belongs to a `slots` behaviour. */
export async function play(behaviour: Behaviour, stage: Stage, slots: (behaviour: Slots) => SlotQueue): Promise<void> {
  if (isPlain(behaviour)) {
    return playPlain(behaviour, stage.exchange, stage.dialect);
  }
  switch (behaviour.kind) {
    case 'healthy':
      return answerWell(stage, delaysOf(stage, behaviour));
    case 'slow':
      return answerWell(stage, delaysOf(stage, behaviour, behaviour.factor));
    case 'empty':
      return answerWell({ ...stage, completion: { ...stage.completion, tokens: [] } }, delaysOf(stage, behaviour));
    case 'capacityInStream':
      return sendCapacityInStream(behaviour, stage);
    case 'hangAfterHeaders':
      successHead(stage);
      return pingForever(stage, behaviour.pingEveryMs ?? 1000);
    case 'stall':
      await beginAnswer(stage, behaviour, behaviour.afterTokens);
      return pingForever(stage, behaviour.pingEveryMs ?? 0);
    case 'cut':
      return cutShort(behaviour, stage);
    case 'endWithoutDone':
      return endEarly(behaviour, stage);
    case 'brokenSse':
      return sendBroken(behaviour, stage);
    case 'endlessLine':
      return sendEndlessLine(behaviour, stage);
    case 'hugeBody':
      return sendHugeBody(behaviour, stage);
    case 'slots':
      return serveInSlot(behaviour, stage, slots(behaviour));
    case 'noChoices':
      return sendWithoutChoices(stage, behaviour.choices ?? 'missing');
    case 'refused':
      // Only a request that came in while the port was closing gets here.
      stage.exchange.abandon('reset', 'refused');
      return;
  }
}

async function sendError(behaviour: ErrorStatus, exchange: Exchange, jsonHeaders: Readonly<Record<string, string>>): Promise<void> {
  const { status, rawBody } = behaviour;
  const body = rawBody ?? JSON.stringify(errorBody(behaviour.body ?? defaultBodyFor(status)));
  const isJson = rawBody === undefined || /^\s*[[{]/u.test(rawBody);
  await exchange.answer(
    status,
    {
      ...(isJson ? jsonHeaders : { 'Content-Type': 'text/plain; charset=utf-8' }),
      ...retryAfterHeaders(behaviour.retryAfter),
      ...behaviour.headers,
    },
    body,
  );
}

async function sendCapacity(behaviour: Capacity, exchange: Exchange, dialect: Dialect): Promise<void> {
  const headers = { ...dialect.jsonHeaders, ...retryAfterHeaders(behaviour.retryAfter) };
  await exchange.answer(behaviour.status ?? 503, headers, JSON.stringify(dialect.capacity(behaviour.signature ?? 'both')));
}

async function sendPage(behaviour: Html, exchange: Exchange): Promise<void> {
  const status = behaviour.status ?? 502;
  const title = status === 200 ? 'Sign in to the network' : `${status} Bad Gateway`;
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  await exchange.answer(status, { 'Content-Type': 'text/html' }, page);
}

async function sendCapacityInStream(behaviour: CapacityInStream, stage: Stage): Promise<void> {
  const { exchange, dialect, envelope, ask } = stage;
  const error = dialect.capacity(behaviour.signature ?? 'both');
  if (!ask.isStream) {
    return exchange.answer(200, dialect.jsonHeaders, JSON.stringify(error));
  }
  const delays = delaysOf(stage, behaviour);
  await streamHead(stage);
  if (behaviour.prelude === 'emptyText') {
    await exchange.write(dialect.chunk(envelope, ''));
  } else if (behaviour.prelude === 'pings') {
    await exchange.write(dialect.ping + dialect.ping);
  }
  const count = behaviour.afterTokens ?? 0;
  // A short answer is repeated, so that the promised number of chunks really comes.
  const { tokens } = stage.completion;
  for (let index = 0; index < count; index += 1) {
    await exchange.wait(index === 0 ? delays.firstTokenMs : delays.betweenTokensMs);
    await exchange.write(dialect.chunk(envelope, tokens[index % Math.max(1, tokens.length)] ?? 'text'));
  }
  await exchange.wait(count === 0 ? delays.firstTokenMs : delays.betweenTokensMs);
  await exchange.write(dialect.errorEvent(error));
  // No end marker, but a proper end of the body.
  await exchange.end();
}

async function cutShort(behaviour: Cut, stage: Stage): Promise<void> {
  await beginAnswer(stage, behaviour, behaviour.afterTokens);
  await stage.exchange.cut(behaviour.how ?? 'fin', 'cut');
}

async function endEarly(behaviour: EndWithoutDone, stage: Stage): Promise<void> {
  await beginAnswer(stage, behaviour, behaviour.afterTokens ?? Infinity);
  if (stage.ask.isStream && behaviour.finishEvent === true) {
    await streamFinish(stage);
  }
  await stage.exchange.end();
}

async function sendBroken(behaviour: BrokenSse, stage: Stage): Promise<void> {
  if (!stage.ask.isStream) {
    await beginAnswer(stage, behaviour, 0);
    return stage.exchange.end();
  }
  return playBrokenSse(behaviour, stage);
}

/** Where the text of an event with one known letter begins and ends, to put a lot of text there. */
function aroundText(stage: Stage): readonly [string, string] {
  const { dialect, envelope, ask, completion } = stage;
  const mark = '\u{E000}';
  const whole = ask.isStream ? dialect.chunk(envelope, mark) : dialect.json(envelope, mark, 'length', completion.usage);
  const at = whole.indexOf(mark);
  return [whole.slice(0, at), whole.slice(at + mark.length)];
}

async function sendEndlessLine(behaviour: EndlessLine, stage: Stage): Promise<void> {
  const { exchange } = stage;
  const bytesPerSecond = behaviour.bytesPerSecond ?? 1_000_000;
  const [before] = aroundText(stage);
  successHead(stage);
  await exchange.write(before);
  // A hundred pieces a second, so that slow rates are even too.
  const piece = Buffer.alloc(Math.max(1, Math.ceil(bytesPerSecond / 100)), 'x');
  const totalBytes = Math.max(0, (behaviour.totalBytes ?? 10_000_000) - Buffer.byteLength(before));
  await sendAtRate(exchange, { piece, totalBytes, bytesPerSecond });
  await exchange.end();
}

async function sendHugeBody(behaviour: HugeBody, stage: Stage): Promise<void> {
  const { exchange, ask } = stage;
  const [before, after] = aroundText(stage);
  const pieceBytes = 32_768;
  const text = 'x'.repeat(pieceBytes - before.length - after.length);
  const totalBytes = behaviour.totalBytes ?? 100_000_000;
  const bytesPerSecond = behaviour.bytesPerSecond ?? 32_000_000;
  successHead(stage);
  if (ask.isStream) {
    // Whole events only: nothing about this stream is wrong but its size.
    const events = Math.max(1, Math.floor(totalBytes / pieceBytes)) * pieceBytes;
    await sendAtRate(exchange, { piece: Buffer.from(before + text + after), totalBytes: events, bytesPerSecond });
    await streamFinish(stage);
    return streamEnd(stage);
  }
  await exchange.write(before);
  await sendAtRate(exchange, { piece: Buffer.from(text), totalBytes, bytesPerSecond });
  await exchange.write(after);
  await exchange.end();
}

async function serveInSlot(behaviour: Slots, stage: Stage, queue: SlotQueue): Promise<void> {
  const entered = await queue.enter(stage.exchange.signal);
  if (entered === 'left') {
    return;
  }
  if (entered === 'full') {
    const busy: ErrorStatus = { kind: 'error', status: 503, body: 'serverBusy' };
    return sendError(busy, stage.exchange, stage.dialect.jsonHeaders);
  }
  try {
    const step = behaviour.serviceMs / Math.max(1, stage.completion.tokens.length);
    await answerWell(stage, { firstTokenMs: step, betweenTokensMs: step });
  } finally {
    entered();
  }
}

async function sendWithoutChoices(stage: Stage, choices: 'missing' | 'empty'): Promise<void> {
  const { exchange, dialect, envelope, ask } = stage;
  const body = dialect.withoutChoices(envelope, choices);
  if (!ask.isStream) {
    return exchange.answer(200, dialect.jsonHeaders, JSON.stringify(body));
  }
  successHead(stage);
  await exchange.write(dialect.event(body));
  await streamEnd(stage);
}
