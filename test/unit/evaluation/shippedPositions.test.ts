import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { requestFor } from '../../../src/evaluation/benchmark.ts';
import { scoresOf } from '../../../src/evaluation/benchmarkScores.ts';
import { shippedPositions, shippedSnippetCount } from '../../../src/evaluation/shippedPositions.ts';
import { answered } from './pairs.ts';

describe('the shipped snippets', () => {
  const all = shippedPositions(Infinity, 1);

  it('are at least sixty in eight languages, with enough gaps for a verdict', () => {
    assert.ok(shippedSnippetCount >= 60);
    assert.equal(new Set(all.map(({ languageId }) => languageId)).size, 8);
    assert.ok(all.length >= 256, `${all.length}`);
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  });

  it('have all marks taken away', () => {
    for (const { id, prefix, expected, suffix } of all) assert.doesNotMatch(prefix + expected + suffix, /[⟦⟧]/, id);
  });

  it('are gaps in one and the same text, which is whole but for the gap', () => {
    const texts = new Map<string, string>();
    for (const { path, prefix, expected, suffix } of all) {
      const text = prefix + expected + suffix;
      assert.equal(texts.get(path) ?? text, text, path);
      texts.set(path, text);
    }
  });

  it('get full marks for their own texts, so that no metric blames what is right', () => {
    for (const position of all) {
      const scores = scoresOf(position, answered(position.expected));
      assert.ok(
        Object.values(scores).every((score) => score === 1),
        `${position.id} ${JSON.stringify(scores)}`,
      );
    }
  });

  it('take out no more than is asked for', () => {
    for (const position of all) {
      if (requestFor(position, 'x').shape === 'line') assert.ok(!position.expected.includes('\n'), position.id);
    }
  });

  it('are chosen by the seed when fewer are wanted', () => {
    assert.equal(shippedPositions(20, 1).length, 20);
    assert.deepEqual(shippedPositions(20, 1), shippedPositions(20, 1));
    assert.notDeepEqual(shippedPositions(20, 1), shippedPositions(20, 2));
  });
});
