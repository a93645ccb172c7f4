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

  it('is given up in a replacement too long to be searched', () => {
    const place = new AcceptedText(2, 5);
    place.apply({ offset: 0, removed: 7, text: `${'x'.repeat(200_000)}cde` }, 'cde');
    assert.deepEqual([place.start, place.end], [0, 0]);
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
