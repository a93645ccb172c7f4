import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fittedModel } from '../../../src/local/fittedModel.ts';
import { IndexSession } from '../../../src/local/indexSession.ts';
import { fitKey, modelOf } from '../../../src/local/model.ts';
import { isSourceText } from '../../../src/local/sourceText.ts';
import type { StoreBounds } from '../../../src/local/tokenStore.ts';
import type { FromIndex, IndexProgress, ToIndex } from '../../../src/local/workerProtocol.ts';

const model = modelOf(fittedModel);

/** A session whose work is done at once. */
class Bench {
  readonly said: FromIndex[] = [];
  readonly session: IndexSession;
  #ids = 0;

  constructor(bounds?: StoreBounds) {
    this.session = new IndexSession(model, (message) => this.said.push(message), bounds);
  }

  tell(...messages: ToIndex[]): this {
    for (const message of messages) this.session.take(message);
    while (this.session.work());
    return this;
  }

  write(path: string, text: string, stamp = ''): this {
    return this.tell({ kind: 'write', path, languageId: 'typescript', text, stamp });
  }

  ask(before: string, after = '\n', isBlock = false): string {
    this.#ids += 1;
    const document = { path: 'here.ts', languageId: 'typescript', keptBefore: 0, before, keptAfter: 0, after };
    this.tell({ kind: 'complete', id: this.#ids, document, extent: 'line', isBlock });
    const last = this.said.findLast(({ kind }) => kind === 'completed');
    assert.ok(last?.kind === 'completed');
    return last.text;
  }

  get progress(): IndexProgress {
    return this.session.progress;
  }
}

const greeting = 'export function greet(name: string): string {\n  return `Hello, ${name}, from ${this.place}`;\n}\n';

describe('index session', () => {
  it('writes the first files before it answers the first question', () => {
    const bench = new Bench();
    bench.session.take({ kind: 'write', path: 'a.ts', languageId: 'typescript', text: 'zebra.paintStripes(first);\n', stamp: '' });
    assert.equal(bench.ask('zebra.pai'), 'ntStripes(first);');
  });

  it('forgets what was removed, and knows the newer version of what was written again', () => {
    const bench = new Bench().write('a.ts', 'zebra.paintStripes(first);\n');
    assert.equal(bench.ask('zebra.pai'), 'ntStripes(first);');
    bench.write('a.ts', 'zebra.paintDots(second);\n');
    assert.equal(bench.ask('zebra.pai'), 'ntDots(second);');
    bench.tell({ kind: 'remove', path: 'a.ts' });
    assert.doesNotMatch(bench.ask('zebra.pai'), /Dots/);
    assert.equal(bench.progress.files, 0);
  });

  it('does not take the document that is typed in from its kept version', () => {
    const bench = new Bench().write('here.ts', 'zebra.paintStripes(first);\n');
    assert.doesNotMatch(bench.ask('zebra.pai'), /Stripes/);
  });

  it('gives back the room of what was replaced many times', () => {
    const bench = new Bench();
    const text = (turn: number): string => Array.from({ length: 400 }, (_, line) => `call${line % 9}(value, ${turn});`).join('\n');
    for (let turn = 0; turn < 3; turn += 1) bench.write('a.ts', text(turn));
    const early = bench.progress.bytes;
    for (let turn = 0; turn < 60; turn += 1) bench.write('a.ts', text(turn));
    assert.ok(bench.progress.bytes < early * 2, `${early} became ${bench.progress.bytes}`);
    assert.equal(bench.progress.files, 1);
    assert.match(bench.ask('call3('), /^value/);
  });

  it('stays within its bound: samples what is too much, then leaves it out, and counts both', () => {
    const bytes = 3_000_000;
    const bench = new Bench({ bytes });
    const text = (file: number): string =>
      Array.from({ length: 300 }, (_, line) => `const name${line}of${file} = make${line % 5}(input, ${line});`).join('\n');
    for (let file = 0; file < 60; file += 1) {
      bench.write(`f${file}.ts`, text(file));
      assert.ok(bench.progress.bytes <= bytes * 1.05, `after ${file} files ${bench.progress.bytes}`);
    }
    assert.ok(bench.progress.sampled > 0 && bench.progress.left > 0, JSON.stringify(bench.progress));
    assert.match(bench.ask('const x = make3('), /^input/);
    // What is saved again and again always finds room.
    for (let turn = 0; turn < 20; turn += 1) {
      bench.write('f0.ts', `${text(0)}\nconst zebra = paintStripes(${turn});\n`);
      assert.ok(bench.progress.bytes <= bytes * 1.05, `after ${turn} turns ${bench.progress.bytes}`);
    }
    assert.match(bench.ask('const zebra = paint'), /^Stripes\(/);
  }).timeout(20_000);

  it('skips and counts what is no source text', () => {
    const bench = new Bench()
      .write('binary.ts', 'a\0b')
      .write('minified.js', `var a=1;`.repeat(40_000))
      .write('line.ts', 'x'.repeat(1_000_000))
      .write('latin.ts', 'caf\ufffd '.repeat(50))
      .write('empty.ts', '')
      .write('good.ts', greeting);
    assert.equal(bench.progress.files, 1);
    assert.equal(bench.progress.skipped, 4);
  });

  it('takes any text without harm, lone surrogates and all', () => {
    const bench = new Bench();
    const piece = fc.constantFrom(
      'if',
      ' ',
      '\n',
      '\t',
      '\r\n',
      '(',
      ')',
      '{',
      '}',
      '"',
      "'",
      '`',
      '${',
      '.',
      '=',
      'ä',
      '\ud83d',
      '\ude00',
      '😀',
      '/*',
      '//',
      '\\',
    );
    const text = fc.array(piece, { maxLength: 120 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (one, before, after, isBlock) => {
        bench.write('a.ts', one);
        const found = bench.ask(before, after, isBlock);
        return typeof found === 'string' && (isBlock || !found.includes('\n'));
      }),
    );
  });

  it('keeps and takes back an image that answers alike', () => {
    const bench = new Bench().write('a.ts', greeting, '17').write('b.ts', 'zebra.paintStripes(first);\n'.repeat(3), '18');
    bench.tell({ kind: 'remove', path: 'a.ts' }).tell({ kind: 'keep' });
    const kept = bench.said.at(-1);
    assert.ok(kept?.kind === 'kept');
    const other = new Bench().tell({ kind: 'restore', image: kept.image });
    assert.deepEqual(
      other.said.find(({ kind }) => kind === 'restored'),
      { kind: 'restored', files: [{ path: 'b.ts', stamp: '18' }] },
    );
    for (const before of ['zebra.pai', 'zebra.', 'let x = zeb']) assert.equal(other.ask(before), bench.ask(before));
  });

  it('refuses an image that is cut short, changed, or of another version', () => {
    const bench = new Bench().write('a.ts', greeting).tell({ kind: 'keep' });
    const kept = bench.said.at(-1);
    assert.ok(kept?.kind === 'kept');
    const { image } = kept;
    const version = image.slice();
    version[4] = 99;
    const wrong = [image.slice(0, -4), image.slice(0, -1), version, new Uint8Array(0), new Uint8Array(64)];
    for (let at = 28; at < image.length; at += 37) {
      const changed = image.slice();
      changed[at] = (changed[at] ?? 0) ^ 4;
      wrong.push(changed);
    }
    for (const each of wrong) {
      const other = new Bench().tell({ kind: 'restore', image: each });
      assert.deepEqual(other.said[0], { kind: 'restored', files: undefined });
      assert.equal(other.write('b.ts', greeting).progress.files, 1);
    }
  });

  it('does a slice at a time, and the latest question before the next slice', () => {
    const bench = new Bench();
    // The first files are written before anything is answered.
    for (let file = 0; file < 11; file += 1) bench.write(`first${file}.ts`, greeting);
    bench.said.length = 0;
    const long = Array.from({ length: 3000 }, (_, line) => `const value${line} = compute(${line});`).join('\n');
    bench.session.take({ kind: 'write', path: 'long.ts', languageId: 'typescript', text: long, stamp: '' });
    assert.ok(bench.session.work());
    const document = { path: 'here.ts', languageId: 'typescript', keptBefore: 0, before: 'const x = com', keptAfter: 0, after: '\n' };
    bench.session.take({ kind: 'complete', id: 1, document, extent: 'line', isBlock: false });
    bench.session.take({ kind: 'complete', id: 2, document, extent: 'line', isBlock: false });
    assert.deepEqual(bench.said, [{ kind: 'completed', id: 1, text: '', confidence: 0 }]);
    assert.ok(bench.session.work());
    assert.ok(bench.said[1]?.kind === 'completed' && bench.said[1].id === 2);
  });
});

describe('fitted model', () => {
  it('is fitted to the features that the engine has', () => {
    assert.equal(fittedModel.key, fitKey(fittedModel.parameters));
    assert.throws(() => modelOf({ ...fittedModel, parameters: 'others' }), /fit them anew/);
    assert.throws(() => modelOf({ ...fittedModel, hundredths: '1 2 3' }), /3 instead of/);
  });
});

describe('source text', () => {
  it('is what somebody could go on writing', () => {
    assert.ok(isSourceText(greeting));
    assert.ok(isSourceText('\u0000'.repeat(0) + 'a'));
    for (const text of ['', 'a\0', 'x'.repeat(300), 'a\n'.repeat(300_000), '\ufffd\n']) assert.ok(!isSourceText(text));
  });
});
