import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { keptDefaults } from '../../../src/observation/keptWatch.ts';
import { editDistance, similarityOf } from '../../../src/domain/editDistance.ts';

/** The table as it is taught. */
function byTable(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1];
    for (let column = 0; column < other.length; column++) {
      const replaced = (row[column] ?? 0) + (one[at] === other[column] ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Few letters, so that much is alike; lengths around the borders of the blocks. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', '\ud83d'), maxLength: 140 });

describe('the edit distance', () => {
  it('is that of the table', () => {
    fc.assert(
      fc.property(text, text, (one, other) => assert.equal(editDistance(one, other), byTable(one, other))),
      { numRuns: 500 },
    );
  });

  it('is 31, 32, 33, 63, 64 and 65 for texts of these lengths with nothing in common', () => {
    for (const length of [1, 31, 32, 33, 63, 64, 65]) {
      assert.equal(editDistance('a'.repeat(length), 'b'.repeat(length)), length);
      assert.equal(editDistance('a'.repeat(length), 'a'.repeat(length)), 0);
    }
  });

  it('as a similarity is 1 for equal and for empty texts, 0 for nothing in common', () => {
    assert.equal(similarityOf('', ''), 1);
    assert.equal(similarityOf('sum(a);', 'sum(a);'), 1);
    assert.equal(similarityOf('abcd', ''), 0);
    assert.equal(similarityOf('sum(a)', 'sum(b)'), 1 - 1 / 6);
  });

  it('of two texts as long as are compared takes no more than a turn of the event loop may', () => {
    const one = 'const total = items.map((item) => item.price);\n'.repeat(100).slice(0, keptDefaults.compared);
    const other = one.split('').reverse().join('');
    editDistance(one, other);
    let quickest = Infinity;
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      editDistance(one, other);
      quickest = Math.min(quickest, performance.now() - start);
    }
    assert.ok(quickest <= 16, `${quickest.toFixed(1)} ms`);
  });
});
