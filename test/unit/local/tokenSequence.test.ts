import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { lineEndOf, tokenOf } from '../../../src/local/token.ts';
import { chainCount, chainKey, chainOne, TokenSequence } from '../../../src/local/tokenSequence.ts';
import { fileStart, isLineEnd, lineEndSame, Vocabulary } from '../../../src/local/vocabulary.ts';

const vocabulary = new Vocabulary();
const words = ['if', 'user', 'item', 'User', '42', '(', ')', 'MAX', '='].map((word) => vocabulary.intern(word, 0, word.length, hash(word)));
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (const character of word) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  return value ^ (value >>> 15);
}
const token = fc.oneof(
  fc.constantFrom(...words).map((id) => tokenOf(id, false, 0)),
  fc.constantFrom(...words).map((id) => tokenOf(id, true, 1)),
  fc.constant(lineEndOf(lineEndSame, false, 0)),
  fc.constant(fileStart),
);

/** The places of a chain that have this key, the newest first. */
function placesOf(sequence: TokenSequence, chain: number, key: number): number[] {
  const places: number[] = [];
  for (let place = sequence.first(chain, key); place >= 0; place = sequence.after(chain, place)) {
    if (chainKey(chain, sequence.tokens, place, vocabulary) === key) places.push(place);
  }
  return places;
}

/** The chains are what they are defined to be: every place, by the key of what comes before it. */
function assertChains(sequence: TokenSequence): void {
  for (let chain = 0; chain < chainCount; chain += 1) {
    const expected = new Map<number, number[]>();
    for (let place = sequence.length - 1; place > 0; place -= 1) {
      const before = (sequence.tokens[place - 1] ?? 0) & 0x7fffff;
      if (chain === chainOne && (before === fileStart || isLineEnd(before))) continue;
      const key = chainKey(chain, sequence.tokens, place, vocabulary);
      expected.set(key, [...(expected.get(key) ?? []), place]);
    }
    for (const [key, places] of expected) assert.deepEqual(placesOf(sequence, chain, key), places);
  }
}

describe('token sequence', () => {
  it('finds every place by what comes before it, after adding, taking away, growing, keeping parts and building anew', () => {
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 60 }),
        fc.array(token, { maxLength: 30 }),
        fc.nat(60),
        fc.nat(20),
        (one, other, cut, part) => {
          const sequence = new TokenSequence(vocabulary, 8);
          for (const each of one) sequence.push(each);
          sequence.settle(Infinity);
          assertChains(sequence);
          sequence.truncate(cut);
          for (const each of other) sequence.push(each);
          sequence.settle(Infinity);
          assertChains(sequence);
          const start = Math.min(part, sequence.length);
          const rest = [...sequence.tokens.subarray(start, sequence.length)];
          sequence.keep([[start, sequence.length]]);
          assert.deepEqual([...sequence.tokens.subarray(0, sequence.length)], rest);
          sequence.settle(3);
          sequence.trim();
          sequence.settle(Infinity);
          assertChains(sequence);
          const again = TokenSequence.of(vocabulary, Int32Array.from(rest));
          again.settle(Infinity);
          assertChains(again);
        },
      ),
    );
  });

  it('is right whatever happens while chains are being linked, one after the other', () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), tokens: fc.array(token, { maxLength: 12 }) }),
      fc.record({ kind: fc.constantFrom('settle' as const, 'truncate' as const, 'keep' as const, 'reserve' as const), by: fc.nat(40) }),
      fc.record({ kind: fc.constant('renumber' as const) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const sequence = new TokenSequence(vocabulary, 8);
        const same = Int32Array.from({ length: vocabulary.size }, (_, id) => id);
        let expected: number[] = [];
        for (const each of acts) {
          if (each.kind === 'push') {
            for (const one of each.tokens) sequence.push(one);
            expected.push(...each.tokens);
          } else if (each.kind === 'renumber') sequence.renumber(vocabulary, same);
          else if (each.kind === 'settle') sequence.settle(each.by);
          else if (each.kind === 'reserve') sequence.reserve(each.by * 20, Infinity);
          else if (each.kind === 'truncate') {
            sequence.truncate(each.by);
            expected = expected.slice(0, each.by);
          } else {
            const start = Math.min(each.by, expected.length);
            sequence.keep([[start, expected.length]]);
            expected = expected.slice(start);
          }
          assert.deepEqual([...sequence.tokens.subarray(0, sequence.length)], expected);
        }
        sequence.settle(Infinity);
        assert.ok(sequence.isSettled);
        assertChains(sequence);
      }),
      { numRuns: 500 },
    );
  });
});
