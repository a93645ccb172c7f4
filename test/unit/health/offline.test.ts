import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import type { Attempt } from '../../../src/domain/attempt.ts';
import { OfflineDetector } from '../../../src/health/offline.ts';
import { withVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

interface Watch {
  readonly offline: OfflineDetector;
  readonly said: string[];
  readonly time: VirtualTime;
  readonly attempt: (host: string | undefined, changes?: Partial<Attempt>) => void;
}

function watch(test: (watch: Watch) => Promise<void> | void): Promise<void> {
  return withVirtualTime(async (time) => {
    const said: string[] = [];
    const offline = new OfflineDetector({ clock: systemClock, onProbe: () => said.push('probe'), onBack: () => said.push('back') });
    const attempt = (host: string | undefined, changes: Partial<Attempt> = {}): void => {
      const base = {
        at: 0,
        requestId: 'r',
        sourceId: 's',
        model: 'm',
        trigger: 'automatic',
        elapsed: 5,
        censored: false,
        bytes: 0,
      } as const;
      offline.add({ ...base, outcome: 'network', stage: 'waiting', ...changes }, host);
    };
    await test({ offline, said, time, attempt });
    offline.dispose();
    assert.equal(time.countTimers(), 0);
  });
}

describe('being offline', () => {
  it('is said when two hosts fail on the way there within five seconds', () =>
    watch(async ({ offline, attempt, time }) => {
      attempt('a');
      attempt('a');
      assert.equal(offline.isOffline, false);
      await time.tickAsync(5000);
      attempt('b');
      assert.equal(offline.isOffline, true);
    }));

  it('is not said when they fail further apart, on this machine, or after an answer had begun', () =>
    watch(async ({ offline, attempt, time }) => {
      attempt('a');
      await time.tickAsync(5001);
      attempt('b');
      attempt(undefined);
      attempt('a', { stage: 'text' });
      attempt('a', { outcome: 'timeout', stage: 'headers' });
      attempt('a', { outcome: 'cancelled' });
      assert.equal(offline.isOffline, false);
    }));

  it('lasts until any remote host answers, be it with an error', () =>
    watch(async ({ offline, attempt, said, time }) => {
      attempt('a');
      attempt('b', { outcome: 'timeout' });
      await time.tickAsync(60_000);
      attempt('a');
      attempt('b', { outcome: 'cancelled' });
      assert.equal(offline.isOffline, true);
      attempt('b', { outcome: 'capacity', stage: 'headers' });
      assert.equal(offline.isOffline, false);
      assert.equal(said.at(-1), 'back');
    }));

  it('wants one probe after 5 s, then after twice the time, at most a minute', () =>
    watch(async ({ attempt, said, time }) => {
      attempt('a');
      attempt('b');
      const times: number[] = [];
      for (let second = 1; second <= 220; second++) {
        await time.tickAsync(1000);
        if (said.length > times.length) times.push(second);
      }
      assert.deepEqual(times, [5, 15, 35, 75, 135, 195]);
    }));

  it('wants no more probes once it is over', () =>
    watch(async ({ attempt, said, time }) => {
      attempt('a');
      attempt('b');
      await time.tickAsync(5000);
      attempt('a', { outcome: 'ok', stage: 'done' });
      await time.tickAsync(60_000);
      assert.deepEqual(said, ['probe', 'back']);
    }));
});
