import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { promptPatience } from '../../../src/evaluating.ts';
import { compatibilityLimits, percent } from '../../../src/evaluation/compatibilityReport.ts';
import { contextWindowDefaults } from '../../../src/evaluation/contextWindow.ts';
import { goldenPrompts } from '../../../src/evaluation/golden/all.ts';
import { answerTokensAtMost, goldenKinds } from '../../../src/evaluation/goldenPrompt.ts';
import { checkPrompts } from '../../../src/evaluation/promptCompatibility.ts';
import { tokenRatio } from '../../../src/evaluation/tokenCount.ts';
import { defectiveModels } from '../../fakes/practiceModels.ts';
import { answerOf } from '../evaluation/answers.ts';

const text = readFileSync(new URL('../../../docs/prompt-compatibility.md', import.meta.url), 'utf8');
const cellsOf = (row: RegExp): string[][] =>
  text
    .split('\n')
    .filter((line) => row.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| /, '')));

describe('docs/prompt-compatibility.md', () => {
  it('has every check with what is allowed to a candidate alone', async () => {
    const candidate = {
      name: 'candidate',
      tokens: [],
      chats: false,
      contextTokens: 'not asked',
      source: { id: 'candidate', complete: () => Promise.resolve(answerOf('value')) },
    };
    const { checks } = await checkPrompts({ candidate, clock: systemClock, signal: new AbortController().signal });
    const rows = cellsOf(/^\| [A-Z].* \| \d+\.\d % \| /).map(([title, allowed]) => [title, allowed]);
    assert.deepEqual(
      rows,
      checks.map(({ title, allowed }) => [title, percent(allowed)]),
    );
  });

  it('has every kind of prompt', () => {
    assert.deepEqual(
      cellsOf(/^\| `[a-z-]+` \| /).map(([kind]) => kind),
      goldenKinds.map((kind) => `\`${kind}\``),
    );
  });

  it('has the numbers of the code', () => {
    const { worseThanBaseline, answers, failuresInARow, longestWait, examples, shownAnswer } = compatibilityLimits;
    const { firstToken, idle, total } = promptPatience;
    for (const words of [
      `the same ${goldenPrompts.length} golden prompts`,
      `${goldenPrompts.length} places in made-up files`,
      `may be ${worseThanBaseline * 100} points greater`,
      `fewer than ${answers} answers`,
      `After ${failuresInARow} failures in a row`,
      `not more than ${longestWait / 1000} s`,
      `up to ${examples} wrong answers of each check, each cut to ${shownAnswer} characters`,
      `${firstToken / 1000} s to the first token, ${idle / 1000} s between pieces, ${total / 1000} s in all`,
      `a line with at most ${answerTokensAtMost.line} tokens and a block with at most ${answerTokensAtMost.block}`,
      `more than ${contextWindowDefaults.longest} tokens is not filled`,
      `between ${tokenRatio.lowest} and ${tokenRatio.highest}`,
      `each of ${Object.keys(defectiveModels).length} defects`,
    ]) {
      assert.ok(text.includes(words), words);
    }
  });
});
