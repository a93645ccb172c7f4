import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { GateName, GateReading, GateVerdict, RolloutPhase } from '../../../src/domain/rollout.ts';
import { type ArmCounts, emptyCounts, EvidenceFold } from '../../../src/rollout/evidence.ts';
import { type GateInput, readGates, verdictOf } from '../../../src/rollout/gates.ts';
import { judgedTrials } from '../../../src/rollout/trialGates.ts';
import { frozen, plan } from '../../fakes/rolloutPlan.ts';
import { attemptOf } from './attempts.ts';

const start = 1_000_000_000_000;
const minute = 60_000;
const stage: RolloutPhase = { kind: 'stage', percent: 5 };

/** So many good requests in half an hour, but for what is said. */
function counted(timed: number, more: Partial<ArmCounts> = {}): ArmCounts {
  const span = { firstAt: start, lastAt: start + 30 * minute };
  return { ...emptyCounts, ...span, timed, errorTrials: timed, answers: timed, requests: timed, ...more };
}

function input(more: Partial<GateInput> = {}): GateInput {
  const arms = { candidate: counted(900), control: counted(100) };
  const common = { policy: plan, frozen, phase: stage, since: start, now: start + 30 * minute, memoryHighFor: 0, dirtyExits: 0 };
  return { ...arms, ...common, ...more };
}

function reading(gate: GateName, more: Partial<GateInput>): GateReading {
  const found = readGates(input(more)).find((one) => one.gate === gate);
  assert.ok(found, gate);
  return found;
}

const candidate = (timed: number, more: Partial<ArmCounts> = {}): Partial<GateInput> => ({ candidate: counted(timed, more) });

describe('gates', () => {
  it('all hold for a candidate that is as good as the baseline, and it may get further', () => {
    const readings = readGates(input());
    const verdict = verdictOf(readings);
    assert.equal(verdict.kind, 'may-advance');
    assert.deepEqual(
      readings.filter((one) => one.verdict !== 'holds').map((one) => [one.gate, one.verdict]),
      [
        ['acceptance', 'collecting'],
        ['retention', 'collecting'],
        ['hallucination', 'collecting'],
      ],
    );
    assert.ok(verdict.kind === 'may-advance' && verdict.figures['latency.samples'] === 900);
  });

  it('say nothing where nothing is rolled out', () => {
    for (const phase of [{ kind: 'idle' }, { kind: 'preflight' }, { kind: 'done' }, { kind: 'rolled-back', until: 0 }] as const) {
      assert.deepEqual(readGates(input({ phase })), []);
      assert.equal(verdictOf([]).kind, 'collecting');
    }
  });

  it('are read in a pause as in the stage before it', () => {
    assert.deepEqual(readGates(input({ phase: { kind: 'paused', before: { kind: 'stage', percent: 5 } } })), readGates(input()));
  });

  it('that are off are not read', () => {
    const policy = { ...plan, off: ['crash', 'dwell', 'latency'] as const };
    const readings = readGates(input({ policy, dirtyExits: 3, now: start }));
    assert.ok(readings.every(({ gate }) => gate !== 'crash' && gate !== 'dwell' && gate !== 'latency'));
    assert.equal(verdictOf(readings).kind, 'may-advance');
  });

  it('prove nothing when neither latency nor errors are watched', () => {
    const policy = { ...plan, off: ['latency', 'errors', 'dwell'] as const };
    assert.equal(verdictOf(readGates(input({ policy }))).kind, 'collecting');
  });
});

