import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { ContextGathering } from '../../../src/context/contextGathering.ts';
import { contextRoom, shapePrompt } from '../../../src/prompt/promptRoom.ts';
import { formatWithContext } from '../../../src/prompt/promptWithContext.ts';
import { TokenMeter } from '../../../src/prompt/tokenMeter.ts';
import { FakeContextView } from '../../fakes/contextView.ts';
import { sampleRequest } from '../../fakes/request.ts';

const textOf = (name: string): string => readFileSync(new URL(`../../../src/${name}`, import.meta.url), 'utf8');
const others = ['guard/guard.ts', 'domain/completion.ts', 'domain/guarded.ts', 'service.ts', 'vscode/provider.ts', 'base/clock.ts'];
const typed = ['router/router.ts', 'engine.ts', 'backend/httpSource.ts'];

/** Types the middle third of a file, a few keys at a time, and gives the share of each prompt that the one before had at its beginning. */
async function sharesOf(name: string): Promise<number[]> {
  const text = textOf(name);
  const view = new FakeContextView();
  for (const other of others) view.show(`file:///shop/${other}`, textOf(other));
  const gathering = new ContextGathering({
    view,
    clock: systemClock,
    logger: silentLogger,
    secretFinder: () => Promise.resolve(() => false),
  });
  const room = contextRoom(new TokenMeter());
  const third = Math.floor(text.length / 3);
  const suffix = text.slice(2 * third);
  let before = '';
  const shares: number[] = [];
  for (let cursor = third; cursor < 2 * third; cursor += 7) {
    const prefix = text.slice(0, cursor);
    const request = sampleRequest({ documentId: `file:///shop/${name}`, path: name, prefix, suffix, line: prefix.split('\n').length - 1 });
    const shaped = shapePrompt(await gathering.gather(request, room, new AbortController().signal), Infinity, room);
    const { prompt } = formatWithContext(shaped, 'qwen');
    let common = 0;
    while (common < prompt.length && prompt[common] === before[common]) common += 1;
    if (before !== '') shares.push(common / prompt.length);
    before = prompt;
  }
  gathering.dispose();
  return shares;
}

describe('the head of successive prompts', () => {
  for (const name of typed) {
    it(`is the same for four fifths of each prompt on average, typing ${name}`, async function () {
      this.timeout(20_000);
      const shares = await sharesOf(name);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      if (process.env['FAILSOFT_SHOW']) console.log(`      ${name}: ${(100 * mean).toFixed(1)} % of ${shares.length} prompts`);
      assert.ok(shares.length > 100);
      assert.ok(mean >= 0.8, `${mean}`);
    });
  }
});
