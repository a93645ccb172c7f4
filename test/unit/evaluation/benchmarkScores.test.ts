import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { scoresOf, unknownNamesIn } from '../../../src/evaluation/benchmarkScores.ts';
import type { Position } from '../../../src/evaluation/benchmarkTypes.ts';
import { answered, samplePosition } from './pairs.ts';

const scores = (text: string, position: Position = samplePosition): ReturnType<typeof scoresOf> => scoresOf(position, answered(text));

describe('the scores of an answer', () => {
  it('are full for the true text, whatever blanks are around it', () => {
    const full = { answered: 1, 'not-empty': 1, exact: 1, 'first-line': 1, similarity: 1, syntax: 1, 'known-names': 1 };
    assert.deepEqual(scores('left + right;'), full);
    assert.deepEqual(scores('left + right;  \n'), full);
  });

  it('tell the first line from the whole', () => {
    const position = { ...samplePosition, expected: 'left + right;\n}' };
    const { exact, 'first-line': first, similarity } = scores('left + right;\n// more', position);
    assert.deepEqual([exact, first], [0, 1]);
    assert.ok(similarity !== undefined && similarity > 0.5 && similarity < 1);
  });

  it('count an empty answer as no match, and say nothing of its syntax', () => {
    assert.deepEqual(scores(''), {
      answered: 1,
      'not-empty': 0,
      exact: 0,
      'first-line': 0,
      similarity: 0,
      syntax: undefined,
      'known-names': undefined,
    });
  });

  it('say of a failure only that it was one', () => {
    const failed = scoresOf(samplePosition, answered('', { outcome: 'capacity' }));
    assert.equal(failed.answered, 0);
    assert.deepEqual(
      Object.entries(failed).filter(([, value]) => value !== undefined),
      [['answered', 0]],
    );
  });

  const syntax: readonly (readonly [string, string, number])[] = [
    ['a bracket too many', 'left + right);', 0],
    ['a bracket too few', 'Math.max(left, right;', 0],
    ['brackets crossed', '[left, (right];', 0],
    ['a quote that stays open', "left + 'right;", 0],
    ['a comment that stays open', 'left; /* right', 0],
    ['a template that stays open', 'left + `right', 0],
    ['a bracket in a string', "left + ')';", 1],
    ['a bracket in a comment', 'left; // (', 1],
    ['another text that closes what it opens', 'Math.max(left, right);', 1],
  ];
  for (const [name, text, expected] of syntax) {
    it(`see ${name}`, () => assert.equal(scores(text).syntax, expected));
  }

  it('see what is crossed or stays open where nothing follows that would tell', () => {
    const within = { ...samplePosition, prefix: 'call(', suffix: ')\n', expected: '[left, right]' };
    assert.equal(scores('[left, (right])', within).syntax, 0);
    const last = { ...samplePosition, prefix: 'total = ', suffix: '', expected: '1;' };
    assert.equal(scores('sum(values', last).syntax, 0);
    assert.equal(scores('1; /* and', last).syntax, 0);
  });

  it('take blanks at the ends of lines for nobody’s mistake', () => {
    assert.equal(scores('left +  \n right;', { ...samplePosition, expected: 'left +\n right;' }).exact, 1);
  });

  it('do not blame an answer for what is open around it anyway', () => {
    const position = { ...samplePosition, prefix: `(\n${samplePosition.prefix}` };
    assert.equal(scores('left - right;', position).syntax, 1);
  });

  it('find names that stand nowhere', () => {
    assert.deepEqual(unknownNamesIn(samplePosition, 'computeTotal(left, right);'), ['computeTotal']);
    assert.equal(scores('computeTotal(left, right);')['known-names'], 0);
    assert.deepEqual(unknownNamesIn(samplePosition, 'Math.max(left, right); // computeTotal'), []);
    assert.deepEqual(unknownNamesIn(samplePosition, "left + 'computeTotal' + `other`;"), []);
    assert.deepEqual(unknownNamesIn({ ...samplePosition, expected: 'computeTotal();' }, 'computeTotal();'), []);
    assert.deepEqual(unknownNamesIn({ ...samplePosition, languageId: 'python' }, 'len(left)  # other'), []);
    assert.deepEqual(unknownNamesIn(samplePosition, 'sum(left, x); /* computeTotal */'), []);
    assert.deepEqual(unknownNamesIn({ ...samplePosition, suffix: '\n}\ncomputeTotal();\n' }, 'computeTotal();'), []);
  });

  it('say nothing of names in a language whose words are not known', () => {
    assert.equal(scores('anything', { ...samplePosition, languageId: 'dart' })['known-names'], undefined);
  });
});
