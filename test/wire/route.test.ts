import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { OpenDocument } from '../../src/domain/workspace.ts';
import { ScriptedConsent } from '../fakes/consent.ts';
import { type EngineBench, withEngine } from '../fakes/engineBench.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';

const similar: OpenDocument = {
  id: 'file:///demo/other.ts',
  languageId: 'typescript',
  version: 1,
  text: () => 'export function sum(items: Item[]): number {\n  return items.reduce((total, item) => total + item.price, 0);\n}\n',
};
const prefix = 'export function total(items: Item[]): number {\n  return items.reduce(';

async function setStory({ servers }: EngineBench): Promise<void> {
  await servers[0]?.set({ kind: 'capacity' });
  await servers[1]?.set({ kind: 'hangBeforeHeaders' });
}

/** Waits for something that happens after the answer. */
async function until(what: string, condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 5000; !condition();) {
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a route over real sockets: the first at capacity, the second hanging, the third answering', () => {
  it('answers a person who asks by command within the one keystroke', () =>
    withEngine({ servers: 3, documents: [similar] }, async (bench) => {
      await setStory(bench);
      const startedAt = performance.now();
      const outcome = await bench.engine.complete(sampleRequest({ prefix, trigger: 'manual' }), quietCall());
      const elapsed = performance.now() - startedAt;
      assert.ok(outcome.ok && outcome.text === 'answer from 2', JSON.stringify(outcome));
      assert.ok(elapsed >= 430 && elapsed < 1500, `${Math.round(elapsed)} ms`);
      await bench.servers[1]?.waitFor((seen) => seen.clientGone);
      await until('the attempt on the second has ended', () => bench.attempts.length === 3);
      assert.deepEqual(bench.attempts.map(({ sourceId, outcome: how }) => `${sourceId} ${how}`).sort(), [
        'server 0 capacity',
        'server 1 cancelled',
        'server 2 ok',
      ]);
      const { serving, sources } = bench.engine.snapshot();
      assert.equal(serving, 'server 2');
      assert.deepEqual(
        sources.map(({ state }) => state),
        ['at-capacity', 'slow', 'healthy'],
      );
      assert.match(sources[1]?.reason ?? '', /^no answer within \d+ ms, when server 2 had answered$/);
      assert.ok((sources[0]?.nextTryAt ?? 0) > Date.now());
    }));

  it('serves a person who types with local text, and the next keystroke asks the third first', () =>
    withEngine({ servers: 3, documents: [similar] }, async (bench) => {
      await setStory(bench);
      const first = await bench.engine.complete(sampleRequest({ prefix }), quietCall());
      assert.ok(first.ok && first.origin === 'local', JSON.stringify(first));
      await until('the third has answered', () => bench.engine.snapshot().serving === 'server 2');
      const again = await bench.engine.complete(sampleRequest({ prefix, trigger: 'manual' }), quietCall());
      assert.ok(again.ok && again.origin === 'cache' && again.text === 'answer from 2');
      const next = await bench.engine.complete(sampleRequest({ prefix: `${prefix}(sum, ` }), quietCall());
      assert.ok(next.ok && next.origin === 'model' && next.text === 'answer from 2');
      assert.deepEqual(
        bench.servers.map(({ requests }) => requests.length),
        [1, 1, 2],
      );
    }));
});

describe('the data boundary over real sockets', () => {
  const boundaries = ['local', 'vendor:acme', 'private'];

  it('a server beyond a boundary that is not allowed gets nothing at all, our own probes neither', () =>
    withEngine({ servers: 3, boundaries, documents: [similar] }, async ({ engine, servers }) => {
      await servers[0]?.set({ kind: 'refused' });
      for (let key = 0; key < 5; key++) {
        const outcome = await engine.complete(sampleRequest({ prefix: `${key}\n${prefix}` }), quietCall());
        assert.ok(outcome.ok && outcome.origin === 'local');
        await engine.complete(sampleRequest({ prefix: `m${key}\n${prefix}`, trigger: 'manual' }), quietCall());
      }
      await engine.retryNow();
      assert.deepEqual([servers[1]?.requests.length, servers[2]?.requests.length], [0, 0]);
      assert.equal(engine.snapshot().wantedBoundary, 'private');
    }));

  it('a server gets requests from the moment on that the person allows it, and only it', () => {
    const consent = new ScriptedConsent();
    return withEngine({ servers: 3, boundaries, consent, documents: [similar] }, async ({ engine, servers }) => {
      await servers[0]?.set({ kind: 'refused' });
      await engine.complete(sampleRequest({ prefix }), quietCall());
      consent.set('private', 'allowed');
      const outcome = await engine.complete(sampleRequest({ prefix: `x\n${prefix}` }), quietCall());
      assert.ok(outcome.ok && outcome.text === 'answer from 2', JSON.stringify(outcome));
      assert.equal(servers[1]?.requests.length, 0);
    });
  });
});
