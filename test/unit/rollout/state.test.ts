import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { percentIn, type RolloutAction, type RolloutDecision, type RolloutPhase } from '../../../src/domain/rollout.ts';
import { foldDecisions, freezeFor, type RolloutState } from '../../../src/rollout/state.ts';

const start = 1_000_000_000_000;
const day = 86_400_000;
const five: RolloutPhase = { kind: 'stage', percent: 5 };
const twentyFive: RolloutPhase = { kind: 'stage', percent: 25 };

function decision(revision: number, action: RolloutAction, phase: RolloutPhase, more: Partial<RolloutDecision> = {}): RolloutDecision {
  return { revision, at: start + revision * 1000, action, by: 'gates', manifest: 'f', phase, reason: `${action} ${revision}`, ...more };
}

const begun = [
  decision(1, 'begin', { kind: 'preflight' }, { subject: 'team/coder-2', by: 'person' }),
  decision(2, 'advance', { kind: 'shadow' }),
  decision(3, 'advance', five),
];
const frozenUntil: RolloutPhase = { kind: 'rolled-back', until: start + 4000 + freezeFor };
const taken = decision(4, 'roll-back', frozenUntil, { gate: 'errors' });

/** Phase and revision. */
const where = ({ phase, revision }: RolloutState): string => {
  const name = phase.kind === 'stage' ? `${phase.percent} %` : phase.kind;
  return `${name} ${revision}`;
};
const after = (...decisions: readonly RolloutDecision[]): string => where(foldDecisions([...begun, ...decisions]));

describe('decisions', () => {
  it('lead from one phase to the next', () => {
    assert.equal(where(foldDecisions([])), 'idle 0');
    const state = foldDecisions(begun);
    assert.equal(where(state), '5 % 3');
    assert.deepEqual([state.since, state.evidenceFrom, state.reason, state.candidate], [start + 3000, 3, 'advance 3', 'team/coder-2']);
    assert.deepEqual(
      state.history.map(({ revision }) => revision),
      [3, 2, 1],
    );
    assert.equal(
      after(decision(4, 'advance', twentyFive), decision(5, 'advance', { kind: 'soak' }), decision(6, 'finish', { kind: 'done' })),
      'done 6',
    );
  });

  it('of two windows that carry one number: the first holds', () => {
    assert.equal(after(decision(4, 'advance', twentyFive), decision(4, 'advance', twentyFive)), '25 % 4');
    assert.equal(after(decision(4, 'pause', { kind: 'paused', before: five }), decision(4, 'advance', twentyFive)), 'paused 4');
    assert.equal(after(decision(4, 'advance', twentyFive), decision(4, 'pause', { kind: 'paused', before: five })), '25 % 4');
    assert.equal(after(decision(6, 'advance', twentyFive)), '5 % 3');
  });

  it('for safety hold whatever number they carry, and what was decided beside them does not', () => {
    for (const revision of [0, 1, 3, 4, 99]) {
      assert.equal(after({ ...taken, revision }), 'rolled-back 4');
      assert.equal(
        after(decision(4, 'advance', twentyFive), { ...taken, revision }, decision(5, 'advance', { kind: 'soak' })),
        'rolled-back 5',
      );
    }
    const blocked = foldDecisions([...begun, decision(0, 'block', taken.phase, { subject: 'coder-2' })]);
    assert.equal(where(blocked), 'rolled-back 4');
    assert.deepEqual(blocked.blocked, ['coder-2']);
    assert.equal(foldDecisions([...begun, decision(0, 'pin', five, { subject: 'coder-1' })]).pinned, 'coder-1');
  });

  it('that a phase does not allow do nothing', () => {
    assert.equal(after(decision(4, 'advance', { kind: 'shadow' })), '5 % 3', 'a promotion goes up');
    assert.equal(after(decision(4, 'advance', five)), '5 % 3');
    assert.equal(after(decision(4, 'advance', { kind: 'done' })), '5 % 3');
    assert.equal(after(decision(4, 'finish', { kind: 'done' })), '5 % 3');
    assert.equal(after(decision(4, 'resume', five)), '5 % 3');
    assert.equal(after(decision(4, 'begin', { kind: 'preflight' }, { subject: 'team/coder-3' })), '5 % 3');
    assert.equal(after(taken, decision(5, 'advance', twentyFive)), 'rolled-back 4');
    assert.equal(after(taken, decision(5, 'resume', five)), 'rolled-back 4');
    assert.equal(after(taken, decision(5, 'reset', { kind: 'idle' })), 'rolled-back 4', 'only a person resets');
    assert.equal(after(taken, decision(5, 'reset', { kind: 'idle' }, { by: 'person' })), 'idle 5');
    assert.equal(after(decision(4, 'shrug' as RolloutAction, five)), '5 % 3', 'a word of a newer version');
  });

  it('keep who is in in a pause, and go on where it was', () => {
    const paused = foldDecisions([...begun, decision(4, 'pause', { kind: 'paused', before: twentyFive }, { gate: 'dwell' })]);
    assert.deepEqual(paused.phase, { kind: 'paused', before: five }, 'what it was, not what somebody says it was');
    assert.equal(percentIn(paused.phase), 5);
    const resumed = foldDecisions([...[...paused.history].reverse(), decision(5, 'resume', five)]);
    assert.equal(where(resumed), '5 % 5');
    assert.deepEqual([resumed.since, resumed.evidenceFrom], [start + 5000, 3], 'the evidence goes on, the time begins anew');
  });

  it('forget evidence that paused it when a person goes on regardless', () => {
    const paused = [...begun, decision(4, 'pause', { kind: 'paused', before: five }, { gate: 'acceptance' })];
    assert.equal(foldDecisions([...paused, decision(5, 'resume', five)]).evidenceFrom, 5);
    for (const gate of [undefined, 'readiness', 'dwell'] as const) {
      const held = decision(4, 'pause', { kind: 'paused', before: five }, gate ? { gate } : { by: 'person' });
      assert.equal(foldDecisions([...begun, held, decision(5, 'resume', five)]).evidenceFrom, 3, `${gate}: not the evidence's fault`);
    }
  });

  it('override, pin and block until they are taken back', () => {
    const more = [
      decision(4, 'override', five, { subject: 'benchmark', reason: 'known', by: 'person' }),
      decision(5, 'override', five, { subject: 'nothing', by: 'person' }),
      decision(5, 'pin', five, { subject: 'coder-1' }),
      decision(6, 'block', five, { subject: 'coder-9' }),
    ];
    const state = foldDecisions([...begun, ...more]);
    assert.equal(where(state), '5 % 6');
    assert.deepEqual([state.overrides.benchmark?.reason, state.pinned, state.blocked], ['known', 'coder-1', ['coder-9']]);
    assert.deepEqual([state.since, state.evidenceFrom], [start + 3000, 3], 'none of them moves the rollout');
    const back = [decision(7, 'unpin', five), decision(8, 'unblock', five, { subject: 'coder-9' }), decision(9, 'reset', { kind: 'idle' })];
    const freed = foldDecisions([...begun, ...more, ...back]);
    assert.deepEqual([freed.pinned, freed.blocked, freed.overrides, where(freed)], [undefined, [], {}, 'idle 9']);
    assert.ok(!('pinned' in freed));
  });
});

