import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import type { ContextSource, Finding } from '../../../src/context/finding.ts';
import { lookupBounds, Lookups } from '../../../src/context/lookups.ts';
import { recentEditBounds, recentEdits } from '../../../src/context/recentEdits.ts';
import { definitions, diagnostics, importedFiles, maximumOpenFiles, openFiles } from '../../../src/context/sources.ts';
import type { CompletionRequest } from '../../../src/domain/completion.ts';
import { documentOf, FakeContextView } from '../../fakes/contextView.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const cart = 'file:///shop/cart.ts';
const money = 'file:///shop/money.ts';
const at = (prefix: string, changes: Partial<CompletionRequest> = {}): CompletionRequest =>
  sampleRequest({ documentId: cart, prefix, line: prefix.split('\n').length - 1, ...changes });
const live = (): AbortSignal => new AbortController().signal;
const ids = (findings: readonly Finding[]): string[] =>
  findings.map((found) => ('document' in found ? found.document.id : found.documentId));
const texts = (findings: readonly Finding[]): string[] =>
  findings.map((found) => ('piece' in found ? found.piece.text : found.document.text()));
const gather = async (source: ContextSource, request: CompletionRequest, signal = live()): Promise<readonly Finding[]> =>
  source.gather(request, signal);

describe('open files as context', () => {
  it('are all but the one that is typed in, the latest first, bounded', async () => {
    const view = new FakeContextView();
    for (let number = 0; number < 30; number++) view.show(`file:///shop/${number}.ts`, 'x');
    view.show(cart, 'x');
    const found = ids(await gather(openFiles(view), at('')));
    assert.equal(found.length, maximumOpenFiles);
    assert.equal(found[0], 'file:///shop/29.ts');
    assert.ok(!found.includes(cart));
  });
});

describe('the other cells of a notebook as context', () => {
  it('are those whose code is not part of the text before the cursor anyway', async () => {
    const cell = (name: string): string => `vscode-notebook-cell:/shop/report.ipynb#${name}`;
    const view = new FakeContextView();
    view.show(cell('W0'), 'prices = [1]\r\nmore = 2');
    view.show(cell('W2'), 'later = 3');
    view.show('vscode-notebook-cell:/shop/other.ipynb#W0', 'prices = [1]');
    view.show('file:///shop/prices.py', 'prices = [1]');
    const found = ids(await gather(openFiles(view), at('prices = [1]\nmore = 2\nsum(', { documentId: cell('W1') })));
    assert.deepEqual(found.sort(), ['file:///shop/prices.py', 'vscode-notebook-cell:/shop/other.ipynb#W0', cell('W2')]);
  });
});

describe('imported files as context', () => {
  const text = "import { price } from './money.ts';\n";

  it('are read when they are not open, once', async () => {
    const view = new FakeContextView();
    view.files[money] = 'export const price = 1;';
    const source = importedFiles(view, systemClock);
    for (let key = 0; key < 3; key++) assert.deepEqual(texts(await gather(source, at(`${text}p${key}`))), ['export const price = 1;']);
    assert.deepEqual(view.reads, [money]);
  });

  it('come as they are in the editor when they are open', async () => {
    const view = new FakeContextView();
    view.files[money] = 'old';
    view.show(money, 'new');
    assert.deepEqual(texts(await gather(importedFiles(view, systemClock), at(text))), ['new']);
    assert.deepEqual(view.reads, []);
  });

  it('that are ignored are not even read', async () => {
    const view = new FakeContextView();
    view.files[money] = 'canary';
    view.ignored.add(money);
    await gather(importedFiles(view, systemClock), at(text));
    assert.ok(!view.reads.includes(money));
  });

  it('with an alias are found by the language server', async () => {
    const view = new FakeContextView();
    view.files[money] = 'export const price = 1;';
    view.definitions = (place) => {
      view.asked.push(place);
      return Promise.resolve([{ documentId: money, line: 0 }]);
    };
    const request = at("\nimport { price } from '@/money';\n");
    assert.deepEqual(ids(await gather(importedFiles(view, systemClock), request)), [money]);
    assert.deepEqual(view.asked, [{ documentId: cart, line: 1, character: 23 }]);
    // The beginning of the document is missing: its lines cannot be counted.
    assert.deepEqual(ids(await gather(importedFiles(view, systemClock), { ...request, line: 99 })), []);
  });
});

