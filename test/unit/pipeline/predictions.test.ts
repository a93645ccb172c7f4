import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Completed, CompletionRequest } from '../../../src/domain/completion.ts';
import { cacheBytes, Predictions } from '../../../src/pipeline/predictions.ts';
import { sampleRequest } from '../../fakes/request.ts';

const answer = (text: string, origin: Completed['origin'] = 'model'): Completed => ({
  ok: true,
  text,
  origin,
  sourceId: 'b',
  finish: 'stop',
});

/** A request in a document in which `|` marks the cursor. */
function at(document: string, changes: Partial<CompletionRequest> = {}): CompletionRequest {
  const [prefix = '', suffix = ''] = document.split('|');
  return sampleRequest({ prefix, suffix, ...changes });
}

function known(document: string, text: string): Predictions {
  const predictions = new Predictions();
  predictions.add(at(document), 'k', answer(text));
  return predictions;
}

describe('what is known to come', () => {
  const rows: readonly (readonly [what: string, text: string, document: string, rest: string | undefined])[] = [
    ['at the same place', 'sum(a);', 'x\nreturn |\n}', 'sum(a);'],
    ['after some of it was typed', 'sum(a);', 'x\nreturn su|\n}', 'm(a);'],
    ['after something else was typed', 'sum(a);', 'x\nreturn so|\n}', undefined],
    ['after all of it was typed', 'sum(a);', 'x\nreturn sum(a);|\n}', undefined],
    ['after more than it was typed', 'sum(a);', 'x\nreturn sum(a); |\n}', undefined],
    ['after a backspace over what was typed before', 'sum(a);', 'x\nretu|\n}', 'rn sum(a);'],
    ['after a backspace into the indentation', 'sum(a);', 'x\n|\n}', undefined],
    ['with a bracket that the editor closed', 'sum(a);', 'x\nreturn sum(|)\n}', 'a);'],
    ['with other text behind the cursor', 'sum(a);', 'x\nreturn |y\n}', undefined],
    ['with another line above', 'sum(a);', 'y\nreturn |\n}', undefined],
    ['with another line below', 'sum(a);', 'x\nreturn |\n]', undefined],
    ['in the second line of a block', 'a();\n  b();\n  c();', 'x\nreturn a();\n  |\n}', 'b();\n  c();'],
    ['in the middle of its second line', 'a();\n  b();\n  c();', 'x\nreturn a();\n  b(|\n}', ');\n  c();'],
    ['with another indentation in its second line', 'a();\n  b();', 'x\nreturn a();\n    |\n}', undefined],
    ['with less indentation in its second line', 'a();\n  b();', 'x\nreturn a();\n |\n}', undefined],
  ];
  for (const [what, text, document, rest] of rows) {
    it(`${rest === undefined ? 'is nothing' : 'is the rest'} ${what}`, () => {
      assert.equal(known('x\nreturn |\n}', text).all(at(document), 'k').next().value?.text, rest);
    });
  }

  it('is marked as from the cache', () => assert.equal(known('a|', 'b').all(at('a|'), 'k').next().value?.origin, 'cache'));

  it('is the newest text that fits', () => {
    const predictions = known('a|', 'bcd');
    predictions.add(at('ab|'), 'k', answer('xyz'));
    assert.equal(predictions.all(at('ab|'), 'k').next().value?.text, 'xyz');
    assert.equal(predictions.all(at('abc|'), 'k').next().value?.text, 'd');
  });

  it('never of another model, another language, of local text or of an empty answer', () => {
    const predictions = known('a|', 'b');
    assert.equal(predictions.all(at('a|'), 'another').next().value, undefined);
    assert.equal(predictions.all(at('a|', { languageId: 'python' }), 'k').next().value, undefined);
    const others = new Predictions();
    others.add(at('a|'), 'k', answer('text', 'local'));
    others.add(at('a|'), 'k', answer('text', 'cache'));
    others.add(at('a|'), 'k', answer(''));
    assert.equal(others.all(at('a|'), 'k').next().value, undefined);
    assert.equal(others.bytes, 0);
  });

  it('stays within its bytes, whatever is put in', () => {
    const predictions = new Predictions();
    for (let index = 0; index < 600; index++) predictions.add(at(`${'x'.repeat(2000)}${index}\n|`), 'k', answer('y\n'.repeat(100)));
    assert.ok(predictions.bytes <= cacheBytes && predictions.bytes > cacheBytes / 2);
  });

  it('typing through any text character by character finds the rest at each step', () => {
    const line = fc.stringMatching(/^[ \t]{0,4}[a-z(){};]{1,12}$/);
    fc.assert(
      fc.property(line, fc.array(line, { minLength: 1, maxLength: 5 }), (head, lines) => {
        const text = lines.join('\n');
        const predictions = known(`above\n${head}|\nbelow`, text);
        for (let typed = 0; typed < text.length; typed++) {
          // In the indentation of a new line the editor, not the person, decides.
          if (/\n[ \t]*$/.test(text.slice(0, typed)) && !/\n[ \t]*[^ \t]/.test(text.slice(text.lastIndexOf('\n', typed - 1), typed + 1)))
            continue;
          const found = predictions.all(at(`above\n${head}${text.slice(0, typed)}|\nbelow`), 'k').next().value;
          assert.equal(found?.text, text.slice(typed));
        }
      }),
    );
  });
});
