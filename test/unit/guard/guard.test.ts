import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { systemClock } from '../../../src/base/clock.ts';
import type { Attempt } from '../../../src/domain/attempt.ts';
import { CancelledByEditor, type Failure } from '../../../src/domain/failure.ts';
import type { GuardedSource } from '../../../src/domain/guarded.ts';
import { guard } from '../../../src/guard/guard.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';
import { capacity, ScriptedSource, serverError, type Step } from '../../fakes/scriptedSource.ts';
import { withVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

const deadlines = { connect: 2000, firstToken: 1000, idle: 1500, total: 2000 };

interface Bench {
  readonly source: ScriptedSource;
  readonly guarded: GuardedSource;
  readonly attempts: Attempt[];
  readonly time: VirtualTime;
}

/** A guarded scripted source on virtual time; ends by asserting that no timer of it is left. */
async function onBench(test: (bench: Bench) => Promise<void>): Promise<void> {
  await withVirtualTime(async (time) => {
    const source = new ScriptedSource();
    const guarded = guard(source, {
      model: 'm1',
      clock: systemClock,
      random: () => 0.5,
      usual: () => ({ p50: 150, p95: 400, p99: 800, samples: 0 }),
      deadlines: (trigger) =>
        trigger === 'probe' ? { connect: 2000, firstToken: 5000, idle: 5000, total: 5000, totalName: 'probe' } : deadlines,
    });
    const attempts: Attempt[] = [];
    guarded.onDidAttempt((attempt) => attempts.push(attempt));
    await test({ source, guarded, attempts, time });
    guarded.dispose();
    await time.tickAsync(50);
    assert.equal(time.countTimers(), source.timers, 'a timer of the guard is left');
  });
}

async function finish<T>(promise: Promise<T>, time: VirtualTime, within: number): Promise<T> {
  let settled = false;
  void promise.finally(() => (settled = true));
  await time.tickAsync(within);
  assert.ok(settled, `not settled within ${within} ms`);
  return promise;
}

async function ask({ guarded, time }: Bench, step: Step, source: ScriptedSource, within = 2100): Promise<string> {
  source.next(step);
  const outcome = await finish(guarded.complete(sampleRequest(), quietCall()), time, within);
  return outcome.ok ? 'ok' : outcome.failure.kind;
}

async function tripWith(bench: Bench, step: Step, times = 3): Promise<void> {
  for (let index = 0; index < times; index++) await ask(bench, step, bench.source, 2100);
  assert.equal(bench.guarded.snapshot().breaker.kind, 'open');
}

describe('law 1: every promise settles within its deadline + 50 ms', () => {
  const cases: readonly (readonly [string, Step, number, string])[] = [
    ['hangs before text', { kind: 'hang' }, deadlines.firstToken, 'first-token'],
    ['stalls after a text', { kind: 'stall', text: 'x' }, deadlines.idle, 'idle'],
    ['does not hear the abort', { kind: 'deaf', after: 60_000 }, deadlines.firstToken, 'first-token'],
  ];
  for (const [name, step, deadline, kind] of cases) {
    it(`when the source ${name}`, () =>
      onBench(async ({ source, guarded, time }) => {
        source.next(step);
        const promise = guarded.complete(sampleRequest(), quietCall());
        const outcome = await finish(promise, time, deadline + 50);
        assert.ok(!outcome.ok && outcome.failure.kind === 'timeout');
        assert.equal(outcome.failure.deadline, kind);
        await time.tickAsync(60_000);
      }));
  }

  it('when the source drips text for ever', () =>
    onBench(async ({ guarded, time, source }) => {
      source.complete = (_request, call) =>
        new Promise(() => {
          let text = '';
          const drip = setInterval(() => call.onText?.((text += 'x')), 100);
          call.signal.addEventListener('abort', () => clearInterval(drip));
        });
      const outcome = await finish(guarded.complete(sampleRequest(), quietCall()), time, deadlines.total + 50);
      assert.ok(!outcome.ok && outcome.failure.kind === 'timeout' && outcome.failure.deadline === 'total');
    }));

  it('when the source throws, which is a bug of ours and no failure of the backend', () =>
    onBench(async ({ source, guarded, time }) => {
      source.set({ kind: 'throw' });
      for (let index = 0; index < 10; index++) {
        const outcome = await finish(guarded.complete(sampleRequest(), quietCall()), time, 10);
        assert.ok(!outcome.ok && outcome.failure.kind === 'internal');
      }
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
    }));
});

describe('law 2: cancelled is neither success nor failure', () => {
  it('is recorded as censored at its elapsed time', () =>
    onBench(async ({ source, guarded, attempts, time }) => {
      source.next({ kind: 'hang' });
      const controller = new AbortController();
      const promise = guarded.complete(sampleRequest(), { signal: controller.signal });
      await time.tickAsync(120);
      controller.abort(new CancelledByEditor());
      await finish(promise, time, 50);
      assert.equal(attempts[0]?.outcome, 'cancelled');
      assert.equal(attempts[0]?.censored, true);
      assert.equal(attempts[0]?.elapsed, 120);
    }));

  for (const pause of [80, 150, 300, 900]) {
    it(`a backend that hangs while every request is cancelled after ${pause} ms still trips`, () =>
      onBench(async ({ source, guarded, time }) => {
        source.set({ kind: 'hang' });
        let keystrokes = 0;
        while (guarded.snapshot().breaker.kind === 'closed' && keystrokes < 200) {
          keystrokes++;
          const controller = new AbortController();
          const promise = guarded.complete(sampleRequest(), { signal: controller.signal });
          await time.tickAsync(pause);
          controller.abort(new CancelledByEditor());
          await finish(promise, time, 30);
        }
        assert.equal(guarded.snapshot().breaker.kind, 'open', `closed after ${keystrokes} keystrokes`);
        assert.ok(keystrokes >= 3, 'a single cancellation says nothing');
        if (pause >= 150) assert.ok(keystrokes <= 25, `${keystrokes} keystrokes`);
      }));
  }

  it('a healthy backend whose requests are mostly cancelled while typing never trips', () =>
    onBench(async ({ source, guarded, time }) => {
      for (let keystroke = 0; keystroke < 400; keystroke++) {
        const isPause = keystroke % 5 === 4;
        source.next({ kind: 'answer', text: 'ok', after: 150 });
        const controller = new AbortController();
        const promise = guarded.complete(sampleRequest(), { signal: controller.signal });
        await time.tickAsync(isPause ? 200 : 100);
        controller.abort(new CancelledByEditor());
        await finish(promise, time, 30);
        assert.equal(guarded.snapshot().breaker.kind, 'closed', `tripped at keystroke ${keystroke}`);
      }
    }));
});

describe('law 3: one attempt’s timeout aborts only that attempt', () => {
  it('leaves a neighbour alone', () =>
    onBench(async ({ source, guarded, time }) => {
      source.next({ kind: 'hang' }, { kind: 'answer', text: 'slow', after: 900 });
      const hung = guarded.complete(sampleRequest(), quietCall());
      await time.tickAsync(500);
      const neighbour = guarded.complete(sampleRequest(), quietCall());
      const first = await finish(hung, time, 550);
      assert.ok(!first.ok);
      const second = await finish(neighbour, time, 500);
      assert.ok(second.ok);
    }));

  it('frees the slot when the real call ends, not when we gave up waiting', () =>
    onBench(async ({ source, guarded, time }) => {
      source.next({ kind: 'deaf', after: 30_000 });
      await finish(guarded.complete(sampleRequest(), quietCall()), time, 1100);
      assert.equal(guarded.snapshot().inFlight, 1);
      await time.tickAsync(30_000);
      assert.equal(guarded.snapshot().inFlight, 0);
    }));
});

describe('law 5: half-open admits exactly one call, our own probe', () => {
  it('50 keystrokes after the cool-down cause exactly one probe and are all routed on', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      await tripWith(bench, { kind: 'fail', failure: serverError });
      const before = source.requests.length;
      source.set({ kind: 'hang' });
      await time.tickAsync(10_000);
      assert.equal(guarded.snapshot().breaker.kind, 'half-open');
      for (let keystroke = 0; keystroke < 50; keystroke++) {
        const outcome = await finish(guarded.complete(sampleRequest(), quietCall()), time, 5);
        assert.ok(!outcome.ok && outcome.failure.kind === 'refused');
      }
      const sent = source.requests.slice(before);
      assert.equal(sent.length, 1);
      assert.equal(sent[0]?.trigger, 'probe');
      assert.ok(!sent[0].prefix.includes('Item'), 'a probe holds no text of the person');
    }));

  it('a person’s early retry and the timer’s probe never run at once', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      await tripWith(bench, { kind: 'fail', failure: serverError });
      source.set({ kind: 'hang' });
      await time.tickAsync(7000);
      void guarded.retryNow();
      void guarded.retryNow();
      await time.tickAsync(3500);
      assert.equal(source.inFlight, 1);
    }));

  it('closes after a good probe and doubles the cool-down after a bad one', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      await tripWith(bench, { kind: 'fail', failure: serverError });
      source.set({ kind: 'fail', failure: serverError });
      await time.tickAsync(10_010);
      const { breaker } = guarded.snapshot();
      assert.ok(breaker.kind === 'open');
      assert.equal(Math.round((breaker.probeAt - breaker.since) / 1000), 20);
      source.set({ kind: 'answer', text: 'ok' });
      await time.tickAsync(20_010);
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
      assert.equal(await ask(bench, { kind: 'fail', failure: serverError }, source), 'server');
      assert.equal(guarded.snapshot().breaker.kind, 'closed', 'old failures must not count after closing');
    }));
});

