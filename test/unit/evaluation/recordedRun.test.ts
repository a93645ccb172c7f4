import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { benchmarkReport } from '../../../src/evaluation/benchmarkReport.ts';
import { parseRun, printRun } from '../../../src/evaluation/recordedRun.ts';
import { answered, runOf } from './pairs.ts';

describe('a recorded run', () => {
  const run = runOf(30, (index) => ({
    candidate:
      index % 7 === 0
        ? answered('', { outcome: 'timeout', censored: true, elapsed: 2000 })
        : answered('left', { promptTokens: 40, completionTokens: 3, firstTextAfter: 12.5 }),
  }));

  it('says the same when it is read again', () => {
    const rules = { margin: 0.02, prices: {} };
    assert.deepEqual(benchmarkReport(parseRun(printRun(run)), rules), benchmarkReport(run, rules));
  });

  const changed = (change: (value: Record<string, unknown>) => void): string => {
    const value = JSON.parse(printRun(run)) as Record<string, unknown>;
    change(value);
    return JSON.stringify(value);
  };
  const rows: readonly (readonly [string, string, RegExp])[] = [
    ['what is no JSON', '{', /no JSON/],
    ['another file', '{"kind":"other"}', /no recorded run/],
    ['a later version', changed((value) => (value['version'] = 2)), /its version is 2, allowed is 1/],
    ['a missing time', changed((value) => delete value['at']), /at is missing, allowed is a number/],
    ['missing versions', changed((value) => (value['versions'] = {})), /versions/],
    ['no list of pairs', changed((value) => (value['pairs'] = 'none')), /pairs is "none", allowed is a list/],
    [
      'a pair without an answer',
      changed((value) => (value['pairs'] = [...(value['pairs'] as unknown[]), {}])),
      /pairs\[30\] is no position/,
    ],
    ['an odd reason', changed((value) => (value['stopped'] = 5)), /stopped is 5/],
  ];
  for (const [name, text, expected] of rows) {
    it(`is refused for ${name}`, () => assert.throws(() => parseRun(text), expected));
  }
});
