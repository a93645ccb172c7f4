import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { keepRunning } from '../../../src/pipeline/keystroke.ts';
import type { EngineOptions } from '../../../src/engine.ts';
import { type Key, type KeyBench, withKeys } from '../../fakes/keyBench.ts';
import { serverError } from '../../fakes/scriptedSource.ts';

const here = 'x\nreturn |\n}';
const elsewhere = 'y\nreturn |\n}';
/** Local text for `return it|`. */
const other = '  return items.reduce(add, 0);\n'.repeat(3);

describe('a text on the screen', () => {
  it('stays while it is typed into, and costs no request', () =>
    withKeys({ mechanisms: { cache: false } }, async (bench) => {
      assert.equal((await bench.pause(here)).said, 'model: sum(a); after 100');
      assert.equal((await bench.pause('x\nreturn s|\n}')).said, 'cache: um(a); after 0');
      assert.equal((await bench.pause('x\nreturn sum|\n}')).said, 'cache: (a); after 0');
      assert.equal((await bench.pause('x\nreturn su|\n}')).said, 'cache: m(a); after 0', 'a backspace');
      assert.equal(bench.asked.length, 1);
    }));

  it('goes line by line when it has several', () =>
    withKeys({ mechanisms: { cache: false } }, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'a();\n  b();\n  c();', after: 100 });
      await bench.pause(here, { shape: 'block' });
      assert.equal((await bench.pause('x\nreturn a();\n  b|\n}')).said, 'cache: ();\n  c(); after 0');
      assert.equal(bench.asked.length, 1);
    }));

  it('stays although another key was asked elsewhere and given up', () =>
    withKeys({ mechanisms: { cache: false } }, async (bench) => {
      await bench.pause(here);
      bench.server.next({ kind: 'hang' });
      bench.key(elsewhere, { documentId: 'another' });
      await bench.passes(50);
      assert.equal((await bench.pause('x\nreturn s|\n}')).said, 'cache: um(a); after 0');
      assert.equal((await bench.pause('x\nreturn su|\n}')).said, 'cache: m(a); after 0');
    }));

  it('goes when something else is typed', () =>
    withKeys({}, async (bench) => {
      await bench.pause(here);
      bench.server.set({ kind: 'answer', text: 'ther();', after: 100 });
      assert.equal((await bench.pause('x\nreturn o|\n}')).said, 'model: ther(); after 100');
    }));

  it('stays local text when it is local, is never kept as a model’s, and never gives way to one while it is read', () =>
    withKeys({ other }, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'ems.map(x);', after: 700 });
      const local = await bench.pause('x\nreturn it|\n}');
      assert.match(local.said, /^local: ems\.red/);
      assert.deepEqual(bench.outcomes, ['ok'], 'the model has answered meanwhile');
      assert.match((await bench.pause('x\nreturn ite|\n}')).said, /^local: ms\.red.* after 0$/);
      assert.equal(
        (await bench.pause('x\nreturn item|\n}', { trigger: 'manual' })).said,
        'cache: s.map(x); after 0',
        'asked for by command',
      );
      assert.equal((await bench.pause('x\nreturn ite|\n}')).said, 'cache: ms.map(x); after 0');
      assert.equal(bench.engine.snapshot().counts.local, 2);
      assert.equal(bench.engine.snapshot().counts.cache, 2);
    }));

  it('is not served where only local text may be', () =>
    withKeys({}, async (bench) => {
      await bench.pause(here);
      assert.doesNotMatch((await bench.pause('x\nreturn s|\n}', { localOnly: true })).said, /cache|model/);
    }));

  it('is asked for again at the same place when it was only the beginning of an answer', () =>
    withKeys({}, async (bench) => {
      bench.server.next({ kind: 'stall', text: 'first();\nsec' });
      const part = bench.key(here, { shape: 'block' });
      await bench.passes(2500);
      assert.match(part.said, /^model: first\(\); after/);
      assert.equal((await bench.pause(here)).said, 'model: sum(a); after 100');
    }));
});

