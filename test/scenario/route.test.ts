import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { tooltipOf } from '../../src/ui/tooltip.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';
import { onRoute, type RouteBench, sameVendor } from '../fakes/routeBench.ts';
import { capacity, serverError } from '../fakes/scriptedSource.ts';

const utc = (at: number): string => new Date(at).toISOString().slice(11, 19);
const noHost = { kind: 'fail', failure: { kind: 'network', cause: 'dns', message: 'the host name is not known' }, after: 5 } as const;

/** What the tooltip says, row by row. */
function tooltip({ engine }: RouteBench): readonly string[] {
  const snapshot = engine.snapshot();
  return tooltipOf(snapshot, snapshot.at, { clockTime: utc }).rows.map(({ label, value }) => `${label}: ${value}`);
}

describe('three backends: the first at capacity, the second hanging, the third well', () => {
  const set = ({ servers }: RouteBench): void => {
    servers['first']?.set({ kind: 'fail', failure: capacity, after: 20 });
    servers['second']?.set({ kind: 'hang' });
  };

  it('answers a person who asks, within the one keystroke, and the status tells exactly that', () =>
    onRoute(sameVendor('first', 'second', 'third'), async (bench) => {
      set(bench);
      // 20 ms for the refusal, 440 of patience with the second (1.1 times the P95 assumed), 100 for the third.
      assert.equal(await bench.key({ trigger: 'manual', then: 560 }), 'third after 560');
      assert.equal(bench.serving, 'third');
      assert.equal(bench.states, 'first at-capacity, second slow, third healthy');
      assert.deepEqual(tooltip(bench), [
        'Status: at capacity since 00:00:00',
        'Why: Selected model is at capacity.',
        'Using instead: third',
        'Tried again: in 1 min (its turn in the route)',
        'Expected back: not known',
        'Model: m (first), at capacity',
        'Latency: not measured yet',
        'Breaker: closed',
        'Last good answer: none yet',
        'second: m · slow (no answer within 540 ms, when third had answered), next try 00:00:10 · no latency measured yet · breaker closed · no good answer yet',
        'third: m · healthy, answering · no latency measured yet · breaker closed · last good answer 00:00:00',
        'Last suggestion: third',
        'Served: 1 by models, 0 local, 0 from the cache; 0 accepted',
      ]);
    }));

  it('serves a person who types with local text at the soft deadline, and the next keystroke asks the one that answered', () =>
    onRoute(sameVendor('first', 'second', 'third'), async (bench) => {
      set(bench);
      const here = 'function here() {\n  return items.red';
      assert.equal(await bench.key({ prefix: here }), 'local after 400');
      assert.equal(bench.serving, 'third');
      assert.equal(await bench.key({ prefix: here }), 'local after 0', 'what is being read stays');
      // The late answer went to the cache.
      assert.equal(await bench.key({ prefix: here, trigger: 'manual' }), 'third after 0');
      assert.equal(bench.engine.snapshot().counts.cache, 1);
      assert.equal(await bench.key(), 'third after 100');
      assert.deepEqual([bench.asked('first'), bench.asked('second')], [1, 1]);
    }));

  it('goes on to the third only when the second has used up its deadline, when nobody may be asked beside another', () =>
    onRoute(
      sameVendor('first', 'second', 'third'),
      async (bench) => {
        set(bench);
        assert.equal(await bench.key({ trigger: 'manual', then: 8000 }), 'third after 7120');
        assert.match(tooltip(bench).find((row) => row.startsWith('second')) ?? '', /no answer within the total deadline of 7000 ms/);
      },
      { hedge: false },
    ));

  it('changes the backend that the status names once, straight from the first to the third', () =>
    onRoute(sameVendor('first', 'second', 'third'), async (bench) => {
      set(bench);
      const seen = [bench.serving];
      const key = bench.engine.complete(sampleRequest({ trigger: 'manual' }), quietCall());
      for (let step = 0; step < 100; step++) {
        await bench.passes(10);
        if (seen.at(-1) !== bench.serving) seen.push(bench.serving);
      }
      assert.ok((await key).ok);
      assert.deepEqual(seen, ['first', 'third']);
    }));
}).timeout(30_000);

