import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import { absoluteDifference, fixedTestSize, relativeDifference, shareOf } from '../../../src/rollout/sequence.ts';

interface Ends {
  /** Surely lower than the control, at any look. */
  readonly lower: boolean;
  readonly higher: boolean;
}

/** Two arms side by side, looked at after each ten samples. */
function looked(own: number, other: number, samples: number, random: Random): Ends {
  let [taken, compared, lower, higher] = [0, 0, false, false];
  for (let count = 1; count <= samples; count++) {
    if (random() < own) taken++;
    if (random() < other) compared++;
    if (count < 30 || count % 10 !== 0 || compared === 0) continue;
    const { estimate, reach } = relativeDifference(shareOf(taken, count), shareOf(compared, count));
    lower ||= estimate + reach < 0;
    const absolute = absoluteDifference(shareOf(taken, count), shareOf(compared, count), 1);
    higher ||= absolute.estimate - absolute.reach > 0;
  }
  return { lower, higher };
}

describe('the sequence of two arms', () => {
  it('is wrong in no more than one of twenty rollouts without a difference, however often it is looked at', () => {
    const random = seededRandom(11);
    const ends = Array.from({ length: 400 }, () => looked(0.3, 0.3, 3000, random));
    // 5 % of 400 is 20; 34 and more come once in five hundred times.
    assert.ok(ends.filter(({ lower }) => lower).length < 34);
    assert.ok(ends.filter(({ higher }) => higher).length < 34);
  });

  it('finds a loss of 30 % in most rollouts by the size at which a fixed test finds 15 %', () => {
    const random = seededRandom(12);
    const found = Array.from({ length: 200 }, () => looked(0.21, 0.3, 1283, random)).filter(({ lower }) => lower).length;
    assert.ok(found > 180, `${found} of 200`);
  });

  it('is as wide on either side for arms of unequal size as the smaller one makes it', () => {
    const even = relativeDifference(shareOf(300, 1000), shareOf(300, 1000)).reach;
    const uneven = relativeDifference(shareOf(540, 1800), shareOf(60, 200)).reach;
    assert.ok(uneven > even * 1.5);
  });

  it('is as wide as the variances of both arms make it, that of the ratio included', () => {
    const [own, other] = [
      { mean: 0.2, variance: 0.16, samples: 400 },
      { mean: 0.4, variance: 0.24, samples: 100 },
    ];
    const even = { mean: 1, variance: 1, samples: 250 };
    // The same samples in all, so that widths are to each other as the roots of the variances.
    const unit = absoluteDifference(even, even, 1).reach / Math.sqrt(2 / 250);
    const absolute = absoluteDifference(own, other, 1);
    assert.ok(Math.abs(absolute.reach / unit - Math.sqrt(0.16 / 400 + 0.24 / 100)) < 1e-12);
    const { estimate, reach } = relativeDifference(own, other);
    assert.equal(estimate, -0.5);
    assert.ok(Math.abs(reach / unit - Math.sqrt(0.16 / 400 + (0.5 ** 2 * 0.24) / 100) / 0.4) < 1e-12);
    assert.ok(absoluteDifference(own, other, 4).reach > absolute.reach, 'four comparisons are together wrong no more often than one');
  });

  it('needs 1283 samples in each arm for 15 % less of 30 %', () => {
    assert.equal(fixedTestSize(0.3 * 0.7, 0.15 * 0.3), 1283);
  });

  it('does not take three of three for certainty', () => {
    assert.ok(shareOf(3, 3).variance > 0.1);
    assert.ok(shareOf(0, 0).variance > 0);
  });
});
