import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodeStore, encodeStore } from '../../../src/local/storeImage.ts';
import { TokenStore } from '../../../src/local/tokenStore.ts';

const fill = (store: TokenStore, path: string, text: string): void => void store.write(path, 'typescript', text, '1')?.step(Infinity);
const settled = (store: TokenStore): TokenStore => {
  store.sequence.settle(Infinity);
  return store;
};
/** What a store holds, by file, as words. */
const wordsOf = (store: TokenStore): string[][] =>
  store.segments.map(({ start, end }) =>
    [...store.sequence.tokens.subarray(start, end)].map((token) => store.vocabulary.text(token & 0x7fffff)),
  );

describe('the image of a store', () => {
  it('has every word as it was, long ones cut within a character too', () => {
    const word = fc.tuple(fc.integer({ min: 60, max: 82 }), fc.constantFrom('😀', '🚀', '𠀀', 'é', '\ud83d', '\ud83e', '\ude00'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        const store = new TokenStore({ bytes: 1e8 });
        fill(store, 'a.ts', words.map(([length, last]) => `${'x'.repeat(length)}${last}${last}; done(${length});`).join('\n'));
        const again = decodeStore(encodeStore(settled(store)), { bytes: 1e8 });
        assert.ok(again);
        assert.deepEqual(wordsOf(again), wordsOf(store));
      }),
      { examples: [[[[79, '\ud83d'], [79, '\ud83e'], [60, 'é']]]] }, // prettier-ignore
    );
  });

  it('of a full store finds room within the same bound', () => {
    for (const bytes of [2.5e6, 4e6, 5e6, 6e6, 8e6]) {
      const store = new TokenStore({ bytes });
      for (let file = 0; file < 2000; file += 1) {
        fill(store, `f${file}.ts`, `const a = make(b, ${file % 50});\n`.repeat(200));
      }
      assert.ok(store.counts.left > 0);
      const again = decodeStore(encodeStore(settled(store)), { bytes });
      assert.ok(again);
      assert.ok(again.bytes <= bytes, `${again.bytes} of ${bytes}, before ${store.bytes}`);
      assert.equal(again.size, store.segments.filter(({ isPart }) => !isPart).length);
    }
  }).timeout(20_000);
});
