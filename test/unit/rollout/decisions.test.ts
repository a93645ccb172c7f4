import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  readinessChecks,
  type ReadinessItem,
  rolloutActions,
  type RolloutDecision,
  type RolloutPhase,
  type RolloutWish,
} from '../../../src/domain/rollout.ts';
import { allowedActions, candidateOf, decide, decisionFor, type DecisionGround, pinnedElsewhere } from '../../../src/rollout/decisions.ts';
import type { Verdict } from '../../../src/rollout/gates.ts';
import { nextPhase } from '../../../src/rollout/phases.ts';
import { foldDecisions, freezeFor, type RolloutState } from '../../../src/rollout/state.ts';
import { plan } from '../../fakes/rolloutPlan.ts';

const start = 1_000_000_000_000;
const day = 86_400_000;
const five: RolloutPhase = { kind: 'stage', percent: 5 };
const mayAdvance: Verdict = {
  kind: 'may-advance',
  reason: '0 of 900 requests failed: surely fewer than 2 %',
  figures: { 'errors.samples': 900 },
};
const harm: Verdict = {
  kind: 'roll-back',
  gate: 'latency',
  reason: '5 of 10 requests took longer than 400 ms; up to 1 % is allowed',
  figures: {},
};
const doubt: Verdict = { kind: 'pause', gate: 'dwell', reason: 'too little is known after 1 h 30 min', figures: {} };
const patience: Verdict = { kind: 'collecting', reason: '12 min of at least 30 min' };

function checklist(more: Partial<Record<string, ReadinessItem['state']>> = {}): readonly ReadinessItem[] {
  return readinessChecks.map((check) => ({ check, severity: 'blocks', state: more[check] ?? 'passed' }));
}

const ground = (more: Partial<DecisionGround> = {}): DecisionGround => ({ manifest: plan, readiness: checklist(), now: start, ...more });

/** What a person asked for, or the reason why not. */
function asked(
  wish: Partial<RolloutWish> & Pick<RolloutWish, 'action'>,
  state: RolloutState,
  more: Partial<DecisionGround> = {},
): RolloutDecision | string {
  const answer = decisionFor({ reason: '', ...wish }, state, ground(more));
  return 'refused' in answer ? answer.refused : answer.decision;
}

const refusal = (answer: RolloutDecision | string): string => (typeof answer === 'string' ? answer : '');

function did(state: RolloutState, decision: RolloutDecision | string | undefined): RolloutState {
  assert.ok(typeof decision === 'object', JSON.stringify(decision));
  return foldDecisions([...[...state.history].reverse(), decision]);
}

const idle = foldDecisions([]);
const preflight = did(idle, asked({ action: 'begin' }, idle));
const shadow = did(preflight, decide(preflight, ground()));
const staged = did(shadow, decide(shadow, ground({ verdict: mayAdvance })));
const rolledBack = did(staged, decide(staged, ground({ verdict: harm })));
const paused = did(staged, decide(staged, ground({ verdict: doubt })));
const soak: RolloutState = { ...staged, phase: { kind: 'soak' } };
const done: RolloutState = { ...staged, phase: { kind: 'done' } };

describe('the way of a rollout', () => {
  it('goes through every stage to the end', () => {
    let state = preflight;
    const way: string[] = [];
    for (let step = 0; step < 10 && state.phase.kind !== 'done'; step++) {
      state = did(state, decide(state, ground({ verdict: mayAdvance, now: start + step * day })));
      way.push(state.phase.kind === 'stage' ? `${state.phase.percent}` : state.phase.kind);
    }
    assert.deepEqual(way, ['shadow', '5', '25', '50', '100', 'soak', 'done']);
    assert.equal(decide(state, ground({ verdict: harm })), undefined);
  });

  it('goes on from a stage that is no longer planned to the next greater one', () => {
    assert.deepEqual(nextPhase(plan, { kind: 'stage', percent: 7 }), { kind: 'stage', percent: 25 });
  });

  it('is written with its figures', () => {
    const { at, ...decision } = decide(staged, ground({ verdict: mayAdvance })) as RolloutDecision;
    assert.equal(at, start);
    assert.deepEqual(decision, {
      ...{ revision: 4, action: 'advance', by: 'gates', manifest: plan.hash, phase: { kind: 'stage', percent: 25 } },
      ...{ reason: mayAdvance.reason, figures: { 'errors.samples': 900 } },
    });
  });
});