describe('the latency gate', () => {
  it('says what was seen, what is allowed and what is needed', () => {
    const { words, samples, needed, value, limit } = reading('latency', candidate(400, { slow: 1 }));
    assert.equal(words, '1 of 400 requests took longer than 400 ms; up to 1 % is allowed, and 473 requests are needed to be sure');
    assert.deepEqual({ samples, needed, value, limit }, { samples: 400, needed: 473, value: 1 / 400, limit: 0.01 });
    assert.equal(
      reading('latency', candidate(473, { slow: 1 })).words,
      '1 of 473 requests took longer than 400 ms: surely fewer than 1 %; up to 1 % is allowed',
    );
  });

  it('holds from 299 requests on without a slow one, and not before', () => {
    assert.equal(reading('latency', candidate(298)).verdict, 'collecting');
    assert.equal(reading('latency', candidate(299)).verdict, 'holds');
  });

  it('trips at four slow ones of ten, and not within half a minute', () => {
    assert.equal(reading('latency', candidate(10, { slow: 4 })).verdict, 'tripped');
    assert.equal(reading('latency', candidate(10, { slow: 4, lastAt: start + 29_999 })).verdict, 'collecting');
    assert.equal(reading('latency', candidate(9, { slow: 9 })).verdict, 'collecting');
  });

  it('believes that a tenth of the samples were trouble of this machine, and no more', () => {
    assert.equal(reading('latency', candidate(900, { slowAside: 40 })).verdict, 'holds');
    assert.equal(reading('latency', candidate(900, { slowAside: 50 })).verdict, 'collecting', 'more than a twentieth is no proof');
    assert.equal(reading('latency', candidate(900, { slowAside: 100 })).verdict, 'collecting');
    assert.equal(reading('latency', candidate(900, { slowAside: 140 })).verdict, 'tripped');
    assert.equal(reading('latency', candidate(0, { slowAside: 12 })).verdict, 'tripped', 'a shared pool slows both versions');
  });

  it('believes no part of a sample', () => {
    assert.deepEqual(judgedTrials(0, 9, 1), { bad: 0, requests: 9, aside: 1 });
    assert.deepEqual(judgedTrials(1, 8, 1), { bad: 2, requests: 9, aside: 0 });
    assert.equal(reading('latency', candidate(950, { slowAside: 50 })).verdict, 'holds', 'a twentieth, and not more');
    assert.equal(reading('errors', candidate(0, { errorsAside: 12 })).verdict, 'tripped', 'errors as well');
  });

  it('wants more of the latest hour, which is looked at again and again, and half a minute of it, too', () => {
    const block = (slow: number): Partial<ArmCounts> => ({
      slow,
      recent: [{ block: 7, timed: 60, slow, slowAside: 0, errorTrials: 60, errors: 0, errorsAside: 0 }],
    });
    // The e-value of five of sixty is 218, of six 1886.
    assert.equal(reading('latency', candidate(20_000, block(5))).verdict, 'holds');
    assert.equal(reading('latency', candidate(20_000, block(6))).verdict, 'tripped');
    assert.equal(reading('latency', candidate(60, { ...block(6), lastAt: start + 29_999 })).verdict, 'collecting');
  });

  it('trips on the latest hour alone when thousands before it were good', () => {
    const block = { block: 7, timed: 60, slow: 12, slowAside: 0, errorTrials: 60, errors: 0, errorsAside: 0 };
    assert.equal(reading('latency', candidate(20_000, { slow: 12 })).verdict, 'holds');
    const tripped = reading('latency', candidate(20_000, { slow: 12, recent: [block] }));
    assert.equal(tripped.verdict, 'tripped');
    assert.equal(tripped.words, '12 of the latest 60 requests took longer than 400 ms; up to 1 % is allowed');
  });

  it('wants no proof of shadow traffic but that there is no harm', () => {
    const phase = { kind: 'shadow' } as const;
    assert.equal(reading('latency', { phase, ...candidate(20) }).verdict, 'holds');
    assert.equal(reading('latency', { phase, ...candidate(20, { slow: 9 }) }).verdict, 'tripped');
  });
});

