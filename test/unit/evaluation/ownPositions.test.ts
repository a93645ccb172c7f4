import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { type OwnFiles, ownPositionDefaults, ownPositions } from '../../../src/evaluation/ownPositions.ts';

const folder = path.resolve(import.meta.dirname, '../../../src/domain');
const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));

const filesOf = (contents: ReadonlyMap<string, string>, hasSecret: OwnFiles['hasSecret'] = () => false): OwnFiles => ({
  paths: [...contents.keys()],
  read: (name) => contents.get(name),
  hasSecret,
});

describe('positions in the own code', () => {
  const all = ownPositions(filesOf(texts), 1000, 1);

  it('are pieces of the files as they are', () => {
    assert.ok(all.length > 30);
    for (const { path: name, prefix, expected, suffix } of all) {
      const text = texts.get(name) ?? '';
      assert.ok(text.includes(prefix + expected + suffix), name);
      assert.ok(expected.trim().length >= 4, expected);
      assert.ok(prefix.length <= ownPositionDefaults.before && suffix.length <= ownPositionDefaults.after);
    }
  });

  it('take out rests of lines and whole blocks, some of each', () => {
    const blocks = all.filter(({ prefix }) => prefix.slice(prefix.lastIndexOf('\n') + 1).trim() === '');
    assert.ok(blocks.length > 2 && blocks.length < all.length / 2, `${blocks.length} of ${all.length}`);
  });

  it('begin with a whole line far into a long file, and take out no block that is longer than eight lines', () => {
    const body = Array.from({ length: 12 }, (_, index) => `    total += values[${index}] * weights[${index}];`).join('\n');
    const long = Array.from({ length: 60 }, (_, index) => `function sum${index}(values, weights) {\n${body}\n  }\n`).join('\n');
    const found = Array.from({ length: 40 }, (_, seed) => ownPositions(filesOf(new Map([['long.js', long]])), 3, seed)).flat();
    const begins = found.map(({ prefix, expected, suffix }) => long.indexOf(prefix + expected + suffix));
    assert.ok(begins.some((at) => at > 0) && begins.every((at) => at === 0 || long[at - 1] === '\n'));
    assert.ok(found.every(({ expected }) => expected.split('\n').length <= ownPositionDefaults.blockLines));
  });

  it('come from many files, a few of each', () => {
    const perFile = new Map<string, number>();
    for (const { path: name } of all) perFile.set(name, (perFile.get(name) ?? 0) + 1);
    assert.ok(Math.max(...perFile.values()) <= ownPositionDefaults.ofFile);
    assert.ok(new Set(all.map(({ id }) => id)).size === all.length);
  });

  it('are the same for the same seed and others for another', () => {
    const reversed = filesOf(new Map([...texts].reverse()));
    assert.deepEqual(ownPositions(reversed, 20, 1), ownPositions(filesOf(texts), 20, 1));
    const [first, second] = [1, 2].map((seed) => ownPositions(filesOf(texts), 20, seed));
    const pathsOf = (found: typeof first): string[] => [...new Set(found?.map((position) => position.path))];
    assert.notDeepEqual(pathsOf(second), pathsOf(first), 'of other files, and not only of other places in the same ones');
    assert.equal(first?.length, 20);
  });

  it('stay the same in a file when others come and go', () => {
    const [name = ''] = texts.keys();
    const alone = ownPositions(filesOf(new Map([[name, texts.get(name) ?? '']])), 1000, 1);
    assert.deepEqual(
      all.filter((position) => position.path === name),
      alone,
    );
  });

  it('leave out what looks like a secret, with all that is around it', () => {
    const found = ownPositions(
      filesOf(texts, (text) => text.includes('interface Attempt ')),
      1000,
      1,
    );
    assert.ok(found.length > 0 && found.length < all.length);
    assert.ok(found.every(({ prefix, expected, suffix }) => !(prefix + expected + suffix).includes('interface Attempt ')));
  });

  it('are never in what is no program, too short, too long or made by a machine', () => {
    const text = texts.get('attempt.ts') ?? '';
    const odd = new Map([
      ['notes.txt', text],
      ['short.ts', 'const a = 1;\n'],
      ['long.ts', text.repeat(100)],
      ['bundle.js', `var a=${'b,'.repeat(2000)}c;\n`],
      ['binary.ts', `${text}\0`],
    ]);
    assert.deepEqual(ownPositions(filesOf(odd), 10, 1), []);
  });

  it('do not begin within a comment', () => {
    assert.ok(all.every(({ prefix }) => !/^\s*(?:\/\/|\*|\/\*)/.test(prefix.slice(prefix.lastIndexOf('\n') + 1))));
  });

  it('are found in a file with line ends of Windows', () => {
    const windows = filesOf(new Map([['a.ts', (texts.get('attempt.ts') ?? '').replaceAll('\n', '\r\n')]]));
    const found = ownPositions(windows, 3, 1);
    assert.equal(found.length, 3);
    assert.ok(found.every(({ prefix, expected, suffix }) => !(prefix + expected + suffix).includes('\r')));
  });
});
