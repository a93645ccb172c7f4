import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Completed, Outcome } from '../../../src/domain/completion.ts';
import { candidatesOf, maximumCandidates } from '../../../src/pipeline/candidates.ts';
import { type Key, type KeyBench, withKeys } from '../../fakes/keyBench.ts';

const here = 'x\nreturn |\n}';
/** Local text for `return it|`. */
const other = '  return items.reduce(add, 0);\n'.repeat(3);
const byHand = { trigger: 'manual' } as const;

const text = (shown: string, origin: Completed['origin'] = 'model'): Completed => ({
  ok: true,
  text: shown,
  origin,
  sourceId: origin === 'local' ? 'local' : 'main',
  finish: 'stop',
});

/** All that is offered, the first one first. */
function offered(outcome: Outcome): readonly string[] {
  if (!outcome.ok) return [outcome.failure.kind];
  return [outcome, ...(outcome.alternatives ?? [])].map(({ origin, text: shown }) => `${origin}: ${shown}`);
}

async function asked(bench: KeyBench, document: string, changes: Parameters<KeyBench['key']>[1] = byHand): Promise<readonly string[]> {
  return offered(await (await bench.pause(document, changes)).done);
}

describe('several texts for one place', () => {
  it('are each different, wanted, more than white space, and few', () => {
    const all = candidatesOf([text(' '), text('a();'), text('a();\n'), text('b();'), text('no'), text('c')], (shown) => shown !== 'no');
    assert.deepEqual(offered(all ?? assert.fail()), ['model: a();', 'model: b();', 'model: c']);
    const many = candidatesOf(
      'a b c d e f g h'.split(' ').map((each) => text(each)),
      () => true,
    );
    assert.equal(offered(many ?? assert.fail()).length, maximumCandidates);
  });

  it('have no alternatives of their own, and one alone has none', () => {
    const nested = { ...text('a'), alternatives: [text('b')] };
    assert.deepEqual(
      candidatesOf([nested], () => true),
      text('a'),
    );
    assert.deepEqual(candidatesOf([text('c'), nested], () => true)?.alternatives, [text('a')]);
    assert.equal(
      candidatesOf([text('')], () => true),
      undefined,
    );
  });
});

describe('asking by hand', () => {
  it('brings the model’s text first, then local text; typing brings one', () =>
    withKeys({ other }, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'ems.map(x);', after: 100 });
      assert.deepEqual(await asked(bench, 'x\nreturn it|\n}'), ['model: ems.map(x);', 'local: ems.reduce(add, 0);']);
      assert.deepEqual(await asked(bench, 'y\nreturn it|\n}', {}), ['model: ems.map(x);']);
      assert.equal(bench.asked.length, 2);
    }));

  it('at a place where a model’s text is shown asks for another, more freely, and leaves the one that is read where it is', () =>
    withKeys({}, async (bench) => {
      await bench.pause(here);
      bench.server.set({ kind: 'answer', text: 'other(b);', after: 100 });
      assert.deepEqual(await asked(bench, here), ['cache: sum(a);', 'model: other(b);']);
      assert.deepEqual(
        bench.server.requests.map(({ again }) => again),
        [undefined, true],
      );
    }));

  it('by our own command puts the new text first, and goes on until there are enough', () =>
    withKeys({}, async (bench) => {
      await bench.pause(here);
      for (let press = 0; press < 8; press++) {
        bench.server.set({ kind: 'answer', text: `try${press}();`, after: 100 });
        const texts = await asked(bench, here, { ...byHand, newestFirst: true });
        if (press < 4) assert.equal(texts[0], `model: try${press}();`);
        assert.ok(texts.length <= maximumCandidates);
      }
      assert.equal(bench.asked.length, maximumCandidates);
    }));

  it('waits for the run that it began when the person is impatient', () =>
    withKeys({}, async (bench) => {
      bench.key(here, byHand);
      await bench.passes(50);
      const second = await bench.pause(here, byHand);
      assert.equal(second.said, 'model: sum(a); after 50');
      assert.equal(bench.asked.length, 1);
    }));

  it('keeps what is known when the model has nothing else or fails', () =>
    withKeys({ other }, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'ems.map(x);', after: 100 });
      await bench.pause('x\nreturn it|\n}');
      assert.deepEqual(await asked(bench, 'x\nreturn it|\n}', { ...byHand, newestFirst: true }), [
        'model: ems.map(x);',
        'local: ems.reduce(add, 0);',
      ]);
      bench.server.set({ kind: 'fail', failure: { kind: 'server', status: 500, message: 'HTTP 500' }, after: 10 });
      assert.equal((await asked(bench, 'x\nreturn it|\n}', { ...byHand, newestFirst: true }))[0], 'cache: ems.map(x);');
    }));

  it('leaves out what was rejected, by its own name', () =>
    withKeys({ other }, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'ems.map(x);', after: 100 });
      const key = await bench.pause('x\nreturn it|\n}', byHand);
      assert.equal(offered(await key.done).length, 2);
      bench.engine.rejected(`${key.id}.1`);
      assert.deepEqual(
        (await asked(bench, 'x\nreturn it|\n}')).filter((each) => each.startsWith('local')),
        [],
      );
    }));

  it('asks nobody where only local text may be', () =>
    withKeys({ other }, async (bench) => {
      const texts = await asked(bench, 'x\nreturn it|\n}', { ...byHand, localOnly: true });
      assert.deepEqual(texts, ['local: ems.reduce(add, 0);']);
      assert.equal(bench.asked.length, 0);
    }));

  it('an alternative is typed through like the first', () =>
    withKeys({ other, mechanisms: { cache: false } }, async (bench) => {
      bench.server.set({ kind: 'answer', text: 'ems.map(x);', after: 100 });
      await bench.pause('x\nreturn it|\n}', byHand);
      const typed: Key = await bench.pause('x\nreturn items.r|\n}');
      assert.equal(typed.said, 'local: educe(add, 0); after 0');
    }));

  it('is settled as cancelled when the next key comes', () =>
    withKeys({ other }, async (bench) => {
      bench.server.set({ kind: 'hang' });
      const first = bench.key(here, byHand);
      await bench.passes(100);
      bench.server.set({ kind: 'answer', text: 'ok', after: 1 });
      await bench.pause('z\nreturn q|\n}');
      assert.match(first.said, /^cancelled/);
    }));
});
