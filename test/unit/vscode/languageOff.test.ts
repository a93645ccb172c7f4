import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isLanguageOff, type NamedDocument } from '../../../src/vscode/languageOff.ts';

const uriOf = (path: string): NamedDocument['uri'] => ({ path, toString: () => `file://${path}` });
const open: readonly NamedDocument[] = [
  { uri: uriOf('/shop/cart.ts'), languageId: 'typescript' },
  { uri: uriOf('/shop/notes.md'), languageId: 'markdown' },
  { uri: uriOf('/shop/a.h'), languageId: 'c' },
  { uri: uriOf('/shop/b.h'), languageId: 'cpp' },
  { uri: uriOf('/shop/Makefile'), languageId: 'makefile' },
];

describe('a language that is switched off', () => {
  const cases: readonly (readonly [path: string, disabled: readonly unknown[], isOff: boolean])[] = [
    ['/shop/notes.md', ['markdown'], true],
    ['/shop/cart.ts', ['markdown'], false],
    ['/shop/closed.ts', ['markdown'], false],
    ['/shop/closed.md', ['markdown'], true],
    ['/shop/deep.d/Makefile', ['makefile'], true],
    // Nobody knows what this one is.
    ['/shop/closed.py', ['markdown'], true],
    ['/shop/LICENSE', ['markdown'], true],
    // Open, so its own language counts, whatever others are that end alike.
    ['/shop/b.h', ['c'], false],
    ['/shop/closed.h', ['c'], true],
    ['/shop/closed.h', ['markdown'], false],
    ['/shop/closed.py', [], false],
    ['/shop/closed.py', [7, null], true],
  ];
  for (const [path, disabled, isOff] of cases) {
    it(`${JSON.stringify(disabled)} ${isOff ? 'holds' : 'does not hold'} for ${path}`, () =>
      assert.equal(isLanguageOff(uriOf(path), disabled, open), isOff));
  }
});
