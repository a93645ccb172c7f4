import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { runCommandLine } from '../../../src/cli/commandLine.ts';
import { commands } from '../../../src/cli/commands.ts';
import { exitCodes } from '../../../src/cli/command.ts';
import { commonFlags } from '../../../src/cli/help.ts';
import { scoreInterval } from '../../../src/evaluation/pairedStatistics.ts';
import { shippedPositions, shippedSnippetCount } from '../../../src/evaluation/shippedPositions.ts';
import { FakeTerminal } from '../../fakes/terminal.ts';

const text = readFileSync(new URL('../../../docs/evaluation.md', import.meta.url), 'utf8');
const decision = readFileSync(new URL('../../../docs/decisions/0046-a-paired-benchmark.md', import.meta.url), 'utf8');

/** Words of a command line, as a shell splits them. */
const wordsOf = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

describe('docs/evaluation.md', () => {
  const mistakes = [...text.matchAll(/^\$ failsoft (.*[^\\])\n(failsoft.*)$/gm)];
  it('shows some mistakes', () => assert.ok(mistakes.length >= 4));
  for (const [, line = '', answer] of mistakes) {
    it(`says what is really printed for: ${line}`, async () => {
      const terminal = new FakeTerminal();
      assert.equal(await runCommandLine(wordsOf(line), terminal.world, commands), exitCodes.usage);
      assert.equal(terminal.err, `${answer}\n`);
      terminal.dispose();
    });
  }

  const pages = ['evaluation', 'capacity', 'prompt-compatibility', 'rollout']
    .map((name) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8'))
    .join('\n');
  const said = new Set([...pages.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)].map(([, name = '']) => name));
  const known = new Set([...commands.flatMap(({ flags }) => Object.keys(flags)), ...Object.keys(commonFlags)]);
  it('and its neighbours name every flag, and none that is not there', () => {
    const other = new Set(['flag', 'settigns', 'version']);
    assert.deepEqual(
      [...said].filter((name) => !known.has(name) && !other.has(name)),
      [],
    );
    // "And the same for the candidate."
    assert.deepEqual(
      [...known].filter((name) => !said.has(name) && !said.has(name.replace('candidate', 'baseline'))),
      [],
    );
  });

  it('names the exit codes that there are', () => {
    const rows = [...text.matchAll(/^\| (\d+) \| (\w+)/gm)].map(([, code]) => Number(code));
    assert.deepEqual(rows, Object.values(exitCodes));
  });

  it('counts the shipped gaps', () => {
    assert.ok(
      text.includes(
        `in ${shippedSnippetCount} short programs in eight languages that come with Failsoft, ${shippedPositions(Infinity, 1).length} in all`,
      ),
    );
  });

  it('says from how many equal answers on a candidate passes', () => {
    const from = Number(/pass from (\d+) gaps on/.exec(text)?.[1]);
    const low = (pairs: number): number => scoreInterval({ won: 0, lost: 0, pairs }, 0.95).low;
    assert.ok(low(from) >= -0.02 && low(from - 1) < -0.02);
  });

  it('and its decision say what a model that samples needs', () => {
    const [, wide, pairs] = /±(\d) points at 272 pairs, and about (\d+) pairs/.exec(decision) ?? [];
    const low = (count: number): number => scoreInterval({ won: 0.05 * count, lost: 0.05 * count, pairs: count }, 0.95).low;
    assert.equal(Math.round(-100 * low(272)), Number(wide));
    assert.ok(low(Number(pairs)) >= -0.02 && low(Number(pairs) * 0.9) < -0.02, `${low(Number(pairs))}`);
  });
});