describe('the way back to the first backend', () => {
  /** How many of the keystrokes of `seconds` seconds the first backend got. */
  async function shareOfFirst(bench: RouteBench, seconds: number): Promise<number> {
    const before = bench.asked('first');
    for (let key = 0; key < seconds * 5; key++) await bench.key({ then: 200 });
    return (bench.asked('first') - before) / (seconds * 5);
  }

  it('waits for 60 s of health, then gives it a quarter, a half and all of the keystrokes', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').next({ kind: 'fail', failure: serverError, after: 20 });
      assert.equal(await bench.key({ then: 200 }), 'second after 120');
      assert.equal(bench.serving, 'second');
      assert.equal(await shareOfFirst(bench, 59.8), 0);
      const quarter = await shareOfFirst(bench, 10);
      assert.equal(bench.serving, 'second', 'the status does not flicker meanwhile');
      const half = await shareOfFirst(bench, 10);
      // 50 draws each: four standard deviations.
      assert.ok(quarter > 0.05 && quarter < 0.5, `${quarter}`);
      assert.ok(half > 0.2 && half < 0.8 && half > quarter, `${half}`);
      await bench.passes(200);
      assert.equal(bench.serving, 'first');
      assert.equal(await shareOfFirst(bench, 5), 1);
    }));

  it('begins anew when it fails in between', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').next({ kind: 'fail', failure: serverError, after: 20 });
      await bench.key();
      await bench.passes(65_000);
      bench.server('first').set({ kind: 'fail', failure: serverError, after: 20 });
      for (let key = 0; bench.asked('first') < 2 && key < 40; key++) assert.match(await bench.key({ then: 200 }), /^second/);
      assert.equal(bench.asked('first'), 2, 'the ramp let one through');
      bench.server('first').set({ kind: 'answer', text: 'x', after: 50 });
      assert.equal(await shareOfFirst(bench, 58), 0);
    }));

  it('is taken at once when the one that stands in fails', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').next({ kind: 'fail', failure: serverError, after: 20 });
      await bench.key();
      bench.server('second').set({ kind: 'fail', failure: capacity, after: 20 });
      assert.equal(await bench.key(), 'first after 120');
      assert.equal(await bench.key(), 'first after 100');
    }));

  it('counts from the probe that closed its breaker', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').set({ kind: 'fail', failure: capacity, after: 20 });
      bench.server('second').next({ kind: 'fail', failure: serverError, after: 20 });
      await bench.key();
      await bench.key();
      assert.equal(bench.engine.snapshot().sources[0]?.guard.breaker.kind, 'open');
      bench.server('first').set({ kind: 'answer', text: 'x', after: 50 });
      await bench.passes(15_000);
      assert.equal(bench.engine.snapshot().sources[0]?.guard.breaker.kind, 'closed');
      await bench.passes(50_000);
      assert.match(await bench.key(), /^second/);
      await bench.passes(35_000);
      assert.match(await bench.key(), /^first/);
    }));

  it('is taken when the person asks for another try', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').next({ kind: 'fail', failure: serverError, after: 20 });
      await bench.key();
      assert.equal(bench.serving, 'second');
      const retried = bench.engine.retryNow();
      await bench.passes(200);
      await retried;
      assert.equal(bench.serving, 'first');
    }));

  it('is not left for a refusal that says something of the request only', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').set({ kind: 'fail', failure: { kind: 'bad_request', message: 'no' }, after: 20 });
      assert.equal(await bench.key(), 'second after 120');
      assert.equal(bench.serving, 'first');
      bench.server('first').set({ kind: 'fail', failure: { kind: 'content_filter', message: 'filtered' }, after: 20 });
      assert.equal(await bench.key(), 'local after 20');
      assert.equal(bench.asked('second'), 1);
      assert.equal(bench.serving, 'first');
    }));

  it('waits for the time that a used-up quota names', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      const resetsAt = Date.now() + 5 * 60_000;
      bench.server('first').next({ kind: 'fail', failure: { kind: 'quota', message: 'no credit', resetsAt }, after: 20 });
      assert.equal(await bench.key(), 'second after 120');
      await bench.passes(5 * 60_000);
      assert.match(await bench.key(), /^second/, 'the minute of health begins then');
      await bench.passes(81_000);
      assert.match(await bench.key(), /^first/);
    }));
}).timeout(30_000);

