import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type RolloutAction, rolloutActions } from '../../../src/domain/rollout.ts';
import { notPossible, reasonProblem, rolloutAsk } from '../../../src/ui/rolloutAsks.ts';
import { doneText } from '../../../src/ui/rolloutWords.ts';
import { starterPolicy } from '../../../src/ui/starterPolicy.ts';
import { rolledBack, rolloutSnapshot } from '../../fakes/rolloutControl.ts';

const versions = [
  { backend: 'team-server', model: 'qwen2.5-coder-14b' },
  { backend: 'own', model: '$(x)-model' },
];

describe('what a person is asked before a decision', () => {
  it('is a reason they may leave out, but none for going back and always one against the evidence', () => {
    const needs = rolloutActions.map((action) => `${action} ${rolloutAsk(action, rolloutSnapshot(), versions).reason}`);
    assert.deepEqual(
      needs.filter((need) => !need.endsWith('optional')),
      ['advance required', 'roll-back none', 'finish required', 'unpin none', 'block required', 'override required'],
    );
  });

  it('says what a promotion rests on', () => {
    const of = (snapshot = rolloutSnapshot()): string => rolloutAsk('advance', snapshot, []).prompt;
    assert.match(of(), /^Not proven yet: latency, acceptance, unknown names, time in stage\. Why\?/);
    assert.match(of(rolloutSnapshot({ gates: [{ gate: 'errors', verdict: 'holds', words: '' }] })), /^Every gate holds\. Why\?/);
    assert.equal(rolloutAsk('advance', rolloutSnapshot(), []).title, 'Promote to 25 %');
  });

  it('needs a reason to go on without proof, to block, and to let in again what was taken back', () => {
    const need = (action: RolloutAction, snapshot = rolloutSnapshot()): string => rolloutAsk(action, snapshot, versions).reason;
    const proven = rolloutSnapshot({ gates: [{ gate: 'errors', verdict: 'holds', words: '' }] });
    assert.deepEqual([need('advance'), need('advance', proven), need('finish')], ['required', 'optional', 'required']);
    assert.deepEqual(
      [need('reset'), need('reset', rolledBack()), need('block'), need('pin')],
      ['optional', 'required', 'required', 'optional'],
    );
  });

  it('says what holding means for those who are in', () => {
    assert.match(rolloutAsk('pause', rolloutSnapshot(), []).prompt, /^5 % keep the candidate, nobody new gets it\./);
    assert.match(rolloutAsk('pause', rolloutSnapshot({ phase: { kind: 'shadow' } }), []).prompt, /^Nobody gets the candidate\./);
  });

  it('is which model, without those that it cannot be', () => {
    const lines = (action: 'pin' | 'block' | 'unblock', more = {}): string[] =>
      rolloutAsk(action, rolloutSnapshot({ pinned: 'qwen3-coder-30b', blocked: ['$(x)-model'], ...more }), versions).subjects?.lines.map(
        ({ label, description, value }) => `${label} · ${description ?? ''} · ${value}`,
      ) ?? [];
    assert.deepEqual(lines('pin'), ['qwen2.5-coder-14b · the baseline · qwen2.5-coder-14b']);
    assert.deepEqual(lines('block'), [
      'qwen3-coder-30b · the candidate · qwen3-coder-30b',
      'qwen2.5-coder-14b · the baseline · qwen2.5-coder-14b',
    ]);
    assert.deepEqual(lines('unblock'), ['$ (x)-model ·  · $(x)-model']);
  });

  it('is which check, of those that have not passed', () => {
    const lines = rolloutAsk('override', rolloutSnapshot(), []).subjects?.lines ?? [];
    assert.deepEqual(
      lines.map(({ label, description, detail, value }) => [label, description, detail, value]),
      [
        ['Prompt compatibility', 'failed', '2 of 44 prompts echo the suffix', 'prompt-compatibility'],
        ['Rollback rehearsal', 'too long ago', 'detected, rolled back and restarted in 31 s', 'rollback-rehearsal'],
        ['Shadow traffic', 'not done yet', undefined, 'shadow'],
      ],
    );
  });

  it('takes a reason of at most 200 characters', () => {
    assert.equal(reasonProblem('', 'optional'), undefined);
    assert.equal(reasonProblem(' ', 'required'), 'A reason is needed: who comes later wants to know why.');
    assert.equal(reasonProblem('x'.repeat(200), 'required'), undefined);
    assert.equal(reasonProblem('x'.repeat(201), 'optional'), 'A reason has at most 200 characters; this one has 201.');
  });

  it('is nothing when it is not possible, and why', () => {
    assert.equal(notPossible('resume', rolloutSnapshot()), '“Resume” is not possible now. 5 % of all installations have the candidate.');
  });

  it('is answered with what has been done', () => {
    assert.equal(doneText('roll-back', rolledBack()), 'rolled back, you are on qwen2.5-coder-14b (team-server)');
    assert.equal(doneText('block', rolloutSnapshot(), 'm'), 'blocked m');
    assert.equal(doneText('override', rolloutSnapshot(), 'capacity'), 'check overridden, with its reason in the history');
    assert.equal(
      doneText('pause', rolloutSnapshot({ phase: { kind: 'paused', before: { kind: 'stage', percent: 5 } } })),
      'rollout held, paused at 5 %',
    );
  });
});

describe('a policy to begin with', () => {
  it('has the first backend as baseline and the second as candidate', () => {
    assert.deepEqual(JSON.parse(starterPolicy(versions)), {
      name: 'x--model',
      baseline: versions[0],
      candidate: versions[1],
    });
  });

  it('leaves the name of the new model to the person where there is one backend', () => {
    assert.deepEqual(JSON.parse(starterPolicy(versions.slice(0, 1))), {
      name: 'name-of-the-new-model',
      baseline: versions[0],
      candidate: { backend: 'team-server', model: 'name-of-the-new-model' },
    });
  });

  it('has a name that a flag can have, whatever the model is called', () => {
    for (const model of ['', '///', 'org/模型', '_x', '.y', 'a'.repeat(99), `${'a'.repeat(59)}/b`]) {
      const { name } = JSON.parse(starterPolicy([versions[0]!, { backend: 'b', model }])) as { name: string };
      assert.match(name, /^[A-Za-z0-9][\w.-]{0,59}$/, model);
    }
  });
});