describe('a run of a model', () => {
  it('serves the newest key whose text is on its way; the older ones are settled at once', () =>
    withKeys({}, async (bench) => {
      const keys = [bench.key(here)];
      for (const typed of ['s', 'su', 'sum']) {
        await bench.passes(20);
        keys.push(bench.key(`x\nreturn ${typed}|\n}`));
      }
      await bench.passes(1000);
      assert.deepEqual(
        keys.map(({ said }) => said),
        ['cancelled after 20', 'cancelled after 20', 'cancelled after 20', 'model: (a); after 40'],
      );
      assert.deepEqual(bench.asked, ['']);
    }));

  it('serves a key behind which the editor has closed a bracket', () =>
    withKeys({}, async (bench) => {
      bench.key(here);
      await bench.passes(20);
      const key = bench.key('x\nreturn sum(|)\n}');
      await bench.passes(500);
      assert.match(key.said, /^model: a/);
      assert.equal(bench.asked.length, 1);
    }));

  it('ends as soon as it says something else, and the newest key asks anew', () =>
    withKeys({}, async (bench) => {
      bench.server.next({ kind: 'stream', pieces: ['s', 'um', '(a);'], every: 60 });
      bench.key(here);
      await bench.passes(50);
      const key = bench.key('x\nreturn t|\n}');
      await bench.passes(8);
      assert.deepEqual(bench.outcomes, [], 'nothing has come, so it may still be right');
      await bench.passes(5);
      assert.deepEqual(bench.outcomes, ['cancelled'], 'at its first letter');
      await bench.passes(1000);
      assert.deepEqual(bench.asked, ['', 't']);
      assert.match(key.said, /^model: sum/);
    }));

  it('ends at once for a key elsewhere, for a backspace and for a new line', async () => {
    for (const next of [elsewhere, 'x\nretur|\n}', 'x\nreturn \n|\n}']) {
      await withKeys({}, async (bench) => {
        bench.server.next({ kind: 'hang' });
        bench.key(here);
        await bench.passes(50);
        bench.key(next);
        await bench.passes(0);
        assert.deepEqual(bench.outcomes, ['cancelled'], next);
      });
    }
  });

  it('goes on for a moment after a cancellation, then ends as cancelled at its full time', () =>
    withKeys({}, async (bench) => {
      bench.server.next({ kind: 'hang' });
      const key = bench.key(here);
      await bench.passes(50);
      key.cancel();
      await bench.passes(1);
      assert.equal(key.said, 'cancelled after 50');
      await bench.passes(keepRunning - 2);
      assert.deepEqual(bench.outcomes, []);
      await bench.passes(2);
      assert.deepEqual(bench.outcomes, ['cancelled']);
      assert.deepEqual([bench.attempts[0]?.censored, bench.attempts[0]?.elapsed], [true, 50 + keepRunning]);
    }));

  it('that was cancelled serves the next key when its text fits there, and is known later in any case', () =>
    withKeys({}, async (bench) => {
      const first = bench.key(here);
      await bench.passes(30);
      first.cancel();
      await bench.passes(30);
      const second = bench.key('x\nreturn s|\n}');
      await bench.passes(5);
      second.cancel();
      await bench.passes(1000);
      assert.equal((await bench.pause('x\nreturn su|\n}')).said, 'cache: m(a); after 0');
      assert.equal(bench.asked.length, 1);
    }));

  it('is not ended by the cancellation of an older key', () =>
    withKeys({}, async (bench) => {
      bench.server.next({ kind: 'answer', text: 'sum(a);', after: 500 });
      const older = bench.key(here);
      await bench.passes(20);
      const newer = bench.key('x\nreturn s|\n}');
      older.cancel();
      await bench.passes(1000);
      assert.equal(newer.said, 'model: um(a); after 480');
    }));

  it('that fails fails for all who wait for it, within the same key', () =>
    withKeys({ other }, async (bench) => {
      bench.server.next({ kind: 'fail', failure: serverError, after: 60 });
      bench.key('x\nreturn i|\n}');
      await bench.passes(20);
      const key = bench.key('x\nreturn it|\n}');
      await bench.passes(100);
      assert.match(key.said, /^local: .* after 40$/);
      assert.equal(bench.asked.length, 1);
    }));

  it('ends with a pause of the service', () =>
    withKeys({}, async (bench) => {
      bench.server.next({ kind: 'hang' });
      bench.key(here);
      await bench.passes(50);
      bench.engine.pause();
      await bench.passes(0);
      assert.deepEqual(bench.outcomes, ['cancelled']);
    }));
});

