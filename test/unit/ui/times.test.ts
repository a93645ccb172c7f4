import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { durationText, latencyText, localClockTime, localDayTime } from '../../../src/ui/times.ts';

describe('times for people', () => {
  const durations: readonly (readonly [number, string])[] = [
    [-5, '0 s'],
    [0, '0 s'],
    [1, '1 s'],
    [12_000, '12 s'],
    [59_001, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_399_999, '1 d'],
    [273_600_000, '3 d 4 h'],
  ];
  for (const [millis, text] of durations) it(`says ${millis} ms as ${text}`, () => assert.equal(durationText(millis), text));

  it('gives a latency the digits worth reading', () => {
    assert.equal(latencyText(230.4), '230 ms');
    assert.equal(latencyText(1240), '1.2 s');
  });

  it('shows a day with its month, and no seconds', () => {
    assert.equal(localDayTime(new Date(2026, 10, 2, 9, 5, 59).getTime()), '2 Nov 09:05');
    assert.equal(localDayTime(new Date(2027, 0, 31, 23, 59).getTime()), '31 Jan 23:59');
  });

  it('shows the time of day with two digits each', () => assert.match(localClockTime(0), /^\d\d:\d\d:\d\d$/));
});
