import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { seededRandom } from '../../../src/base/random.ts';
import { LatencyHistogram } from '../../../src/health/latencyHistogram.ts';

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

describe('the latency histogram', () => {
  it('gives the quantiles of completed attempts within its relative error', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 300 }), (latencies) => {
        const histogram = new LatencyHistogram();
        for (const latency of latencies) histogram.add(0, latency, false);
        const sorted = [...latencies].sort((a, b) => a - b);
        const figures = histogram.quantiles(0, [0.5, 0.95, 0.99]);
        for (const [index, share] of [0.5, 0.95, 0.99].entries()) {
          const exact = quantile(sorted, share);
          assert.ok(Math.abs((figures[index] ?? 0) / exact - 1) <= 0.021, `${figures[index]} for ${exact}`);
        }
      }),
    ));

  it('sees through cancellation: 70 % given up while typing barely move its P95', () => {
    const random = seededRandom(7);
    const histogram = new LatencyHistogram();
    const all: number[] = [];
    const completedOnly: number[] = [];
    for (let index = 0; index < 20_000; index++) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      const latency = 250 * Math.exp(0.47 * normal);
      const givenUpAfter = random() < 0.8 ? 60 + 300 * random() : Infinity;
      all.push(latency);
      if (latency <= givenUpAfter) completedOnly.push(latency);
      histogram.add(0, Math.min(latency, givenUpAfter), latency > givenUpAfter);
    }
    const truth = quantile(
      all.sort((a, b) => a - b),
      0.95,
    );
    const naive = quantile(
      completedOnly.sort((a, b) => a - b),
      0.95,
    );
    const [figure = 0] = histogram.quantiles(0, [0.95]);
    assert.ok(Math.abs(figure / truth - 1) < 0.05, `${figure} for ${truth}`);
    assert.ok(naive / truth < 0.95, 'completed attempts alone flatter the tail');
  });

  it('says at least the deadline when everything hangs', () => {
    const histogram = new LatencyHistogram();
    for (let index = 0; index < 30; index++) histogram.add(0, 1000, true);
    const [p50 = 0] = histogram.quantiles(0, [0.5]);
    assert.ok(p50 >= 980);
  });

  it('forgets what is older than its window', () => {
    const histogram = new LatencyHistogram(300_000, 10);
    histogram.add(0, 100, false);
    assert.equal(histogram.samples(299_000), 1);
    assert.equal(histogram.samples(331_000), 0);
    assert.deepEqual(histogram.quantiles(331_000, [0.5]), [undefined]);
  });
});
