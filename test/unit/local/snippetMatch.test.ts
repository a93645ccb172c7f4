import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import type { Snippet } from '../../../src/domain/workspace.ts';
import { builtinSnippets } from '../../../src/local/builtinSnippets.ts';
import { renderSnippetBody } from '../../../src/local/snippetBody.ts';
import { createSnippetVoter, type SnippetMatch, type SnippetPlace } from '../../../src/local/snippetMatch.ts';
import { offered } from './fixture.ts';

const own: Snippet = { prefix: 'trace', body: "trace('${1:here}');", languageIds: [], origin: 'user' };

function match(
  line: string,
  languageId: string,
  snippets: readonly Snippet[] = [],
  more: Partial<SnippetPlace> = {},
): SnippetMatch | undefined {
  const documentId = 'file:///shop/src/cart.ts';
  const place = { languageId, documentId, path: 'src/cart.ts', line, lineIndex: 0, prefix: line, suffix: '', now: 0, ...more };
  return createSnippetVoter().match(place, snippets);
}

describe('snippets', () => {
  it('adds the rest of a snippet whose prefix is typed or begun', () => {
    const whole = match('  trace', 'go', [own]);
    assert.deepEqual([whole?.text, whole?.isWhole, whole?.voter], ["('here');", true, 'snippet']);
    const begun = match('  tr', 'go', [own]);
    assert.deepEqual([begun?.text, begun?.isWhole], ["ace('here');", false]);
  });

  it('is a snippet still: what is to come as plain text, then the rest with its places', () => {
    assert.deepEqual(match('  tr', 'go', [own])?.form, { text: "ace('here');", lead: "ace('", body: "${1:here}');" });
    assert.equal(match('  plain', 'go', [{ ...own, prefix: 'plain', body: 'plain()' }])?.form, undefined);
    // What is typed already lies within a placeholder, or the body is not what the editor would make of it.
    assert.equal(match('tr', 'go', [{ ...own, body: '${1:trace}()' }])?.form, undefined);
    assert.equal(match('tr', 'go', [{ ...own, body: 'trace(${1:open' }])?.form, undefined);
  });

  it('keeps dollars and backslashes of the text', () => {
    const made = match('tr', 'go', [{ ...own, body: 'trace(\\$a, "\\\\n", $b)$1;' }]);
    assert.equal(made?.text, 'ace($a, "\\n", b);');
    assert.equal(made?.form?.lead, 'ace($a, "\\n", b)');
  });

  it('adds nothing after one letter, behind a dot, or in another language', () => {
    assert.equal(match('t', 'go', [own]), undefined);
    assert.equal(match('log.tr', 'go', [own]), undefined);
    assert.equal(match('tr', 'go', [{ ...own, languageIds: ['rust'] }]), undefined);
  });

  it('leaves out a snippet whose text does not begin with what is typed', () => {
    assert.equal(match('cl', 'plaintext', [{ ...own, prefix: 'clg', body: 'console.log($1)' }]), undefined);
  });

  it("indents the lines of a block in the document's unit", () => {
    assert.equal(match('  while', 'typescript')?.text, ' (condition) {\n      \n  }');
    assert.equal(match('  while', 'typescript', [], { prefix: 'a {\n  b();\n  while' })?.text, ' (condition) {\n    \n  }');
    assert.equal(match('\twhile', 'typescript', [], { prefix: 'a {\n\tb();\n\twhile' })?.text, ' (condition) {\n\t\t\n\t}');
  });

  it("prefers the person's own over the workspace's over an extension's over a template", () => {
    const from = (origin: Snippet['origin']): Snippet => ({ ...own, body: `trace(${origin})`, origin });
    assert.equal(match('trace', 'go', [from('extension'), from('user'), from('workspace')])?.text, '(user)');
    assert.equal(match('trace', 'go', [from('extension'), from('workspace')])?.text, '(workspace)');
    const loop = match('while', 'typescript', [{ ...own, prefix: 'while', body: 'while (mine)', origin: 'extension' }]);
    assert.deepEqual([loop?.text, loop?.voter], [' (mine)', 'snippet']);
    assert.equal(match('while', 'typescript')?.voter, 'template');
  });

  it('is offered in a document that holds nothing alike', async () => {
    assert.equal(await offered('import os\n\nwhile|', { languageId: 'python' }), ' condition:\n    pass');
  });

  it('come built in so that each begins with its prefix, but those that are abbreviations', () => {
    const others = builtinSnippets.filter(({ prefix, body }) => !renderSnippetBody(body).text.startsWith(prefix));
    assert.deepEqual(
      others.map(({ prefix }) => prefix),
      ['ifmain', 'iferr'],
    );
    const languages = new Set(builtinSnippets.flatMap(({ languageIds }) => languageIds));
    for (const id of ['typescript', 'javascript', 'python', 'go', 'rust', 'java']) assert.ok(languages.has(id), id);
  });
});

