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
  type Pair = Record<'position' | 'answers', Record<string, unknown>>;
  const odd: readonly (readonly [string, (pair: Pair) => unknown])[] = [
    ['of no set', ({ position }) => (position['set'] = 'other')],
    ['with one answer', ({ answers }) => delete answers['candidate']],
    [
      'with tokens that are no number',
      ({ answers }) => (answers['candidate'] = { ...(answers['candidate'] as object), promptTokens: 'many' }),
    ],
    ['with an outcome that is no word', ({ answers }) => (answers['baseline'] = { ...(answers['baseline'] as object), outcome: 5 })],
  ];
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
    ...odd.map(([name, change]) => {
      const text = changed(({ pairs }) => change((pairs as Pair[])[3]!));
      return [`a pair ${name}`, text, /pairs\[3\] is no position/] as const;
    }),
    ['a time without end', printRun(run).replace('"took":1000', '"took":1e999'), /took is .*, allowed is a number/],
    ['an odd reason', changed((value) => (value['stopped'] = 5)), /stopped is 5/],
  ];
  for (const [name, text, expected] of rows) {
    it(`is refused for ${name}`, () => assert.throws(() => parseRun(text), expected));
  }
});