describe('a candidate that was taken back', () => {
  const again = (at: number, subject = 'team/coder-2'): RolloutDecision => decision(5, 'begin', { kind: 'preflight' }, { at, subject });

  it('stays away for a day; another one may begin', () => {
    assert.equal(after(taken, again(start + 4000 + day - 1)), 'rolled-back 4');
    assert.equal(after(taken, again(start + 4000 + day)), 'preflight 5');
    assert.equal(after(taken, again(start + 5000, 'team/coder-3')), 'preflight 5');
  });

  it('stays away no shorter because a clock was set back', () => {
    const setBack = { ...taken, at: start - day, phase: { kind: 'rolled-back', until: start } } as const;
    assert.deepEqual(foldDecisions([...begun, setBack]).phase, { kind: 'rolled-back', until: start + 3000 + day });
    assert.equal(after(taken, again(start - day)), 'rolled-back 4');
    const twice = foldDecisions([...begun, taken, { ...setBack, revision: 5 }]);
    assert.deepEqual(twice.phase, frozenUntil);
  });

  it('does not begin again while it is blocked or another is pinned', () => {
    const reset = decision(6, 'reset', { kind: 'idle' }, { by: 'person' });
    const begin = decision(7, 'begin', { kind: 'preflight' }, { subject: 'team/coder-2', at: start + 2 * day });
    assert.equal(after(taken, decision(5, 'block', taken.phase, { subject: 'coder-2' }), reset, begin), 'idle 6');
    assert.equal(after(taken, decision(5, 'pin', taken.phase, { subject: 'coder-1' }), reset, begin), 'idle 6');
  });
});

