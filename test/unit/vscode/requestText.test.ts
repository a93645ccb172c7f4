import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { requestAt } from '../../../src/vscode/documentText.ts';
import { headWithin, tailWithin, textBounds, withLf, withLineEnds } from '../../../src/vscode/requestText.ts';

describe('the text around the cursor', () => {
  it('has one kind of line end in a request, and the half of a cut one goes', () => {
    assert.equal(withLf('a\r\nb\rc\nd\r'), 'a\nb\nc\nd');
  });

  it('gets the document line ends back', () => {
    assert.equal(withLineEnds('a\nb\r\nc', '\r\n'), 'a\r\nb\r\nc');
    assert.equal(withLineEnds('a\nb\r\nc', '\n'), 'a\nb\nc');
  });

  it('is cut at line starts before the cursor and at line ends after it', () => {
    assert.equal(tailWithin('one\ntwo\nthree', 8), 'three');
    assert.equal(tailWithin('one\ntwo\nthree', 9), 'two\nthree');
    assert.equal(headWithin('one\ntwo\nthree', 9), 'one\ntwo\n');
  });

  it('is cut inside a line only when that line alone is too long', () => {
    assert.equal(tailWithin('abcdef', 4), 'cdef');
    assert.equal(headWithin('abcdef', 4), 'abcd');
  });

  it('stays within its bytes, is a part of the text, and never holds half a character', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', 'ü', '€', '😀'), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.nat(80), (whole, maximum) => {
        for (const part of [tailWithin(whole, maximum), headWithin(whole, maximum)]) {
          assert.ok(Buffer.byteLength(part) <= maximum);
          assert.doesNotThrow(() => encodeURIComponent(part));
        }
        assert.ok(whole.endsWith(tailWithin(whole, maximum)));
        assert.ok(whole.startsWith(headWithin(whole, maximum)));
      }),
    );
  });
});

describe('a request', () => {
  /** A place in a text, marked with `|`. */
  function place(marked: string): Parameters<typeof requestAt>[0] {
    const [before = '', after = ''] = marked.split('|');
    const lineStart = before.lastIndexOf('\n') + 1;
    return {
      id: 'file:///a.ts',
      languageId: 'typescript',
      path: 'a.ts',
      lineHead: before.slice(lineStart),
      line: 0,
      lineTail: after.split(/\r?\n/)[0] ?? '',
      before: (maximum) => before.slice(Math.max(0, lineStart - maximum), lineStart),
      after: (maximum) => after.slice(0, maximum),
    };
  }

  it('carries both sides of the cursor', () => {
    const at = place('one\r\ntw|o\r\nthree');
    assert.deepEqual(requestAt(at, at.lineHead, 'k1', 'automatic'), {
      id: 'k1',
      languageId: 'typescript',
      documentId: 'file:///a.ts',
      path: 'a.ts',
      line: 0,
      prefix: 'one\ntw',
      suffix: 'o\nthree',
      shape: 'line',
      trigger: 'automatic',
      maxTokens: 64,
    });
  });

  it('asks as if the selected suggestion were taken', () => {
    assert.equal(requestAt(place('x\nco|'), 'console', 'k1', 'manual').prefix, 'x\nconsole');
  });

  it('never carries more than 64 KB, however long the document or its line is', () => {
    for (const text of ['line\n'.repeat(40_000), '😀'.repeat(100_000)]) {
      const at = place(`${text}|${text}`);
      const request = requestAt(at, at.lineHead, 'k1', 'automatic');
      const bytes = Buffer.byteLength(request.prefix) + Buffer.byteLength(request.suffix);
      assert.ok(bytes <= textBounds.prefix + textBounds.suffix, String(bytes));
      assert.ok(bytes > 60_000, 'most of the room is used');
    }
  });
});