describe('law 6: an attempt that began before a change of state cannot change the new state', () => {
  it('a late success does not close an open or half-open breaker', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      source.next({ kind: 'answer', text: 'late', after: 900 });
      const late = guarded.complete(sampleRequest(), quietCall());
      for (let index = 0; index < 3; index++) await ask(bench, { kind: 'fail', failure: serverError }, source, 10);
      assert.equal(guarded.snapshot().breaker.kind, 'open');
      const outcome = await finish(late, time, 950);
      assert.ok(outcome.ok);
      assert.equal(guarded.snapshot().breaker.kind, 'open');
    }));

  it('a late failure does not count towards the next opening after a person’s retry has closed it', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      source.next({ kind: 'fail', failure: serverError, after: 900 });
      const late = guarded.complete(sampleRequest(), quietCall());
      for (let index = 0; index < 3; index++) await ask(bench, { kind: 'fail', failure: serverError }, source, 10);
      assert.equal(guarded.snapshot().breaker.kind, 'open');
      await finish(guarded.retryNow(), time, 10);
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
      await finish(late, time, 950);
      for (let index = 0; index < 2; index++) await ask(bench, { kind: 'fail', failure: serverError }, source, 10);
      assert.equal(guarded.snapshot().breaker.kind, 'closed', 'two failures in a row are not three');
    }));

  it('a late failure does not open a breaker that has closed again', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      source.next({ kind: 'deaf', after: 25_000 });
      void guarded.complete(sampleRequest(), quietCall());
      for (let index = 0; index < 3; index++) await ask(bench, { kind: 'fail', failure: serverError }, source, 10);
      source.set({ kind: 'answer', text: 'ok' });
      await time.tickAsync(26_000);
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
    }));
});

