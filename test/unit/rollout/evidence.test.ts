import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Attempt, AttemptOutcome } from '../../../src/domain/attempt.ts';
import { type ArmCounts, emptyCounts, type Evidence, EvidenceFold, evidenceDefaults, merged } from '../../../src/rollout/evidence.ts';
import { attemptOf, observationOf } from './attempts.ts';

const slowBeyond = 400;
const start = 1_000_000_000_000;
const slow = { elapsed: 500 } as const;

function folded(...attempts: readonly Partial<Attempt>[]): ArmCounts {
  const fold = new EvidenceFold(slowBeyond);
  for (const attempt of attempts) fold.add('candidate', attemptOf(attempt));
  return fold.counts().candidate;
}

/** [timed, slow, errorTrials, errors, answers] of one attempt. */
function told(attempt: Partial<Attempt>): readonly number[] {
  const { timed, slow: late, errorTrials, errors, answers } = folded(attempt);
  return [timed, late, errorTrials, errors, answers];
}

describe('what an attempt says', () => {
  const rows: readonly (readonly [what: string, attempt: Partial<Attempt>, told: readonly number[]])[] = [
    ['an answer', {}, [1, 0, 1, 0, 1]],
    ['an answer at the limit', { elapsed: 400 }, [1, 0, 1, 0, 1]],
    ['a slow answer', { elapsed: 401 }, [1, 1, 1, 0, 1]],
    ['an empty answer', { outcome: 'empty' }, [1, 0, 1, 0, 1]],
    ['a timeout', { outcome: 'timeout', censored: true, elapsed: 1000 }, [1, 1, 1, 1, 0]],
    ['a request that was given up early', { outcome: 'cancelled', censored: true, elapsed: 400 }, [0, 0, 0, 0, 0]],
    ['one that was given up late', { outcome: 'cancelled', censored: true, elapsed: 500 }, [1, 1, 0, 0, 0]],
    ['one that hung', { outcome: 'cancelled', censored: true, elapsed: 801 }, [1, 1, 1, 1, 0]],
    ['one that was given up in its text', { outcome: 'cancelled', censored: true, elapsed: 801, firstTextAfter: 90 }, [1, 1, 0, 0, 0]],
    ['a probe', { trigger: 'probe', ...slow }, [0, 0, 0, 0, 0]],
    ['one ahead of the person', { speculative: true, ...slow }, [0, 0, 0, 0, 0]],
    ['one that this machine slept through', { interrupted: 'asleep', ...slow }, [0, 0, 0, 0, 0]],
    ['one that this machine held up', { interrupted: 'blocked', outcome: 'network' }, [0, 0, 0, 0, 0]],
  ];
  for (const [what, attempt, expected] of rows) it(`of ${what}`, () => assert.deepEqual(told(attempt), expected));

  it('of each failure', () => {
    const failures: Partial<Record<AttemptOutcome, readonly number[]>> = {
      ...{ capacity: [0, 0, 1, 1, 0], server: [0, 0, 1, 1, 0], network: [0, 0, 1, 1, 0], model_retired: [0, 0, 1, 1, 0] },
      ...{ content_filter: [0, 0, 0, 0, 1], bad_request: [0, 0, 0, 0, 1], context_length: [0, 0, 0, 0, 1] },
      ...{ client_unsupported: [0, 0, 0, 0, 1], rate_limit: [0, 0, 0, 0, 0], quota: [0, 0, 0, 0, 0], auth: [0, 0, 0, 0, 0] },
      ...{ loading: [0, 0, 0, 0, 0], refused: [0, 0, 0, 0, 0], internal: [0, 0, 0, 0, 0] },
    };
    for (const [outcome, expected] of Object.entries(failures)) {
      assert.deepEqual(told({ outcome: outcome as AttemptOutcome, ...slow }), expected, outcome);
    }
    const { filtered, badRequests, capacity, capacityAt, requests } = folded(
      ...(['content_filter', 'bad_request', 'context_length', 'capacity', 'auth'] as const).map((outcome) => ({ outcome })),
    );
    assert.deepEqual(
      { filtered, badRequests, capacity, capacityAt, requests },
      { filtered: 1, badRequests: 2, capacity: 1, capacityAt: [start], requests: 5 },
    );
  });
});

