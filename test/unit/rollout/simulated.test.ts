import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../src/base/random.ts';
import { type RunPlan, runMany, type RunSummary, thresholdTrips, type World } from '../../bench/rolloutRuns.ts';

/** The tables of docs/rollout.md are of 10 000 runs of 5000 requests. */
function summary(world: World, runs = 500, plan: RunPlan = { requests: 400, stopsAt: 'roll-back' }): RunSummary {
  return runMany(world, runs, plan, seededRandom(42));
}

describe('simulated rollouts', function () {
  this.timeout(120_000);

  it('do not take back a candidate that may stay', () => {
    assert.equal(summary({ slower: 1.3 }).rolledBack, 0);
    assert.ok(summary({ slower: 1.8 }).rolledBack <= 0.01);
    assert.ok(summary({ slower: 1, stalls: 0.008 }).rolledBack <= 0.01);
  });

  it('take back a regression almost at once', () => {
    const slow = summary({ slower: 4 });
    assert.equal(slow.rolledBack, 1);
    assert.ok(slow.medianAfterMinimum <= 5, `${slow.medianAfterMinimum}`);
    const failing = summary({ slower: 1, errors: 0.3 });
    assert.equal(failing.rolledBack, 1);
    assert.ok(failing.medianAfterMinimum <= 12, `${failing.medianAfterMinimum}`);
  });

  it('take it back when servers that both versions share slow both down', () => {
    const { rolledBack, medianAfterMinimum } = summary({ slower: 4, isShared: true });
    assert.equal(rolledBack, 1);
    assert.ok(medianAfterMinimum <= 5, `${medianAfterMinimum}`);
  });

  it('take it back when it comes late', () => {
    const { rolledBack, medianAfterMinimum } = runMany(
      { slower: 4, goodFor: 2000 },
      50,
      { requests: 2500, stopsAt: 'roll-back' },
      seededRandom(3),
    );
    assert.equal(rolledBack, 1);
    assert.ok(medianAfterMinimum <= 45, `${medianAfterMinimum}`);
  });

  it('promote a good candidate, and hardly ever a bad one', () => {
    const decided = { stopsAt: 'any decision', requests: 1000 } as const;
    const runs = 200;
    assert.ok(summary({ slower: 1.3 }, runs, decided).promoted >= 0.97);
    for (const world of [{ slower: 1, tail: 0.02 }, { slower: 2.5 }, { slower: 1, errors: 0.03 }]) {
      assert.ok(summary(world, runs, decided).promoted <= 0.01, JSON.stringify(world));
    }
  });

  it('do what a threshold cannot', () => {
    const random = seededRandom(9);
    const ever = (slower: number): number =>
      Array.from({ length: 100 }, () => thresholdTrips({ slower }, { requests: 5000, window: 200, every: 50 }, random)).filter(Boolean)
        .length;
    assert.equal(ever(1.3), 0);
    assert.ok(ever(1.8) > 70, 'allowed, and yet it would be taken back');
    assert.equal(ever(4), 100);
  });
});