describe('200 rapid calls', () => {
  for (const [what, place] of [
    ['into what runs', (key: number) => `x\nreturn ${'s'.repeat(key)}|\n}`],
    ['each elsewhere', (key: number) => `x${key}\nreturn |\n}`],
  ] as const) {
    it(`are all settled, ${what}`, () =>
      withKeys({}, async (bench) => {
        const keys = Array.from({ length: 200 }, (_, index) => bench.key(place(index)));
        await bench.passes(3000);
        assert.ok(keys.every(({ said }) => said !== ''));
        assert.equal(keys.filter(({ said }) => said.startsWith('cancelled')).length, 199);
        assert.ok(bench.asked.length <= 3, `${bench.asked.length} requests`);
      }));
  }
});

describe('a key in the middle of typing', () => {
  /** Types ten letters, each in another document so that nothing can be reused, 120 ms apart. */
  const warmUp = async (bench: KeyBench): Promise<void> => {
    for (let key = 0; key < 10; key++) {
      bench.key('x\nlet a = b|\n}', { documentId: `warm-up ${key}` });
      await bench.passes(120);
    }
    await bench.passes(5000);
    bench.server.requests.length = 0;
  };

  it('asks at once after a pause, waits for the next key while typing, and the newest wins', () =>
    withKeys({}, async (bench) => {
      await warmUp(bench);
      bench.server.set({ kind: 'answer', text: '', after: 10 });
      bench.key('x\nreturn -|\n}');
      await bench.passes(100);
      assert.deepEqual(bench.asked, ['-'], 'the first key asks at once');
      bench.key('x\nreturn --|\n}');
      await bench.passes(100);
      bench.key('x\nreturn ---|\n}');
      await bench.passes(100);
      assert.deepEqual(bench.asked, ['-'], 'keys 100 ms apart wait for each other');
      await bench.passes(21);
      assert.deepEqual(bench.asked, ['-', '---'], 'three of four gaps are no longer than 120 ms');
    }));

  it('counts towards the wait for a model: local text comes as soon after the key as without it', () =>
    withKeys({ other: '  return total;\n'.repeat(3), mechanisms: { reuse: false } }, async (bench) => {
      bench.server.set({ kind: 'hang' });
      bench.key('x\nreturn |\n}');
      await bench.passes(100);
      const key = bench.key('x\nreturn t|\n}');
      await bench.passes(1000);
      assert.equal(key.said, 'local: otal; after 400');
    }));

  it('does not wait when a person asks by command, when local text is all there is, or where a key cannot be one of many', () =>
    withKeys({ other }, async (bench) => {
      await warmUp(bench);
      bench.server.set({ kind: 'answer', text: '', after: 10 });
      bench.key('x\nreturn -|\n}');
      await bench.passes(100);
      bench.key('x\nreturn --|\n}', { trigger: 'manual' });
      await bench.passes(1);
      assert.equal(bench.asked.length, 2);
      await bench.passes(20);
      bench.key('x\nreturn --|\n}', { documentId: 'another' });
      await bench.passes(1);
      assert.equal(bench.asked.length, 3);
      bench.server.set({ kind: 'fail', failure: { kind: 'auth', message: 'no key' }, after: 1 });
      await bench.pause('x\nreturn a|\n}');
      for (let key = 0; key < 6; key++) {
        const local = bench.key(`x${key}\nreturn it|\n}`);
        await bench.passes(40);
        assert.match(local.said, /^local: .* after 0$/);
      }
    }));

  it('never waits on this machine while nothing runs', () =>
    withKeys({ host: '127.0.0.1' }, async (bench) => {
      bench.server.set({ kind: 'answer', text: '', after: 10 });
      for (const typed of ['-', '--', '---']) {
        bench.key(`x\nreturn ${typed}|\n}`);
        await bench.passes(100);
      }
      assert.deepEqual(bench.asked, ['-', '--', '---']);
    }));
});

