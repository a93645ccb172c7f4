import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readText, TooManyBytes } from '../../../src/backend/byteBudget.ts';
import { readEvents } from '../../../src/backend/serverSentEvents.ts';

/** A body that never ends: the same chunk again and again; counts what was read. */
function endless(chunk: string): { body: AsyncIterable<Uint8Array>; read: () => number; closed: () => boolean } {
  let read = 0;
  let closed = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        read += chunk.length;
        yield await Promise.resolve(new TextEncoder().encode(chunk));
      }
    } finally {
      closed = true;
    }
  }
  return { body: body(), read: () => read, closed: () => closed };
}

async function drain(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const event of events) count += event === undefined ? 0 : 1;
  return count;
}

describe('byte caps (law 11)', () => {
  it('cuts a body off at its cap, closes it, and says so', async () => {
    const source = endless('x'.repeat(1000));
    await assert.rejects(
      readText(source.body, () => undefined),
      TooManyBytes,
    );
    assert.ok(source.read() <= 256 * 1024 + 2000);
    assert.ok(source.closed());
  });

  it('cuts a stream without text off at the look-ahead', async () => {
    for (const chunk of [': ping\n\n'.repeat(100), 'data: {}\n\n'.repeat(100), 'x'.repeat(1000)]) {
      const source = endless(chunk);
      await assert.rejects(
        drain(
          readEvents(
            source.body,
            () => undefined,
            () => false,
          ),
        ),
        TooManyBytes,
      );
      assert.ok(source.read() <= 64 * 1024 + 2000, `${source.read()} bytes`);
      assert.ok(source.closed());
    }
  });

  it('cuts a stream with text off at the cap of a body', async () => {
    const source = endless('data: {}\n\n'.repeat(100));
    await assert.rejects(
      drain(
        readEvents(
          source.body,
          () => undefined,
          () => true,
        ),
      ),
      TooManyBytes,
    );
    assert.ok(source.read() <= 256 * 1024 + 2000);
  });
});
