import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { type ArmCounts, emptyCounts, type Evidence } from '../../../src/rollout/evidence.ts';
import { FleetCounts, fetchFleet } from '../../../src/rollout/fleetCounts.ts';
import type { Manifest } from '../../../src/rollout/policy.ts';
import { freezeFor } from '../../../src/rollout/state.ts';
import { lastIn, RolloutBench, unchecked } from '../../fakes/rolloutBench.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';

const minute = 60_000;
const fleet: Manifest = { ...unchecked, evidence: { kind: 'fleet', url: 'https://counts.example/coder-2' } };

const arm = (requests: number, more: Partial<ArmCounts> = {}): ArmCounts => ({
  ...emptyCounts,
  ...{ requests, timed: requests, errorTrials: requests, answers: requests, firstAt: Date.now() - 40 * minute, lastAt: Date.now() },
  ...more,
});
const good = (): Evidence => ({ candidate: arm(4500), control: arm(500) });

async function withBench(test: (bench: RolloutBench, time: VirtualTime) => Promise<void>): Promise<void> {
  await withVirtualTime(async (time) => {
    const bench = new RolloutBench();
    try {
      await test(bench, time);
    } finally {
      bench.dispose();
    }
  });
}

describe('a rollout that goes by the counts of a fleet', () => {
  it('gets further by these, however little this installation has asked for', () =>
    withBench(async (bench, time) => {
      const asked: string[] = [];
      const window = bench.window('one', {
        manifest: fleet,
        fleet: (url) => {
          asked.push(url);
          return Promise.resolve(good());
        },
      });
      await window.toFirstStage();
      for (let index = 0; index < 6; index++) {
        await time.tickAsync(6 * minute);
        window.rollout.look();
        await time.tickAsync(1);
        window.rollout.look();
      }
      assert.match(window.where(), /^stage 25/);
      assert.ok(asked.length <= 12 && asked.every((url) => url === 'https://counts.example/coder-2'), asked.join());
    }));

  it('waits while there are none, says why, and is paused in the end however good its own are', () =>
    withBench(async (bench, time) => {
      const window = bench.window('one', { manifest: fleet, fleet: () => Promise.reject(new Error('status 500, 200 is allowed')) });
      await window.toFirstStage();
      for (let index = 0; index < 500; index++) {
        window.request();
        await time.tickAsync(5000);
      }
      assert.match(window.where(), /^stage 5/);
      assert.match(window.rollout.problems.join(), /the counts of the fleet could not be had: status 500/);
      await time.tickAsync(90 * minute);
      window.rollout.look();
      assert.match(window.where(), /^paused/);
    }));

  it('takes the candidate back by its own counts at once', () =>
    withBench(async (bench, time) => {
      const window = bench.window('one', { manifest: fleet, fleet: () => Promise.resolve(good()) });
      await window.toFirstStage();
      for (let index = 0; index < 60 && window.where().startsWith('stage'); index++) {
        window.request({ elapsed: 5000 });
        await time.tickAsync(2000);
      }
      assert.match(window.where(), /^rolled-back/);
    }));

  it('takes it back by those of the fleet, too', () =>
    withBench(async (bench, time) => {
      const bad = (): Evidence => ({ candidate: arm(100, { slow: 60 }), control: arm(10) });
      const window = bench.window('one', { manifest: fleet, fleet: () => Promise.resolve(bad()) });
      await window.toFirstStage();
      await time.tickAsync(1);
      window.rollout.look();
      assert.match(window.where(), /^rolled-back/);
    }));

  it('does not go by counts that are five minutes old', () =>
    withBench(async (bench, time) => {
      let isUp = true;
      const window = bench.window('one', {
        manifest: fleet,
        fleet: () => (isUp ? Promise.resolve(good()) : Promise.reject(new Error('down'))),
      });
      await window.toFirstStage();
      window.rollout.look();
      await time.tickAsync(minute);
      window.rollout.look();
      await time.tickAsync(1);
      isUp = false;
      await time.tickAsync(30 * minute);
      window.rollout.look();
      await time.tickAsync(1);
      window.rollout.look();
      assert.match(window.where(), /^stage 5/);
    }));

  it('does not take the counts of one candidate for those of the next', () =>
    withBench(async (bench, time) => {
      const next: Manifest = {
        ...fleet,
        ...{ candidate: { backend: 'team', model: 'coder-3' }, hash: 'c'.repeat(64), stages: [{ percent: 100, dwell: 500 }] },
        evidence: { kind: 'fleet', url: 'https://counts.example/coder-3' },
      };
      const late: ((counts: Evidence) => void)[] = [];
      const window = bench.window('one', {
        manifest: fleet,
        fleet: (url) => (url.endsWith('coder-2') ? new Promise((resolve) => late.push(resolve)) : new Promise(() => undefined)),
      });
      await window.toFirstStage();
      window.rollout.look();
      late[0]?.(good());
      await time.tickAsync(minute);
      window.rollout.look();
      window.rollout.follow({ manifest: next, problems: [] });
      await window.toFirstStage();
      late[1]?.(good());
      await time.tickAsync(1000);
      window.rollout.look();
      assert.match(window.where(), /^stage 100/);
    }));
});