describe('the limits', () => {
  it('let three requests pass in a second; the newest key gets the next one, and those by command pass freely', () =>
    withKeys({}, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'ok', after: 10 });
      const at: number[] = [];
      for (let key = 0; key < 25; key++) {
        const before = bench.asked.length;
        bench.key(`x${key}\nreturn |\n}`);
        await bench.passes(100);
        if (bench.asked.length > before) at.push(key * 100);
      }
      for (const [index, time] of at.entries()) assert.ok(time - (at[index - 3] ?? -1000) >= 1000 - 100, at.join());
      assert.ok(at.length >= 7 && at.length <= 9, at.join());
      const before = bench.asked.length;
      for (let key = 0; key < 5; key++) {
        bench.key(`y${key}\nreturn |\n}`, { trigger: 'manual' });
        await bench.passes(50);
      }
      assert.equal(bench.asked.length, before + 5);
    }));

  it('keep two on the server even when it does not hear that they were given up', () =>
    withKeys({}, async (bench) => {
      bench.server.set({ kind: 'deaf', after: 5000 });
      let most = 0;
      for (let key = 0; key < 40; key++) {
        bench.key(`x${key}\nreturn |\n}`, { trigger: 'manual' });
        await bench.passes(100);
        most = Math.max(most, bench.server.inFlight);
      }
      assert.equal(most, 2);
    }));
});

describe('a rejected text', () => {
  it('is not offered again at its place, nor its rest, and is elsewhere', () =>
    withKeys({}, async (bench) => {
      const shown = await bench.pause(here);
      bench.engine.rejected(shown.id);
      assert.equal((await bench.pause(here)).said.split(' after')[0], 'model: ', 'the model says the same again');
      assert.equal(
        (await bench.pause('x\nreturn s|\n}')).said.split(' after')[0],
        'model: sum(a);',
        'the rest is not served, the model is asked',
      );
      assert.equal((await bench.pause(elsewhere)).said, 'model: sum(a); after 325');
    }));

  it('is not offered again when it is local, by hand neither; among several that one only', () =>
    withKeys({ other }, async (bench) => {
      bench.server.set({ kind: 'hang' });
      const place = 'x\nreturn it|\n}';
      const shown = await bench.pause(place);
      assert.match(shown.said, /^local: ems/);
      bench.engine.rejected(shown.id);
      assert.doesNotMatch((await bench.pause(place)).said, /^local: ems/);
      bench.server.set({ kind: 'answer', text: '', after: 10 });
      const asked = await bench.pause(place, { trigger: 'manual' });
      const outcome = await asked.done;
      assert.ok(outcome.ok);
      const text = shown.said.slice('local: '.length).split(' after')[0];
      const texts = [outcome, ...(outcome.alternatives ?? [])].map((each) => each.text);
      assert.ok(!texts.includes(text ?? ''), texts.join());
    }));

  it('makes way for a model, which is then waited for, when it is local', () =>
    withKeys({ other, mechanisms: { cache: false, reuse: false } }, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'ems.map(x);', after: 500 });
      const place = 'x\nreturn it|\n}';
      const shown = await bench.pause(place);
      assert.match(shown.said, /^local: ems/);
      bench.engine.rejected(shown.id);
      assert.match((await bench.pause(place)).said, /^model: ems\.map/);
    }));

  it('and a taken one move the chance of what is local, and of no model', () =>
    withKeys({ other }, async (bench) => {
      const learnt: unknown[] = [];
      bench.onLearn = (...verdict) => void learnt.push(verdict);
      const model = await bench.pause(here);
      bench.engine.accepted(model.id, 3);
      bench.server.set({ kind: 'hang' });
      const local = await bench.pause('x\nreturn it|\n}');
      const outcome = await local.done;
      assert.ok(outcome.ok && outcome.basis);
      bench.engine.accepted(local.id, 3);
      bench.engine.rejected(local.id);
      bench.engine.rejected('nobody knows');
      assert.deepEqual(learnt, [
        ['typescript', outcome.basis, true],
        ['typescript', outcome.basis, false],
      ]);
    }));

  it('gives way to another one that is known', () =>
    withKeys({}, async (bench) => {
      const shown = await bench.pause(here);
      bench.engine.rejected(shown.id);
      bench.server.set({ kind: 'answer', text: 'otal();', after: 100 });
      await bench.pause('x\nreturn t|\n}');
      await bench.pause(elsewhere);
      assert.equal((await bench.pause(here)).said, 'cache: total(); after 0');
    }));

  it('makes the next ones come later, up to a bound, until one is taken', () =>
    withKeys({}, async (bench) => {
      const times: number[] = [];
      for (let key = 0; key < 6; key++) {
        const shown = await bench.pause(`x${key}\nreturn |\n}`);
        times.push(Number(/\d+$/.exec(shown.said)?.[0]) - 100);
        bench.engine.rejected(shown.id);
      }
      // 150 ms while the rhythm is not known, times 1.5 for each rejection, at most four times.
      assert.deepEqual(times, [0, 225, 338, 507, 600, 600]);
      bench.engine.accepted('any', 1);
      assert.equal((await bench.pause(elsewhere)).said, 'model: sum(a); after 100');
    }));
});

