import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AcceptedText } from '../../../src/observation/acceptedText.ts';

/** Applies edits to `before|accepted|after` and shows where the accepted text is then. */
function after(marked: string, ...edits: readonly (readonly [offset: number, removed: number, text: string])[]): string {
  const [before = '', accepted = '', rest = ''] = marked.split('|');
  const place = new AcceptedText(before.length, before.length + accepted.length);
  let document = before + accepted + rest;
  for (const [offset, removed, text] of edits) {
    place.apply({ offset, removed, text }, accepted);
    document = document.slice(0, offset) + text + document.slice(offset + removed);
  }
  return `${document.slice(0, place.start)}|${document.slice(place.start, place.end)}|${document.slice(place.end)}`;
}

describe('an accepted text', () => {
  const cases: readonly (readonly [string, string, Parameters<typeof after>[1], string])[] = [
    ['moves with what is put before it', 'ab|cde|fg', [0, 0, 'xx'], 'xxab|cde|fg'],
    ['does not take in what is typed right before it', 'ab|cde|fg', [2, 0, 'x'], 'abx|cde|fg'],
    ['does not take in what is typed right behind it', 'ab|cde|fg', [5, 0, 'x'], 'ab|cde|xfg'],
    ['takes in what is typed within it', 'ab|cde|fg', [3, 0, 'x'], 'ab|cxde|fg'],
    ['stays where it is when something behind it goes', 'ab|cde|fg', [5, 2, ''], 'ab|cde|'],
    ['is empty when it was deleted', 'ab|cde|fg', [2, 3, ''], 'ab||fg'],
    ['is empty when more than it was deleted', 'ab|cde|fg', [1, 5, ''], 'a||g'],
    ['loses its beginning with what was before it', 'ab|cde|fg', [1, 2, 'xy'], 'axy|de|fg'],
    ['loses its end with what was behind it', 'ab|cde|fg', [4, 2, 'xy'], 'ab|cd|xyg'],
    ['is found again when all around it was written anew', 'ab|cde|fg', [0, 7, ' ab cde fg'], ' ab |cde| fg'],
    ['is what it was replaced by', 'ab|cde|fg', [2, 3, 'xyz1'], 'ab|xyz1|fg'],
  ];
  for (const [name, marked, edit, expected] of cases) it(name, () => assert.equal(after(marked, edit), expected));

  /** Where `return x;` is after the whole document was replaced; `undefined`: gone. It was the last one in there. */
  function afterRewriting(before: string, rewritten: string): number | undefined {
    const accepted = 'return x;';
    const start = before.lastIndexOf(accepted);
    const place = new AcceptedText(start, start + accepted.length);
    place.apply({ offset: 0, removed: before.length, text: rewritten }, accepted);
    assert.ok(place.start === place.end || rewritten.slice(place.start, place.end) === accepted);
    return place.start === place.end ? undefined : place.start;
  }
  const twice = 'f() {\n  return x;\n}\ng() {\n  return x;\n}\n';
  const second = twice.lastIndexOf('return x;');

  it('is the copy that stands where it stood, or would stand, when the whole document was replaced', () => {
    assert.equal(afterRewriting(twice, `${twice}// end\n`), second);
    assert.equal(afterRewriting(twice, `// ${'head '.repeat(1000)}\n${twice}`), second + 5004);
    assert.equal(afterRewriting(`${'x'.repeat(100)}\n${twice}`, twice), second);
    assert.equal(afterRewriting(twice, twice.replaceAll('  ', '    ')), second + 4);
    assert.equal(afterRewriting(`${'  call();\n'.repeat(500)}${twice}`, `${'\tcall();\n'.repeat(500)}${twice}`), 4500 + second);
  });

  it('is gone when only a copy elsewhere is left', () => {
    const between = '  work();\n'.repeat(60);
    const both = `f() {\n  return x;\n}\n${between}g() {\n  return x;\n}\n`;
    assert.equal(afterRewriting(both, both.replace(/ {2}return x;\n\}\n$/, '  throw y;\n}\n')), undefined);
  });

  it('is looked for in a long replacement only near to where it would be', () => {
    const long = 'x'.repeat(400_000);
    assert.equal(afterRewriting('{ return x; }', `${long}{ return x; }`), 400_002);
    assert.equal(afterRewriting('{ return x; }', `${long}{ return x; }${long}`), undefined);
  });

  it('grows by the part that is accepted behind it', () => {
    const place = new AcceptedText(2, 5);
    place.extendTo(9);
    place.extendTo(7);
    assert.deepEqual([place.start, place.end], [2, 9]);
  });

  it('lies within the document, whatever is edited', () => {
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(8), text: fc.string({ maxLength: 6 }) });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
        const place = new AcceptedText(5, 12);
        let length = 20;
        for (const { at, removed, text } of edits) {
          const offset = Math.floor(at * length);
          const taken = Math.min(removed, length - offset);
          place.apply({ offset, removed: taken, text }, 'accepted');
          length += text.length - taken;
          assert.ok(place.start >= 0 && place.start <= place.end && place.end <= length, `${place.start}…${place.end} of ${length}`);
        }
      }),
    );
  });
});
