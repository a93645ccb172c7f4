import { classifyAnswer, type FailedAnswer } from '../../src/backend/classify.ts';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import { readEvents } from '../../src/backend/serverSentEvents.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { CompletionRequest } from '../../src/domain/completion.ts';
import { configuredBackend } from '../fakes/backend.ts';
import { failureExamples } from '../unit/backend/failureExamples.ts';
import { recordedAnswers } from '../unit/backend/recordedAnswers.ts';
import type { PartResult } from './report.ts';

/** Tokens of an answer of one line, which is the most that is asked for while typing. */
const tokens = 64;
const turns = 7;

/** What the wire costs on our side, without a network: reading a stream of events, and classifying what failed. */
export async function measureWire(): Promise<PartResult> {
  const chunks = streamOf(tokens);
  const bytes = chunks.reduce((total, chunk) => total + chunk.byteLength, 0);
  const whole = Buffer.concat(chunks);
  const apart = await leastOf(400, () => parse(chunks));
  const together = await leastOf(400, () => parse([whole]));
  const completion = await leastOf(200, () => complete(chunks));
  const answers = knownAnswers();
  const known = answers.reduce((total, { body }) => total + body.length, 0);
  const each = (await leastOf(20, () => answers.forEach(classifyAnswer))) / answers.length;
  const large: FailedAnswer = { status: 400, headers: {}, body: JSON.stringify({ error: { message: 'x y '.repeat(16_384) } }), now: 0 };
  const largest = await leastOf(40, () => void classifyAnswer(large));
  const row = (what: string, size: number, time: number): (string | number)[] => [what, size, time, size / time / 1000];
  return {
    tables: [
      {
        title: `least of ${turns} turns`,
        columns: ['what', 'bytes', 'ms', 'MB/s'],
        rows: [
          row(`events of a stream of ${tokens} tokens, one in each chunk`, bytes, apart),
          row('the same in one chunk', bytes, together),
          row('the whole completion from it: request, events, JSON, text', bytes, completion),
          row(`classifying a failed answer, mean of the ${answers.length} known`, Math.round(known / answers.length), each),
          row('classifying one of 64 KiB', large.body.length, largest),
        ],
      },
    ],
    checks: [
      { what: 'parsing events, per KB (10 µs are 100 MB/s)', value: (apart * 1_000_000) / bytes, unit: 'µs', atMost: 10 },
      { what: 'classifying a failed answer', value: each, unit: 'ms', atMost: 0.1 },
      { what: 'classifying 64 KiB, per KB', value: largest / 64, unit: 'ms', atMost: 1 },
    ],
    notes: ['no socket and no server: chunks and answers are in memory'],
  };
}

/** A stream as llama.cpp's server sends it, each event a chunk. */
function streamOf(count: number): readonly Uint8Array[] {
  const event = (text: string, finish: string | null): string => {
    const choice = { text, index: 0, logprobs: null, finish_reason: finish };
    const rest = { created: 1795253334, model: 'scripted', system_fingerprint: 'b1-de3ff81', object: 'text_completion' };
    return `data: ${JSON.stringify({ choices: [choice], ...rest, id: 'chatcmpl-sA2qFPB3Ojj1tpasJwWFaKumvPD9aowE' })}\n\n`;
  };
  const texts = Array.from({ length: count }, (_, index) => event(` token${index}`, null));
  return [...texts, event('', 'length'), 'data: [DONE]\n\n'].map((text) => new TextEncoder().encode(text));
}

async function* bodyOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function parse(chunks: readonly Uint8Array[]): Promise<void> {
  let read = 0;
  const hasText = (): boolean => true;
  for await (const event of readEvents(bodyOf(chunks), () => undefined, hasText)) read += event.data.length;
  if (read === 0) throw new Error('no event was read');
}

async function complete(chunks: readonly Uint8Array[]): Promise<void> {
  const source = httpBackend(configuredBackend({ baseUrl: 'http://127.0.0.1/v1' }), {
    clock: systemClock,
    key: () => Promise.resolve(undefined),
    prompts: {
      files: () => [],
      fim: () => ({ prompt: 'const total = ', stop: [] }),
      chat: () => ({ system: '', user: '', enough: () => undefined }),
    },
    http: {
      request: () => Promise.resolve({ status: 200, headers: { 'content-type': 'text/event-stream' }, body: bodyOf(chunks) }),
      dispose: () => undefined,
    },
  });
  const outcome = await source.complete({ maxTokens: tokens } as CompletionRequest, { signal: new AbortController().signal });
  if (!outcome.ok) throw new Error(outcome.failure.message);
}

function knownAnswers(): readonly FailedAnswer[] {
  return [...failureExamples, ...recordedAnswers].map(({ status, headers = {}, body }) => ({
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    now: 0,
  }));
}

/** Milliseconds of one run: the least of some turns, because others on the machine can only add. The first turn warms up. */
async function leastOf(runs: number, run: () => Promise<void> | void): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn <= turns; turn++) {
    const began = performance.now();
    for (let count = 0; count < runs; count++) await run();
    if (turn > 0) least = Math.min(least, (performance.now() - began) / runs);
  }
  return least;
}