describe('what follows a text that is shown', () => {
  /** Three requests of keystrokes, so that one more is within the share; then the text `sum(a);` in place of `here`. */
  const shownText = async (bench: KeyBench): Promise<Key> => {
    for (let key = 0; key < 2; key++) await bench.pause(`warm-up ${key}|`);
    bench.server.requests.length = 0;
    const shown = await bench.pause(here);
    await bench.passes(1000);
    bench.server.set({ kind: 'answer', text: '\n  next();', after: 100 });
    return shown;
  };

  it('is asked for ahead, and is there when the text was taken', () =>
    withKeys({}, async (bench) => {
      const shown = await shownText(bench);
      bench.engine.shown(shown.id);
      await bench.passes(500);
      assert.deepEqual(bench.asked, ['', 'sum(a);']);
      assert.equal(bench.server.requests[1]?.shape, 'block', 'the statement is at its end');
      assert.equal((await bench.pause('x\nreturn sum(a);|\n}')).said, 'cache: \n  next(); after 0');
      assert.equal((await bench.pause('x\nreturn sum(a);\n  ne|\n}')).said, 'cache: xt(); after 0');
      assert.equal(bench.asked.length, 2);
    }));

  it('is counted apart, and marked in its attempt', () =>
    withKeys({}, async (bench) => {
      const shown = await shownText(bench);
      bench.engine.shown(shown.id);
      await bench.passes(500);
      const { counts } = bench.engine.snapshot();
      assert.deepEqual([counts.requests, counts.speculative], [3, 1]);
      assert.deepEqual(
        bench.attempts.map(({ speculative = false, trigger }) => [speculative, trigger]),
        [false, false, false, true].map((speculative) => [speculative, 'automatic']),
      );
    }));

  it('is joined when the text is taken before the answer is there, and goes on while the text is typed', () =>
    withKeys({}, async (bench) => {
      const shown = await shownText(bench);
      bench.engine.shown(shown.id);
      await bench.passes(20);
      bench.key('x\nreturn sum|\n}');
      await bench.passes(20);
      const taken = bench.key('x\nreturn sum(a);|\n}');
      await bench.passes(500);
      assert.equal(taken.said, 'model: \n  next(); after 60');
      assert.equal(bench.asked.length, 2);
    }));

  it('is given up when something else is typed', () =>
    withKeys({}, async (bench) => {
      const shown = await shownText(bench);
      bench.engine.shown(shown.id);
      await bench.passes(20);
      bench.key('x\nreturn t|\n}');
      await bench.passes(0);
      assert.equal(bench.outcomes.at(-1), 'cancelled');
    }));

  const never: readonly (readonly [string, (bench: KeyBench) => Promise<unknown>])[] = [
    ['once it was asked for', async (bench) => (bench.engine.shown('k3'), bench.passes(500))],
    ['when another text is on the screen by now', (bench) => bench.pause(elsewhere)],
    ['while paused', async (bench) => bench.engine.pause()],
    [
      'while something runs',
      async (bench) => {
        bench.server.next({ kind: 'stall', text: 's' });
        bench.key(here, { documentId: 'another' });
        await bench.passes(1200);
      },
    ],
    ['when nothing is on the screen', async (bench) => bench.engine.rejected('k3')],
    [
      'while the backend is not well',
      async (bench) => {
        bench.server.next({ kind: 'fail', failure: serverError, after: 5 }, { kind: 'fail', failure: serverError, after: 5 });
        await bench.pause('fails|');
        await bench.pause('fails again|');
        await bench.pause(here);
      },
    ],
  ];
  for (const [when, prepare] of never) {
    it(`is not asked for ${when}`, () =>
      withKeys({}, async (bench) => {
        const shown = await shownText(bench);
        await prepare(bench);
        const before = bench.attempts.length + bench.server.inFlight;
        const { id } = when.startsWith('while the backend') ? { id: 'k6' } : shown;
        bench.engine.shown(id);
        await bench.passes(0);
        assert.equal(bench.attempts.length + bench.server.inFlight, before);
      }));
  }

  it('is not asked for after local text', () =>
    withKeys({ other }, async (bench) => {
      await shownText(bench);
      bench.server.set({ kind: 'answer', text: 'ems.map(x);', after: 700 });
      const local = await bench.pause('x\nreturn it|\n}');
      assert.match(local.said, /^local/);
      await bench.passes(2000);
      assert.equal(bench.engine.snapshot().sources[0]?.state, 'healthy');
      const before = bench.server.requests.length;
      bench.engine.shown(local.id);
      await bench.passes(100);
      assert.equal(bench.server.requests.length, before);
    }));

  it('is at most three of ten requests', () =>
    withKeys({}, async (bench) => {
      for (let key = 0; key < 40; key++) {
        const shown = await bench.pause(`place ${key}|`);
        bench.engine.shown(shown.id);
        await bench.passes(1000);
        const { requests, speculative } = bench.engine.snapshot().counts;
        assert.ok(speculative <= 0.3 * (requests + speculative), `${speculative} of ${requests}`);
      }
      assert.ok(bench.engine.snapshot().counts.speculative > 10);
    }));
});

