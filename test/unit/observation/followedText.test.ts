import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FollowedText } from '../../../src/observation/followedText.ts';

const place = 100;
const text = 'const sum = add(a, b);\nreturn sum;';

/** Types into a text that begins at 100, of which `const ` is there. */
function typed(...edits: readonly (readonly [at: number, removed: number, text: string])[]): FollowedText {
  const followed = new FollowedText(place, 'const ', [text]);
  for (const [at, removed, added] of edits) followed.apply({ offset: place + at, removed, text: added });
  return followed;
}

describe('a followed text', () => {
  it('is followed as long as what stands there is its beginning', () => {
    const followed = typed([6, 0, 's'], [7, 0, 'um = ']);
    assert.equal(followed.astray, '');
    assert.equal(followed.place, place + 12);
    assert.equal(followed.isComplete, false);
  });

  it('knows what was typed beside it, and nothing of that once it is deleted', () => {
    const followed = typed([6, 0, 's'], [7, 0, 'i'], [8, 0, 'z']);
    assert.equal(followed.astray, 'iz');
    followed.apply({ offset: place + 7, removed: 2, text: '' });
    assert.equal(followed.astray, '');
  });

  it('does not count the bracket that the editor puts behind the cursor', () => {
    const followed = typed([6, 0, 'sum = add'], [15, 0, '()']);
    assert.equal(followed.typed, 'const sum = add(');
    followed.apply({ offset: place + 16, removed: 0, text: 'a, b' });
    assert.equal(followed.astray, '');
    followed.apply({ offset: place + 20, removed: 1, text: ')' });
    assert.equal(followed.typed, 'const sum = add(a, b)');
  });

  it('does not count it where the text goes on with it either, but does at the end of the text', () => {
    for (const pair of ['()', '[]', '{}', '""', "''", '``']) {
      const followed = new FollowedText(place, 'foo', [`foo${pair}; bar${pair}`]);
      followed.apply({ offset: place + 3, removed: 0, text: pair });
      assert.equal(followed.typed, `foo${pair.charAt(0)}`);
      followed.apply({ offset: place + 4, removed: 1, text: pair.charAt(1) });
      assert.equal(followed.typed, `foo${pair}`);
      followed.apply({ offset: place + 5, removed: 0, text: '; bar' });
      followed.apply({ offset: place + 10, removed: 0, text: pair });
      assert.equal(followed.isComplete, true);
    }
  });

  it('moves with what is put before it and does not care for what comes behind', () => {
    const followed = typed();
    assert.equal(followed.apply({ offset: 10, removed: 3, text: 'hello' }), 'elsewhere');
    assert.equal(followed.anchor, place + 2);
    assert.equal(followed.apply({ offset: place + 9, removed: 30, text: '' }), 'elsewhere');
    assert.equal(followed.typed, 'const ');
  });

  it('is gone when its beginning was taken away together with what was before', () => {
    assert.equal(typed().apply({ offset: 90, removed: 14, text: '' }), 'gone');
  });

  it('is replaced from its beginning on when it is accepted', () => {
    const followed = typed();
    followed.apply({ offset: place, removed: 6, text });
    assert.equal(followed.isComplete, true);
    assert.equal(followed.place, place + text.length);
  });

  it('goes on when the same text is offered again: shorter, longer, from a later line on, or with another candidate', () => {
    assert.equal(typed([6, 0, 's']).continueWith(place, 'const s', [text]), true);
    assert.equal(typed().continueWith(place, 'const ', ['const sum = add(a, b)']), true);
    assert.equal(typed().continueWith(place, 'const ', [`${text}\n}`]), true);
    assert.equal(typed().continueWith(place, 'const ', ['const other', text]), true);
    const taken = typed([6, 0, 'sum = add(a, b);\n']);
    assert.equal(taken.continueWith(place + 23, '', ['return sum;']), true);
    assert.equal(taken.isComplete, false);
    taken.apply({ offset: place + 23, removed: 0, text: 'return sum;' });
    assert.equal(taken.isComplete, true);
  });

  it('is another one with another text, another place, or where something else stands', () => {
    assert.equal(typed().continueWith(place, 'const ', ['const other = 1;']), false);
    assert.equal(typed().continueWith(place - 1, 'const ', [text]), false);
    assert.equal(typed().continueWith(place + 40, '', [text]), false);
    assert.equal(typed([6, 0, 'x']).continueWith(place, 'const ', [text]), false);
  });
});
