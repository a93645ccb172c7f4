import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../src/base/random.ts';
import { eProcessDefaults, hasTripped, logEValue } from '../../../src/rollout/eProcess.ts';

const rate = fc.double({ min: 0.001, max: 0.95, noNaN: true });

/** The e-value as it is defined: a product for each alternative, request by request. */
function byDefinition(bad: number, requests: number, nullRate: number): number {
  const products = eProcessDefaults.multiples.map((multiple) => {
    const alternative = Math.min(0.5, multiple * nullRate);
    return (alternative / nullRate) ** bad * ((1 - alternative) / (1 - nullRate)) ** (requests - bad);
  });
  return products.reduce((sum, product) => sum + product, 0) / products.length;
}

describe('the e-process', () => {
  it('is the mean of its alternatives', () => {
    for (const [bad, requests, nullRate] of [
      [0, 1, 0.01],
      [4, 10, 0.01],
      [3, 200, 0.02],
      [1, 7, 0.1],
    ] as const) {
      const expected = byDefinition(bad, requests, nullRate);
      assert.ok(Math.abs(Math.exp(logEValue(bad, requests, nullRate)) / expected - 1) < 1e-9, `${bad} of ${requests} at ${nullRate}`);
    }
  });

  it('is 1 before anything was seen', () => {
    fc.assert(fc.property(rate, (nullRate) => assert.ok(Math.abs(logEValue(0, 0, nullRate)) < 1e-12)));
  });

  it('grows with each bad request and falls with each good one', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), rate, (bad, good, nullRate) => {
        const here = logEValue(bad, bad + good, nullRate);
        assert.ok(logEValue(bad + 1, bad + good + 1, nullRate) > here, 'a bad one more');
        assert.ok(logEValue(bad, bad + good + 1, nullRate) < here, 'a good one more');
        if (good > 0) assert.ok(logEValue(bad + 1, bad + good, nullRate) > here, 'a bad one instead of a good one');
      }),
    );
  });

  it('stays a number for counts of a fleet', () => {
    for (const [bad, requests] of [
      [0, 1e12],
      [1e12, 1e12],
      [5e11, 1e12],
    ] as const) {
      assert.ok(Number.isFinite(logEValue(bad, requests, 0.01)));
    }
    for (const nullRate of [0, 1, 1e-300]) assert.ok(Number.isFinite(logEValue(3, 10, nullRate)));
  });

  it('trips by chance in no more than 1 % of all rollouts that are just allowed', () => {
    const random = seededRandom(7);
    for (const nullRate of [0.01, 0.05, 0.3, 0.6]) {
      const runs = 2000;
      let trips = 0;
      for (let run = 0; run < runs; run++) trips += everTrips(nullRate, 1500, random) ? 1 : 0;
      // 1 % of 2000 is 20; a chance of 1 % brings more than 34 once in a thousand times.
      assert.ok(trips <= 34, `${trips} of ${runs} at ${nullRate}`);
    }
  });

  it('finds much worse at once, and a little worse later', () => {
    const first = (bad: (request: number) => boolean, nullRate: number): number => {
      let seen = 0;
      for (let request = 1; request < 10_000; request++) {
        if (bad(request)) seen++;
        if (hasTripped({ bad: seen, requests: request, nullRate, span: 60_000 })) return request;
      }
      return Infinity;
    };
    assert.equal(
      first(() => true, 0.01),
      10,
    );
    assert.equal(
      first((request) => request % 2 === 0, 0.01),
      10,
    );
    assert.ok(first((request) => request % 20 === 0, 0.01) <= 160);
    assert.equal(
      first((request) => request % 100 === 0, 0.01),
      Infinity,
    );
  });

  it('decides nothing on fewer than ten requests or within half a minute', () => {
    const all = { bad: 9, requests: 9, nullRate: 0.01, span: 60_000 };
    assert.equal(hasTripped(all), false);
    assert.equal(hasTripped({ ...all, bad: 10, requests: 10 }), true);
    assert.equal(hasTripped({ ...all, bad: 10, requests: 10, span: 29_999 }), false);
    assert.equal(hasTripped({ ...all, bad: 10, requests: 10, span: 30_000 }), true);
  });
});

function everTrips(rate: number, requests: number, random: () => number): boolean {
  let bad = 0;
  for (let request = 1; request <= requests; request++) {
    if (random() < rate) bad++;
    if (hasTripped({ bad, requests: request, nullRate: rate, span: Infinity })) return true;
  }
  return false;
}