describe('a mechanism that is switched off', () => {
  const typeInto = async (mechanisms: NonNullable<EngineOptions['mechanisms']>): Promise<number> => {
    let asked = 0;
    await withKeys({ mechanisms }, async (bench) => {
      for (let key = 0; key < 2; key++) {
        await bench.pause(here);
        await bench.pause('x\nreturn s|\n}');
        const running = bench.key('y\nreturn |\n}');
        await bench.passes(30);
        bench.key('y\nreturn s|\n}');
        await bench.passes(1000);
        running.cancel();
      }
      asked = bench.asked.length;
    });
    return asked;
  };

  it('costs the requests that it saves', async () => {
    assert.equal(await typeInto({}), 2);
    assert.equal(await typeInto({ reuse: false }), 3, 'a running request is given up');
    assert.equal(await typeInto({ cache: false }), 4, 'who comes back to a place asks again');
    assert.equal(await typeInto({ reuse: false, cache: false }), 8, 'each key asks');
  });

  it('does not wait and does not count without a debounce', () =>
    withKeys({ mechanisms: { debounce: false } }, async (bench) => {
      for (let key = 0; key < 10; key++) {
        bench.key(`x${key}\nreturn |\n}`);
        await bench.passes(50);
      }
      assert.equal(bench.asked.length, 10);
    }));

  it('asks nothing ahead without speculation, and says nothing local without local text', () =>
    withKeys({ other, mechanisms: { speculation: false, local: false } }, async (bench) => {
      for (let key = 0; key < 3; key++) {
        const shown = await bench.pause(`place ${key}|`);
        bench.engine.shown(shown.id);
        await bench.passes(1000);
      }
      assert.equal(bench.engine.snapshot().counts.speculative, 0);
      bench.server.set({ kind: 'fail', failure: serverError });
      assert.match((await bench.pause('x\nreturn it|\n}')).said, /^server/);
    }));
});

describe('law 9: what is served without a request', () => {
  it('leaves no attempt and changes no status', () =>
    withKeys({}, async (bench) => {
      await bench.pause(here);
      bench.server.set({ kind: 'fail', failure: serverError });
      await bench.pause(elsewhere);
      const [before] = bench.engine.snapshot().sources;
      assert.equal(before?.state, 'degraded');
      for (const typed of ['s', 'su', 'sum']) assert.match((await bench.pause(`x\nreturn ${typed}|\n}`)).said, /^cache/);
      assert.equal(bench.attempts.length, 2);
      assert.deepEqual({ ...bench.engine.snapshot().sources[0], since: 0 }, { ...before, since: 0 });
    }));
});