describe('variables of a snippet', () => {
  const textOf = (body: string): string | undefined =>
    match('make', 'typescript', [{ ...own, prefix: 'make', body: `make ${body}` }])?.text.slice(1);
  const table: readonly (readonly [body: string, text: string | undefined])[] = [
    ['$TM_FILENAME ${TM_FILENAME_BASE} $TM_DIRECTORY_BASE', 'cart.ts cart src'],
    ['${RELATIVE_FILEPATH} $TM_FILEPATH', 'src/cart.ts /shop/src/cart.ts'],
    ['${TM_LINE_NUMBER}/$TM_LINE_INDEX', '1/0'],
    ['${TM_SELECTED_TEXT:none $1}', 'none'],
    ['${TM_FILENAME:none}', 'cart.ts'],
    ['${TM_FILENAME_BASE/(.*)/${1:/pascalcase}/}Props', 'CartProps'],
    ['${TM_FILENAME/[.]/-/g}', 'cart-ts'],
    ['${TM_FILENAME_BASE/^x(.*)/${1:+yes}/}', 'cart'],
    ['${TM_FILENAME_BASE/(c)?(.*)/${1:?both:no}/}', 'both'],
    ['${LINE_COMMENT} x', '// x'],
    ['$foo', 'foo'],
    ['\\$TM_FILENAME', '$TM_FILENAME'],
    // Not to be known before it is taken.
    ['$CLIPBOARD', undefined],
    ['${UUID}', undefined],
    // Not a pattern.
    ['${TM_FILENAME/(/x/}', undefined],
    ['${TM_FILENAME_BASE/^(.)(.*)$/${1:/upcase}$2${3:-$}/}', 'Cart$'],
    ['${TM_FILENAME/[^+*{(]+(\\.)?/x/}', 'x'],
    // Could take for ever.
    ['${TM_FILENAME/(\\w+)+-/x/}', undefined],
    ['${TM_FILENAME/.*.*.*.*-/x/}', undefined],
  ];
  for (const [body, text] of table) it(`${body} is ${text}`, () => assert.equal(textOf(body)?.trimEnd(), text));

  it('take no time, whatever a body or a line is', function () {
    this.timeout(3000);
    const name = 'a'.repeat(60);
    for (const body of [
      `\${TM_FILENAME/x/${'${1:a}'.repeat(60)}`,
      `\${TM_FILENAME/x/${'${1:a'.repeat(1500)}`,
      `${'${A:'.repeat(9000)}${'}'.repeat(9000)}`,
      `${'${A:'.repeat(1900)}${'}'.repeat(1900)}`,
      '${TM_FILENAME/(a+)+-/x/}',
      '${TM_FILENAME/.*.*.*-/x/}',
    ]) {
      match('make', 'typescript', [{ ...own, prefix: 'make', body: `make ${body}` }], { path: name });
    }
    match(`${'a'.repeat(180_000)} make`, 'typescript', [{ ...own, prefix: 'make', body: 'make $TM_CURRENT_WORD' }]);
  });

  it('are those of the day', () => {
    const made = textOf('$CURRENT_YEAR-$CURRENT_MONTH-$CURRENT_DATE');
    assert.match(made ?? '', /^19(70-01-01|69-12-31)$/);
  });
});
