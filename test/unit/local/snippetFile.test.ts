import assert from 'node:assert/strict';

import fc from 'fast-check';
import { describe, it } from 'mocha';

import { parseSnippetFile } from '../../../src/local/snippetFile.ts';

const options = { languageIds: ['go'], origin: 'user' } as const;

describe('snippet file', () => {
  it('reads comments, trailing commas, lists and scopes', () => {
    const text = `\uFEFF{
      // a comment
      "Loop": { "prefix": ["for", "loop"], "body": ["for {", "\\t$0", "}",], },
      "Log": { "prefix": "log", "body": "print($1)", "scope": "javascript, typescript" }, /* end */
    }`;
    const { snippets, problems } = parseSnippetFile(text, options);
    assert.deepEqual(problems, []);
    assert.deepEqual(snippets, [
      { prefix: 'for', body: 'for {\n\t$0\n}', languageIds: ['go'], origin: 'user' },
      { prefix: 'loop', body: 'for {\n\t$0\n}', languageIds: ['go'], origin: 'user' },
      { prefix: 'log', body: 'print($1)', languageIds: ['javascript', 'typescript'], origin: 'user' },
    ]);
  });

  it('tells of each bad entry and keeps the rest', () => {
    const text =
      '{"a": 1, "b": {"prefix": 2, "body": "x"}, "c": {"prefix": "c"}, "d": {"prefix": "d", "body": "x", "scope": []}, "e": {"prefix": "e", "body": "ok"}}';
    const { snippets, problems } = parseSnippetFile(text, options);
    assert.deepEqual(
      snippets.map(({ prefix }) => prefix),
      ['e'],
    );
    assert.deepEqual(problems, [
      'snippet "a": is not an object',
      'snippet "b": "prefix" is neither a string nor a list of strings',
      'snippet "c": "body" is neither a string nor a list of strings',
      'snippet "d": "scope" is not a string',
    ]);
  });

  it('names the line of a syntax error and keeps what can be read', () => {
    const { snippets, problems } = parseSnippetFile('{\n"a": {"prefix": "a", "body": "x"},\n"b": ?\n}', options);
    assert.equal(snippets.length, 1);
    assert.match(problems[0] ?? '', /^line 3: /);
  });

  it('takes an empty file and refuses what is no object or too large', () => {
    assert.deepEqual(parseSnippetFile('', options), { snippets: [], problems: [] });
    assert.deepEqual(parseSnippetFile('[]', options).problems, ['a snippet file has to be an object of named snippets']);
    assert.match(parseSnippetFile(' '.repeat(2_000_001), options).problems[0] ?? '', /2000001 characters/);
  });

  it('never throws for any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => Array.isArray(parseSnippetFile(text, options).snippets)));
    assert.equal(parseSnippetFile('['.repeat(200_000), options).snippets.length, 0);
  });
});