describe('the gates of failures', () => {
  it('allow 2 % errors, or twice those of the baseline', () => {
    assert.equal(reading('errors', candidate(300, { errors: 30 })).verdict, 'tripped');
    assert.equal(reading('errors', { ...candidate(300, { errors: 30 }), frozen: { ...frozen, errorRate: 0.06 } }).verdict, 'collecting');
    assert.equal(reading('errors', candidate(149)).verdict, 'holds');
    assert.equal(reading('errors', candidate(148)).verdict, 'collecting');
  });

  it('take three capacity errors within a minute for enough, while the baseline has none', () => {
    const at = (...seconds: number[]): readonly number[] => seconds.map((second) => start + second * 1000);
    const three = { capacity: 3, capacityAt: at(0, 30, 60) };
    assert.equal(reading('capacity', candidate(900, three)).verdict, 'tripped');
    assert.equal(reading('capacity', candidate(900, { capacity: 3, capacityAt: at(0, 30, 61) })).verdict, 'holds');
    assert.equal(reading('capacity', candidate(900, { capacity: 4, capacityAt: at(0, 300, 310, 320) })).verdict, 'tripped');
    const control = counted(100, { capacity: 1, capacityAt: at(100) });
    assert.equal(reading('capacity', { ...candidate(900, three), control }).verdict, 'holds');
    const earlier = counted(100, { capacity: 1, capacityAt: at(-61) });
    assert.equal(reading('capacity', { ...candidate(900, three), control: earlier }).verdict, 'tripped');
    const later = counted(100, { capacity: 1, capacityAt: at(121) });
    assert.equal(reading('capacity', { ...candidate(900, three), control: later }).verdict, 'tripped');
    for (const [phase, verdict] of [
      [{ kind: 'shadow' }, 'tripped'],
      [{ kind: 'stage', percent: 25 }, 'tripped'],
      [{ kind: 'stage', percent: 26 }, 'holds'],
      [{ kind: 'soak' }, 'holds'],
    ] as const) {
      assert.equal(reading('capacity', { ...candidate(900, three), phase }).verdict, verdict, JSON.stringify(phase));
    }
  });

  it('want the pairs of the shadow without the gate of the dwell, too, and then wait for them as long as it takes', () => {
    const policy = { ...plan, off: ['dwell'] as const };
    const shadow = { policy, phase: { kind: 'shadow' } as const, now: start + 100 * 60 * minute };
    assert.equal(verdictOf(readGates(input({ ...shadow, ...candidate(0) }))).kind, 'collecting');
    assert.equal(verdictOf(readGates(input({ ...shadow, ...candidate(299) }))).kind, 'collecting');
    assert.equal(verdictOf(readGates(input({ ...shadow, ...candidate(300) }))).kind, 'may-advance');
  });

  it('see capacity errors of the candidate alone behind those that both had', () => {
    const at = (...seconds: number[]): readonly number[] => seconds.map((second) => start + second * 1000);
    const control = counted(100, { capacity: 1, capacityAt: at(5) });
    const both = { capacity: 3, capacityAt: at(0, 1, 2) };
    assert.equal(reading('capacity', { ...candidate(900, both), control }).verdict, 'holds');
    const more = { capacity: 6, capacityAt: at(0, 1, 2, 600, 601, 602) };
    assert.equal(reading('capacity', { ...candidate(900, more), control }).verdict, 'tripped');
    const forgotten = counted(100, { capacity: 200, capacityAt: Array.from({ length: 100 }, (_, index) => start + 3_600_000 + index) });
    assert.equal(
      reading('capacity', { ...candidate(900, both), control: forgotten }).verdict,
      'holds',
      'nobody knows whether it was full then',
    );
  });

  it('count as many capacity errors as a policy may ask for', () => {
    const fold = new EvidenceFold(400);
    for (let index = 0; index < 100; index++) fold.add('candidate', attemptOf({ outcome: 'capacity', at: start + index * 100 }));
    const { capacity } = plan.gates;
    const policy = { ...plan, gates: { ...plan.gates, capacity: { ...capacity, count: 100 } } };
    assert.equal(reading('capacity', { policy, ...fold.counts() }).verdict, 'tripped');
  });

  it('end where the baseline fails more often than not: half is never allowed', () => {
    for (const errorRate of [0.3, 0.51, 1]) {
      const found = reading('errors', { ...candidate(300, { errors: 30 }), frozen: { ...frozen, errorRate } });
      assert.deepEqual([found.verdict, found.limit], ['holds', 0.5]);
    }
  });

  it('allow two points more of filtered and of bad requests than the baseline has', () => {
    assert.equal(reading('filter', candidate(300, { filtered: 20 })).verdict, 'tripped');
    assert.equal(reading('filter', candidate(300, { filtered: 5 })).verdict, 'holds');
    assert.equal(reading('bad-request', candidate(300, { badRequests: 20 })).verdict, 'tripped');
    const usual = { ...frozen, filterRate: 0.05, badRequestRate: 0.05 };
    for (const [gate, seen] of [
      ['filter', { filtered: 20 }],
      ['bad-request', { badRequests: 20 }],
    ] as const) {
      const { verdict, limit = 0 } = reading(gate, { ...candidate(300, seen), frozen: usual });
      assert.deepEqual([verdict, limit.toFixed(3)], ['holds', '0.070'], gate);
    }
    assert.equal(reading('bad-request', candidate(0)).verdict, 'collecting');
    assert.equal(reading('filter', candidate(20, { filtered: 20, lastAt: start + 29_999 })).verdict, 'holds', 'one hiccup');
  });

  it('take memory pressure of a minute and a crash for enough', () => {
    assert.equal(reading('memory', { memoryHighFor: minute - 1 }).verdict, 'holds');
    assert.equal(reading('memory', { memoryHighFor: minute }).verdict, 'tripped');
    const early = { memoryHighFor: 120 * minute, since: start };
    assert.equal(reading('memory', { ...early, now: start + minute - 1 }).verdict, 'holds', 'what was so before is not the candidate’s');
    assert.equal(reading('memory', { ...early, now: start + minute }).verdict, 'tripped');
    assert.equal(reading('memory', { ...early, now: start - minute }).verdict, 'tripped', 'harm is seen on a clock that was set back, too');
    assert.equal(reading('crash', { dirtyExits: 0 }).verdict, 'holds');
    assert.equal(reading('crash', { dirtyExits: 1 }).verdict, 'tripped');
  });
});

