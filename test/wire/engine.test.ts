import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { OpenDocument } from '../../src/domain/workspace.ts';
import { withEngine } from '../fakes/engineBench.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';

const similar: OpenDocument = {
  id: 'file:///demo/other.ts',
  languageId: 'typescript',
  version: 1,
  text: () => 'export function sum(items: Item[]): number {\n  return items.reduce((total, item) => total + item.price, 0);\n}\n',
};

/** Asks at a place for which the local engine has something to say. */
const request = (prefix = 'export function total(items: Item[]): number {\n  return items.reduce('): ReturnType<typeof sampleRequest> =>
  sampleRequest({ prefix });

describe('the whole engine, over real sockets', () => {
  it('serves the model while it is well', () =>
    withEngine({ documents: [similar] }, async ({ engine, attempts }) => {
      const outcome = await engine.complete(request(), quietCall());
      assert.ok(outcome.ok && outcome.origin === 'model');
      assert.equal(outcome.text, 'answer from 0');
      assert.equal(attempts.length, 1);
      assert.deepEqual(engine.snapshot().counts, { model: 1, local: 0, cache: 0, nothing: 0, accepted: 0, requests: 1, speculative: 0 });
    }));

  it('looks into a vendor’s list of models once, after the first good answer', () =>
    withEngine({ boundaries: ['vendor:practice'] }, async ({ engine, server }) => {
      const lists = (): number => server.requests.filter(({ method, path }) => method === 'GET' && path === '/v1/models').length;
      await engine.complete(request(), quietCall());
      await engine.complete(request('another place\n'), quietCall());
      await server.waitFor(({ path }) => path === '/v1/models');
      assert.equal(lists(), 1);
    }));

  it('serves local text within the same keystroke when the only backend is at capacity', () =>
    withEngine({ documents: [similar] }, async ({ engine, server }) => {
      await server.set({ kind: 'capacity' });
      for (let keystroke = 0; keystroke < 5; keystroke++) {
        const outcome = await engine.complete(request(`${keystroke}\n${request().prefix}`), quietCall());
        assert.ok(outcome.ok && outcome.origin === 'local', JSON.stringify(outcome));
        assert.ok(outcome.text.startsWith('(total, item)'));
      }
      assert.equal(server.requests.length, 2, 'two capacity errors open the breaker');
      const [health] = engine.snapshot().sources;
      assert.equal(health?.state, 'at-capacity');
      assert.equal(engine.snapshot().serving, 'local');
    }));

  it('routes on within the same keystroke when the first backend is at capacity', () =>
    withEngine({ servers: 2 }, async ({ engine, servers }) => {
      await servers[0]?.set({ kind: 'capacityInStream', prelude: 'emptyText' });
      const outcome = await engine.complete(request(), quietCall());
      assert.ok(outcome.ok && outcome.sourceId === 'server 1');
      assert.equal(outcome.text, 'answer from 1');
    }));

  it('serves local text at the soft deadline when the model hangs, and settles within it + 50 ms', () =>
    withEngine({ documents: [similar] }, async ({ engine, server }) => {
      await server.set({ kind: 'hangBeforeHeaders' });
      const startedAt = performance.now();
      const outcome = await engine.complete(request(), quietCall());
      const elapsed = performance.now() - startedAt;
      assert.ok(outcome.ok && outcome.origin === 'local');
      assert.ok(elapsed >= 140 && elapsed < 650, `${Math.round(elapsed)} ms`);
    }));

  it('keeps a late model answer for the cache, and a cache hit does not touch the status', () =>
    withEngine({ documents: [similar] }, async ({ engine, server, attempts }) => {
      server.next({ kind: 'healthy', firstTokenMs: 700 });
      const first = await engine.complete(request(), quietCall());
      assert.ok(first.ok && first.origin === 'local');
      while (attempts.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await server.set({ kind: 'refused' });
      const before = engine.snapshot().sources[0];
      const second = await engine.complete({ ...request(), trigger: 'manual' }, quietCall());
      assert.ok(second.ok && second.origin === 'cache');
      assert.equal(second.text, 'answer from 0');
      assert.equal(attempts.length, 1);
      assert.deepEqual(engine.snapshot().sources[0], before);
    }));

  it('never caches local text, errors or empty answers', () =>
    withEngine({ documents: [similar] }, async ({ engine, server }) => {
      server.next({ kind: 'capacity' }, { kind: 'empty' });
      for (const expected of ['local', 'local', 'model']) {
        const outcome = await engine.complete({ ...request(), trigger: 'manual' }, quietCall());
        assert.ok(outcome.ok);
        assert.equal(outcome.origin, expected);
      }
    }));

  it('cancels the older request when a newer comes, and the server sees the client leave', () =>
    withEngine({}, async ({ engine, server }) => {
      await server.set({ kind: 'hangAfterHeaders' });
      const older = engine.complete(request(), quietCall());
      await server.waitFor((seen) => seen.respondedStatus !== undefined);
      await server.set({ kind: 'healthy' });
      const newer = await engine.complete(request('const x = '), quietCall());
      assert.ok(newer.ok);
      const outcome = await older;
      assert.ok(!outcome.ok && outcome.failure.kind === 'cancelled');
      await server.waitFor((seen) => seen.clientGone);
    }));

  it('settles 200 rapid calls, all of them', () =>
    withEngine({}, async ({ engine }) => {
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, (_, index) => engine.complete(request(`const x${index} = `), quietCall())),
      );
      assert.equal(outcomes.length, 200);
      assert.ok(outcomes.at(-1)?.ok);
      assert.equal(engine.snapshot().working, 0);
    }));

  it('says auth needed for a refused key, stops asking, and asks again when told to retry', () =>
    withEngine({ key: 'sk-canary-0815' }, async ({ engine, server, log }) => {
      await server.set({ kind: 'error', status: 401, body: 'invalidKey' });
      for (let index = 0; index < 5; index++) await engine.complete(request(), quietCall());
      assert.equal(server.requests.length, 1);
      assert.equal(engine.snapshot().sources[0]?.state, 'auth-needed');
      await server.set({ kind: 'healthy' });
      await engine.retryNow();
      assert.equal(engine.snapshot().sources[0]?.state, 'healthy');
      assert.ok(!log.join('\n').includes('canary'), 'the key is not in the log');
      assert.ok(!JSON.stringify(engine.snapshot()).includes('canary'));
    }));

  it('serves nothing while paused or stopped, and never rejects', () =>
    withEngine({}, async ({ engine, server }) => {
      engine.pause();
      assert.equal(engine.snapshot().mode, 'paused');
      assert.ok(!(await engine.complete(request(), quietCall())).ok);
      engine.resume();
      assert.ok((await engine.complete(request(), quietCall())).ok);
      engine.dispose();
      engine.dispose();
      assert.ok(!(await engine.complete(request(), quietCall())).ok);
      assert.equal(server.requests.length, 1);
    }));

  const asked: readonly (readonly [model: string, prompt: string, stop: readonly string[], suffix?: string])[] = [
    ['mistralai/codestral-2508', '[SUFFIX]\n}\n[PREFIX]return ', ['\n', '[PREFIX]', '[SUFFIX]']],
    [
      'qwen2.5-coder:7b-base',
      '<|fim_prefix|>return <|fim_suffix|>\n}\n<|fim_middle|>',
      ['\n', '<|endoftext|>', '<|file_sep|>', '<|fim_pad|>'],
    ],
    ['a-model-nobody-knows', 'return ', ['\n'], '\n}\n'],
  ];
  for (const [model, prompt, stop, suffix] of asked) {
    it(`asks ${model} in its own format, with at most four stops`, () =>
      withEngine({ model }, async ({ engine, server }) => {
        await engine.complete(request('return '), quietCall());
        const body = server.requests[0]?.body as Record<string, unknown>;
        assert.deepEqual({ prompt: body['prompt'], stop: body['stop'], suffix: body['suffix'] }, { prompt, stop, suffix });
      }));
  }
});