describe('the gates', () => {
  it('decide nothing while they collect, in a pause, or where nothing runs', () => {
    assert.equal(decide(staged, ground({ verdict: patience })), undefined);
    assert.equal(decide(staged, ground()), undefined);
    assert.equal(decide(paused, ground({ verdict: mayAdvance })), undefined);
    assert.equal(decide(idle, ground({ verdict: harm })), undefined);
    assert.equal(decide(rolledBack, ground({ verdict: harm })), undefined);
  });

  it('take back a candidate that does harm, in a pause, too, and on a clock that went back', () => {
    for (const state of [shadow, staged, paused]) {
      const decision = decide(state, ground({ verdict: harm, now: start - day }));
      assert.deepEqual(decision && [decision.action, decision.gate, decision.phase], [
        'roll-back',
        'latency',
        { kind: 'rolled-back', until: start + freezeFor },
      ]);
    }
  });

  it('promote nobody on a clock that went back', () => {
    assert.equal(decide(staged, ground({ verdict: mayAdvance, now: start - 1 })), undefined);
  });

  it('take back a candidate that the policy blocks, and let a pinned model wait', () => {
    for (const name of ['coder-2', 'team/coder-2']) {
      assert.equal(decide(staged, ground({ manifest: { ...plan, blocked: [name] } }))?.action, 'roll-back', name);
    }
    assert.notEqual(decide(staged, ground({ manifest: { ...plan, blocked: ['other/coder-2'] } }))?.action, 'roll-back');
    assert.equal(decide({ ...staged, blocked: ['coder-2'] }, ground())?.action, 'roll-back', 'by a person');
    const pinned = decide(staged, ground({ manifest: { ...plan, pinned: 'coder-1' }, verdict: mayAdvance }));
    assert.deepEqual([pinned?.action, pinned?.reason], ['pause', 'coder-1 is pinned']);
    for (const name of ['coder-2', 'team/coder-2']) {
      assert.equal(decide(staged, ground({ manifest: { ...plan, pinned: name }, verdict: mayAdvance }))?.action, 'advance', name);
    }
  });

  it('take back what everybody has by now when the policy blocks it', () => {
    const decision = decide(done, ground({ manifest: { ...plan, blocked: ['coder-2'] } }));
    assert.deepEqual([decision?.action, decision?.phase.kind], ['roll-back', 'rolled-back']);
    assert.equal(decide(done, ground({ verdict: mayAdvance })), undefined);
    for (const state of [idle, rolledBack]) assert.equal(decide(state, ground({ manifest: { ...plan, blocked: ['coder-2'] } })), undefined);
  });

  it('go by the model that a person pinned before the one of the policy', () => {
    const policy = { ...plan, pinned: 'coder-1' };
    assert.equal(pinnedElsewhere({ ...staged, pinned: 'coder-2' }, policy), undefined);
    assert.equal(pinnedElsewhere({ ...staged, pinned: 'coder-1' }, { ...plan, pinned: 'coder-2' }), 'coder-1');
    assert.deepEqual([pinnedElsewhere(staged, policy), pinnedElsewhere(staged, plan)], ['coder-1', undefined]);
  });

  it('reset a rollout whose candidate was exchanged', () => {
    const manifest = { ...plan, candidate: { backend: 'team', model: 'coder-3' } };
    const decision = decide(staged, ground({ manifest, verdict: mayAdvance }));
    assert.deepEqual([decision?.action, decision?.phase.kind], ['reset', 'idle']);
    assert.equal(decision?.reason, 'the policy names another candidate, team/coder-3: nothing is proven about it');
    assert.equal(did(staged, decision).phase.kind, 'idle');
  });
});