describe('the counts of a fleet', () => {
  /** Whether the next answer is good, and how often somebody asked. */
  function counting(): { counts: FleetCounts; asked: () => number; fail: (why: string | undefined) => void } {
    let [asked, failure]: [number, string | undefined] = [0, undefined];
    const fleet = (): Promise<Evidence> => {
      asked++;
      return failure === undefined ? Promise.resolve(good()) : Promise.reject(new Error(failure));
    };
    return { counts: new FleetCounts({ clock: systemClock, fleet }), asked: () => asked, fail: (why) => (failure = why) };
  }

  it('are asked for once a minute while somebody looks, and are good for five', () =>
    withVirtualTime(async (time) => {
      const { counts, asked, fail } = counting();
      assert.equal(counts.latest('u'), undefined);
      await time.tickAsync(59_999);
      assert.ok(counts.latest('u'));
      assert.equal(asked(), 1);
      fail('down');
      await time.tickAsync(1);
      counts.latest('u');
      assert.equal(asked(), 2);
      await time.tickAsync(4 * minute - 1);
      assert.ok(counts.latest('u'));
      await time.tickAsync(1);
      assert.equal(counts.latest('u'), undefined);
    }));

  it('have a problem until there are some again', () =>
    withVirtualTime(async (time) => {
      const { counts, fail } = counting();
      fail('status 500');
      counts.latest('u');
      await time.tickAsync(minute);
      assert.equal(counts.problem, 'the counts of the fleet could not be had: status 500');
      fail(undefined);
      counts.latest('u');
      await time.tickAsync(1);
      assert.equal(counts.problem, undefined);
    }));

  it('are asked for at once for another rollout, and what was asked for the one before is nothing to it', () =>
    withVirtualTime(async (time) => {
      const { counts, asked, fail } = counting();
      fail('of the one before');
      counts.latest('u');
      counts.reset();
      await time.tickAsync(1);
      assert.equal(counts.problem, undefined);
      fail(undefined);
      counts.latest('u');
      await time.tickAsync(1);
      assert.deepEqual([asked(), counts.latest('u') !== undefined], [2, true]);
      counts.reset();
      assert.equal(counts.latest('u'), undefined);
    }));

  it('leave no timer behind', () =>
    withVirtualTime(async (time) => {
      const body = async function* (): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(Buffer.from(JSON.stringify(good())));
      };
      const http = { request: () => Promise.resolve({ status: 200, headers: {}, body: body() }), dispose: () => undefined };
      await fetchFleet(http, systemClock, 'http://counts.example');
      assert.equal(time.countTimers(), 0);
    }));
});