describe('the gates of quality', () => {
  const shown = (own: readonly [number, number], other: readonly [number, number]): Partial<GateInput> => ({
    candidate: counted(900, { accepted: own[0], shown: own[1] }),
    control: counted(100, { accepted: other[0], shown: other[1] }),
  });

  it('pause while a loss is a sign only, and take the candidate back when it is proven', () => {
    const rows: readonly (readonly [readonly [number, number], readonly [number, number], GateVerdict])[] = [
      [[3, 29], [9, 29], 'collecting'],
      [[300, 1000], [30, 100], 'holds'],
      [[270, 1000], [300, 1000], 'holds'],
      [[27_000, 100_000], [30_000, 100_000], 'holds'],
      [[24, 100], [30, 100], 'holds'],
      [[180, 1000], [300, 1000], 'paused'],
      [[240, 1300], [390, 1300], 'tripped'],
      [[900, 1300], [390, 1300], 'holds'],
      [[300, 1000], [9, 29], 'collecting'],
      [[0, 100], [0, 100], 'collecting'],
      // From 1283 on a fixed test would have found it.
      [[210, 1200], [360, 1200], 'paused'],
      [[225, 1283], [385, 1283], 'tripped'],
    ];
    for (const [own, other, verdict] of rows)
      assert.equal(reading('acceptance', shown(own, other)).verdict, verdict, `${own.join('/')} and ${other.join('/')}`);
    assert.equal(
      reading('acceptance', shown([180, 1000], [300, 1000])).words,
      '18 % of 1000 shown texts were accepted, with the baseline 30 % of 1000: 40 % less; 15 % less is allowed',
    );
  });

  it('have no share of nothing', () => {
    assert.equal(reading('acceptance', shown([0, 0], [3, 10])).words, 'no text yet; of the baseline 30 % of 10 shown texts were accepted');
    assert.equal(reading('retention', {}).words, 'no text yet; of the baseline no text yet');
  });

  it('read how much was kept', () => {
    const kept = (count: number, share: number): Partial<ArmCounts> => ({
      kept: count,
      keptShare: count * share,
      keptSquares: count * (share ** 2 + 0.04),
    });
    const arms = (own: number, other: number): Partial<GateInput> => ({
      candidate: counted(900, kept(300, own)),
      control: counted(100, kept(100, other)),
    });
    assert.equal(reading('retention', arms(0.8, 0.8)).verdict, 'holds');
    assert.equal(reading('retention', arms(0.75, 0.8)).verdict, 'holds');
    assert.equal(reading('retention', arms(0.5, 0.8)).verdict, 'tripped');
    const alike = (share: number): ArmCounts => counted(100, { kept: 30, keptShare: 30 * share, keptSquares: 30 * share ** 2 });
    const few = reading('retention', { candidate: alike(0.42), control: alike(0.5) });
    assert.equal(few.verdict, 'holds', 'thirty that are alike are no proof that all will be');
  });

  it('read unknown names by language', () => {
    const languages = (unknown: number, checked: number): Partial<ArmCounts> => ({
      languages: { python: { checked, unknown }, go: { checked: 5, unknown: 0 } },
    });
    const arms = (own: number, other: number, size: number): readonly (readonly [string | undefined, GateVerdict])[] =>
      readGates(input({ candidate: counted(900, languages(own, size)), control: counted(100, languages(other, size)) }))
        .filter(({ gate }) => gate === 'hallucination')
        .map(({ languageId, verdict }) => [languageId, verdict]);
    assert.deepEqual(arms(5, 4, 100), [
      ['go', 'collecting'],
      ['python', 'holds'],
    ]);
    assert.deepEqual(arms(22, 2, 40)[1], ['python', 'paused']);
    assert.deepEqual(arms(100, 10, 200)[1], ['python', 'tripped']);
    assert.deepEqual(arms(2000, 1500, 20_000)[1], ['python', 'holds'], 'surely more, by less than the margin');
    assert.deepEqual(arms(8, 2, 40)[1], ['python', 'holds'], 'more than the margin, by chance as far as anybody knows');
    const one = { languages: { python: { checked: 200, unknown: 100 } } };
    const other = { languages: { python: { checked: 29, unknown: 0 } } };
    assert.equal(reading('hallucination', { candidate: counted(900, one), control: counted(100, other) }).verdict, 'collecting');
    const alone = (unknown: number): Partial<ArmCounts> => ({ languages: { python: { checked: 57, unknown } } });
    const single = reading('hallucination', { candidate: counted(900, alone(23)), control: counted(100, alone(3)) });
    assert.deepEqual([single.verdict, arms(23, 3, 57)[1]], ['paused', ['python', 'holds']], 'languages share the 5 %');
  });

  it('pause when the requests are not split as planned', () => {
    const split = (own: number, other: number): GateReading =>
      reading('assignment', { candidate: counted(900, { requests: own }), control: counted(100, { requests: other }) });
    assert.equal(split(10, 39).verdict, 'collecting');
    assert.equal(split(900, 100).verdict, 'holds');
    assert.equal(split(500, 500).verdict, 'paused');
    const policy = { ...plan, control: 0.3 };
    const third = reading('assignment', { policy, candidate: counted(900, { requests: 700 }), control: counted(100, { requests: 300 }) });
    assert.deepEqual([third.verdict, third.needed], ['holds', 17]);
    assert.equal(split(500, 500).words, '500 of 1000 requests went to the baseline for comparison, 10 % are planned');
  });
});