describe('readiness', () => {
  it('keeps a rollout from beginning, where it blocks', () => {
    const missing = checklist({ benchmark: 'missing' });
    assert.equal(decide(preflight, ground({ readiness: missing })), undefined);
    assert.equal(decide(shadow, ground({ readiness: checklist({ benchmark: 'expired' }), verdict: mayAdvance })), undefined);
    assert.equal(decide(preflight, ground({ readiness: checklist({ benchmark: 'overridden' }) }))?.action, 'advance');
    assert.equal(decide(preflight, ground({ readiness: missing.map((item) => ({ ...item, severity: 'warns' })) }))?.action, 'advance');
    assert.equal(decide(preflight, ground({ readiness: missing, manifest: { ...plan, off: ['readiness'] } }))?.action, 'advance');
  });

  it('is asked for before the first stage, and what was missing is no reason to stop later', () => {
    const readiness = checklist({ benchmark: 'expired', 'rollback-rehearsal': 'missing' });
    assert.equal(decide(staged, ground({ readiness, verdict: mayAdvance }))?.action, 'advance');
  });

  it('stops every stage when it is known that the servers do not suffice', () => {
    const decision = decide(staged, ground({ readiness: checklist({ capacity: 'failed' }), verdict: mayAdvance }));
    assert.deepEqual([decision?.action, decision?.gate], ['pause', 'readiness']);
    assert.equal(decision?.reason, 'the check capacity has failed: the servers of the next stage would not suffice');
    assert.equal(decide(staged, ground({ readiness: checklist({ capacity: 'missing' }), verdict: mayAdvance }))?.action, 'advance');
  });

  it('does not want shadow traffic before shadow traffic', () => {
    const readiness = checklist({ shadow: 'missing' });
    assert.equal(decide(preflight, ground({ readiness }))?.phase.kind, 'shadow');
    assert.equal(decide(shadow, ground({ readiness })), undefined);
    assert.equal(decide(shadow, ground({ readiness, verdict: mayAdvance }))?.phase.kind, 'stage');
    assert.equal(decide(shadow, ground({ readiness: checklist({ shadow: 'overridden' }) }))?.reason, 'the shadow check is overridden');
    assert.equal(decide(shadow, ground())?.reason, 'the shadow check is passed', 'another window has seen it');
    for (const state of ['missing', 'failed', 'inconclusive'] as const) {
      assert.equal(decide(shadow, ground({ readiness: checklist({ shadow: state }) })), undefined, state);
    }
  });

  it('stops at 25 % when nobody knows whether the servers suffice', () => {
    const atTwentyFive = did(staged, decide(staged, ground({ verdict: mayAdvance })));
    for (const capacity of ['missing', 'failed', 'inconclusive', 'expired'] as const) {
      const readiness = checklist({ capacity }).map((item) => ({ ...item, severity: 'warns' }) as const);
      assert.equal(decide(staged, ground({ readiness, verdict: mayAdvance }))?.action, 'advance', 'to 25 %');
      const decision = decide(atTwentyFive, ground({ readiness, verdict: mayAdvance }));
      assert.deepEqual([decision?.action, decision?.gate], ['pause', 'readiness']);
      const unknown = decide(
        atTwentyFive,
        ground({ readiness: readiness.filter(({ check }) => check !== 'capacity'), verdict: mayAdvance }),
      );
      assert.equal(unknown?.reason, 'the check capacity is missing; beyond 25 % it has to be known whether the servers suffice');
      assert.equal(decision?.reason, `the check capacity is ${capacity}; beyond 25 % it has to be known whether the servers suffice`);
    }
    assert.equal(
      decide(atTwentyFive, ground({ readiness: checklist({ capacity: 'overridden' }), verdict: mayAdvance }))?.action,
      'advance',
    );
  });
});

