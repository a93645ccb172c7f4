import assert from 'node:assert/strict';

import fc from 'fast-check';
import { describe, it } from 'mocha';

import { renderSnippetBody } from '../../../src/local/snippetBody.ts';

describe('snippet body', () => {
  const table: readonly (readonly [body: string, text: string, cursor: number])[] = [
    ['plain', 'plain', 5],
    ['a$1b$0', 'ab', 1],
    ['for (${1:item} of ${2:items})', 'for (item of items)', 5],
    ['$1 and ${1:name}', 'name and name', 0],
    ['${1|one,t\\,wo,three|}!', 'one!', 0],
    ['${1:outer ${2:inner}} end', 'outer inner end', 0],
    ['$TM_FILENAME-${TM_SELECTED_TEXT:none}-${CLIPBOARD}', '-none-', 6],
    ['${TM_FILENAME/(.*)\\.ts/${1:/upcase}x/}after', 'after', 5],
    ['cost \\$5 \\} \\\\ \\n', 'cost $5 } \\ \\n', 14],
    ['`${1:a}` {$2}', '`a` {}', 1],
    ['$ {x} ${ ${-', '$ {x} ${ ${-', 12],
    ['${1:open', 'open', 0],
  ];
  for (const [body, text, cursor] of table) {
    it(`renders ${body}`, () => assert.deepEqual({ ...renderSnippetBody(body), isWellFormed: true }, { text, cursor, isWellFormed: true }));
  }

  it('never throws, and the cursor lies in the text, for any body', () => {
    const piece = fc.constantFrom('$', '{', '}', ':', '|', ',', '/', '\\', '1', '0', 'a', 'TM_X', '${1:', '${2|', '${A/', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { text, cursor } = renderSnippetBody(pieces.join(''));
        return cursor >= 0 && cursor <= text.length;
      }),
    );
    renderSnippetBody('${1:'.repeat(20_000));
  });

  it('leaves text without special characters as it is', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        const plain = any.replaceAll(/[$\\}]/g, '');
        return renderSnippetBody(plain).text === plain;
      }),
    );
  });
});
