import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { httpBackend } from '../../../src/backend/httpBackend.ts';
import { systemClock, type Clock } from '../../../src/base/clock.ts';
import type { HttpClient } from '../../../src/base/http.ts';
import type { Outcome } from '../../../src/domain/completion.ts';
import { configuredBackend, samplePrompts } from '../../fakes/backend.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';

const chunk = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

/** Asks a chat backend whose answer comes in these pieces and then, where `hangs`, never ends. */
async function ask(
  pieces: readonly string[],
  hangs: boolean,
): Promise<{ outcome: Outcome; readonly isReadToEnd: () => boolean; readonly isClosed: () => boolean; readonly ring: () => void }> {
  let isReadToEnd = false;
  let signal: AbortSignal | undefined;
  const timers: (() => void)[] = [];
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield await Promise.resolve(new TextEncoder().encode(piece));
    if (hangs) await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('closed'))));
    isReadToEnd = true;
  }
  const http: HttpClient = {
    request: (request) => {
      ({ signal } = request);
      return Promise.resolve({ status: 200, headers: { 'content-type': 'text/event-stream' }, body: body() });
    },
    dispose: () => undefined,
  };
  const clock: Clock = {
    ...systemClock,
    after: (_, ring) => {
      timers.push(ring);
      return { dispose: () => timers.splice(timers.indexOf(ring), 1) };
    },
  };
  const backend = configuredBackend({ protocol: 'openai-chat', baseUrl: 'https://backend.example/v1' });
  const ports = { http, clock, key: () => Promise.resolve(undefined), prompts: samplePrompts };
  const outcome = await httpBackend(backend, ports).complete(sampleRequest(), quietCall());
  await new Promise((resolve) => setImmediate(resolve));
  return {
    outcome,
    isReadToEnd: () => isReadToEnd,
    isClosed: () => signal?.aborted ?? false,
    ring: () => timers.splice(0).forEach((each) => each()),
  };
}

describe('the end of an answer', () => {
  it('what comes behind the end mark is read, so that the connection can be used again', async () => {
    const { outcome, isReadToEnd, isClosed } = await ask([chunk('a'), 'data: [DONE]\n\n', ': bye\n\n', ': bye\n\n'], false);
    assert.ok(outcome.ok && outcome.text === 'a');
    assert.ok(isReadToEnd() && !isClosed());
  });

  it('a whole line is an answer although the server goes on, and its connection is closed a moment later', async () => {
    const { outcome, isClosed, ring } = await ask([chunk('first();\n'), chunk('second();\n')], true);
    assert.ok(outcome.ok && outcome.finish === 'stop');
    assert.equal(outcome.text, 'first();\n');
    assert.ok(!isClosed(), 'the server has a moment to end');
    ring();
    assert.ok(isClosed());
  });

  it('half a line of a stream that ends in good order is cut, not an answer', async () => {
    const { outcome } = await ask([chunk('fir')], false);
    assert.ok(!outcome.ok && outcome.failure.kind === 'network' && outcome.failure.cause === 'incomplete');
  });
});
