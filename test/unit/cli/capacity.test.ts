import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { capacity } from '../../../src/cli/capacity.ts';
import { story, storyArrivals } from '../../../src/simulator/story.ts';
import { runWords } from '../../fakes/commandRun.ts';
import { seenAtFivePercent } from '../../fakes/storyDay.ts';

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
    ['a share of nothing', [...here, '--share', '5'], /--share says more about --batch or --seen, which are missing/],
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

  describe('with answers that came anyway', () => {
    const line = (answer: object): string => `${JSON.stringify(answer)}\n`;
    const fleet = ['--slots', '36', '--servers', '100', '--least-servers', '8', '--overhead', String(story.fixed)];
    const day = seenAtFivePercent().map(line).join('');
    const told = (text: string, ...words: readonly string[]): ReturnType<typeof runWords> =>
      runWords(['capacity', '--seen', 'day.jsonl', ...words], [capacity], undefined, { '/work-folder/day.jsonl': text });

    it('tells from 5 % of the story that 25 % has too few servers, and asks nobody', async () => {
      const { exit, out } = await told(day, ...fleet, '--share', '5');
      assert.equal(exit, 1, out);
      assert.match(out, /^told from 8000 answers that came anyway; nobody was asked\nslots of a server: 36, as was given\n/);
      // 1.08 is the truth; 8 servers at 5 % are 25 at 25 %.
      assert.match(out, /\n {2}25 % on 25 servers: load 1\.\d\d .*: no\n/);
      assert.match(out, /It does not hold: at 25 % the load is 1\./);
    });

    it('goes by the rate that is known to come, where that is said', async () => {
      const { exit, out } = await told(day, ...fleet, '--peak-rate', String(0.4 * storyArrivals(100)));
      assert.equal(exit, 0, out);
    });

    it('knows nothing without slots, from no answers, or from one load alone', async () => {
      for (const [text, words, why] of [
        [day, [], /nobody knows how many slots/],
        ['\n', fleet, /nobody said how many requests/],
        ['\n', [...fleet, '--batch', '3'], /too few answers/],
        [line({ at: 1, batch: 2, latency: 100 }).repeat(100), fleet, /too few answers, or all at the same load/],
      ] as const) {
        const { exit, out } = await told(text, ...words);
        assert.equal(exit, 3, out);
        assert.match(out, why);
      }
    });

    it('has the same in its document and as JSON', async () => {
      const { out } = await told(day, ...fleet, '--json');
      const { end, requests, subject, verdict } = JSON.parse(out) as Record<string, unknown>;
      assert.deepEqual([end, requests, subject, verdict], [{ kind: 'seen', answers: 8000 }, 0, 'day.jsonl', 'failed']);
    });

    it('refuses a line that is no answer, with its number, and flags about asking', async () => {
      for (const bad of ['{"at":1,"batch":0,"latency":5}', '{"at":1,"batch":2,"latency":0}', '{"at":1,"batch":2}', 'at,batch,latency']) {
        const { exit, err } = await told(`${line({ at: 0, batch: 1, latency: 9 })}\r\n${bad}\n`, ...fleet);
        assert.equal(exit, 2);
        assert.ok(err.includes(`--seen day.jsonl line 3 is ${bad}, allowed is {"at": MS, "batch": N, "latency": MS}`), err);
      }
      const { exit, err } = await told(day, ...fleet, '--levels', '1,2');
      assert.deepEqual([exit, /--levels is about asking a server, and with --seen nobody is asked/.test(err)], [2, true], err);
    });
  });

  it('says what it is for, and that nothing was asked, where nobody listens', async () => {
    const help = await runWords(['capacity', '--help'], [capacity]);
    assert.match(help.out, /--peak-rate N/);
    const { exit, err } = await runWords(['capacity', ...here], [capacity]);
    assert.equal(exit, 3);
    assert.match(err, /the candidate cannot be asked/);
  });
});
