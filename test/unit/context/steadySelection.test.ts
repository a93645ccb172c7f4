import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { SteadySelection, steadyDefaults } from '../../../src/context/steadySelection.ts';
import { type ContextKind, type ContextPiece, sizeOfPiece } from '../../../src/domain/completion.ts';

const piece = (text: string, score: number, kind: ContextKind = 'open-file'): ContextPiece => ({ kind, path: 'a.ts', text, score });
const names = (pieces: readonly ContextPiece[]): string => pieces.map(({ text }) => text).join(' ');
const anything = (): boolean => true;
/** Room for three pieces of one character. */
const three = 3 * sizeOfPiece(piece('x', 0));

function choose(selection: SteadySelection, candidates: readonly ContextPiece[], room = three, id = 'd'): string {
  const sorted = [...candidates].sort((one, other) => other.score - one.score);
  return names(selection.choose(id, sorted, room, anything));
}

describe('a steady selection', () => {
  it('takes the best first, and keeps their order while scores move a little', () => {
    const selection = new SteadySelection();
    assert.equal(choose(selection, [piece('a', 0.5), piece('b', 0.4), piece('c', 0.3), piece('d', 0.2)]), 'a b c');
    assert.equal(choose(selection, [piece('a', 0.3), piece('b', 0.5), piece('c', 0.25), piece('d', 0.45)]), 'a b c');
  });

  it('lets a piece go for one that is clearly better, and puts that last', () => {
    const selection = new SteadySelection();
    choose(selection, [piece('a', 0.5), piece('b', 0.4), piece('c', 0.3)]);
    assert.equal(
      choose(selection, [piece('a', 0.5), piece('b', 0.2), piece('c', 0.3), piece('d', 0.2 * steadyDefaults.advantage)]),
      'a c d',
    );
  });

  it('lets a piece go that has changed or is there no more', () => {
    const selection = new SteadySelection();
    choose(selection, [piece('a', 0.5), piece('b', 0.4), piece('c', 0.3)]);
    assert.equal(choose(selection, [piece('a', 0.5), piece('B', 0.4), piece('c', 0.3)]), 'a c B');
  });

  it('puts last what changes often', () => {
    const selection = new SteadySelection();
    assert.equal(
      choose(selection, [piece('e', 0.9, 'diagnostic'), piece('r', 0.8, 'recent-edit'), piece('d', 0.7, 'definition')]),
      'd r e',
    );
  });

  it('remembers each document on its own', () => {
    const selection = new SteadySelection();
    choose(selection, [piece('a', 0.5)], three, 'one');
    assert.equal(choose(selection, [piece('b', 0.9), piece('a', 0.5)], three, 'two'), 'b a');
    assert.equal(choose(selection, [piece('b', 0.9), piece('a', 0.5)], three, 'one'), 'a b');
  });

  it('gives way when the room becomes smaller, the least first', () => {
    const selection = new SteadySelection();
    const candidates = [piece('a', 0.3), piece('b', 0.5), piece('c', 0.4)];
    assert.equal(choose(selection, candidates), 'b c a');
    assert.equal(choose(selection, candidates, (three * 2) / 3), 'b c');
  });

  it('takes nothing that may not be used, also of what was used before', () => {
    const selection = new SteadySelection();
    const candidates = [piece('a', 0.5), piece('b', 0.4)];
    choose(selection, candidates);
    assert.equal(names(selection.choose('d', candidates, three, ({ text }) => text !== 'a')), 'b');
  });

  it('never takes more than the room or the number of pieces, whatever comes', () => {
    const pieces = fc.array(
      fc
        .record({ text: fc.stringMatching(/^[a-z]{1,90}$/), score: fc.double({ min: 0, max: 1, noNaN: true }) })
        .map(({ text, score }) => piece(text, score)),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(pieces, fc.nat(1500)), { maxLength: 5 }), (rounds) => {
        const selection = new SteadySelection();
        for (const [candidates, room] of rounds) {
          const sorted = [...candidates].sort((one, other) => other.score - one.score);
          const chosen = selection.choose('d', sorted, room, anything);
          assert.ok(chosen.reduce((sum, each) => sum + sizeOfPiece(each), 0) <= room);
          assert.ok(chosen.length <= steadyDefaults.pieces);
        }
      }),
      { numRuns: 50 },
    );
  });
});