describe('a request beside another (hedge)', () => {
  it('is ended when the first answers after all, and says nothing against the second', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').set({ kind: 'answer', text: 'late', after: 500 });
      assert.equal(await bench.key({ trigger: 'manual' }), 'first after 500');
      const [beside] = bench.attempts.filter(({ sourceId }) => sourceId === 'second');
      assert.equal(beside?.outcome, 'cancelled');
      assert.equal(beside.overtakenBy, undefined);
      assert.equal(bench.serving, 'first');
      assert.equal(bench.states, 'first healthy, second unknown');
    }));

  it('leaves a backend that was overtaken once for ten seconds, one that was overtaken again for the full time', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').set({ kind: 'hang' });
      await bench.key({ trigger: 'manual' });
      assert.equal(bench.serving, 'second');
      await bench.passes(10_000);
      assert.equal(bench.serving, 'first');
      await bench.key({ trigger: 'manual' });
      await bench.passes(50_000);
      assert.equal(bench.serving, 'second');
    }));

  it('is seen by the watch for silence: a backend that is overtaken again and again is taken out', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      bench.server('first').set({ kind: 'hang' });
      for (let key = 0; key < 400 && bench.engine.snapshot().sources[0]?.guard.breaker.kind === 'closed'; key++) {
        await bench.key({ trigger: 'manual', then: 5000 });
      }
      assert.notEqual(bench.engine.snapshot().sources[0]?.guard.breaker.kind, 'closed');
    }));
}).timeout(30_000);

describe('offline', () => {
  const members = [...sameVendor('first', 'second'), { name: 'here', host: '127.0.0.1:8080' }];

  it('asks the server on this machine at once, nothing remote, and one probe after 5 s; any answer ends it', () =>
    onRoute(members, async (bench) => {
      for (const name of ['first', 'second']) bench.server(name).set(noHost);
      assert.equal(await bench.key(), 'here after 110');
      assert.equal(bench.states, 'first offline, second offline, here healthy');
      for (let key = 0; key < 3; key++) assert.equal(await bench.key(), 'here after 100');
      assert.deepEqual([bench.asked('first'), bench.asked('second')], [1, 1]);
      await bench.passes(1100);
      assert.equal(bench.server('first').requests.length + bench.server('second').requests.length, 3, 'one probe');
      for (const name of ['first', 'second']) bench.server(name).set({ kind: 'answer', text: 'back', after: 50 });
      await bench.passes(11_000);
      assert.doesNotMatch(bench.states, /offline/);
      await bench.passes(80_000);
      assert.equal(await bench.key(), 'first after 50');
    }));

  it('is not called for one host that fails again and again, nor for two that fail far apart', () =>
    onRoute(members, async (bench) => {
      bench.server('first').next(noHost);
      await bench.key();
      await bench.passes(6000);
      bench.server('second').next(noHost);
      await bench.key();
      assert.doesNotMatch(bench.states, /offline/);
    }));

  it('serves local text at once when everything is remote', () =>
    onRoute(sameVendor('first', 'second'), async (bench) => {
      for (const name of ['first', 'second']) bench.server(name).set(noHost);
      await bench.key();
      assert.equal(await bench.key(), 'local after 0');
      assert.equal(bench.serving, 'local');
    }));
}).timeout(30_000);