describe('law 7: our own refusals never count, a 429 cools the key, capacity feeds the breaker', () => {
  it('a hundred refusals leave no attempt and no failure', () =>
    onBench(async ({ source, guarded, attempts, time }) => {
      source.set({ kind: 'hang' });
      const running = [guarded.complete(sampleRequest(), quietCall()), guarded.complete(sampleRequest(), quietCall())];
      for (let index = 0; index < 100; index++) {
        const outcome = await finish(guarded.complete(sampleRequest(), quietCall()), time, 1);
        assert.ok(!outcome.ok && outcome.failure.kind === 'refused' && outcome.failure.reason === 'concurrency-limit');
      }
      assert.equal(attempts.length, 0);
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
      await time.tickAsync(1100);
      await Promise.all(running);
    }));

  it('a 429 with Retry-After keeps the backend alone until then, without the breaker', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      assert.equal(
        await ask(bench, { kind: 'fail', failure: { kind: 'rate_limit', message: 'slow', retryAfter: 7000 } }, source, 10),
        'rate_limit',
      );
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
      assert.equal(guarded.availability().kind, 'unavailable');
      // The jitter of the bench is half of the largest, 10 % more than asked.
      await time.tickAsync(7680);
      assert.equal(guarded.availability().kind, 'unavailable');
      await time.tickAsync(20);
      assert.equal(guarded.availability().kind, 'available');
    }));

  it('429 answers between successes never open it', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      for (let round = 0; round < 6; round++) {
        for (let index = 0; index < 2; index++) {
          await ask(bench, { kind: 'fail', failure: { kind: 'rate_limit', message: 'slow', retryAfter: 100 } }, source, 10);
          await time.tickAsync(110);
        }
        await ask(bench, { kind: 'answer', text: 'ok' }, source, 10);
        assert.equal(guarded.snapshot().breaker.kind, 'closed');
      }
    }));

  it('three 429 in a row open the breaker too', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      for (let index = 0; index < 3; index++) {
        await ask(bench, { kind: 'fail', failure: { kind: 'rate_limit', message: 'slow', retryAfter: 1000 } }, source, 10);
        await time.tickAsync(1100);
      }
      assert.equal(guarded.snapshot().breaker.kind, 'open');
    }));

  it('two capacity errors within 10 s open it, for as long as the backend asked and a little more', () =>
    onBench(async (bench) => {
      const { source, guarded } = bench;
      await ask(bench, { kind: 'fail', failure: capacity }, source, 10);
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
      await ask(bench, { kind: 'fail', failure: { ...capacity, retryAfter: 45_000 } }, source, 10);
      const { breaker } = guarded.snapshot();
      assert.ok(breaker.kind === 'open' && breaker.cause.kind === 'capacity');
      assert.equal(breaker.probeAt - breaker.since, 49_500);
    }));

  const held: readonly (readonly [Failure, string])[] = [
    [{ kind: 'auth', message: 'bad key' }, 'auth-needed'],
    [{ kind: 'model_retired', message: 'gone' }, 'retired'],
    [{ kind: 'quota', message: 'no credit' }, 'cooling-down'],
  ];
  for (const [failure, reason] of held) {
    it(`${failure.kind} stops further requests without the breaker, until a person retries`, () =>
      onBench(async (bench) => {
        const { source, guarded, time } = bench;
        await ask(bench, { kind: 'fail', failure }, source, 10);
        const outcome = await finish(guarded.complete(sampleRequest(), quietCall()), time, 10);
        assert.ok(!outcome.ok && outcome.failure.kind === 'refused');
        assert.equal(outcome.failure.reason, reason);
        const retried = guarded.retryNow();
        await finish(retried, time, 10);
        assert.equal(guarded.availability().kind, 'available');
      }));
  }
});

