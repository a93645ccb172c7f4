import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { definitionBounds, definitionText } from '../../../src/context/definitionText.ts';
import { importsIn } from '../../../src/context/importPaths.ts';
import { lineDiff } from '../../../src/context/lineDiff.ts';
import { calleeAt, symbolReach, symbolsNear } from '../../../src/context/symbolsNear.ts';

describe('the imports of a document', () => {
  const first = (text: string, languageId: string, id = 'file:///shop/src/cart.ts'): readonly (readonly [string, string | undefined])[] =>
    importsIn(text, languageId, id).map(({ written, ids }) => [written, ids[0]]);

  it('are found by their form and lie beside the document', () => {
    const text = "import { a } from './money.ts';\nimport b from '../lib/tax.js';\nexport * from './types';\nconst c = require('./old');\n";
    assert.deepEqual(first(text, 'typescript'), [
      ['./money.ts', 'file:///shop/src/money.ts'],
      ['../lib/tax.js', 'file:///shop/lib/tax.js'],
      ['./types', 'file:///shop/src/types.ts'],
      ['./old', 'file:///shop/src/old.ts'],
    ]);
    const python = 'from .stock import Stock\nfrom ..core import x\nfrom . import y\nimport os\n';
    assert.deepEqual(first(python, 'python', 'file:///shop/app/report.py').slice(0, 2), [
      ['.stock', 'file:///shop/app/stock.py'],
      ['..core', 'file:///shop/core.py'],
    ]);
    assert.deepEqual(first('#include "cart.h"\n#include <vector>\n', 'cpp', 'file:///shop/cart.cpp'), [['cart.h', 'file:///shop/cart.h']]);
    assert.deepEqual(first("require_relative 'tax'\nrequire 'json'\n", 'ruby', 'file:///shop/cart.rb'), [['tax', 'file:///shop/tax.rb']]);
    assert.deepEqual(first('mod tax;\npub(crate) mod money;\n', 'rust', 'file:///shop/lib.rs'), [
      ['tax', 'file:///shop/tax.rs'],
      ['money', 'file:///shop/money.rs'],
    ]);
  });

  it('of a JavaScript ending may mean TypeScript', () => {
    assert.ok(importsIn("from './a.js'", 'typescript', 'file:///s/b.ts')[0]?.ids.includes('file:///s/a.ts'));
  });

  it('leave packages alone, and aliases to the language server', () => {
    assert.deepEqual(first("import react from 'react';\nimport x from '@scope/x';\nimport fs from 'node:fs';\n", 'typescript'), []);
    assert.deepEqual(first("import x from '@/cart';\n", 'typescript'), [['@/cart', undefined]]);
  });

  it('cannot lead to another scheme or host', () => {
    const hostile = "from '//evil.example/x'; from './https://evil.example/x'; from './/evil.example/y'";
    for (const { ids } of importsIn(hostile, 'typescript', 'file:///shop/a.ts'))
      for (const id of ids) assert.match(id, /^file:\/\/\/shop\//);
  });

  const repeated = (part: string): string => part.repeat(Math.ceil(65_536 / part.length));
  const costly: readonly (readonly [languageId: string, text: string])[] = [
    ['typescript', `import${repeated(' ')}x`],
    ['typescript', repeated(`import${' '.repeat(100)}`)],
    ['typescript', repeated('import ( ')],
    ['typescript', repeated("from 'a")],
    ['python', `from ${repeated('.')}`],
    ['python', `from a${repeated(' ')}`],
    ['python', repeated('from a\n')],
    ['python', repeated(' ')],
    ['c', `#include${repeated(' ')}`],
    ['c', repeated('#include "a')],
    ['ruby', `require_relative${repeated(' (')}`],
    ['rust', repeated('pub(\n')],
    ['rust', `pub${repeated(' ')}`],
    ['css', `@import${repeated(' ')}`],
    ['css', repeated('@import url("')],
  ];
  for (const [languageId, text] of costly) {
    it(`are found at once in 64 KB of ${JSON.stringify(text.slice(0, 12))}… in ${languageId}`, () => {
      let quickest = Infinity;
      for (let round = 0; round < 3; round++) {
        const start = performance.now();
        importsIn(text, languageId, 'file:///shop/a');
        quickest = Math.min(quickest, performance.now() - start);
      }
      assert.ok(quickest < 10, `${quickest.toFixed(1)} ms`);
    });
  }

  it('are none in a language or document that is not known', () => {
    assert.deepEqual(first("from './a'", 'cobol'), []);
    assert.deepEqual(first("from './a'", 'typescript', 'no uri'), []);
    assert.deepEqual(first("from './a'", 'typescript', 'untitled:Untitled-1'), []);
  });
});

describe('names near the cursor', () => {
  it('come nearest first, each once, with their place', () => {
    assert.deepEqual(symbolsNear('const cart = newCart();\nconst tax = taxOf(cart, ', 7), [
      { name: 'cart', line: 7, character: 18 },
      { name: 'taxOf', line: 7, character: 12 },
      { name: 'tax', line: 7, character: 6 },
      { name: 'newCart', line: 6, character: 13 },
    ]);
  });

  it('leave out the word that is being typed, comments and long lines', () => {
    assert.deepEqual(symbolsNear(`// about widgets\n${'word '.repeat(300)}\nalpha.bet`, 2), [{ name: 'alpha', line: 2, character: 0 }]);
  });

  it('are bounded', () => {
    const names = Array.from({ length: 50 }, (_, index) => `name${index}`).join(' ');
    assert.equal(symbolsNear(names, 0).length, symbolReach.symbols);
  });

  it('know the call that the cursor is inside of', () => {
    assert.deepEqual(calleeAt('x\n  total(items.map((i) => i.price), ', 1), { name: 'total', line: 1, character: 2 });
    assert.deepEqual(calleeAt('shop.total(', 0), { name: 'total', line: 0, character: 5 });
    assert.equal(calleeAt('total(items);', 0), undefined);
    assert.equal(calleeAt('(', 0), undefined);
    assert.equal(calleeAt('', 0), undefined);
  });

  it('never fail, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'word', '(', ')', '\n', ' ', '$', '.', 'é', '😀', '\ud83d') }),
        fc.nat(50),
        (text, line) => {
          for (const { character } of symbolsNear(text, line)) assert.ok(character >= 0);
          calleeAt(text, line);
        },
      ),
    );
  });
});

