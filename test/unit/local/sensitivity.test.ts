import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leastChance, leastChances } from '../../../src/local/sensitivity.ts';

describe('how sure a local text has to be', () => {
  it('is what the person has set, and less where no model says anything, unless it is to be quiet', () => {
    const rows = (['quiet', 'balanced', 'eager'] as const).map((each) => [leastChance(each, false), leastChance(each, true)]);
    const { quiet, balanced, eager } = leastChances;
    assert.deepEqual(rows, [
      [quiet, quiet],
      [balanced, eager],
      [eager, eager],
    ]);
  });
});