describe('trip rules', () => {
  it('more than half of at least five calls within 30 s', () =>
    onBench(async (bench) => {
      const { source, guarded } = bench;
      const good: Step = { kind: 'answer', text: 'ok' };
      const bad: Step = { kind: 'fail', failure: serverError };
      for (const step of [good, bad, bad, good, bad]) {
        assert.equal(guarded.snapshot().breaker.kind, 'closed');
        await ask(bench, step, source, 10);
      }
      assert.equal(guarded.snapshot().breaker.kind, 'open');
    }));

  it('old failures are forgotten after the window', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      const good: Step = { kind: 'answer', text: 'ok' };
      const bad: Step = { kind: 'fail', failure: serverError };
      for (const step of [good, bad, bad]) await ask(bench, step, source, 10);
      await time.tickAsync(40_000);
      for (const step of [good, bad, bad]) await ask(bench, step, source, 10);
      assert.equal(guarded.snapshot().breaker.kind, 'closed');
    }));

  it('the cool-down never exceeds five minutes and starts short again after a healthy minute', () =>
    onBench(async (bench) => {
      const { source, guarded, time } = bench;
      await tripWith(bench, { kind: 'fail', failure: serverError });
      source.set({ kind: 'fail', failure: serverError });
      await time.tickAsync(3_600_000);
      const long = guarded.snapshot().breaker;
      assert.ok(long.kind === 'open' && long.probeAt - long.since === 300_000);
      source.set({ kind: 'answer', text: 'ok' });
      await time.tickAsync(300_010);
      await time.tickAsync(60_000);
      await tripWith(bench, { kind: 'fail', failure: serverError });
      const short = guarded.snapshot().breaker;
      assert.ok(short.kind === 'open' && short.probeAt - short.since === 10_000);
    }));
});

it('whatever a source does, every call settles, no slot is lost and no more than the limit runs', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(fc.constantFrom('answer', 'hang', 'deaf', 'stall', 'throw', 'server', 'capacity'), fc.integer({ min: 0, max: 1500 })),
        { maxLength: 30 },
      ),
      async (script) => {
        await onBench(async ({ source, guarded, time }) => {
          const open: Promise<unknown>[] = [];
          for (const [kind, wait] of script) {
            source.next(stepOf(kind, wait));
            const controller = new AbortController();
            open.push(guarded.complete(sampleRequest(), { signal: controller.signal }));
            await time.tickAsync(wait);
            if (wait % 2 === 0) controller.abort(new CancelledByEditor());
            assert.ok(guarded.snapshot().inFlight <= 4);
          }
          source.set({ kind: 'answer', text: 'ok' });
          await time.tickAsync(20_000);
          await Promise.all(open);
          assert.equal(guarded.snapshot().inFlight, 0);
        });
      },
    ),
    { numRuns: 60 },
  )).timeout(60_000);

function stepOf(kind: string, wait: number): Step {
  switch (kind) {
    case 'answer':
      return { kind, text: 'ok', after: wait };
    case 'deaf':
      return { kind, after: wait * 4 };
    case 'stall':
      return { kind, text: 'x' };
    case 'hang':
    case 'throw':
      return { kind };
    case 'capacity':
      return { kind: 'fail', failure: capacity, after: wait };
    default:
      return { kind: 'fail', failure: serverError, after: wait };
  }
}
