import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { drawGamma, gammaQuantile } from '../../../src/simulator/draws.ts';
import { InferenceServer } from '../../../src/simulator/inferenceServer.ts';
import { LiveServer } from '../../../src/simulator/liveServer.ts';
import { ModelledSource } from '../../../src/simulator/modelledSource.ts';
import type { ServerShape } from '../../../src/simulator/serverShape.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const shape: ServerShape = { slots: 2, queue: 1, stepBase: 8, stepPerRequest: 1, meanSteps: 10, stepsShape: 6, fixed: 12 };

function server(changes: Partial<ServerShape> = {}): { readonly server: InferenceServer<string>; readonly ends: string[] } {
  const ends: string[] = [];
  return { server: new InferenceServer<string>({ ...shape, ...changes }, (job, at) => ends.push(`${job} at ${at.toFixed(1)}`)), ends };
}

describe('a modelled inference server', () => {
  it('makes steps for all that run together, slower the more there are', () => {
    const { server: one, ends } = server();
    one.offer(0, 10, 'a');
    one.advance(45);
    // Five steps of 9 ms are made; from now on both make theirs in 10 ms.
    one.offer(45, 10, 'b');
    one.advance(1000);
    assert.deepEqual(ends, ['a at 95.0', 'b at 140.0']);
  });

  it('lets requests wait in their order beyond its slots, and refuses beyond its queue', () => {
    const { server: one, ends } = server();
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((job) => one.offer(0, 10, job)),
      ['running', 'running', 'waiting', 'refused'],
    );
    one.advance(Infinity);
    assert.deepEqual(ends, ['a at 100.0', 'b at 100.0', 'c at 190.0']);
    assert.equal(one.running, 0);
  });

  it('serves who waits in the order of arrival, and forgets who leaves the queue', () => {
    const { server: one, ends } = server({ queue: 3 });
    for (const job of ['a', 'b', 'c', 'd', 'e']) one.offer(0, 10, job);
    one.leave(50, 'd');
    assert.deepEqual([one.running, one.waiting], [2, 2]);
    one.advance(Infinity);
    assert.deepEqual(
      ends.map((end) => end.split(' ')[0]),
      ['a', 'b', 'c', 'e'],
    );
  });

  it('gives the slot of a client that left to the next one', () => {
    const { server: one, ends } = server();
    for (const job of ['a', 'b', 'c']) one.offer(0, 10, job);
    one.leave(50, 'a');
    assert.deepEqual([one.running, one.waiting], [2, 0]);
    one.advance(Infinity);
    assert.deepEqual(ends, ['b at 100.0', 'c at 145.0']);
    assert.equal(one.batchTime, 2 * 100 + 45);
  });

  it('loses nobody, never runs more than its slots, and lets nobody wait while one is free, whatever comes and leaves', () => {
    const step = fc.record({
      gap: fc.double({ min: 0, max: 80, noNaN: true }),
      steps: fc.integer({ min: 1, max: 30 }),
      leaves: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (plan) => {
        let ended = 0;
        let gone = 0;
        let refused = 0;
        const one = new InferenceServer<number>(shape, () => ended++);
        let at = 0;
        for (const [index, { gap, steps, leaves }] of plan.entries()) {
          at += gap;
          if (one.offer(at, steps, index) === 'refused') refused++;
          assert.ok(one.running <= shape.slots && one.waiting <= shape.queue);
          assert.ok(one.waiting === 0 || one.running === shape.slots);
          const before = one.running + one.waiting;
          if (leaves) one.leave(at, index);
          gone += before - one.running - one.waiting;
        }
        one.advance(Infinity);
        assert.equal(ended + gone + refused, plan.length);
      }),
    );
  });

  it('draws sizes whose mean and quantiles are those of the distribution', () => {
    const random = seededRandom(3);
    const drawn = Array.from({ length: 40_000 }, () => drawGamma(16, 6, random)).sort((one, other) => one - other);
    const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
    assert.ok(Math.abs(mean - 16) < 0.15, String(mean));
    for (const share of [0.05, 0.5, 0.95, 0.99]) {
      const seen = drawn[Math.floor(share * drawn.length)] ?? 0;
      assert.ok(Math.abs(seen / gammaQuantile(16, 6, share) - 1) < 0.03, `${share}: ${seen}`);
    }
  });
});