describe('the dwell', () => {
  const dwell = (minutes: number, more: Partial<GateInput> = {}): readonly string[] => {
    const { verdict, words } = reading('dwell', { now: start + minutes * minute, ...more });
    return [verdict, words];
  };

  it('is waited for, however good the evidence', () => {
    assert.deepEqual(dwell(29), ['collecting', '29 min of at least 30 min']);
    assert.deepEqual(dwell(30), ['holds', 'it has lasted 30 min']);
    assert.equal(verdictOf(readGates(input({ now: start + 29 * minute }))).kind, 'collecting');
  });

  it('pauses without evidence after three times as long, and never promotes (law 15)', () => {
    const little = candidate(100);
    assert.equal(dwell(89, little)[0], 'collecting');
    assert.deepEqual(dwell(90, little), [
      'paused',
      'too little is known after 1 h 30 min: 0 of 100 requests took longer than 400 ms; up to 1 % is allowed, and 299 requests are needed to be sure',
    ]);
    for (const candidateCounts of [emptyCounts, counted(100)]) {
      assert.equal(verdictOf(readGates(input({ candidate: candidateCounts, now: start + 90 * minute }))).kind, 'pause');
    }
  });

  it('does not pass on a clock that was set back', () => assert.deepEqual(dwell(-1440), ['collecting', '0 s of at least 30 min']));

  it('is that of each phase', () => {
    const at = (phase: RolloutPhase): number | undefined => reading('dwell', { phase }).limit;
    const hours = 60 * minute;
    assert.deepEqual(
      [25, 50, 100].map((percent) => at({ kind: 'stage', percent })),
      [2 * hours, 6 * hours, 24 * hours],
    );
    assert.equal(at({ kind: 'soak' }), 24 * hours);
    assert.equal(at({ kind: 'stage', percent: 7 }), 24 * hours, 'a stage that is no longer planned');
  });

  it('of shadow traffic is its pairs', () => {
    const phase = { kind: 'shadow' } as const;
    assert.deepEqual(dwell(1, { phase, ...candidate(299) }), ['collecting', '299 of 300 pairs are there']);
    assert.equal(dwell(1, { phase, ...candidate(300) })[0], 'holds');
    assert.equal(dwell(449, { phase, ...candidate(299) })[0], 'collecting', 'three times as long as the budget needs for them');
    assert.equal(dwell(450, { phase, ...candidate(299) })[0], 'paused');
    const limit = (requestsPerHour: number): number | undefined =>
      reading('dwell', { phase, policy: { ...plan, shadow: { ...plan.shadow, requestsPerHour } } }).limit;
    assert.deepEqual([limit(10_000), limit(0)], [30 * minute, 300 * 60 * minute]);
  });
});

