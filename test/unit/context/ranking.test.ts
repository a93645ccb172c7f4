import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { WindowRanking, rankingBounds } from '../../../src/context/windowRanking.ts';
import { namesAround } from '../../../src/context/query.ts';
import { windowBounds, windowsOf } from '../../../src/context/windows.ts';
import { documentOf } from '../../fakes/contextView.ts';

const root = new URL('../../../src/', import.meta.url);
/** The sources of this project: real code of real size. Parts without a letter are left out of windows, so not the file of numbers. */
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('fittedModel.ts'))
  .sort();
const textOf = (name: string): string => readFileSync(new URL(name, root), 'utf8');

describe('windows of a document', () => {
  it('are whole lines within the bound, and together the whole text', () => {
    for (const name of files) {
      const windows = windowsOf(textOf(name));
      const lines = new Set(textOf(name).split('\n'));
      for (const window of windows) {
        assert.ok(window.length <= windowBounds.maximum, name);
        for (const line of window.split('\n')) assert.ok(lines.has(line), `${name}: ${line}`);
      }
      // A window without a letter, such as two closing brackets, is left out.
      const bare = (lines: readonly string[]): string => lines.join('').replace(/\P{L}/gu, '');
      const short = textOf(name)
        .split('\n')
        .filter((line) => line.length <= windowBounds.line);
      assert.ok(bare(windows) === bare(short), name);
    }
  });

  it('are cut at once where nearly all is blank', () => {
    const text = `${'x'.repeat(20)}\n${`${' '.repeat(380)}\n`.repeat(3)} ${'x'.repeat(29)}\n`.repeat(83);
    assert.ok(text.length < rankingBounds.document);
    let quickest = Infinity;
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      windowsOf(text);
      quickest = Math.min(quickest, performance.now() - start);
    }
    assert.ok(quickest < 10, `${quickest.toFixed(1)} ms`);
  });

  it('begin at functions where they can', () => {
    const text = Array.from({ length: 6 }, (_, index) => `function part${index}() {\n${'  work();\n'.repeat(45)}}\n`).join('\n');
    for (const window of windowsOf(text)) assert.match(window, /^function part\d/);
  });

  it('before a change stay the same', () => {
    const text = textOf('guard/guard.ts');
    const changed = text.replace(/\n}\n$/, '\n  more();\n}\n');
    assert.deepEqual(windowsOf(changed).slice(0, -1), windowsOf(text).slice(0, -1));
  });

  it('leave out lines of data and parts without a letter', () => {
    assert.deepEqual(windowsOf(`const table = 1;\n${'x'.repeat(5000)}\nend();\n`), ['const table = 1;\nend();']);
    assert.deepEqual(windowsOf('}\n\n{ 12 }\n'), []);
    assert.deepEqual(windowsOf(''), []);
  });

  it('are the same with Windows line ends', () => {
    const text = textOf('guard/guard.ts');
    assert.deepEqual(windowsOf(text.replaceAll('\n', '\r\n')), windowsOf(text));
  });
});

describe('ranking by likeness', () => {
  const wanted = (prefix: string, suffix = ''): Map<string, number> => namesAround({ prefix, suffix });

  it('finds the window that shares the rare names', () => {
    const index = new WindowRanking();
    const documents = [
      documentOf('a', 'export function shippingCost(order: Order) {\n  return order.weight * rate;\n}\n'),
      documentOf('b', 'export function paint(canvas: Canvas) {\n  canvas.fill(order);\n}\n'),
      documentOf('c', 'export const order = 1;\n'),
    ];
    const ranked = index.rank(wanted('const cost = shippingCost(order, '), documents);
    assert.equal(ranked[0]?.document.id, 'a');
    assert.ok((ranked[0]?.score ?? 0) > 2 * (ranked[1]?.score ?? 0));
    for (const { score } of ranked) assert.ok(score > 0 && score <= 1);
  });

  it('does not count the word that is being typed, keywords and names that nobody else has', () => {
    assert.deepEqual([...wanted('const total = shipp').keys()], ['total']);
    assert.deepEqual(new WindowRanking().rank(wanted('zebra'), [documentOf('a', 'const lion = 1;')]), []);
  });

  it('reads a document once per version', () => {
    let reads = 0;
    const counted = (version: number): Parameters<WindowRanking['rank']>[1] => [
      { id: 'a', path: 'a', version, text: () => `total(items) ${(reads += 1)}` },
    ];
    const index = new WindowRanking();
    for (const version of [1, 1, 2, 2, 1]) index.rank(wanted('total(items'), counted(version));
    assert.equal(reads, 3);
  });

  it('reads no more than its share of new text for one request, and the rest for the next ones', () => {
    const index = new WindowRanking();
    const text = 'const total = items;\n'.repeat(1000);
    const documents = Array.from({ length: 6 }, (_, number) => documentOf(`d${number}`, text));
    const seen = (): number => new Set(index.rank(wanted('total(items)'), documents).map(({ document }) => document.id)).size;
    const perRequest = Math.floor(rankingBounds.perRequest / text.length);
    for (let request = 1; request <= 6; request++) assert.equal(seen(), Math.min(6, request * perRequest));
  });

  it('stays within its bytes, and keeps only what it is told to', () => {
    const index = new WindowRanking();
    for (let number = 0; number < 60; number++) {
      index.rank(wanted('total'), [documentOf(`d${number}`, textOf('guard/guard.ts').repeat(10).replaceAll('total', `total${number}`))]);
    }
    assert.ok(index.bytes > 0 && index.bytes <= rankingBounds.bytes, `${index.bytes}`);
    index.keepOnly(new Set());
    assert.equal(index.bytes, 0);
  });

  it('takes at most 2 ms for twenty open documents', () => {
    const index = new WindowRanking();
    const documents = files.slice(0, 20).map((name) => documentOf(name, textOf(name)));
    const prefix = textOf('engine.ts');
    for (let warm = 0; warm < 50; warm++) index.rank(wanted(prefix), documents);
    const times = Array.from({ length: 100 }, () => {
      const begin = performance.now();
      index.rank(wanted(prefix), documents);
      return performance.now() - begin;
    }).sort((one, other) => one - other);
    const median = times[50] ?? Infinity;
    assert.ok(median <= 2, `median ${median.toFixed(2)} ms`);
    if (process.env['FAILSOFT_SHOW']) console.log(`      ranking: median ${median.toFixed(2)} ms, P95 ${times[95]?.toFixed(2)} ms`);
  });
});