describe('a person', () => {
  const allowed = (state: RolloutState, now = start): readonly string[] => allowedActions(state, plan, now);

  it('can ask for what the phase allows', () => {
    assert.deepEqual(allowed(idle), ['begin', 'pin', 'block', 'override']);
    assert.deepEqual(allowed(staged), ['advance', 'pause', 'roll-back', 'reset', 'pin', 'block', 'override']);
    assert.deepEqual(allowed(soak), ['pause', 'roll-back', 'finish', 'reset', 'pin', 'block', 'override']);
    assert.deepEqual(allowed(done), ['begin', 'roll-back', 'reset', 'pin', 'block']);
    assert.deepEqual(allowed(paused), ['resume', 'roll-back', 'reset', 'pin', 'block', 'override']);
    assert.deepEqual(allowed(rolledBack), ['reset', 'pin', 'block']);
    assert.deepEqual(allowed(rolledBack, start + day), ['begin', 'reset', 'pin', 'block']);
  });

  it('is refused everything else in words, and what is allowed is not refused for the phase', () => {
    for (const state of [idle, preflight, shadow, staged, soak, done, paused, rolledBack]) {
      for (const action of rolloutActions) {
        const answer = asked({ action, reason: 'because', subject: action === 'override' ? 'benchmark' : 'coder-2' }, state, {
          verdict: mayAdvance,
        });
        assert.equal(
          typeof answer === 'object',
          allowed(state).includes(action),
          `${action} in ${state.phase.kind}: ${JSON.stringify(answer)}`,
        );
        if (typeof answer === 'string') assert.match(answer, /^[A-Z0-9"c].*\.$/, answer);
      }
    }
  });

  it('is told until when a candidate is frozen', () => {
    const until = new Date(start + freezeFor).toISOString();
    assert.equal(
      asked({ action: 'begin' }, rolledBack),
      `coder-2 was rolled back and is frozen until ${until}; reset the rollout to begin before that.`,
    );
    assert.equal(typeof asked({ action: 'begin' }, rolledBack, { now: start - day }), 'string', 'a clock that was set back');
    assert.equal(asked({ action: 'reset' }, rolledBack), 'To reset needs a reason: it is kept in the history of the rollout.');
    const reset = did(rolledBack, asked({ action: 'reset', reason: 'the server was repaired' }, rolledBack));
    assert.equal(did(reset, asked({ action: 'begin' }, reset)).phase.kind, 'preflight');
  });

  it('cannot begin what is blocked, pinned away or running', () => {
    assert.equal(asked({ action: 'begin' }, idle, { manifest: { ...plan, blocked: ['coder-2'] } }), 'coder-2 is blocked by the policy.');
    assert.equal(asked({ action: 'begin' }, idle, { manifest: { ...plan, pinned: 'coder-1' } }), 'coder-1 is pinned; unpin it first.');
    assert.equal(asked({ action: 'begin' }, staged), 'This rollout has begun already; it is in the stage of 5 %.');
    assert.equal(asked({ action: 'begin' }, { ...idle, blocked: ['coder-2'] }), 'coder-2 is blocked; unblock it first.');
    assert.equal(asked({ action: 'begin' }, { ...idle, pinned: 'coder-1' }), 'coder-1 is pinned; unpin it first.');
    assert.equal(typeof asked({ action: 'begin' }, { ...rolledBack, candidate: 'team/coder-9' }), 'object', 'another was taken back');
  });

  it('overrides a check with a reason only', () => {
    assert.equal(
      asked({ action: 'override', subject: 'benchmark', reason: ' \n' }, idle),
      'To override needs a reason: it is kept in the history of the rollout.',
    );
    assert.match(refusal(asked({ action: 'block', subject: 'coder-2' }, staged)), /^To block needs a reason/);
    assert.match(
      refusal(asked({ action: 'override', subject: 'luck', reason: 'x' }, idle)),
      /^"luck" is no check; there are benchmark, capacity/,
    );
    const decision = asked({ action: 'override', subject: 'benchmark', reason: ` known\nfrom  ${'x'.repeat(300)}` }, idle);
    assert.ok(typeof decision === 'object' && decision.reason.startsWith('known from x') && decision.reason.length === 200);
  });

  it('promotes without proof with a reason only, and neither into harm nor past a check', () => {
    assert.equal(
      asked({ action: 'advance' }, staged, { verdict: patience }),
      'The evidence is not there yet (12 min of at least 30 min): to promote without it needs a reason, which is kept in the history.',
    );
    assert.equal(typeof asked({ action: 'advance', reason: 'seen elsewhere' }, staged, { verdict: patience }), 'object');
    assert.equal(typeof asked({ action: 'advance' }, staged, { verdict: mayAdvance }), 'object');
    for (const [action, state] of [
      ['advance', staged],
      ['finish', soak],
    ] as const) {
      assert.match(refusal(asked({ action, reason: 'x' }, state, { verdict: harm })), /^It is about to be rolled back: 5 of 10/);
      assert.match(refusal(asked({ action }, state, { verdict: patience })), /^The evidence is not there yet/);
    }
    assert.equal(typeof asked({ action: 'advance' }, preflight), 'object', 'there is nothing to prove before the copies');
    const readiness = checklist({ benchmark: 'failed' });
    assert.equal(
      asked({ action: 'advance', reason: 'x' }, preflight, { readiness }),
      'It cannot be promoted: the check benchmark is failed; without it a rollout does not begin. Do the check, or override it with a reason.',
    );
  });

  it('blocks the candidate, and has the baseline again', () => {
    const blocked = did(staged, asked({ action: 'block', subject: 'coder-2', reason: 'it is wrong' }, staged));
    assert.equal(blocked.phase.kind, 'rolled-back');
    assert.deepEqual(blocked.blocked, ['coder-2']);
    assert.equal(did(done, asked({ action: 'block', subject: 'coder-2', reason: 'it is wrong' }, done)).blocked[0], 'coder-2');
    const late = asked({ action: 'block', subject: 'coder-2', reason: 'it is wrong' }, done);
    assert.equal(typeof late === 'object' && late.phase.kind, 'rolled-back', 'everybody has it by now');
    const other = did(staged, asked({ action: 'block', subject: 'coder-7', reason: 'it is wrong' }, staged));
    assert.deepEqual(other.phase, five);
    assert.match(refusal(asked({ action: 'block', subject: 'coder-1', reason: 'x' }, staged)), /^"coder-1" cannot be blocked/);
    assert.match(refusal(asked({ action: 'pin', subject: 'coder-7' }, staged)), /coder-1 and coder-2 can be pinned/);
    assert.equal(asked({ action: 'unblock', subject: 'x' }, blocked), '"x" is not blocked; coder-2 is.');
  });

  it('gives the rollout the name of its candidate', () => {
    assert.equal(candidateOf(plan), 'team/coder-2');
    assert.equal(preflight.candidate, 'team/coder-2');
  });
});