describe('definitions as context', () => {
  function withServer(): FakeContextView {
    const view = new FakeContextView();
    view.files[money] = 'const a = 1;\nexport function taxOf(cart: Cart): number {\n  return cart.sum * rate;\n}\n';
    view.definitions = (place) => {
      view.asked.push(place);
      return Promise.resolve([{ documentId: money, line: 1 }]);
    };
    return view;
  }

  it('are those of the names near the cursor, with the call that is typed first', async () => {
    const view = withServer();
    const found = await gather(definitions(view, systemClock), at('const x = taxOf('));
    assert.equal(texts(found)[0], 'export function taxOf(cart: Cart): number {\n  return cart.sum * rate;\n}');
    assert.deepEqual(view.asked[0], { documentId: cart, line: 0, character: 10 });
  });

  it('are asked for once per name, whatever is typed behind it', async () => {
    const view = withServer();
    const source = definitions(view, systemClock);
    for (const tail of ['', 'c', 'ca', 'car', 'cart']) await gather(source, at(`taxOf(${tail}`));
    assert.equal(view.asked.length, 1);
  });

  it('in the same document, in an ignored file or without a server are none', async () => {
    const view = withServer();
    view.ignored.add(money);
    assert.deepEqual(await gather(definitions(view, systemClock), at('taxOf(')), []);
    assert.deepEqual(view.reads, []);
    view.definitions = () => Promise.resolve([{ documentId: cart, line: 0 }]);
    assert.deepEqual(await gather(definitions(view, systemClock), at('taxOf(')), []);
    view.definitions = () => Promise.reject(new Error('no server'));
    assert.deepEqual(await gather(definitions(view, systemClock), at('taxOf(')), []);
    assert.deepEqual(await gather(definitions(view, systemClock), sampleRequest({ prefix: 'taxOf(' })), []);
  });

  it('of a library are the signature, unless its file is ignored', async () => {
    const view = withServer();
    view.definitions = () => Promise.resolve([{ documentId: 'file:///lib/math.d.ts', line: 3 }]);
    view.signature = () => Promise.resolve('max(...values: number[]): number');
    assert.deepEqual(texts(await gather(definitions(view, systemClock), at('max('))), ['max(...values: number[]): number']);
    view.ignored.add('file:///lib/math.d.ts');
    assert.deepEqual(await gather(definitions(view, systemClock), at('max(')), []);
  });

  it('that come late are there for the next keystroke, and the server is not asked again meanwhile', async () => {
    const view = withServer();
    let answer: (() => void) | undefined;
    view.definitions = (place) => {
      view.asked.push(place);
      return new Promise((resolve) => (answer = () => resolve([{ documentId: money, line: 1 }])));
    };
    const source = definitions(view, systemClock);
    const budget = new AbortController();
    const first = gather(source, at('taxOf('), budget.signal);
    budget.abort();
    assert.deepEqual(await first, []);
    assert.deepEqual(await gather(source, at('taxOf(c')), []);
    assert.equal(view.asked.length, 1);
    answer?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await gather(source, at('taxOf(ca'))).length, 1);
  });
});

