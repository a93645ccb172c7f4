import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../src/base/random.ts';
import { judgeRamp } from '../../../src/evaluation/capacityCheck.ts';
import type { KnownSlots } from '../../../src/evaluation/capacityForecast.ts';
import type { RampLevel, RampResult } from '../../../src/evaluation/capacityRamp.ts';
import { capacityEvidence } from '../../../src/evaluation/capacityReport.ts';

describe('what a ramp says', () => {
  /** A level whose answers all took this long. */
  const level = (inFlight: number, latency: number): RampLevel => ({
    ...{ requests: inFlight, inFlight, isWhole: true, took: 1000 },
    answers: Array.from({ length: 20 }, () => ({ inFlight: Math.floor(inFlight), latency })),
  });
  /** Up to so many slots at once, then by turns. */
  const levelsWith = (slots: number): readonly RampLevel[] =>
    [1, 2, 4, 8, 12].map((batch) => level(batch, 100 * Math.max(1, batch / slots)));
  const slotsOf = (ramp: Partial<RampResult>, more: object = {}): KnownSlots | undefined =>
    judgeRamp(
      { levels: levelsWith(100), end: { kind: 'levels-done' }, requests: 100, ...ramp },
      { overhead: 0, load: undefined, servers: () => 1, percents: [100], random: seededRandom(1), ...more },
    ).forecast.slots;
  const refused = (inFlight: number): RampResult['end'] => ({ kind: 'refused', failure: { kind: 'capacity', message: 'full' }, inFlight });

  it('believes a person before a server, and takes what is worked out for worked out', () => {
    const said = { slots: 36, isEstimate: true };
    assert.deepEqual(slotsOf({ state: said }), { value: 36, low: 27, high: 45, source: 'server' });
    assert.deepEqual(slotsOf({ state: said }, { slots: 40 }), { value: 40, low: 40, high: 40, source: 'person' });
  });

  it('takes whole slots, from a bend before a refusal, and none from one that refuses everybody', () => {
    assert.deepEqual([slotsOf({ levels: levelsWith(5.5) })?.value, slotsOf({ levels: levelsWith(5.5) })?.source], [5, 'ramp']);
    assert.deepEqual([slotsOf({ levels: levelsWith(4), end: refused(14) })?.value, slotsOf({ end: refused(14) })?.value], [4, 13]);
    assert.equal(slotsOf({ levels: [], end: refused(1) }), undefined);
  });

  it('has its quantiles, and is evidence by its verdict', () => {
    const answers = Array.from({ length: 101 }, (_, index) => ({ inFlight: 1, latency: index }));
    const ramp = { levels: [{ ...level(1, 0), answers }], end: { kind: 'levels-done' as const }, requests: 101 };
    const findings = judgeRamp(ramp, { overhead: 0, load: undefined, servers: () => 1, percents: [100], random: seededRandom(1) });
    const [{ p50, p95, p99 } = { p50: undefined, p95: undefined, p99: undefined }] = findings.levels;
    assert.deepEqual([p50?.value, p95?.value, p99?.value], [50, 95, 99]);
    const verdicts = (['holds', 'no', 'unknown'] as const).map(
      (verdict) => capacityEvidence({ ...findings, forecast: { ...findings.forecast, verdict } }).verdict,
    );
    assert.deepEqual(verdicts, ['passed', 'failed', 'inconclusive']);
  });
});
