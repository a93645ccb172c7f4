import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { emptyCounts } from '../../../src/rollout/evidence.ts';
import { baselineNow, frozenFigures, frozenIn, isFreezing } from '../../../src/rollout/frozen.ts';
import type { RolloutDecision, RolloutPhase } from '../../../src/domain/rollout.ts';
import { unchecked, withRollouts } from '../../fakes/rolloutBench.ts';
import { frozen, plan } from '../../fakes/rolloutPlan.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const usual = { p50: 90, p95: 150, p99: 300, samples: 1000 };
const seen = { ...emptyCounts, errorTrials: 100, errors: 3, answers: 200, filtered: 4, badRequests: 6 };

describe('the baseline now', () => {
  it('has the P99 of the policy, else the one that was learnt, else that of a stranger', () => {
    assert.equal(baselineNow({ ...plan, baselineP99: 640 }, usual, seen).p99, 640);
    assert.equal(baselineNow(plan, usual, seen).p99, 300);
    assert.equal(baselineNow(plan, undefined, seen).p99, 800);
  });

  it('has the shares that were counted, from a hundred requests on', () => {
    const { errorRate, filterRate, badRequestRate } = baselineNow(plan, usual, seen);
    assert.deepEqual({ errorRate, filterRate, badRequestRate }, { errorRate: 0.03, filterRate: 0.02, badRequestRate: 0.03 });
    const few = baselineNow(plan, usual, { ...seen, errorTrials: 99, answers: 99 });
    assert.deepEqual([few.errorRate, few.filterRate, few.badRequestRate], [0, 0, 0], 'chance');
  });
});

describe('the frozen baseline', () => {
  const decision = (revision: number, figures?: Readonly<Record<string, number>>): RolloutDecision => ({
    ...{ revision, at: revision, action: 'advance', by: 'gates', manifest: 'f', phase: { kind: 'shadow' }, reason: '' },
    ...(figures ? { figures } : {}),
  });

  it('is kept with a decision and read back from the newest that has it', () => {
    assert.deepEqual(frozenIn([decision(1, frozenFigures(frozen))]), frozen);
    const [older, newer] = [frozen, { ...frozen, p99: 444 }].map(frozenFigures);
    assert.equal(frozenIn([decision(3, { 'errors.samples': 9 }), decision(2, newer), decision(1, older)])?.p99, 444);
    assert.equal(frozenIn([decision(1), decision(2, { 'errors.samples': 9 })]), undefined);
  });

  it('is never one that every answer is slow against', () => {
    assert.equal(frozenIn([decision(1, { ...frozenFigures(frozen), 'baseline.p99': 0 })])?.p99, 800);
  });

  it('is frozen when copies begin and when the first stage begins, and at no other decision', () => {
    const [preflight, shadow, five, next, soak]: readonly RolloutPhase[] = [
      ...([{ kind: 'preflight' }, { kind: 'shadow' }, { kind: 'stage', percent: 5 }] as const),
      ...([{ kind: 'stage', percent: 25 }, { kind: 'soak' }] as const),
    ];
    assert.ok(preflight && shadow && five && next && soak);
    const paused = (before: RolloutPhase): RolloutPhase => ({ kind: 'paused', before }) as RolloutPhase;
    for (const [before, after] of [
      [preflight, shadow],
      [shadow, five],
      [preflight, five],
    ] as const)
      assert.equal(isFreezing(before, after), true, `${before.kind} to ${after.kind}`);
    for (const [before, after] of [
      [shadow, shadow],
      [paused(shadow), shadow],
      [paused(five), five],
      [five, five],
      [five, next],
      [next, soak],
      [soak, { kind: 'done' }],
      [{ kind: 'idle' }, preflight],
      [shadow, { kind: 'rolled-back', until: 1 }],
    ] as const)
      assert.equal(isFreezing(before, after), false, `${before.kind} to ${after.kind}`);
  });

  it('stays what it was when the first stage began, whatever the baseline has become since', () =>
    withVirtualTime(async (time) => {
      await withRollouts(async (bench) => {
        let p99 = 200;
        const window = bench.window('one', { usual: () => ({ ...usual, p99 }) });
        await window.toFirstStage();
        p99 = 5000;
        const words = (): string => window.rollout.snapshot()?.gates.find(({ gate }) => gate === 'latency')?.words ?? '';
        assert.match(words(), /took longer than 400 ms/);
        const again = bench.window('again', { usual: () => ({ ...usual, p99 }) });
        for (let index = 0; index < 40; index++) {
          again.request({ elapsed: 500 });
          time.tick(1000);
        }
        assert.match(again.where(), /^rolled-back/, 'beyond the limit of then, and far below that of now');
      });
    }));

  it('counts what is slow in the shadow by the limit with which the copies began, whatever a person overrides meanwhile', () =>
    withRollouts(async (bench) => {
      let p99 = 200;
      const window = bench.window('one', { manifest: unchecked, usual: () => ({ ...usual, p99 }) });
      await window.rollout.ask({ action: 'begin', reason: '' });
      assert.match(window.where(), /^shadow/);
      p99 = 5000;
      await window.rollout.ask({ action: 'override', subject: 'benchmark', reason: 'it is known' });
      const words = window.rollout.snapshot()?.gates.find(({ gate }) => gate === 'latency')?.words ?? '';
      assert.match(words, /took longer than 400 ms/);
    }));
});