describe('the text of a definition', () => {
  it('ends with its block', () => {
    const text = 'const before = 1;\nexport function total(\n  items: Item[],\n): number {\n  return 1;\n}\n\nfunction next() {}\n';
    assert.equal(definitionText(text, 1), 'export function total(\n  items: Item[],\n): number {\n  return 1;\n}');
    assert.equal(
      definitionText('class A:\n    def f(self):\n        return 1\n\nx = 2\n', 0),
      'class A:\n    def f(self):\n        return 1',
    );
    assert.equal(definitionText('export type Id = string;\nexport const a = 1;\n', 0), 'export type Id = string;');
    assert.equal(definitionText('def f\n  1\nend\ndef g\nend\n', 0), 'def f\n  1\nend');
  });

  it('is bounded, and empty where there is no such line', () => {
    const long = `function f() {\n${'  work();\n'.repeat(500)}}\n`;
    assert.ok(definitionText(long, 0).split('\n').length <= definitionBounds.lines);
    assert.ok(definitionText('x'.repeat(1e6), 0).length <= definitionBounds.characters);
    assert.equal(definitionText('one\ntwo', 5), '');
    assert.equal(definitionText('', 1), '');
  });
});

describe('the difference of two texts', () => {
  it('is small', () => {
    assert.deepEqual(lineDiff('a\nb\nc\nd\ne', 'a\nB\nc\nd\ne\nf'), [
      { line: 1, removed: ['b'], added: ['B'] },
      { line: 5, removed: [], added: ['f'] },
    ]);
    assert.deepEqual(lineDiff('a', 'a'), []);
  });

  it('applied to the old text gives the new one', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const old = before.join('\n').split('\n');

        for (const { line, removed, added } of lineDiff(before.join('\n'), after.join('\n'))) {
          // `line` counts in the new text: what came before is in place already.
          assert.deepEqual(old.slice(line, line + removed.length), removed);
          old.splice(line, removed.length, ...added);
        }
        assert.equal(old.join('\n'), after.join('\n'));
      }),
    );
  });

  it('of two long texts without a common line is found at once', () => {
    const text = (name: string): string => Array.from({ length: 5000 }, (_, index) => `${name}${index}`).join('\n');
    assert.equal(lineDiff(text('a'), text('b')).length, 1);
  });
});
