import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { freezeFor } from '../../../src/rollout/state.ts';
import { type BenchWindow, type RolloutBench, RolloutBench as Bench } from '../../fakes/rolloutBench.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Two windows of one installation, at the first stage. */
async function withTwo(
  test: (one: BenchWindow, other: BenchWindow, time: VirtualTime, bench: RolloutBench) => Promise<void>,
): Promise<void> {
  await withVirtualTime(async (time) => {
    const bench = new Bench();
    try {
      const [one, other] = [bench.window('one'), bench.window('other')];
      await one.toFirstStage();
      other.request();
      await test(one, other, time, bench);
    } finally {
      bench.dispose();
    }
  });
}

/** Enough requests for the first stage, spread over its dwell, but not yet so long. */
function almostEnough(windows: readonly BenchWindow[], time: VirtualTime): void {
  for (let index = 0; index < 400; index++) {
    windows[index % windows.length]?.request();
    time.tick(4000);
  }
}

describe('two windows of one installation', () => {
  it('are at the same stage, whoever began', () =>
    withTwo(async (one, other) => {
      assert.deepEqual([one.where(), other.where()], ['stage 5 · 4', 'stage 5 · 4']);
      assert.match(await other.rollout.ask({ action: 'begin', reason: '' }).then(String), /has begun already/);
    }));

  it('that both promote make one promotion', () =>
    withTwo(async (one, other, time, bench) => {
      almostEnough([one, other], time);
      assert.deepEqual([one.where(), other.where()], ['stage 5 · 4', 'stage 5 · 4']);
      time.tick(5 * minute);
      // Both have made up their minds before either has read what the other wrote.
      const [line] = [one, other].map(({ rollout }) => {
        rollout.look();
        return bench.read(bench.log()).trim().split('\n').at(-1) ?? '';
      });
      assert.match(line ?? '', /"action":"advance","by":"gates".*"percent":25/);
      bench.append(bench.log(), `${line ?? ''}\n`);
      one.rollout.look();
      other.rollout.look();
      assert.deepEqual([one.where(), other.where()], ['stage 25 · 5', 'stage 25 · 5']);
      assert.equal(one.rollout.snapshot()?.history.length, 5);
    }));

  it('agree on a roll-back with the very next request of the other', () =>
    withTwo(async (one, other) => {
      for (const window of [one, other]) assert.ok(Array.from({ length: 50 }, () => window.request()).includes('candidate'));
      assert.equal(await one.rollout.ask({ action: 'roll-back', reason: 'it is odd' }), undefined);
      const arms = Array.from({ length: 50 }, () => other.request());
      assert.deepEqual([...new Set(arms)], ['baseline']);
      assert.deepEqual([one.where(), other.where(), other.rollout.isShown], ['rolled-back · 5', 'rolled-back · 5', false]);
    }));

  it('ask what was decided elsewhere before they decide: a person is not told that it was done', () =>
    withTwo(async (one, other) => {
      await one.rollout.ask({ action: 'roll-back', reason: '' });
      assert.match(String(await other.rollout.ask({ action: 'advance', reason: 'it is good' })), /^This rollout is rolled back; /);
    }));

  it('end what runs on the candidate in the window that only hears of it', () =>
    withTwo(async (one, other) => {
      let stops = 0;
      other.rollout.onDidStop(() => (stops += 1));
      await one.rollout.ask({ action: 'roll-back', reason: '' });
      other.request();
      other.request();
      assert.equal(stops, 1);
    }));

  it('keep a roll-back that was written after a promotion of the same number, and before one', () =>
    withTwo(async (one, other, _time, bench) => {
      const base = bench.read(bench.log());
      const promotion = (revision: number): string =>
        JSON.stringify({
          ...{ v: 1, revision, at: Date.now(), action: 'advance', by: 'gates', manifest: 'f', reason: 'promoted' },
          phase: { kind: 'stage', percent: 25 },
        });
      await one.rollout.ask({ action: 'roll-back', reason: '' });
      const taken = bench.read(bench.log()).slice(base.length);
      for (const text of [`${base}${promotion(5)}\n${taken}`, `${base}${taken}${promotion(5)}\n${promotion(6)}\n`]) {
        bench.write(bench.log(), text);
        assert.equal(other.request(), 'baseline');
        assert.match(other.where(), /^rolled-back/);
      }
    }));

  it('stay taken back after a restart, for a day', () =>
    withTwo(async (one, _other, time, bench) => {
      await one.rollout.ask({ action: 'roll-back', reason: 'it is odd' });
      one.rollout.dispose();
      const restarted = bench.window('again');
      assert.equal(restarted.where(), 'rolled-back · 5');
      assert.deepEqual([...new Set(Array.from({ length: 50 }, () => restarted.request()))], ['baseline']);
      assert.match(String(await restarted.rollout.ask({ action: 'begin', reason: '' })), /was rolled back and is frozen until/);
      assert.ok(!restarted.rollout.possible().includes('begin'));
      time.tick(freezeFor - 1000);
      assert.match(String(await restarted.rollout.ask({ action: 'begin', reason: '' })), /frozen/);
      time.tick(2000);
      assert.equal(await restarted.rollout.ask({ action: 'begin', reason: '' }), undefined);
      // The word about its shadow was given before.
      assert.match(restarted.where(), /^(?:preflight|shadow|stage)/);
    }));

  it('neither promote nor thaw anything on a clock that was set back a day', () =>
    withTwo(async (one, other, time, bench) => {
      almostEnough([one, other], time);
      time.setSystemTime(Date.now() - 24 * hour);
      time.tick(10 * minute);
      almostEnough([one, other], time);
      assert.deepEqual([one.where(), other.where()], ['stage 5 · 4', 'stage 5 · 4']);
      await one.rollout.ask({ action: 'roll-back', reason: '' });
      time.tick(freezeFor);
      const restarted = bench.window('again');
      assert.match(String(await restarted.rollout.ask({ action: 'begin', reason: '' })), /frozen/);
    }));

  it('do not take a clock that was set back for harm', () =>
    withTwo(async (one, other, time) => {
      almostEnough([one], time);
      time.setSystemTime(Date.now() - 24 * hour);
      for (let index = 0; index < 20; index++) other.request();
      assert.equal(other.where(), 'stage 5 · 4');
    }));

  it('pause when nobody asks for anything', () =>
    withTwo(async (one, _other, time) => {
      time.tick(89 * minute);
      one.rollout.look();
      assert.equal(one.where(), 'stage 5 · 4');
      time.tick(2 * minute);
      one.rollout.look();
      assert.equal(one.where(), 'paused · 5');
      assert.match(one.rollout.snapshot()?.reason ?? '', /too little is known/);
      assert.equal(one.rollout.isShown, true, 'who is in stays in');
      time.tick(30 * 24 * hour);
      one.rollout.look();
      assert.equal(one.where(), 'paused · 5');
    }));
});