describe('the verdict', () => {
  it('is harm whichever gate says so', () => {
    const harms: readonly (readonly [GateName, Partial<GateInput>])[] = [
      ['memory', { memoryHighFor: minute }],
      ['crash', { dirtyExits: 1 }],
      ['filter', candidate(900, { filtered: 300 })],
      ['bad-request', candidate(900, { badRequests: 300 })],
      ['capacity', candidate(900, { capacity: 3, capacityAt: [start, start, start] })],
    ];
    for (const [gate, more] of harms) {
      const verdict = verdictOf(readGates(input(more)));
      assert.deepEqual(verdict.kind === 'roll-back' && verdict.gate, gate);
    }
  });

  it('is harm before doubt before patience', () => {
    const mismatch = { control: counted(900) };
    const harm = { ...mismatch, candidate: counted(900, { errors: 500 }), now: start };
    assert.deepEqual(
      [{ now: start }, mismatch, harm].map((more) => verdictOf(readGates(input(more))).kind),
      ['collecting', 'pause', 'roll-back'],
    );
    const verdict = verdictOf(readGates(input(harm)));
    assert.ok(verdict.kind === 'roll-back');
    assert.equal(verdict.gate, 'errors');
    assert.equal(verdict.reason, '500 of 900 requests failed; up to 2 % is allowed');
    assert.deepEqual(verdict.figures, { 'errors.samples': 900, 'errors.value': 500 / 900, 'errors.limit': 0.02 });
  });
});
