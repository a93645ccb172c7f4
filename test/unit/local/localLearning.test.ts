import assert from 'node:assert/strict';

import fc from 'fast-check';
import { describe, it } from 'mocha';

import { localVoters } from '../../../src/domain/completion.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { learningDefaults, LocalLearning } from '../../../src/local/localLearning.ts';

/** What is kept, as JSON would give it back. */
class Kept {
  text: string | undefined;
  readonly read = (): unknown => (this.text === undefined ? undefined : (JSON.parse(this.text) as unknown));
  readonly write = (value: unknown): void => void (this.text = value === undefined ? undefined : JSON.stringify(value));
}

const voter = 'near';

/** Verdicts of a person to whom texts are right with the chance `truth`, of a voter that says `said`. */
function judge(learning: LocalLearning, said: number, truth: number, verdicts: number): void {
  const random = seededRandom(3);
  for (let verdict = 0; verdict < verdicts; verdict += 1) {
    learning.learn('go', { voter, chance: learning.chanceOf('go', voter, said) }, random() < truth);
  }
}

describe('what local suggestions learn', () => {
  it('never leaves the bounds, whatever comes, and what is kept is taken up again', () => {
    const verdict = fc.record({
      language: fc.constantFrom('go', 'rust', '__proto__', ''),
      voter: fc.constantFrom(...localVoters),
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
      isTaken: fc.boolean(),
      repeat: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 20 }), (verdicts) => {
        const kept = new Kept();
        const learning = new LocalLearning(kept);
        for (const { language, voter: who, chance, isTaken, repeat } of verdicts) {
          for (let time = 0; time < repeat; time += 1) learning.learn(language, { voter: who, chance }, isTaken);
          assert.ok(Math.abs(learning.shiftOf(language, who)) <= learningDefaults.bound);
          const moved = learning.chanceOf(language, who, 0.3);
          assert.ok(moved >= 0.13 && moved <= 0.54, String(moved));
        }
        const later = new LocalLearning(kept);
        assert.equal(later.wasCorrupt, false);
        for (const { language, voter: who } of verdicts) {
          if (language !== '__proto__') assert.equal(later.shiftOf(language, who), learning.shiftOf(language, who));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does not drift when what is said comes true', () => {
    for (const chance of [0.3, 0.5, 0.8]) {
      const learning = new LocalLearning();
      judge(learning, chance, chance, 4000);
      assert.ok(Math.abs(learning.shiftOf('go', voter)) < 0.3, `${chance}: ${learning.shiftOf('go', voter)}`);
    }
  });

  it('comes to say what comes true, within the bounds', () => {
    const learning = new LocalLearning();
    judge(learning, 0.5, 0.62, 3000);
    const said = learning.chanceOf('go', voter, 0.5);
    assert.ok(said > 0.56 && said < 0.67, String(said));
    judge(learning, 0.5, 0, 3000);
    assert.equal(learning.shiftOf('go', voter), -learningDefaults.bound);
  });

  it('half forgets after so many verdicts that agree, and is for one voter in one language', () => {
    const learning = new LocalLearning();
    for (let verdict = 0; verdict < 100; verdict += 1) learning.learn('go', { voter, chance: 0.5 }, false);
    assert.equal(learning.shiftOf('go', voter), -learningDefaults.bound);
    assert.equal(learning.shiftOf('go', 'elsewhere') + learning.shiftOf('rust', voter), 0);
    for (let verdict = 0; verdict < learningDefaults.halfLife; verdict += 1) learning.learn('go', { voter, chance: 1 }, true);
    assert.ok(Math.abs(learning.shiftOf('go', voter) + learningDefaults.bound / 2) < 1e-9);
  });

  it('forgets all when asked to', () => {
    const kept = new Kept();
    const learning = new LocalLearning(kept);
    judge(learning, 0.5, 0, 30);
    learning.forget();
    assert.equal(learning.chanceOf('go', voter, 0.3), 0.3);
    assert.equal(kept.text, undefined);
  });

  it('begins anew with what cannot be read, and says so', () => {
    const bad = [
      7,
      'x',
      [],
      { version: 2, languages: {} },
      { version: 1, languages: { go: 3 } },
      { version: 1, languages: { go: { near: 99 } } },
    ];
    for (const value of [
      ...bad,
      { version: 1, languages: { go: { unknown: 0 } } },
      { version: 1 },
      { version: 1, languages: { go: { near: '1' } } },
    ]) {
      const learning = new LocalLearning({ read: () => value, write: () => undefined });
      assert.deepEqual([learning.wasCorrupt, learning.shiftOf('go', 'near')], [true, 0], JSON.stringify(value));
    }
  });

  it('remembers only so many languages', () => {
    const kept = new Kept();
    const learning = new LocalLearning(kept);
    for (let language = 0; language < 100; language += 1) learning.learn(`language ${language}`, { voter, chance: 0.5 }, true);
    assert.equal(learning.shiftOf('language 0', voter), 0);
    assert.notEqual(learning.shiftOf('language 99', voter), 0);
    assert.equal(new LocalLearning(kept).wasCorrupt, false);
  });
});
