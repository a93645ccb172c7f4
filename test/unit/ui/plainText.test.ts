import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { escapeMarkdown, oneLine, withoutIcons } from '../../../src/ui/plainText.ts';

describe('text from outside', () => {
  it('becomes one line without control and format characters', () => {
    assert.equal(oneLine(' a\r\n\tb\u0000c\u202Ed\u200Be '), 'a b cde');
  });

  it('is cut with a mark and never inside a surrogate pair', () => {
    assert.equal(oneLine('abcdef', 4), 'abc…');
    assert.equal(oneLine('ab😀def', 4), 'ab…');
  });

  it('cannot make an icon, not even with an invisible character inside', () => {
    assert.equal(withoutIcons('a $(alert) b'), 'a $ (alert) b');
    assert.equal(withoutIcons('$\u200B(alert)'), '$ (alert)');
  });

  it('stays within its bound, well-formed and on one line, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (text, maximum) => {
        const line = oneLine(text, maximum);
        assert.ok(line.length <= maximum);
        assert.doesNotThrow(() => encodeURIComponent(line), 'half a surrogate pair');
        assert.doesNotMatch(line, /[\r\n]/);
      }),
    );
  });

  it('cannot leave its table cell or start a tag', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.doesNotMatch(escapeMarkdown(text), /(?<!\\)[|<`[\]]/);
      }),
    );
  });
});
