import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { lineHeadWith, replacementOf } from '../../../src/vscode/ghostText.ts';

describe('ghost text', () => {
  it('replaces from the line start and begins with what stands there', () => {
    assert.deepEqual(replacementOf('  retu', '  retu', 'rn x;\n}', '\r\n'), { startColumn: 0, text: '  return x;\r\n}' });
  });

  it('is nothing when there is nothing to say, even beside a selected suggestion', () => {
    assert.equal(replacementOf('co', 'co', '', '\n'), undefined);
    assert.equal(replacementOf('co', 'console', '', '\n'), undefined);
  });

  it('begins with the replaced text whatever the line, and the item stays small in a very long line', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '😀'), maxLength: 6000, size: 'max' }), (head) => {
        const replacement = replacementOf(head, head, 'x', '\n');
        assert.ok(replacement);
        assert.equal(replacement.text, `${head.slice(replacement.startColumn)}x`);
        assert.ok(replacement.text.length <= 2002);
        assert.doesNotThrow(() => encodeURIComponent(replacement.text), 'half a surrogate pair');
      }),
    );
  });
});

describe('ghost text beside the suggestion list', () => {
  const selected = (startColumn: number, endColumn: number, text: string) => ({ startColumn, endColumn, text });

  it('extends the selected suggestion', () => {
    const head = lineHeadWith(selected(2, 4, 'console'), '  co');
    assert.equal(head, '  console');
    assert.deepEqual(replacementOf('  co', head ?? '', '.log()', '\n'), { startColumn: 0, text: '  console.log()' });
  });

  it('leaves the line as it is when nothing is selected', () => assert.equal(lineHeadWith(undefined, '  co'), '  co'));

  const impossible: readonly (readonly [string, Parameters<typeof lineHeadWith>[0]])[] = [
    ['other letters', selected(2, 4, 'Console')],
    ['letters with gaps (fuzzy match)', selected(2, 4, 'clog')],
    ['text after the cursor', selected(2, 9, 'console')],
    ['several lines', selected(2, 4, 'const x\n')],
    ['another line', selected(Infinity, 4, 'console')],
  ];
  for (const [name, selection] of impossible) {
    it(`offers nothing when the selected suggestion replaces or has ${name}`, () =>
      assert.equal(lineHeadWith(selection, '  co'), undefined));
  }
});