describe('control over a rollout', () => {
  it('by the kill switch holds from the next request on, and ends what runs', () =>
    withBench(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      let stops = 0;
      window.rollout.onDidStop(() => (stops += 1));
      window.settings.killSwitch = true;
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.deepEqual([...new Set(Array.from({ length: 30 }, () => window.request()))], ['baseline']);
      assert.deepEqual([stops, window.rollout.isShown, window.rollout.snapshot()?.assignment.source], [1, false, 'kill-switch']);
      window.settings.killSwitch = false;
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.ok(Array.from({ length: 30 }, () => window.request()).includes('candidate'));
    }));

  it('by a setting for this installation: never, or as soon as it is in', () =>
    withBench(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      window.settings.assignment = 'baseline';
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.deepEqual([...new Set(Array.from({ length: 30 }, () => window.request()))], ['baseline']);
      await window.rollout.ask({ action: 'roll-back', reason: '' });
      window.settings.assignment = 'candidate';
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.deepEqual([...new Set(Array.from({ length: 30 }, () => window.request()))], ['baseline'], 'not what was taken back');
    }));

  it('by pinning the baseline holds whatever the stage', () =>
    withBench(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      await window.rollout.ask({ action: 'pin', subject: 'coder-1', reason: '' });
      assert.deepEqual([...new Set(Array.from({ length: 30 }, () => window.request()))], ['baseline']);
      assert.match(window.where(), /^paused/);
    }));

  it('by pinning the candidate gives it to this installation, unless it is blocked', () =>
    withBench(async (bench) => {
      const window = bench.window('one', { installation: lastIn });
      const arms = (): string[] => [...new Set(Array.from({ length: 40 }, () => window.request()))].toSorted();
      await window.rollout.ask({ action: 'pin', subject: 'coder-2', reason: '' });
      assert.deepEqual(arms(), ['baseline', 'candidate']);
      window.settings.killSwitch = true;
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.deepEqual(arms(), ['baseline'], 'the kill switch goes before everything');
      window.settings.killSwitch = false;
      window.rollout.follow({ manifest: { ...unchecked, blocked: ['team/coder-2'], hash: 'b'.repeat(64) }, problems: [] });
      assert.deepEqual([arms(), window.rollout.isShown], [['baseline'], false]);
      window.rollout.follow({ manifest: unchecked, problems: [] });
      await window.rollout.ask({ action: 'block', subject: 'coder-2', reason: 'it is wrong' });
      assert.deepEqual(arms(), ['baseline']);
    }));

  it('by a policy that blocks what everybody has by now takes it back', () =>
    withBench(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      for (let step = 0; step < 4; step++) await window.rollout.ask({ action: 'advance', reason: 'a test' });
      await window.rollout.ask({ action: 'finish', reason: 'a test' });
      assert.match(window.where(), /^done/);
      assert.deepEqual([...new Set(Array.from({ length: 40 }, () => window.request()))], ['candidate'], 'nothing is left to compare with');
      window.rollout.follow({ manifest: { ...unchecked, blocked: ['coder-2'], hash: 'b'.repeat(64) }, problems: [] });
      assert.match(window.where(), /^rolled-back/);
      assert.deepEqual([...new Set(Array.from({ length: 40 }, () => window.request()))], ['baseline']);
    }));

  it('by a policy that pins the baseline holds, too, also after everybody had the candidate', () =>
    withBench(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      const pinning = { ...unchecked, pinned: 'coder-1', hash: 'b'.repeat(64) };
      window.rollout.follow({ manifest: pinning, problems: [] });
      assert.deepEqual([...new Set(Array.from({ length: 30 }, () => window.request()))], ['baseline']);
      window.rollout.follow({ manifest: { ...pinning, pinned: 'team/coder-1', hash: 'a'.repeat(64) }, problems: [] });
      assert.deepEqual([...new Set(Array.from({ length: 30 }, () => window.request()))], ['baseline']);
    }));

  it('by a backend that asks another model is refused in words, and everybody has the baseline', () =>
    withBench(async (bench) => {
      const at = (name: string, model: string): { name: string; model: string; loopback: boolean; origin: string } => ({
        ...{ name, model, loopback: false, origin: 'https://team.example' },
      });
      for (const [backend, problem] of [
        [at('other', 'coder-1'), /its backend team is not among failsoft.backends \(other\)/],
        [at('team', 'coder-0'), /its baseline is coder-1, but the backend team asks coder-0/],
        [at('team', 'coder-2'), /it is the candidate already/],
      ] as const) {
        const window = bench.window(`${backend.name} ${backend.model}`, { backends: () => [backend] });
        assert.match(window.rollout.problems.join(), problem);
        assert.equal(window.request(), 'baseline');
        assert.match(String(await window.rollout.ask({ action: 'begin', reason: '' })), problem);
        assert.deepEqual([window.rollout.plan, window.rollout.possible()], [undefined, []]);
      }
    }));

  it('keeps those that are not in at the baseline until the stage of everybody', () =>
    withBench(async (bench) => {
      const window = bench.window('one', { installation: lastIn });
      await window.toFirstStage();
      const arms = (): Set<string> => new Set(Array.from({ length: 40 }, () => window.request()));
      for (const stage of [5, 25, 50]) {
        assert.match(window.where(), new RegExp(`^stage ${stage} `));
        assert.deepEqual([...arms()], ['baseline']);
        await window.rollout.ask({ action: 'advance', reason: 'a test' });
      }
      assert.deepEqual([...arms()].toSorted(), ['baseline', 'candidate']);
    }));

  it('begins again once the day is over, or when a person resets it and says why', () =>
    withBench(async (bench, time) => {
      const window = bench.window('one');
      await window.toFirstStage();
      await window.rollout.ask({ action: 'roll-back', reason: '' });
      assert.match(String(await window.rollout.ask({ action: 'reset', reason: '' })), /needs a reason/);
      assert.equal(await window.rollout.ask({ action: 'reset', reason: 'it was the network' }), undefined);
      await window.toFirstStage();
      await window.rollout.ask({ action: 'roll-back', reason: '' });
      time.tick(freezeFor + 1);
      assert.equal(await window.rollout.ask({ action: 'begin', reason: '' }), undefined);
    }));
});
