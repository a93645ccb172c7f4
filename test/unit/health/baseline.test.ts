import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { baselineDefaults, LatencyBaseline } from '../../../src/health/baseline.ts';
import { withVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

/** Answers of about `latency` ms, one a second, for a while. */
async function serve(time: VirtualTime, baseline: LatencyBaseline, latency: number, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    baseline.add(latency * (0.8 + 0.04 * (second % 11)), false);
    await time.tickAsync(1000);
  }
}

describe('the baseline of the latency', () => {
  it('is the prior until there is enough to go by', () =>
    withVirtualTime(async (time) => {
      const baseline = new LatencyBaseline(systemClock);
      await serve(time, baseline, 100, 15);
      assert.deepEqual(baseline.figures(), { ...baselineDefaults.prior, samples: 0 });
      await serve(time, baseline, 100, 10);
      assert.ok(Math.abs(baseline.figures().p50 - 100) < 10);
    }));

  it('does not learn from five slow minutes, nor from a hang', () =>
    withVirtualTime(async (time) => {
      const baseline = new LatencyBaseline(systemClock);
      await serve(time, baseline, 100, 60);
      const before = baseline.figures().p95;
      await serve(time, baseline, 500, 300);
      for (let second = 0; second < 60; second++) {
        baseline.add(1000, true);
        await time.tickAsync(1000);
      }
      assert.equal(baseline.figures().p95, before);
    }));

  it('takes for usual what has lasted for ten minutes', () =>
    withVirtualTime(async (time) => {
      const baseline = new LatencyBaseline(systemClock);
      await serve(time, baseline, 100, 60);
      await serve(time, baseline, 500, 700);
      assert.ok(baseline.figures().p50 > 400);
    }));

  it('learns a faster backend at once, and step by step', () =>
    withVirtualTime(async (time) => {
      const baseline = new LatencyBaseline(systemClock);
      await serve(time, baseline, 200, 60);
      const before = baseline.figures().p50;
      await serve(time, baseline, 100, 30);
      const { p50 } = baseline.figures();
      assert.ok(p50 < before && p50 > 110, `${p50}`);
    }));
});