describe('lookups', () => {
  it('are at most a few at once, and one that hangs is given up', () =>
    withVirtualTime(async (time) => {
      const lookups = new Lookups<object>(systemClock, () => 1);
      let asked = 0;
      const hang = (): Promise<object> => {
        asked += 1;
        return new Promise(() => undefined);
      };
      for (let key = 0; key < 20; key++) lookups.get(`${key}`, hang);
      assert.equal(asked, lookupBounds.atOnce);
      await time.tickAsync(lookupBounds.patience);
      for (let key = 0; key < 20; key++) lookups.get(`${key}`, hang);
      assert.equal(asked, 2 * lookupBounds.atOnce);
    }));

  it('serve an old answer while a new one is fetched, and are not waited for then', () =>
    withVirtualTime(async (time) => {
      const lookups = new Lookups<{ n: number }>(systemClock, () => 1);
      let count = 0;
      const ask = (): Promise<{ n: number }> => Promise.resolve({ n: (count += 1) });
      lookups.get('a', ask);
      await lookups.answered(live());
      await time.tickAsync(lookupBounds.life);
      assert.deepEqual(lookups.get('a', ask), { n: 1 });
      await time.tickAsync(0);
      assert.deepEqual(lookups.get('a', ask), { n: 2 });
    }));

  it('keep no more answers than their bound', async () => {
    const lookups = new Lookups<object>(systemClock, () => 1);
    let asked = 0;
    for (const key of [...Array(2 * lookupBounds.answers).keys(), 0]) {
      lookups.get(`${key}`, () => Promise.resolve({ n: (asked += 1) }));
      await lookups.answered(live());
    }
    assert.equal(asked, 2 * lookupBounds.answers + 1);
  });
});

describe('recent edits as context', () => {
  const lines = (...changed: string[]): string => ['first', 'second', 'third', ...Array<string>(20).fill('same'), ...changed].join('\n');

  it('are what changed since a document was first seen, as a small diff', async () => {
    const view = new FakeContextView();
    const source = recentEdits(view, systemClock);
    view.show(money, lines('price'));
    view.show(money, lines('amount').replace('second', '2nd'));
    assert.deepEqual(texts(await gather(source, at(''))), ['-second\n+2nd\n-price\n+amount']);
    source.dispose();
  });

  it('leave out what is typed at the cursor, and what was undone', async () => {
    const view = new FakeContextView();
    const source = recentEdits(view, systemClock);
    view.show(cart, lines('price'));
    view.show(cart, lines('amount').replace('second', '2nd'));
    assert.deepEqual(texts(await gather(source, at('', { line: 23 }))), ['-second\n+2nd']);
    view.show(cart, lines('price'));
    assert.deepEqual(await gather(source, at('', { line: 23 })), []);
    source.dispose();
  });

  it('never watch an ignored document, forget a closed one and keep few', async () => {
    const view = new FakeContextView();
    view.ignored.add(money);
    const source = recentEdits(view, systemClock);
    for (const text of ['a', 'b']) view.show(money, text);
    view.ignored.clear();
    assert.deepEqual(await gather(source, at('')), []);
    for (let number = 0; number < 10; number++) for (const text of ['a', 'b']) view.show(`file:///shop/${number}.ts`, text);
    assert.equal((await gather(source, at(''))).length, recentEditBounds.documents);
    view.open = [documentOf(cart, 'x')];
    assert.deepEqual(await gather(source, at('')), []);
    source.dispose();
  });

  it('leave out long documents and pasted blocks', async () => {
    const view = new FakeContextView();
    const source = recentEdits(view, systemClock);
    view.show(cart, 'x'.repeat(recentEditBounds.document + 1));
    view.show(cart, 'y');
    view.show(cart, 'z');
    view.show(money, 'a');
    view.show(money, `a\n${'pasted\n'.repeat(100)}`);
    const found = texts(await gather(source, at('', { documentId: 'file:///shop/other.ts' })));
    assert.deepEqual(found, ['-y\n+z']);
    source.dispose();
  });
});

describe('errors as context', () => {
  it('are few, near, short and not of the line that is being typed', async () => {
    const view = new FakeContextView();
    view.shownErrors = [
      { line: 0, message: 'far away' },
      { line: 49, message: `Cannot find name 'pric'.\nDid you mean 'price'? ${'x'.repeat(500)}` },
      { line: 50, message: 'Expression expected.' },
      ...Array.from({ length: 9 }, (_, index) => ({ line: 52, message: `error ${index}` })),
    ];
    const [text = ''] = texts(await gather(diagnostics(view), at('', { line: 50 })));
    assert.deepEqual(text.split('\n'), ["Cannot find name 'pric'.", 'error 0', 'error 1']);
    assert.deepEqual(await gather(diagnostics(view), sampleRequest()), []);
  });
});
