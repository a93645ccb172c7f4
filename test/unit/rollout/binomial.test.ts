import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../src/base/random.ts';
import { cpUpper95, isSurelyBelow, logSplitEvidence, splitDefaults } from '../../../src/rollout/binomial.ts';

/** The chance of at most `bad` bad ones among `trials`. */
function chanceOfAtMost(bad: number, trials: number, rate: number): number {
  let term = (1 - rate) ** trials;
  let sum = term;
  for (let count = 1; count <= bad; count++) {
    term *= ((trials - count + 1) / count) * (rate / (1 - rate));
    sum += term;
  }
  return sum;
}
import { neededFor } from '../../../src/rollout/trialGates.ts';

describe('the upper bound of a share', () => {
  it('is below 1 % and 2 % from the numbers of requests on that the rollout goes by', () => {
    const table = [
      [0, 299, 0.01],
      [1, 473, 0.01],
      [2, 628, 0.01],
      [3, 773, 0.01],
      [5, 1049, 0.01],
      [0, 149, 0.02],
      [1, 236, 0.02],
      [2, 313, 0.02],
    ] as const;
    for (const [bad, trials, limit] of table) {
      assert.ok(cpUpper95(bad, trials) < limit, `${bad} of ${trials}`);
      assert.ok(cpUpper95(bad, trials - 1) >= limit, `${bad} of ${trials - 1}`);
      assert.equal(isSurelyBelow(bad, trials, limit), true);
      assert.equal(isSurelyBelow(bad, trials - 1, limit), false);
    }
  });

  it('is where so few bad ones have a chance of one in twenty', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 400 }), (bad, more) => {
        const bound = cpUpper95(bad, bad + more);
        assert.ok(Math.abs(chanceOfAtMost(bad, bad + more, bound) - 0.05) < 1e-10, `${bad} of ${bad + more}: ${bound}`);
      }),
    );
  });

  it('grows with each bad one and falls with each good one', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 3000 }), (bad, good) => {
        const here = cpUpper95(bad, bad + good);
        assert.ok(here > bad / (bad + good) && here < 1);
        assert.ok(cpUpper95(bad + 1, bad + good + 1) > here);
        assert.ok(cpUpper95(bad, bad + good + 1) < here);
      }),
    );
  });

  it('is 1 where nothing or nothing good was seen', () => {
    assert.equal(cpUpper95(0, 0), 1);
    assert.equal(cpUpper95(4, 4), 1);
    assert.equal(isSurelyBelow(0, 0, 0.5), false);
  });
});

describe('the check of the split', () => {
  const isMismatch = (first: number, second: number): boolean => logSplitEvidence(first, second, 0.9) >= Math.log(splitDefaults.mismatchAt);

  it('finds a version that gets other requests than planned', () => {
    assert.equal(isMismatch(900, 100), false);
    assert.equal(isMismatch(880, 120), false);
    assert.equal(isMismatch(800, 200), true);
    assert.equal(isMismatch(990, 10), true);
  });

  it('is wrong in no more than one of a thousand rollouts, although it is looked at after each request', () => {
    const random = seededRandom(5);
    let wrong = 0;
    for (let run = 0; run < 2000; run++) {
      let first = 0;
      for (let request = 1; request <= 1000; request++) {
        if (random() < 0.9) first++;
        if (!isMismatch(first, request - first)) continue;
        wrong++;
        break;
      }
    }
    // Two are expected at most; more than nine come once in ten thousand times.
    assert.ok(wrong <= 9, `${wrong} of 2000`);
  });
});

describe('the requests that a bound needs', () => {
  it('are found in no time for counts that nobody has, too', () => {
    assert.deepEqual(
      [0, 1, 5].map((bad) => neededFor(bad, 0.01)),
      [299, 473, 1049],
    );
    for (const bad of [1e9, 1e15, 1e300]) assert.ok(neededFor(bad, 0.01) > 1e9, `${bad}`);
  });
});
