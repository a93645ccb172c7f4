import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { builtinSnippets } from '../../../src/local/builtinSnippets.ts';
import { renderSnippetBody } from '../../../src/local/snippetBody.ts';
import { matchSnippet } from '../../../src/local/snippetMatch.ts';
import type { Snippet } from '../../../src/domain/workspace.ts';
import { offered } from './fixture.ts';

const own: Snippet = { prefix: 'trace', body: "trace('${1:here}');", languageIds: [], origin: 'user' };

describe('snippets', () => {
  it('adds the rest of a snippet whose prefix is typed or begun', () => {
    assert.deepEqual(matchSnippet('  trace', 'go', [own], 'block'), { text: "('here');", isWhole: true });
    assert.deepEqual(matchSnippet('  tr', 'go', [own], 'block'), { text: "ace('here');", isWhole: false });
  });

  it('adds nothing after one letter, behind a dot, or in another language', () => {
    assert.equal(matchSnippet('t', 'go', [own], 'block'), undefined);
    assert.equal(matchSnippet('log.tr', 'go', [own], 'block'), undefined);
    assert.equal(matchSnippet('tr', 'go', [{ ...own, languageIds: ['rust'] }], 'block'), undefined);
  });

  it('leaves out a snippet whose text does not begin with what is typed', () => {
    assert.equal(matchSnippet('cl', 'plaintext', [{ ...own, prefix: 'clg', body: 'console.log($1)' }], 'block'), undefined);
  });

  it('indents the lines of a block and keeps to one line in line shape', () => {
    assert.equal(matchSnippet('  while', 'typescript', [], 'block')?.text, ' (condition) {\n    \n  }'.replace('    \n', '\n'));
    assert.equal(matchSnippet('  while', 'typescript', [], 'line')?.text, ' (condition) {');
  });

  it("prefers the person's own over the workspace's over an extension's", () => {
    const from = (origin: Snippet['origin']): Snippet => ({ ...own, body: `trace(${origin})`, origin });
    assert.equal(matchSnippet('trace', 'go', [from('extension'), from('user'), from('workspace')], 'line')?.text, '(user)');
    assert.equal(matchSnippet('trace', 'go', [from('extension'), from('workspace')], 'line')?.text, '(workspace)');
  });

  it('is offered in a document that holds nothing alike', async () => {
    assert.equal(await offered('import os\n\ndef', { languageId: 'python', prefix: 'import os\n\nwhile', suffix: '' }), ' condition:');
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
