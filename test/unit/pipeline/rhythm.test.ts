import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { debounceDefaults, debounceOf, isJumpBetween, type KeyFacts } from '../../../src/pipeline/debounce.ts';
import { RequestRate } from '../../../src/pipeline/requestRate.ts';
import { Rhythm } from '../../../src/pipeline/rhythm.ts';
import { sampleRequest } from '../../fakes/request.ts';

function rhythmOf(...gaps: readonly number[]): Rhythm {
  const rhythm = new Rhythm();
  let at = 0;
  rhythm.press(at);
  for (const gap of gaps) rhythm.press((at += gap));
  return rhythm;
}

describe('the rhythm of typing', () => {
  it('is unknown before six keys, and then a quantile of the gaps', () => {
    assert.equal(rhythmOf(100, 100, 100, 100).quantile(0.5), undefined);
    assert.equal(rhythmOf(100, 200, 300, 400, 500).quantile(0.5), 300);
    assert.equal(rhythmOf(100, 200, 300, 400, 500).quantile(1), 500);
  });

  it('leaves pauses out and forgets what is long ago', () => {
    assert.equal(rhythmOf(100, 100, 100, 100, 100, 1000, 60_000).quantile(1), 100);
    assert.equal(rhythmOf(...Array<number>(30).fill(300), ...Array<number>(30).fill(90)).quantile(1), 90);
  });

  it('says how long ago the key before was', () => {
    const rhythm = new Rhythm();
    assert.deepEqual([rhythm.press(5), rhythm.press(1005)], [Infinity, 1000]);
  });
});

describe('the wait for the next key', () => {
  const usual: KeyFacts = {
    prefix: 'a = ',
    gap: 120,
    isJump: false,
    usual: 1000,
    isLoopback: false,
    isQuiet: true,
    rejectedInARow: 0,
  };
  const rows: readonly (readonly [what: string, gap: number, facts: Partial<KeyFacts>, wait: number])[] = [
    ['is a long gap of this person', 120, {}, 120],
    ['is no longer than the backend usually needs', 120, { usual: 70 }, 70 * debounceDefaults.ofUsual],
    ['has a least', 120, { usual: 5 }, 30],
    ['has a most', 800, {}, 300],
    ['is shorter after a point', 120, { prefix: 'a.' }, 60],
    ['is shorter after an opened bracket', 120, { prefix: 'a(' }, 60],
    ['is shorter on a new line', 120, { prefix: 'a\n  ' }, 60],
    ['is longer within a word', 120, { prefix: 'abc' }, 180],
    ['is not for the first key after a pause', 120, { gap: 500 }, 0],
    ['is not for the first key at another place', 120, { isJump: true }, 0],
    ['is not on this machine', 120, { isLoopback: true }, 0],
    ['is there all the same while something runs', 120, { isLoopback: true, isJump: true, gap: 900, isQuiet: false }, 120],
    ['grows with a rejection, also at the first key', 120, { gap: 900, rejectedInARow: 1 }, 180],
    ['grows with each further one', 120, { rejectedInARow: 2 }, 270],
    ['grows no more than four times', 120, { rejectedInARow: 20 }, 480],
  ];
  for (const [what, gap, facts, wait] of rows) {
    it(what, () => assert.equal(debounceOf({ ...usual, ...facts }, rhythmOf(...Array<number>(10).fill(gap))), wait));
  }

  it('is guessed while the rhythm is not known', () => assert.equal(debounceOf(usual, new Rhythm()), 150));
});

describe('a jump', () => {
  const from = sampleRequest({ prefix: 'a\nb' });
  for (const [what, prefix, isJump] of [
    ['a further letter', 'a\nbc', false],
    ['a new line', 'a\nb\n  ', false],
    ['the line above', 'a', true],
    ['another line', 'a\nb\nccc', true],
  ] as const) {
    it(`is ${isJump ? '' : 'not '}${what}`, () => assert.equal(isJumpBetween(from, sampleRequest({ prefix })), isJump));
  }

  it('is another document, and the very first key', () => {
    assert.ok(isJumpBetween(from, { ...from, documentId: 'other' }));
    assert.ok(isJumpBetween(undefined, from));
  });
});

describe('the limit of requests', () => {
  it('lets three pass, and the fourth when the first is a second old', () => {
    const rate = new RequestRate();
    for (const at of [0, 100, 200]) {
      assert.equal(rate.waitAt(at), 0);
      rate.sent(at);
    }
    assert.deepEqual([rate.waitAt(300), rate.roomAt(300)], [700, 0]);
    assert.deepEqual([rate.waitAt(1000), rate.roomAt(1000)], [0, 1]);
    rate.sent(1000);
    assert.equal(rate.waitAt(1000), 100);
  });
});
