import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { chatFilters } from '../../../src/pipeline/chatAnswer.ts';
import { applyFilters } from '../../../src/pipeline/filter.ts';
import { modelFilters } from '../../../src/pipeline/modelFilters.ts';
import { cursorMark } from '../../../src/prompt/chat.ts';
import { unmistakableTokens } from '../../../src/prompt/fim.ts';
import { sampleRequest } from '../../fakes/request.ts';

const languages = ['typescript', 'python', 'go', 'rust', 'ruby', 'html', 'yaml', 'markdown', 'plaintext', 'unknown'];

/** Pieces that filters and block ends look for, and some that nobody expects. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['{', '}', '(', ')', '[', ']', '"', "'", '`', ';', ':', ' ', '  ', '    ', '\t', '\n', '\n\n', '\r\n', '\r'],
    ...['```', '```ts\n', '~~~\n', '<think>', '</think>', '// src/cart.ts\n', '# a.py\n', 'return ', 'end\n', 'else', '<a>', '</a>'],
    ...[
      'foo();\n',
      'bar(1);\n',
      '  deep();\n',
      'name',
      '😀',
      '\ud83d',
      '\ude00',
      'שלום',
      '\u202e',
      '\u0000',
      '\ufffd',
      '\\',
      '//',
      '/*',
      '*/',
    ],
    ...unmistakableTokens.slice(0, 6),
    cursorMark,
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const text = (maxLength: number): fc.Arbitrary<string> => fc.array(piece, { maxLength }).map((pieces) => pieces.join(''));
const requests = fc
  .record({
    prefix: text(25),
    suffix: text(15),
    languageId: fc.constantFrom(...languages),
    shape: fc.constantFrom('line' as const, 'block' as const),
  })
  .map((fields) => sampleRequest(fields));

const chains = [
  ['a model that continues text', modelFilters(unmistakableTokens)],
  ['a model that chats', [...chatFilters(cursorMark), ...modelFilters(unmistakableTokens)]],
] as const;

for (const [name, filters] of chains) {
  describe(`the filters of ${name}, whatever document and text come`, () => {
    it('show no special token, no line end but \\n, no half character, and no more than came, but for tabs', () =>
      fc.assert(
        fc.property(text(40), requests, (raw, request) => {
          const shown = applyFilters(raw, request, filters);
          for (const token of unmistakableTokens) assert.ok(!shown.includes(token), token);
          assert.ok(!/[\r\u0000]/.test(shown));
          assert.doesNotThrow(() => encodeURIComponent(shown), 'half a character');
          assert.ok(!/\s$/.test(shown));
          const tabs = raw.split('\t').length - 1;
          assert.ok(shown.length <= raw.length + 8 * tabs);
          if (request.shape === 'line') assert.ok(!shown.includes('\n'));
        }),
        { numRuns: 1500 },
      ));

    it('change nothing a second time', () =>
      fc.assert(
        fc.property(text(40), requests, (raw, request) => {
          const shown = applyFilters(raw, request, filters);
          assert.equal(applyFilters(shown, request, filters), shown);
        }),
        { numRuns: 1500 },
      ));

    it('show the same for a text with CR LF as for one with LF', () =>
      fc.assert(
        fc.property(text(30), requests, (raw, request) => {
          const lf = raw.replace(/\r\n?/g, '\n');
          assert.equal(applyFilters(lf.replaceAll('\n', '\r\n'), request, filters), applyFilters(lf, request, filters));
        }),
        { numRuns: 500 },
      ));
  });
}

describe('each filter of a model’s text', () => {
  const all = modelFilters(unmistakableTokens);
  it('changes nothing a second time, and never throws', () =>
    fc.assert(
      fc.property(text(30), requests, (raw, request) => {
        for (const [index, filter] of all.entries()) {
          const once = filter(raw, request);
          assert.equal(filter(once, request), once, `filter ${index}`);
        }
      }),
      { numRuns: 1500 },
    ));
});
