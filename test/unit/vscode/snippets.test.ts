import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { recencyOrder } from '../../../src/vscode/recency.ts';
import { loadSnippets, type ParseSnippetFile, snippetBounds } from '../../../src/vscode/snippetLoader.ts';
import { contributedSnippets, languagesOfUserFile, type SnippetSource } from '../../../src/vscode/snippetSource.ts';

describe('the snippet files of an extension', () => {
  it('are read from its manifest, one entry per file with all its languages', () => {
    const snippets = [
      { language: 'javascript', path: './s.json' },
      { language: 'typescript', path: './s.json' },
      { language: ['css', 'less'], path: './c.json' },
      { path: './global.code-snippets' },
    ];
    assert.deepEqual(contributedSnippets({ contributes: { snippets } }), [
      { path: './s.json', languageIds: ['javascript', 'typescript'] },
      { path: './c.json', languageIds: ['css', 'less'] },
      { path: './global.code-snippets', languageIds: [] },
    ]);
  });

  it('are none in a manifest without or with nonsense', () => {
    for (const manifest of [
      undefined,
      null,
      7,
      {},
      { contributes: { snippets: 'x' } },
      { contributes: { snippets: [null, 1, { path: 2 }] } },
    ]) {
      assert.deepEqual(contributedSnippets(manifest), []);
    }
  });

  it('stay inside the extension', () => {
    assert.deepEqual(contributedSnippets({ contributes: { snippets: [{ language: 'c', path: '../../x.json' }] } }), []);
  });
});

describe("the person's snippet files", () => {
  it('are for the language of their name, or for any', () => {
    assert.deepEqual(languagesOfUserFile('typescript.json'), ['typescript']);
    assert.deepEqual(languagesOfUserFile('mine.code-snippets'), []);
    assert.equal(languagesOfUserFile('notes.md'), undefined);
  });
});

describe('loading snippet files', () => {
  const parse: ParseSnippetFile = (text, { origin }) => ({
    snippets: [{ prefix: text, body: text, languageIds: [], origin }],
    problems: text === 'odd' ? ['is odd'] : [],
  });
  const load = (files: Readonly<Record<string, string | number>>) => {
    const sources = Object.keys(files).map((file): SnippetSource<string> => ({ file, languageIds: [], origin: 'user' }));
    const access = {
      size: (file: string) => {
        const content = files[file];
        return Promise.resolve(typeof content === 'number' ? content : (content ?? '').length);
      },
      read: (file: string) => (files[file] === '' ? Promise.reject(new Error('gone')) : Promise.resolve(String(files[file]))),
      nameOf: (file: string) => file,
    };
    return loadSnippets(sources, access, parse);
  };

  it('goes on after a file that is odd, gone or too large', async () => {
    const { snippets, problems } = await load({ a: 'odd', b: '', c: snippetBounds.file + 1, d: 'last' });
    assert.deepEqual(
      snippets.map(({ prefix }) => prefix),
      ['odd', 'last'],
    );
    assert.deepEqual(problems, [
      'a: is odd',
      'b cannot be read: gone',
      `c has ${snippetBounds.file + 1} bytes, allowed are ${snippetBounds.file}; not read`,
    ]);
  });

  it('stops at the total bound', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}`, snippetBounds.file]));
    const { snippets, problems } = await load(files);
    assert.equal(snippets.length, snippetBounds.total / snippetBounds.file);
    assert.equal(problems.length, 1);
  });
});

describe('the order of use', () => {
  it('puts the last used first and forgets what is closed', () => {
    const order = recencyOrder();
    for (const id of ['a', 'b', 'a']) order.use(id);
    assert.ok(order.rankOf('a') > order.rankOf('b'));
    order.forget('a');
    assert.equal(order.rankOf('a'), 0);
  });
});