describe('a rollout that begins again', () => {
  const begin = (revision: number, subject: string, at = start + 5 * day): RolloutDecision =>
    decision(revision, 'begin', { kind: 'preflight' }, { at, subject });
  const toDone = [...begun, decision(4, 'advance', { kind: 'soak' }), decision(5, 'finish', { kind: 'done' }, { at: start + 999 * day })];

  it('may do so after it was done, and goes by the clock of now', () => {
    const again = foldDecisions([...toDone, begin(6, 'team/coder-2')]);
    assert.equal(where(again), 'preflight 6');
    assert.deepEqual([again.since, again.latestAt], [start + 5 * day, start + 5 * day]);
  });

  it('keeps what a person did without for the same candidate, and for no other', () => {
    const overridden = [...begun, decision(4, 'override', five, { subject: 'capacity', reason: 'mine' }), { ...taken, revision: 5 }];
    assert.equal(foldDecisions([...overridden, begin(6, 'team/coder-2')]).overrides.capacity?.reason, 'mine');
    assert.deepEqual(foldDecisions([...overridden, begin(6, 'team/coder-3')]).overrides, {});
  });

  it('has its whole history: what was frozen long ago stands there', () => {
    const pins = Array.from({ length: 300 }, (_, index) => decision(4 + index, 'pin', five, { subject: 'coder-1' }));
    assert.equal(foldDecisions([...begun, ...pins]).history.length, 303);
  });
});

describe('time in a phase', () => {
  it('never begins before what was decided earlier', () => {
    const state = foldDecisions([...begun, decision(4, 'advance', twentyFive, { at: start - day })]);
    assert.deepEqual([state.since, state.latestAt], [start + 3000, start + 3000]);
  });

  it('begins anew with a new rollout, after a clock that was years ahead', () => {
    const ahead = decision(4, 'pause', { kind: 'paused', before: five }, { at: start + 999 * day });
    assert.equal(foldDecisions([...begun, ahead, decision(5, 'reset', { kind: 'idle' })]).latestAt, start + 5000);
  });
});

/** Decisions of one window that reads the file now and then, and writes without looking. */
const phases: readonly RolloutPhase[] = [{ kind: 'preflight' }, { kind: 'shadow' }, five, twentyFive, { kind: 'soak' }];
const gateSteps = fc.constantFrom<RolloutAction[]>('advance', 'pause', 'resume', 'roll-back', 'finish');
/** How far the window's view of the file lags behind, and what it decides. */
const step = fc.record({ behind: fc.nat(3), action: gateSteps });

function stepOf(seen: RolloutState, action: RolloutAction): RolloutDecision {
  const { phase } = seen;
  const base = phase.kind === 'paused' ? phase.before : phase;
  const place = phases.findIndex((one) => JSON.stringify(one) === JSON.stringify(base));
  const next: Partial<Record<RolloutAction, RolloutPhase>> = {
    advance: phases[place + 1] ?? base,
    resume: base,
    'roll-back': { kind: 'rolled-back', until: start + 10 * day },
    finish: { kind: 'done' },
  };
  return decision(seen.revision + 1, action, next[action] ?? phase);
}

describe('any interleaving of windows', () => {
  const written = fc.array(step, { maxLength: 30 }).map((steps) => {
    const file: RolloutDecision[] = [begun[0] as RolloutDecision];
    for (const { behind, action } of steps) file.push(stepOf(foldDecisions(file.slice(0, Math.max(1, file.length - behind))), action));
    return file;
  });

  it('promotes one step at a time: no two promotions rest on the same state', () => {
    fc.assert(
      fc.property(written, (file) => {
        let before = foldDecisions([]);
        for (let count = 1; count <= file.length; count++) {
          const state = foldDecisions(file.slice(0, count));
          const last = file[count - 1] as RolloutDecision;
          if (percentIn(state.phase) > percentIn(before.phase)) {
            assert.equal(last.action === 'advance' || last.action === 'finish', true);
            assert.equal(last.revision, before.revision + 1, 'it knew the state that it met');
          }
          const numbers = state.history.map(({ action, revision }) => (action === 'roll-back' ? undefined : revision));
          const counted = numbers.filter((number) => number !== undefined);
          assert.equal(new Set(counted).size, counted.length, 'no number applies twice');
          before = state;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ends with the baseline wherever one window rolled back', () => {
    fc.assert(
      fc.property(written, fc.nat(30), fc.nat(3), (file, place, behind) => {
        const at = 1 + (place % file.length);
        const seen = foldDecisions(file.slice(0, Math.max(1, at - behind)));
        const withHarm = [...file.slice(0, at), stepOf(seen, 'roll-back'), ...file.slice(at)];
        assert.equal(foldDecisions(withHarm).phase.kind, 'rolled-back');
        assert.equal(percentIn(foldDecisions(withHarm).phase), 0);
      }),
      { numRuns: 300 },
    );
  });
});
