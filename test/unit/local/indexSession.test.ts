import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fittedModel } from '../../../src/local/fittedModel.ts';
import { IndexSession } from '../../../src/local/indexSession.ts';
import { fitKey, modelOf } from '../../../src/local/model.ts';
import { isSourceText } from '../../../src/local/sourceText.ts';
import type { StoreBounds } from '../../../src/local/storeBounds.ts';
import { MemoryFiles } from '../../fakes/memoryFiles.ts';
import type { FromIndex, IndexProgress, ToIndex } from '../../../src/local/workerProtocol.ts';

const model = modelOf(fittedModel);

/** A session whose work is done at once. */
class Bench {
  readonly said: FromIndex[] = [];
  readonly session: IndexSession;
  readonly files: MemoryFiles;
  #ids = 0;

  constructor(bounds?: StoreBounds, files = new MemoryFiles()) {
    this.files = files;
    this.session = new IndexSession(model, (message) => this.said.push(message), files, bounds === undefined ? {} : { bounds });
  }

  /** The image as it is kept. */
  keep(): Uint8Array {
    this.tell({ kind: 'keep', file: 'image' });
    const image = this.files.contents.get('image');
    assert.ok(image);
    return image;
  }

  /** A new session that begins with this image, and what it says of that. */
  static with(image: Uint8Array): { bench: Bench; restored: FromIndex | undefined } {
    const bench = new Bench();
    bench.files.contents.set('image', image);
    bench.tell({ kind: 'restore', file: 'image' });
    return { bench, restored: bench.said.find(({ kind }) => kind === 'restored') };
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

describe('index session', function () {
  this.timeout(20_000);
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

  it('stays within its bound where a file is written again and again with other words, and knows the rest meanwhile', () => {
    const bytes = 4_000_000;
    const bench = new Bench({ bytes }).write('b.ts', 'zebra.paintStripes(first);\n'.repeat(3));
    let word = 0;
    for (let turn = 0; turn < 300; turn += 1) {
      const lines = Array.from({ length: 300 }, () => `"id${(word += 1).toString(36)}": "value${word * 7919}",`);
      bench.write('state.json', lines.join('\n'));
      assert.ok(bench.progress.bytes <= bytes, `after ${turn} turns ${bench.progress.bytes}`);
    }
    assert.equal(bench.progress.files, 2);
    assert.equal(bench.ask('zebra.pai'), 'ntStripes(first);');
    assert.match(bench.ask(`x("id${word.toString(36)}": `), /^"value/);
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
    bench.tell({ kind: 'remove', path: 'a.ts' });
    const { bench: other, restored } = Bench.with(bench.keep());
    assert.deepEqual(restored, { kind: 'restored', restored: { ok: true, files: [{ path: 'b.ts', stamp: '18' }] } });
    for (const before of ['zebra.pai', 'zebra.', 'let x = zeb']) assert.equal(other.ask(before), bench.ask(before));
  });

  it('keeps no word of a file without a stamp: it is not saved', () => {
    const bench = new Bench().write('b.ts', 'zebra.paintStripes(first);\n', '18');
    const before = bench.keep();
    bench.write('untitled:1', 'zebra.unsavedSecret("hunter2");\n');
    assert.deepEqual(bench.keep(), before);
    bench.write('a.ts', 'zebra.later(first);\n', '19').tell({ kind: 'remove', path: 'b.ts' });
    const { bench: other, restored } = Bench.with(bench.keep());
    assert.deepEqual(restored, { kind: 'restored', restored: { ok: true, files: [{ path: 'a.ts', stamp: '19' }] } });
    assert.equal(other.ask('zebra.la'), 'ter(first);');
    assert.ok(!Buffer.from(bench.keep()).toString('utf16le').includes('unsavedSecret'));
    assert.ok(!Buffer.from(bench.keep()).toString('utf16le').includes('paintStripes'));
  });

  it('says why an image cannot be written or read, and goes on', () => {
    const bench = new Bench({ bytes: 96 * 1024 * 1024 }).write('a.ts', greeting, '1');
    bench.files.refusal = 'ENOSPC: no space left on device, write';
    bench.tell({ kind: 'keep', file: 'image' });
    assert.deepEqual(bench.said.at(-1), { kind: 'kept', kept: { ok: false, reason: bench.files.refusal } });
    bench.files.contents.set('image', new Uint8Array(97 * 1024 * 1024));
    bench.tell({ kind: 'restore', file: 'image' });
    assert.deepEqual(bench.said.at(-1), { kind: 'restored', restored: { ok: false, reason: 'too long' } });
    assert.equal(bench.progress.files, 1);
  });

  it('begins with nothing where there is no image', () => {
    const bench = new Bench().tell({ kind: 'restore', file: 'image' });
    assert.deepEqual(bench.said, [{ kind: 'restored', restored: { ok: true, files: [] } }]);
  });

  const image = new Bench().write('a.ts', greeting, '1').write('b.ts', 'zebra.paintStripes(first);\n'.repeat(3), '2').keep();

  /** Such an image is refused, and what is written then is found. */
  const assertRefused = (wrong: Uint8Array): void => {
    const { bench, restored } = Bench.with(wrong);
    assert.ok(restored?.kind === 'restored' && !restored.restored.ok);
    assert.equal(bench.write('b.ts', greeting).progress.files, 1);
  };

  it('refuses an image with any bytes changed, at whichever places', () => {
    const change = fc.record({ at: fc.nat(image.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 40 }), (changes) => {
        const changed = image.slice();
        for (const { at, to } of changes) changed[at] = to;
        fc.pre(changed.some((byte, at) => byte !== image[at]));
        assertRefused(changed);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses an image cut at any place, with a part twice, or with anything else in its place', () => {
    fc.assert(
      fc.property(fc.nat(image.length - 1), fc.nat(image.length - 1), fc.uint8Array({ maxLength: 200 }), (from, to, other) => {
        assertRefused(image.slice(0, from));
        assertRefused(other);
        if (from < to) assertRefused(Buffer.concat([image, image.subarray(from, to)]));
      }),
    );
  });

  it('refuses an image that is cut short, changed, or of another version', () => {
    const version = image.slice();
    version[4] = 99;
    const wrong = [image.slice(0, -4), image.slice(0, -1), version, new Uint8Array(0), new Uint8Array(64)];
    for (let at = 28; at < image.length; at += 37) {
      const changed = image.slice();
      changed[at] = (changed[at] ?? 0) ^ 4;
      wrong.push(changed);
    }
    for (const each of wrong) {
      assertRefused(each);
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
    assert.deepEqual(bench.said.splice(0), [{ kind: 'begun', path: 'long.ts' }]);
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