describe('a modelled server on a clock', () => {
  const text = (): string => 'a + b';

  it('answers after as long as the model says, and leaves no timer', () =>
    withVirtualTime(async (time) => {
      const live = new LiveServer(shape, systemClock, seededRandom(1));
      const { signal } = new AbortController();
      let isDone = false;
      const done = live.ask(signal, 10).finally(() => (isDone = true));
      await time.tickAsync(101);
      assert.equal(isDone, false, 'what is outside of the batch takes its time, too');
      assert.deepEqual(live.now, { running: 0, waiting: 0 });
      await time.tickAsync(2);
      assert.equal(await done, 'answered');
      assert.equal(getEventListeners(signal, 'abort').length, 0);
      assert.equal(time.countTimers(), 0);
    }));

  it('answers nobody who has left, before, meanwhile or at the very end', () =>
    withVirtualTime(async (time) => {
      const live = new LiveServer(shape, systemClock, seededRandom(1));
      const before = live.ask(AbortSignal.abort(new Error('left')), 10);
      assert.deepEqual(live.now, { running: 0, waiting: 0 });
      assert.equal(await before, 'gone');
      const late = new AbortController();
      const asked = live.ask(late.signal, 10);
      await time.tickAsync(95);
      late.abort(new Error('left'));
      assert.equal(await asked, 'gone');
      assert.equal(time.countTimers(), 0);
    }));

  it('says its text while it comes, as a model does', () =>
    withVirtualTime(async (time) => {
      const source = new ModelledSource('m', () => new LiveServer(shape, systemClock, seededRandom(1)), text);
      const seen: string[] = [];
      const { signal } = new AbortController();
      const asked = source.complete(sampleRequest(), { signal, onText: (soFar) => seen.push(soFar) });
      await time.tickAsync(2000);
      assert.ok((await asked).ok);
      assert.deepEqual(seen, ['a + b']);
    }));

  it('refuses as a capacity failure, and forgets a client that left', () =>
    withVirtualTime(async (time) => {
      const live = new LiveServer(shape, systemClock, seededRandom(1));
      const source = new ModelledSource('m', () => live, text);
      const gone = new AbortController();
      const asked = [gone.signal, ...Array.from({ length: 3 }, () => new AbortController().signal)].map((signal) =>
        source.complete(sampleRequest(), { signal }),
      );
      const refused = await asked[3];
      assert.ok(refused && !refused.ok && refused.failure.kind === 'capacity');
      gone.abort(new Error('left'));
      assert.deepEqual(live.now, { running: 2, waiting: 0 });
      await time.tickAsync(2000);
      const outcomes = await Promise.all(asked);
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.ok ? outcome.text : outcome.failure.kind)),
        ['network', 'a + b', 'a + b', 'capacity'],
      );
      assert.equal(time.countTimers(), 0);
    }));

  it('is as busy as other people make it, and schedules nothing while nobody of ours asks', () =>
    withVirtualTime(async (time) => {
      const live = new LiveServer({ ...shape, slots: 40, queue: 10 }, systemClock, seededRandom(5));
      live.setArrivals(100);
      await time.tickAsync(60_000);
      assert.equal(time.countTimers(), 0);
      assert.ok(live.now.running > 2, JSON.stringify(live.now));
      const began = performance.now();
      const asked = live.ask(new AbortController().signal, 10);
      await time.tickAsync(3000);
      assert.equal(await asked, 'answered');
      assert.ok(performance.now() - began > 10 * 9);
      live.dispose();
      assert.equal(time.countTimers(), 0);
    }));

  it('tells who still waits that it is gone when it is disposed of', async () => {
    await withVirtualTime(async () => {
      const live = new LiveServer(shape, systemClock, seededRandom(1));
      const asked = live.ask(new AbortController().signal);
      live.dispose();
      assert.equal(await asked, 'gone');
    });
  });
});