describe('a candidate that only refuses', () => {
  it('has a time from its first answer to its last', () => {
    const { firstAt, lastAt, answers } = folded({ outcome: 'content_filter' }, { outcome: 'bad_request', at: start + 40_000 });
    assert.deepEqual({ firstAt, lastAt, answers }, { firstAt: start, lastAt: start + 40_000, answers: 2 });
    assert.equal(folded({ outcome: 'auth' }).firstAt, undefined);
  });
});

describe('what became of texts', () => {
  it('is counted once for each text, that of a model only', () => {
    const fold = new EvidenceFold(slowBeyond);
    for (const as of ['accepted', 'partly-accepted', 'typed', 'rejected', 'replaced', 'left'] as const) {
      fold.observe('candidate', observationOf({ kind: 'shown' }));
      fold.observe('candidate', observationOf({ kind: 'accepted', part: 'word', characters: 3 }));
      fold.observe('candidate', observationOf({ kind: 'ended', as, visibleFor: 900 }));
    }
    fold.observe('candidate', observationOf({ kind: 'shown' }, { origin: 'local' }));
    for (const afterSeconds of [30, 120, 300]) fold.observe('candidate', observationOf({ kind: 'kept', afterSeconds, similarity: 0.5 }));
    const { shown, accepted, kept, keptShare, keptSquares } = fold.counts().candidate;
    assert.deepEqual(
      { shown, accepted, kept, keptShare, keptSquares },
      { shown: 6, accepted: 2, kept: 1, keptShare: 0.5, keptSquares: 0.25 },
    );
  });

  it('is checked by language, where somebody checked', () => {
    const fold = new EvidenceFold(slowBeyond);
    const checked = (languageId: string, unknownImports: number, unknownNames: number, isChecked = true): void =>
      fold.observe(
        'baseline',
        observationOf({ kind: 'checked', errors: 9, warnings: 9, unknownImports, unknownNames, isChecked }, { languageId }),
      );
    checked('typescript', 0, 0);
    checked('typescript', 2, 3);
    checked('python', 0, 1);
    checked('rust', 2, 0);
    checked('python', 0, 0, false);
    checked('__proto__', 0, 0);
    const { languages } = fold.counts().control;
    assert.deepEqual(Object.entries(languages), [
      ['typescript', { checked: 2, unknown: 1 }],
      ['python', { checked: 1, unknown: 1 }],
      ['rust', { checked: 1, unknown: 1 }],
      ['__proto__', { checked: 1, unknown: 0 }],
    ]);
  });
});