describe('the last backend that could answer, without the local engine behind it', () => {
  const failing = { kind: 'fail', failure: serverError, after: 20 } as const;

  it('is never taken out: it is asked with pauses, and serves as soon as it can', () =>
    onRoute(
      sameVendor('main'),
      async (bench) => {
        bench.server('main').set(failing);
        for (let key = 0; key < 300; key++) await bench.key({ then: 200 });
        const asked = bench.asked('main');
        assert.equal(bench.engine.snapshot().sources[0]?.guard.breaker.kind, 'closed');
        // A minute: one request in each pause of 2 s, and the three before the first pause.
        assert.ok(asked >= 25 && asked <= 33, `${asked} requests in a minute`);
        bench.server('main').set({ kind: 'answer', text: 'x', after: 50 });
        await bench.passes(2000);
        assert.equal(await bench.key(), 'main after 50');
        assert.equal(await bench.key(), 'main after 50');
      },
      { localEnabled: false },
    ));

  it('keeps serving what it can when it fails every other time', () =>
    onRoute(
      sameVendor('main'),
      async (bench) => {
        let served = 0;
        for (let key = 0; key < 60; key++) {
          if (key % 3 !== 0) bench.server('main').next(failing);
          if ((await bench.key({ trigger: 'manual' })).startsWith('main')) served++;
        }
        assert.equal(served, 20);
      },
      { localEnabled: false },
    ));

  it('is taken out as ever when another one, or the local engine, stands behind it', async () => {
    const broken = async (bench: RouteBench): Promise<string | undefined> => {
      bench.server('main').set(failing);
      for (let key = 0; key < 300; key++) await bench.key({ then: 200 });
      return bench.engine.snapshot().sources[0]?.guard.breaker.kind;
    };
    await onRoute(sameVendor('main'), async (bench) => assert.equal(await broken(bench), 'open'));
    await onRoute(
      sameVendor('main', 'other'),
      async (bench) => {
        bench.server('main').set(failing);
        for (let key = 0; key < 3; key++) {
          bench.server('other').next(failing);
          await bench.key({ trigger: 'manual' });
        }
        const kinds = bench.engine.snapshot().sources.map(({ guard }) => guard.breaker.kind);
        assert.deepEqual(kinds, ['open', 'closed'], 'the first to fail is taken out, the last stays');
      },
      { localEnabled: false },
    );
  });

  it('stays away all the same when the server said so, or a person has to act', () =>
    onRoute(
      sameVendor('main'),
      async (bench) => {
        bench.server('main').set({ kind: 'fail', failure: { kind: 'auth', status: 401, message: 'no key' }, after: 20 });
        for (let key = 0; key < 10; key++) await bench.key();
        assert.equal(bench.asked('main'), 1);
      },
      { localEnabled: false },
    ));
}).timeout(30_000);

describe('a prompt that is too long', () => {
  it('is cut and asked once more within the keystroke, and from then on before it is sent', () =>
    onRoute(sameVendor('main', 'other'), async (bench) => {
      const text = `${'const value = compute(1, 2, 3);\n'.repeat(300)}return items.red`;
      const failure = { kind: 'context_length', message: 'too long', promptTokens: 3200, contextTokens: 2048 } as const;
      bench.server('main').next({ kind: 'fail', failure, after: 20 });
      assert.equal(await bench.key({ prefix: text }), 'main after 120');
      const [first, second] = bench.server('main').requests;
      assert.ok(first && second);
      assert.equal(first.prefix, text);
      const perToken = (first.prefix.length + first.suffix.length) / 3200;
      assert.ok((second.prefix.length + second.suffix.length) / perToken <= 2048 - second.maxTokens, 'it fits n_ctx now');
      assert.ok(text.endsWith(second.prefix) && second.prefix.startsWith('const value'), 'on a line boundary');
      assert.equal(await bench.key({ prefix: `${text}uce` }), 'main after 100');
      assert.equal(bench.asked('main'), 3);
      assert.equal(bench.asked('other'), 0);
      assert.equal(bench.serving, 'main');
    }));

  it('is asked only once more; then the next backend gets it', () =>
    onRoute(sameVendor('main', 'other'), async (bench) => {
      bench.server('main').set({ kind: 'fail', failure: { kind: 'context_length', message: 'too long' }, after: 20 });
      assert.equal(await bench.key({ prefix: 'x;\n'.repeat(2000) }), 'other after 140');
      const lengths = bench.server('main').requests.map(({ prefix, suffix }) => prefix.length + suffix.length);
      assert.equal(lengths.length, 2);
      assert.ok((lengths[1] ?? 0) <= 0.75 * (lengths[0] ?? 0));
    }));
}).timeout(30_000);
