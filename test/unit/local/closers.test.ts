import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { closerChances, closers } from '../../../src/local/closers.ts';

/** What closes at the mark, with its chance. */
function at(text: string, languageId = 'typescript'): readonly [string, number] {
  const cursor = text.indexOf('|');
  const prefix = text.slice(0, cursor);
  const { text: closer, confidence } = closers(prefix, text.slice(cursor + 1), prefix.slice(prefix.lastIndexOf('\n') + 1), languageId);
  return [closer, confidence];
}

describe('closing brackets', () => {
  it('is likelier behind a bracket or a quote than behind a word', () => {
    assert.deepEqual(at('call(inner()|'), [')', closerChances.one]);
    assert.deepEqual(at("call('text'|"), [')', closerChances.one]);
    assert.deepEqual(at('call([inner()|'), ['])', closerChances.several]);
    assert.deepEqual(at('call([inner|'), ['])', closerChances.word]);
  });

  it('is nothing within a string, behind an operator, or where all is closed', () => {
    for (const text of ["call('text|", 'call(a +|', 'call()|', '|']) assert.equal(at(text)[0], '', text);
  });
});

describe('closing a block', () => {
  it('closes what the line of the same indentation has opened', () => {
    assert.deepEqual(at('if (a) {\n  b();\n|\n'), ['}', closerChances.block]);
    assert.deepEqual(at("it('a', () => {\n  b();\n|\n\nmore();\n"), ['})', closerChances.block]);
    assert.deepEqual(at('  call([\n    b,\n  |\n'), ['])', closerChances.block]);
  });

  it('closes words by words', () => {
    assert.equal(at('if true; then\n  run\n|\n', 'shellscript')[0], 'fi');
    assert.equal(at('for a in b; do\n  run\n|\n', 'shellscript')[0], 'done');
    assert.equal(at('def a\n  run\n|\n', 'ruby')[0], 'end');
    assert.equal(at('if a then\n  run()\n|\n', 'lua')[0], 'end');
    assert.equal(at('def a():\n  run()\n|\n', 'python')[0], '');
  });

  it('takes no time for a long line', function () {
    this.timeout(1000);
    assert.equal(at(`${'function '.repeat(20_000)}\n  x\n|\n`, 'lua')[0], '');
  });

  it('is nothing where nothing is open, at another depth, or where it is closed below', () => {
    for (const text of [
      'if (a) {\n|\n',
      'if (a) {\n  b();\n  |\n',
      'a();\nb();\n|\n',
      'if (a) {\n  b();\n|\n}\n',
      'if (a) {\n  b();\n|\n  c();\n}\n',
    ]) {
      assert.equal(at(text)[0], '', text);
    }
  });
});