describe('trouble of this machine', () => {
  const candidateAt = (fold: EvidenceFold, at: number, more: Partial<Attempt> = slow): void =>
    fold.add('candidate', attemptOf({ at: start + at, ...more }));
  const asideOf = ({ candidate }: Evidence): readonly number[] => [candidate.timed, candidate.slow, candidate.slowAside];

  it('sets slow requests aside that came up to a minute before or after a slow one of the baseline', () => {
    const fold = new EvidenceFold(slowBeyond);
    for (const at of [-61_000, -60_000, -1, 0]) candidateAt(fold, at);
    candidateAt(fold, -5, {});
    assert.deepEqual(asideOf(fold.counts()), [5, 4, 0]);
    fold.add('baseline', attemptOf({ at: start, ...slow }));
    assert.deepEqual(asideOf(fold.counts()), [2, 1, 3]);
    for (const at of [1, 60_000, 60_001]) candidateAt(fold, at);
    candidateAt(fold, 5, {});
    assert.deepEqual(asideOf(fold.counts()), [4, 2, 5]);
    assert.equal(fold.counts().control.slow, 1, 'what the baseline did stays in its own counts');
  });

  it('sets a request aside once, however often it is told', () => {
    const fold = new EvidenceFold(slowBeyond);
    candidateAt(fold, 0);
    for (const at of [1, 2, 3]) fold.disturbed(start + at);
    assert.deepEqual(asideOf(fold.counts()), [0, 0, 1]);
  });

  it('is seen in a request that this machine slept through, which is itself no evidence', () => {
    const fold = new EvidenceFold(slowBeyond);
    candidateAt(fold, 0);
    candidateAt(fold, 1000, { ...slow, interrupted: 'asleep' });
    assert.deepEqual(asideOf(fold.counts()), [0, 0, 1]);
    assert.equal(fold.counts().candidate.requests, 2, 'it was sent all the same: the split is that of what was sent');
  });

  it('is remembered for requests that began before and are told of late', () => {
    const fold = new EvidenceFold(slowBeyond);
    for (const at of [0, 50_000]) fold.disturbed(start + at);
    candidateAt(fold, -50_000);
    assert.deepEqual(asideOf(fold.counts()), [0, 0, 1]);
  });

  it('never excuses the baseline: its own counts are what it did', () => {
    const fold = new EvidenceFold(slowBeyond);
    for (const at of [0, 1000, 2000]) fold.add('baseline', attemptOf({ at: start + at, ...slow }));
    const { timed, slow: late, slowAside } = fold.counts().control;
    assert.deepEqual([timed, late, slowAside], [3, 3, 0]);
  });

  it('is told from outside as well', () => {
    const fold = new EvidenceFold(slowBeyond);
    candidateAt(fold, 0, { outcome: 'network' });
    candidateAt(fold, 1, { outcome: 'timeout', elapsed: 1000 });
    fold.disturbed(start + 2);
    const { errors, errorTrials, errorsAside, slowAside, recent } = fold.counts().candidate;
    assert.deepEqual({ errors, errorTrials, errorsAside, slowAside }, { errors: 0, errorTrials: 0, errorsAside: 2, slowAside: 1 });
    assert.deepEqual(recent[0]?.errorsAside, 2);
  });

  it('is the same whether it is seen before or after', () => {
    const bad = fc.constantFrom<Partial<Attempt>[]>(slow, { outcome: 'network' }, { outcome: 'timeout' }, { outcome: 'server' }, {});
    fc.assert(
      fc.property(fc.array(fc.tuple(bad, fc.nat(60_000))), (attempts) => {
        const [before, after] = [new EvidenceFold(slowBeyond), new EvidenceFold(slowBeyond)];
        before.disturbed(start);
        for (const fold of [before, after]) for (const [attempt, at] of attempts) candidateAt(fold, at, attempt);
        after.disturbed(start);
        assert.deepEqual(before.counts(), after.counts());
      }),
    );
  });

  it('does not excuse what a server answered', () => {
    const fold = new EvidenceFold(slowBeyond);
    candidateAt(fold, 0, { outcome: 'server' });
    candidateAt(fold, 1, { outcome: 'capacity' });
    fold.add('baseline', attemptOf({ at: start, outcome: 'network' }));
    candidateAt(fold, 2, { outcome: 'server' });
    assert.equal(fold.counts().candidate.errors, 3);
    assert.equal(fold.counts().candidate.errorsAside, 0);
  });

  it('is not seen in a baseline that answers errors quickly', () => {
    const fold = new EvidenceFold(slowBeyond);
    candidateAt(fold, 0);
    for (const outcome of ['server', 'capacity', 'auth'] as const) fold.add('baseline', attemptOf({ at: start, outcome }));
    assert.deepEqual(asideOf(fold.counts()), [1, 1, 0]);
  });
});

describe('counts', () => {
  it('are values of their own: what is counted later does not change them', () => {
    const fold = new EvidenceFold(slowBeyond);
    fold.add('candidate', attemptOf(slow));
    const before = fold.counts();
    const text = JSON.stringify(before);
    fold.add('candidate', attemptOf(slow));
    assert.equal(JSON.stringify(before), text);
  });
});

describe('the times of capacity errors', () => {
  it('are the latest hundred, in their order, whatever the order in which they are told', () => {
    const fold = new EvidenceFold(slowBeyond);
    for (let index = 149; index >= 0; index--) fold.add('candidate', attemptOf({ at: start + index, outcome: 'capacity' }));
    const { capacity, capacityAt } = fold.counts().candidate;
    assert.deepEqual([capacity, capacityAt.length, capacityAt[0], capacityAt.at(-1)], [150, 100, start + 50, start + 149]);
  });
});

