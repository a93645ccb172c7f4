import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../src/base/random.ts';
import {
  binomialCdf,
  bootstrapMean,
  mcnemarExact,
  normalQuantile,
  quantileFigure,
  scoreInterval,
} from '../../../src/evaluation/pairedStatistics.ts';

const near = (actual: number, expected: number, within: number, what = ''): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${what} ${actual} instead of ${expected}`);
const counted = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('the statistics of pairs', () => {
  it('knows the quantiles of the normal distribution that every table has', () => {
    const rows = [
      [0.5, 0],
      [0.8413447461, 1],
      [0.95, 1.6448536],
      [0.975, 1.959964],
      [0.995, 2.5758293],
      [0.9999, 3.7190165],
      [0.01, -2.3263479],
    ] as const;
    for (const [chance, quantile] of rows) near(normalQuantile(chance), quantile, 2e-6, `of ${chance}`);
  });

  it('knows the binomial distribution', () => {
    near(binomialCdf(3, 10, 0.5), 176 / 1024, 1e-12);
    near(binomialCdf(0, 20, 0.1), 0.9 ** 20, 1e-12);
    assert.equal(binomialCdf(-1, 10, 0.5), 0);
    assert.equal(binomialCdf(10, 10, 0.5), 1);
    assert.equal(binomialCdf(3, 10, 1), 0);
    assert.ok(binomialCdf(2500, 5000, 0.5) > 0.5, 'and does not underflow');
  });

  // Bentur and others (2009), 21 children before and after a transplantation; worked through by Fagerland, Lydersen and Laake,
  // "Recommended tests and confidence intervals for paired binomial proportions", Statistics in Medicine 33 (2014).
  it('says of a published example what its authors say', () => {
    const example = { won: 1, lost: 7, pairs: 21 };
    near(mcnemarExact(example), 0.0703, 5e-5);
    const { low, high } = scoreInterval(example, 0.95);
    near(low, -0.517, 5e-4);
    near(high, -0.026, 5e-4);
  });

  it('takes no discordant pair for no proof', () => {
    const { low, high } = scoreInterval({ won: 0, lost: 0, pairs: 100 }, 0.95);
    const critical = normalQuantile(0.975) ** 2;
    near(high, critical / (100 + critical), 1e-6);
    near(low, -high, 1e-9);
    assert.deepEqual(scoreInterval({ won: 0, lost: 0, pairs: 0 }, 0.95), { low: -1, high: 1 });
    assert.equal(mcnemarExact({ won: 0, lost: 0 }), 1);
  });

  it('turns the interval round with the sides, and widens it with the confidence', () => {
    const counts = fc.tuple(fc.nat(40), fc.nat(40), fc.nat(100));
    fc.assert(
      fc.property(counts, ([won, lost, same]) => {
        const pairs = won + lost + same;
        if (pairs === 0) return;
        const one = scoreInterval({ won, lost, pairs }, 0.95);
        const other = scoreInterval({ won: lost, lost: won, pairs }, 0.95);
        near(one.low, -other.high, 1e-6);
        const wider = scoreInterval({ won, lost, pairs }, 0.999);
        assert.ok(wider.low <= one.low + 1e-9 && wider.high >= one.high - 1e-9);
        const observed = (won - lost) / pairs;
        assert.ok(one.low <= observed + 1e-9 && observed <= one.high + 1e-9);
      }),
    );
  });

  it('holds the true difference about as often as it promises', () => {
    const random = seededRandom(7);
    let held = 0;
    for (let run = 0; run < 1000; run += 1) {
      let [won, lost] = [0, 0];
      for (let pair = 0; pair < 100; pair += 1) {
        const drawn = random();
        if (drawn < 0.1) won += 1;
        else if (drawn < 0.15) lost += 1;
      }
      const { low, high } = scoreInterval({ won, lost, pairs: 100 }, 0.95);
      if (low <= 0.05 && 0.05 <= high) held += 1;
    }
    assert.ok(held >= 930 && held <= 975, `${held} of 1000`);
  });

  it('bootstraps a mean to the interval that the normal distribution has for many samples', () => {
    const random = seededRandom(3);
    const samples = Array.from({ length: 400 }, () => random() - 0.5);
    const { mean, low, high } = bootstrapMean(samples, 0.95, seededRandom(1));
    const deviation = Math.sqrt(samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / 400);
    const half = (1.96 * deviation) / 20;
    near(low, mean - half, half * 0.1);
    near(high, mean + half, half * 0.1);
    assert.deepEqual(bootstrapMean(samples, 0.95, seededRandom(1)), { mean, low, high }, 'the same for the same seed');
    assert.deepEqual(bootstrapMean([0, 1], 0.95, random), { mean: 0.5, low: 0, high: 1 }, 'each sample is drawn');
    assert.deepEqual(bootstrapMean([], 0.95, random), { mean: 0, low: -Infinity, high: Infinity });
  });

  // David and Nagaraja, "Order Statistics", table of ranks for the median.
  it('finds the ranks around a median that tables have', () => {
    assert.deepEqual(quantileFigure(counted(10), 0.5, 0.95), { value: 5, low: 2, high: 9 });
    assert.deepEqual(quantileFigure(counted(16), 0.5, 0.95), { value: 8, low: 4, high: 13 });
    assert.deepEqual(quantileFigure(counted(20), 0.5, 0.95), { value: 10, low: 6, high: 15 });
    assert.deepEqual(quantileFigure(counted(25), 0.5, 0.95), { value: 13, low: 8, high: 18 });
  });

  it('leaves an end open that the samples are too few for', () => {
    assert.deepEqual(quantileFigure([], 0.5, 0.95), undefined);
    assert.deepEqual(quantileFigure([7], 0.5, 0.95), { value: 7 });
    const p99 = quantileFigure(counted(256), 0.99, 0.95);
    assert.equal(p99?.value, 254);
    assert.equal(p99.high, undefined);
  });
});
