import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import type { CompletionSource } from '../../../src/domain/completion.ts';
import type { ModelRoute } from '../../../src/domain/route.ts';
import { CancelledByEditor, type Failure } from '../../../src/domain/failure.ts';
import type { GuardedSource } from '../../../src/domain/guarded.ts';
import { guard } from '../../../src/guard/guard.ts';
import { createRouter, type Router } from '../../../src/router/router.ts';
import { answered } from '../../fakes/answered.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';
import { capacity, ScriptedSource, serverError, type Step } from '../../fakes/scriptedSource.ts';
import { withVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

const softDeadline = 200;
const deadlines = { connect: 2000, firstToken: 1000, idle: 1500, total: 2000 };

interface Bench {
  readonly sources: readonly ScriptedSource[];
  readonly router: ModelRoute;
  readonly time: VirtualTime;
}

function guarded(source: ScriptedSource): GuardedSource {
  return guard(source, {
    model: 'm',
    clock: systemClock,
    random: () => 0.5,
    usual: () => ({ p50: 150, p95: 400, p99: 800, samples: 0 }),
    deadlines: () => deadlines,
  });
}

function routerOf(sources: readonly GuardedSource[], local: CompletionSource): Router {
  return createRouter({
    sources,
    local,
    clock: systemClock,
    random: () => 0.5,
    softDeadline: () => softDeadline,
    hedgeAfter: undefined,
    clean: (text) => (text === 'unfit' ? '' : text),
    onNotAllowed: () => undefined,
  });
}

async function onBench(count: number, localText: string, test: (bench: Bench) => Promise<void>): Promise<void> {
  await withVirtualTime(async (time) => {
    const sources = Array.from(
      { length: count },
      (_, index) => new ScriptedSource(`backend ${index}`, { kind: 'answer', text: `text ${index}`, after: 50 }),
    );
    const all = sources.map(guarded);
    const local: CompletionSource = {
      id: 'local',
      complete: () => Promise.resolve({ ok: true, text: localText, origin: 'local', sourceId: 'local', finish: 'stop' }),
    };
    const router = routerOf(all, local);
    await test({ sources, router, time });
    router.dispose();
    for (const each of all) each.dispose();
  });
}

/** Who served, and after how many ms. */
async function served({ router, time }: Bench, trigger: 'automatic' | 'manual' = 'automatic'): Promise<string> {
  const startedAt = performance.now();
  let text = '';
  const done = answered(router, sampleRequest({ trigger }), quietCall()).then((outcome) => {
    text = `${outcome.ok ? outcome.sourceId : outcome.failure.kind} after ${performance.now() - startedAt}`;
  });
  await time.tickAsync(8000);
  await done;
  return text;
}

describe('the router', () => {
  const fail = (failure: Failure): Step => ({ kind: 'fail', failure, after: 10 });
  const rows: readonly (readonly [string, readonly Step[], string, string])[] = [
    ['serves the first source while it is well', [{ kind: 'answer', text: 'a', after: 100 }], 'x', 'backend 0 after 100'],
    [
      'goes to the next source within the same keystroke',
      [fail(capacity), { kind: 'answer', text: 'b', after: 60 }],
      'x',
      'backend 1 after 70',
    ],
    ['serves local text at once when all have failed', [fail(capacity), fail(serverError)], 'x', 'local after 20'],
    [
      'serves local text at the soft deadline when the model is late',
      [{ kind: 'answer', text: 'a', after: 900 }],
      'x',
      `local after ${softDeadline}`,
    ],
    ['waits for the late model when there is no local text', [{ kind: 'answer', text: 'a', after: 900 }], '', 'backend 0 after 900'],
    [
      'serves local text when nothing of the model’s text is fit to be shown',
      [{ kind: 'answer', text: 'unfit', after: 10 }],
      'x',
      'local after 10',
    ],
    ['serves local text when the model has nothing to say', [{ kind: 'answer', text: '', after: 10 }], 'x', 'local after 10'],
    [
      'asks nobody else after a content filter',
      [fail({ kind: 'content_filter', message: '' }), { kind: 'answer', text: 'b' }],
      'x',
      'local after 10',
    ],
    ['fails with the reason when nobody has anything', [fail(serverError)], '', 'server after 10'],
  ];
  for (const [name, steps, localText, expected] of rows) {
    it(name, () =>
      onBench(steps.length, localText, async (bench) => {
        for (const [index, step] of steps.entries()) bench.sources[index]?.next(step);
        assert.equal(await served(bench), expected);
      }),
    );
  }

  it('guesses when the model is silent for as long again and nothing is sure', () =>
    withVirtualTime(async (time) => {
      const source = new ScriptedSource('slow', { kind: 'answer', text: 'late', after: 900 });
      const asked: string[] = [];
      const local: CompletionSource = {
        id: 'local',
        complete: (_request, { isAlone = false }) => {
          asked.push(`${isAlone ? 'guess' : 'sure'} at ${performance.now()}`);
          return Promise.resolve({ ok: true, text: isAlone ? 'x' : '', origin: 'local', sourceId: 'local', finish: 'stop' });
        },
      };
      const router = routerOf([guarded(source)], local);
      const outcome = answered(router, sampleRequest(), quietCall());
      await time.tickAsync(2 * softDeadline);
      assert.deepEqual(asked, [`sure at ${softDeadline}`, `guess at ${2 * softDeadline}`]);
      assert.equal((await outcome).ok, true);
      router.dispose();
    }));

  it('lets a person who asked by command wait for the model', () =>
    onBench(1, 'x', async (bench) => {
      bench.sources[0]?.next({ kind: 'answer', text: 'a', after: 900 });
      assert.equal(await served(bench, 'manual'), 'backend 0 after 900');
    }));

  it('never shows a late answer; the run goes on for whoever has use for it', () =>
    onBench(1, 'x', async ({ router, sources, time }) => {
      sources[0]?.next({ kind: 'answer', text: 'late', after: 900 });
      const request = sampleRequest();
      const run = router.ask(request, quietCall());
      const keystroke = router.serve(request, quietCall(), run.outcome);
      await time.tickAsync(1000);
      const [shown, late] = await Promise.all([keystroke, run.outcome]);
      assert.deepEqual([shown.ok && shown.origin, late.ok && late.text], ['local', 'late']);
    }));

  it('settles a cancelled keystroke at once, and the run goes on', () =>
    onBench(1, 'x', async ({ router, sources, time }) => {
      sources[0]?.next({ kind: 'answer', text: 'a', after: 100 });
      const controller = new AbortController();
      const run = router.ask(sampleRequest(), quietCall());
      const keystroke = router.serve(sampleRequest(), { signal: controller.signal }, run.outcome);
      controller.abort(new CancelledByEditor());
      const outcome = await keystroke;
      assert.ok(!outcome.ok && outcome.failure.kind === 'cancelled');
      await time.tickAsync(100);
      assert.ok((await run.outcome).ok);
      assert.equal(time.countTimers(), 0);
    }));

  it('serves local text at once, and sends nothing, while the only breaker is open', () =>
    onBench(1, 'x', async (bench) => {
      bench.sources[0]?.set(fail(capacity));
      await served(bench);
      await served(bench);
      const sent = bench.sources[0]?.requests.length;
      assert.equal(await served({ ...bench, time: bench.time }), 'local after 0');
      assert.equal(sent, 2);
    }));

  it('asks no backend when it may not', () =>
    onBench(1, 'x', async ({ router, sources }) => {
      const outcome = await answered(router, sampleRequest(), { ...quietCall(), localOnly: true });
      assert.ok(outcome.ok && outcome.origin === 'local');
      assert.equal(sources[0]?.requests.length, 0);
    }));

  it('answers a cancelled request with that and serves nothing', () =>
    onBench(1, 'x', async ({ router, sources, time }) => {
      sources[0]?.next({ kind: 'hang' });
      const controller = new AbortController();
      const promise = answered(router, sampleRequest(), { signal: controller.signal });
      await time.tickAsync(100);
      controller.abort(new CancelledByEditor());
      await time.tickAsync(100);
      const outcome = await promise;
      assert.ok(!outcome.ok && outcome.failure.kind === 'cancelled');
    }));
});

describe('a filter that throws', () => {
  it('ends the walk as a failure of our own', () =>
    withVirtualTime(async (time) => {
      const source = new ScriptedSource('backend', { kind: 'answer', text: 'text', after: 50 });
      const usual = { p50: 150, p95: 400, p99: 800, samples: 0 };
      const options = { model: 'm', clock: systemClock, random: () => 0.5, usual: () => usual, deadlines: () => deadlines };
      const guarded = guard(source, options);
      const router = createRouter({
        sources: [guarded],
        local: undefined,
        clock: systemClock,
        random: () => 0.5,
        softDeadline: () => softDeadline,
        hedgeAfter: undefined,
        clean: () => {
          throw new RangeError('too deep');
        },
        onNotAllowed: () => undefined,
      });
      const { outcome } = router.ask(sampleRequest(), quietCall());
      await time.tickAsync(100);
      const settled = await Promise.race([outcome, Promise.resolve('pending' as const)]);
      assert.ok(settled !== 'pending' && !settled.ok);
      assert.deepEqual([settled.failure.kind, settled.failure.message], ['internal', 'backend: too deep']);
      router.dispose();
      guarded.dispose();
    }));
});