describe('recent blocks', () => {
  it('are the latest two half hours', () => {
    const fold = new EvidenceFold(slowBeyond);
    const first = Math.floor(start / evidenceDefaults.block);
    for (const block of [0, 1, 5, 4, 0]) fold.add('candidate', attemptOf({ at: (first + block) * evidenceDefaults.block, ...slow }));
    const { recent, slow: late } = fold.counts().candidate;
    assert.deepEqual(
      recent.map((block) => [block.block - first, block.slow]),
      [
        [4, 1],
        [5, 1],
      ],
    );
    assert.equal(late, 5);
  });
});

const figure = fc.nat(1000);
const time = fc.integer({ min: 0, max: 1e6 });
const trials = { timed: figure, slow: figure, slowAside: figure, errorTrials: figure, errors: figure, errorsAside: figure };
const distinctBlocks = fc.uniqueArray(fc.record({ block: fc.nat(5), ...trials }, { noNullPrototype: true }), {
  maxLength: 2,
  selector: ({ block }) => block,
});
const someCounts: fc.Arbitrary<ArmCounts> = fc
  .record(
    {
      ...trials,
      ...{ requests: figure, answers: figure, empty: figure, filtered: figure, badRequests: figure, capacity: figure },
      capacityAt: fc.array(time, { maxLength: evidenceDefaults.capacityKept }).map((times) => times.toSorted((one, other) => one - other)),
      ...{ shown: figure, accepted: figure, kept: figure, keptShare: figure, keptSquares: figure },
      languages: fc.dictionary(fc.constantFrom('typescript', 'python', 'go'), fc.record({ checked: figure, unknown: figure })),
      recent: distinctBlocks.map((blocks) => blocks.toSorted((one, other) => one.block - other.block)),
      firstAt: time,
      lastAt: time,
    },
    { noNullPrototype: true },
  )
  .map(({ firstAt, lastAt, ...rest }) => (rest.timed % 3 === 0 ? rest : { ...rest, firstAt, lastAt }));

/** Keys in one order, so that two sums can be compared. */
function plain({ languages, ...rest }: ArmCounts): unknown {
  const byName = Object.entries(languages).sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...rest, languages: byName.map(([name, { checked, unknown }]) => [name, checked, unknown]) };
}

describe('sums of counts', () => {
  it('do not depend on the order', () => {
    fc.assert(
      fc.property(someCounts, someCounts, (one, other) => assert.deepEqual(plain(merged([one, other])), plain(merged([other, one])))),
    );
  });

  it('do not depend on the grouping', () => {
    fc.assert(
      fc.property(someCounts, someCounts, someCounts, (one, two, three) => {
        const all = plain(merged([one, two, three]));
        assert.deepEqual(plain(merged([merged([one, two]), three])), all);
        assert.deepEqual(plain(merged([one, merged([two, three])])), all);
      }),
    );
  });

  it('are themselves counts, and nothing adds nothing', () => {
    fc.assert(
      fc.property(someCounts, (counts) => {
        assert.deepEqual(plain(merged([counts])), plain(counts));
        assert.deepEqual(plain(merged([counts, emptyCounts])), plain(counts));
        assert.deepEqual(plain(merged([JSON.parse(JSON.stringify(counts)) as ArmCounts])), plain(counts));
      }),
    );
    assert.deepEqual(merged([]), emptyCounts);
  });

  it('of two windows are what one window would have counted', () => {
    const attempt = fc.record({
      at: fc.integer({ min: 0, max: 10 * evidenceDefaults.block }).map((at) => start + at),
      outcome: fc.constantFrom<AttemptOutcome[]>('ok', 'empty', 'server', 'capacity', 'content_filter', 'bad_request', 'cancelled'),
      elapsed: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), attempt)), (attempts) => {
        const [one, other, both] = [new EvidenceFold(slowBeyond), new EvidenceFold(slowBeyond), new EvidenceFold(slowBeyond)];
        for (const [isOne, some] of attempts) for (const fold of [isOne ? one : other, both]) fold.add('candidate', attemptOf(some));
        const sum = merged([one.counts().candidate, other.counts().candidate]);
        const whole = both.counts().candidate;
        // Of blocks that are long over, a window forgets what another still knows; the latest one is whole in every sum.
        assert.deepEqual({ ...sum, recent: sum.recent.at(-1) }, { ...whole, recent: whole.recent.at(-1) });
      }),
    );
  });
});
