import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { categorise, LineRuns } from '../../bench/local/lineCategories.ts';
import { calibrationError, exactShare, type MeasuredLine, type Offer, thresholdFor, typeAll, typeLine } from '../../bench/local/typing.ts';

/** A line with the offers at their columns; an offer is right when the line goes on with it. */
function lineOf(text: string, offers: Readonly<Record<number, readonly [offer: string, confidence: number]>>): MeasuredLine {
  const columns = Array.from(text, (_, column): Offer | undefined => {
    const [offer, confidence] = offers[column] ?? [];
    if (offer === undefined || confidence === undefined) return undefined;
    const rest = text.slice(column);
    const before = offers[column - 1]?.[0] ?? '';
    return {
      confidence,
      length: offer.length,
      isRight: rest.startsWith(offer),
      isWhole: rest === offer,
      goesOn: before.slice(1) === offer,
    };
  });
  return { languageId: 'x', text, offers: columns };
}

describe('benchmark of typing', () => {
  it('counts a key for each character, for each text taken, and for Enter', () => {
    assert.deepEqual(typeLine(lineOf('return x;', {}), 0), { keys: 10, characters: 10, shown: 0, taken: 0 });
    assert.deepEqual(typeLine(lineOf('return x;', { 1: ['eturn x;', 0.9] }), 0), { keys: 3, characters: 10, shown: 1, taken: 1 });
    assert.deepEqual(typeLine(lineOf('return x;', { 1: ['eturn x;', 0.9] }), 0.95).taken, 0);
  });

  it('counts a wrong text once while it stays the same, and takes none shorter than two characters', () => {
    const wrong = { 0: ['returns', 0.9], 1: ['eturns', 0.9], 2: ['turns', 0.9], 8: [';', 0.9] } as const;
    assert.deepEqual(typeLine(lineOf('return x;', wrong), 0), { keys: 10, characters: 10, shown: 1, taken: 0 });
  });

  it('chooses the threshold that saves most at the wanted acceptance', () => {
    const lines = [
      lineOf('return x;', { 1: ['eturn x;', 0.9] }),
      lineOf('const y;', { 0: ['let', 0.3] }),
      lineOf('const z;', { 0: ['var', 0.3] }),
    ];
    assert.equal(typeAll(lines, thresholdFor(lines, 0.5)).acceptance, 1);
    assert.ok(thresholdFor(lines, 0.3) <= 0.3);
    assert.equal(thresholdFor([lineOf('ab', {})], 0.5), 2);
  });

  it('knows the places of a line and how far the confidence is off', () => {
    const lines = [lineOf('a = b', { 0: ['a = b', 0.5], 4: ['b', 0.5] })];
    assert.deepEqual(
      (['P0', 'P1', 'P2', 'P3'] as const).map((position) => exactShare(lines, position)),
      [1, 0, 1, 0],
    );
    assert.equal(calibrationError(lines), 0.5);
  });

  it('tells typed lines from trivial, moved, pasted, edited and generated ones', () => {
    const runs = new LineRuns();
    const licence = ['one two', 'three four', 'five six', 'seven eight', 'nine ten', 'eleven twelve'];
    runs.add(licence.join('\n'));
    const newLines = ['}', 'was elsewhere', ...licence, 'const value = compute(2);', 'entirely fresh'];
    const hunks = [{ o: 1, oc: 1, n: 1, nc: newLines.length }];
    const edit = { path: 'a', newLines, oldLines: ['const value = compute(1);'], hunks, isTyped: true };
    assert.equal(categorise([edit], ['  was elsewhere'], runs).get('a')?.[0]?.cat, 'tmccccccen');
    assert.match(categorise([{ ...edit, isTyped: false }], [], runs).get('a')?.[0]?.cat ?? '', /^tx+$/);
  });
});
