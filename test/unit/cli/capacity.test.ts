import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { capacity } from '../../../src/cli/capacity.ts';
import { runWords } from '../../fakes/commandRun.ts';

const here = ['--candidate-url', 'http://127.0.0.1:1/v1', '--candidate-model', 'm'];

describe('failsoft capacity', () => {
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no candidate', [], /the candidate is missing/],
    [
      'levels that do not ascend',
      [...here, '--levels', '1,4,2'],
      /--levels is "1,4,2", allowed are up to 12 ascending whole numbers from 1 to 16/,
    ],
    ['more at once than connections', [...here, '--levels', '1,32'], /--levels is "1,32"/],
    ['a level that is no number', [...here, '--levels', '1,,2'], /--levels is "1,,2"/],
    ['stages above 100', [...here, '--stages', '5,120'], /--stages is "5,120"/],
    ['a rate of nothing', [...here, '--max-rate', '0'], /--max-rate is "0", allowed is a number from 0\.1 to 500/],
    ['two loads', [...here, '--peak-rate', '3', '--batch', '4'], /--peak-rate and --batch both say/],
    ['a share of nothing', [...here, '--share', '5'], /--share says more about --batch, which is missing/],
    [
      'more servers at the beginning than there are',
      [...here, '--least-servers', '3'],
      /--least-servers is 3, allowed is at most the 1 of --servers/,
    ],
    [
      'a server of others without a word that they know',
      ['--candidate-url', 'https://models.example/v1', '--candidate-model', 'm'],
      /https:\/\/models\.example is not on this machine.*--allow-remote/,
    ],
  ];
  for (const [name, words, message] of wrong) {
    it(`refuses ${name} in one line, before it asks anything`, async () => {
      const { exit, out, err } = await runWords(['capacity', ...words], [capacity]);
      assert.equal(exit, 2, err);
      assert.equal(out, '');
      assert.match(err, message);
      assert.equal(err.trim().split('\n').length, 1);
    });
  }

  it('says what it is for, and that nothing was asked, where nobody listens', async () => {
    const help = await runWords(['capacity', '--help'], [capacity]);
    assert.match(help.out, /--peak-rate N/);
    const { exit, err } = await runWords(['capacity', ...here], [capacity]);
    assert.equal(exit, 3);
    assert.match(err, /the candidate cannot be asked/);
  });
});
