import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Clock } from '../../../src/base/clock.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { Attempt } from '../../../src/domain/attempt.ts';
import { CancelledByEditor } from '../../../src/domain/failure.ts';
import { guard } from '../../../src/guard/guard.ts';
import { HostWatch, hostDefaults } from '../../../src/guard/hostWatch.ts';
import { OfflineDetector } from '../../../src/health/offline.ts';
import { SourceHealthFold } from '../../../src/health/sourceHealth.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { ScriptedSource } from '../../fakes/scriptedSource.ts';
import { withVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

/** Two clocks that can be moved apart; timers are virtual. */
class TwoClocks implements Clock {
  wall = 1_000_000;
  mono = 0;
  now = (): number => this.wall;
  monotonic = (): number => this.mono;
  after = (): { dispose(): void } => ({ dispose: () => undefined });
  pass(millis: number): void {
    this.wall += millis;
    this.mono += millis;
  }
}

describe('the watch on this machine', () => {
  it('sees a sleep during an attempt, and in the ten seconds before it', () => {
    const clock = new TwoClocks();
    const watch = new HostWatch(clock);
    let began = watch.begin();
    clock.pass(800);
    assert.equal(watch.interruption(began, 0), undefined);
    began = watch.begin();
    clock.wall += 3_600_000;
    clock.pass(800);
    assert.equal(watch.interruption(began, 0), 'asleep');
    clock.pass(5000);
    began = watch.begin();
    assert.equal(watch.interruption(began, 0), 'asleep', 'the network is not back yet');
    clock.pass(hostDefaults.wakeGrace);
    began = watch.begin();
    clock.pass(800);
    assert.equal(watch.interruption(began, 0), undefined);
  });

  it('sees nothing in clocks that drift, are set by a few seconds, or are set back', () => {
    const clock = new TwoClocks();
    const watch = new HostWatch(clock);
    for (const [hours, drift] of [
      [10, 30_000],
      [0, 4000],
      [0, -7_200_000],
    ] as const) {
      const began = watch.begin();
      clock.pass(hours * 3_600_000);
      clock.wall += drift;
      assert.equal(watch.interruption(began, 0), undefined, `${drift} ms`);
    }
  });

  it('knows a machine that stood still by a timer that rang a second late', () => {
    const watch = new HostWatch(new TwoClocks());
    assert.equal(watch.interruption(watch.begin(), hostDefaults.lateTimer), 'blocked');
    assert.equal(watch.interruption(watch.begin(), hostDefaults.lateTimer - 1), undefined);
  });
});

const deadlines = { connect: 500, firstToken: 1000, idle: 1000, total: 2000 };
const usual = { p50: 150, p95: 400, p99: 800, samples: 0 };

/** A guarded source that hangs, with its fold. */
function bench(limits = deadlines) {
  const source = new ScriptedSource('main', { kind: 'hang' });
  const guarded = guard(source, { model: 'm', clock: systemClock, random: () => 0.5, deadlines: () => limits, usual: () => usual });
  const fold = new SourceHealthFold(systemClock);
  const offline = new OfflineDetector({ clock: systemClock, onProbe: () => undefined, onBack: () => undefined });
  const attempts: Attempt[] = [];
  guarded.onDidAttempt((attempt) => {
    attempts.push(attempt);
    fold.add(attempt);
    offline.add(attempt, 'https://main.example');
  });
  return { source, guarded, fold, offline, attempts };
}

/** The laptop is closed: the time of day goes on, nothing else does. */
function sleep(time: VirtualTime, millis: number): void {
  time.setSystemTime(Date.now() + millis);
}

describe('an attempt while this machine slept', () => {
  it('opens no breaker, is no failure, no latency and no sign of being offline, and says so', () =>
    withVirtualTime(async (time) => {
      const { guarded, fold, attempts, offline } = bench();
      for (let turn = 0; turn < 5; turn++) {
        const ending = guarded.complete(sampleRequest({}), { signal: new AbortController().signal });
        await time.tickAsync(100);
        sleep(time, 600_000);
        await time.tickAsync(3000);
        await ending;
      }
      assert.deepEqual(
        attempts.map(({ outcome, interrupted }) => [outcome, interrupted]),
        Array(5).fill(['timeout', 'asleep']),
      );
      const { state, failureRate, guard: after } = fold.health(guarded.snapshot());
      assert.deepEqual([state, failureRate, after.breaker.kind], ['unknown', undefined, 'closed']);
      assert.equal(fold.latency().samples, 0);
      assert.equal(offline.isOffline, false);
      guarded.dispose();
    }));

  it('is a failure as ever when nobody slept', () =>
    withVirtualTime(async (time) => {
      const { guarded, fold } = bench();
      for (let turn = 0; turn < 3; turn++) {
        const ending = guarded.complete(sampleRequest({}), { signal: new AbortController().signal });
        await time.tickAsync(3000);
        await ending;
      }
      assert.equal(fold.health(guarded.snapshot()).state, 'open');
      guarded.dispose();
    }));

  it('that brought an answer counts as one, but its time does not', () =>
    withVirtualTime(async (time) => {
      const { source, guarded, fold, attempts } = bench();
      source.set({ kind: 'answer', text: 'x', after: 200 });
      const ending = guarded.complete(sampleRequest({}), { signal: new AbortController().signal });
      sleep(time, 600_000);
      await time.tickAsync(300);
      await ending;
      assert.equal(attempts[0]?.interrupted, 'asleep');
      assert.equal(fold.health(guarded.snapshot()).state, 'healthy');
      assert.equal(fold.usual().samples, 0);
      guarded.dispose();
    }));

  it('is asked once more when it was the breaker’s own question', () =>
    withVirtualTime(async (time) => {
      const { source, guarded } = bench();
      for (let turn = 0; turn < 3; turn++) {
        const ending = guarded.complete(sampleRequest({}), { signal: new AbortController().signal });
        await time.tickAsync(3000);
        await ending;
      }
      const before = source.requests.length;
      const probing = guarded.probe();
      await time.tickAsync(100);
      sleep(time, 600_000);
      source.set({ kind: 'answer', text: 'x', after: 50 });
      await time.tickAsync(3000);
      await probing;
      assert.equal(source.requests.length - before, 2);
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
      guarded.dispose();
    }));
});

describe('an attempt while this machine stood still', () => {
  it('is nobody’s failure: its deadline rang a second late, or was long overdue when the key came', async () => {
    const { guarded, attempts, fold } = bench({ connect: 50, firstToken: 100, idle: 100, total: 100 });
    const block = (millis: number): void => {
      for (const end = performance.now() + millis; performance.now() < end;);
    };
    const first = guarded.complete(sampleRequest({}), { signal: new AbortController().signal });
    await new Promise((resolve) => setTimeout(resolve, 20));
    block(1200);
    await first;
    const controller = new AbortController();
    const second = guarded.complete(sampleRequest({}), { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 20));
    block(1200);
    controller.abort(new CancelledByEditor());
    await second;
    assert.deepEqual(
      attempts.map(({ outcome, interrupted }) => [outcome, interrupted]),
      [
        ['timeout', 'blocked'],
        ['cancelled', 'blocked'],
      ],
    );
    assert.equal(fold.health(guarded.snapshot()).failureRate, undefined);
    guarded.dispose();
  }).timeout(15_000);
});
