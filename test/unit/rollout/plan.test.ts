import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Assigned, shareOf } from '../../../src/rollout/assigned.ts';
import { candidatePlan, isMeant, isNamed, isOneServer, planProblem, versionsOf } from '../../../src/rollout/plan.ts';
import type { ManifestVersion } from '../../../src/rollout/policy.ts';
import { plan } from '../../fakes/rolloutPlan.ts';

describe('two versions', () => {
  const named = (baseline: Partial<ManifestVersion>, candidate: Partial<ManifestVersion>): string =>
    versionsOf({ baseline: { ...plan.baseline, ...baseline }, candidate: { ...plan.candidate, ...candidate } });

  it('are others when either is asked in another way: what was proven about them is proven about them', () => {
    const all = [
      ...[named({}, {}), named({ model: 'x' }, {}), named({ backend: 'x' }, {}), named({}, { model: 'x' }), named({}, { backend: 'x' })],
      ...[named({}, { fim: 'qwen' }), named({ fim: 'qwen' }, {}), named({}, { maxTokens: 64 }), named({}, { maxTokens: 65 })],
    ];
    assert.equal(new Set(all).size, all.length);
    for (const name of all) assert.match(name, /^[0-9a-f]{16}$/);
  });

  it('have the name of before: the decisions about them are in a file of that name', () => {
    assert.equal(versionsOf(plan), 'a94fedfe0ed29565');
  });

  it('are meant by the model, or by backend and model', () => {
    const named = ['coder-2', 'team/coder-2', 'coder', 'other/coder-2', '/coder-2', ''].map((name) => isNamed(plan.candidate, name));
    assert.deepEqual(named, [true, true, false, false, false, false]);
  });

  it('are asked as the policy says', () => {
    const asked = candidatePlan({ ...plan, candidate: { ...plan.candidate, fim: 'qwen', maxTokens: 64 } });
    const { baseline, backend, model, sourceId } = candidatePlan(plan);
    assert.deepEqual([asked.fim, asked.maxTokens], ['qwen', 64]);
    assert.deepEqual(
      { baseline, backend, model, sourceId },
      { baseline: 'team', backend: 'team', model: 'coder-2', sourceId: 'team · coder-2' },
    );
  });

  it('are meant for the languages of the policy, or for all', () => {
    assert.equal(isMeant(plan, 'go'), true);
    assert.deepEqual([isMeant({ languages: ['go'] }, 'go'), isMeant({ languages: ['go'] }, 'typescript')], [true, false]);
  });
});

describe('a plan', () => {
  const at = (name: string, model: string, origin = 'http://127.0.0.1:8080', loopback = true) => ({ name, model, origin, loopback });
  const two = { ...plan, candidate: { backend: 'next', model: 'coder-2' } };

  it('can be followed only where both backends are, and the baseline asks what people have', () => {
    assert.equal(planProblem(plan, [at('team', 'coder-1')]), undefined);
    assert.equal(planProblem(two, [at('team', 'coder-1'), at('next', 'any')]), undefined);
    assert.match(planProblem(two, [at('team', 'coder-1')]) ?? '', /its backend next is not among failsoft\.backends \(team\)/);
    assert.match(planProblem(two, [at('next', 'coder-2')]) ?? '', /its backend team is not among/);
    assert.match(planProblem(plan, []) ?? '', /\(none\)/);
    assert.match(planProblem(two, [at('team', 'coder-7'), at('next', 'any')]) ?? '', /is coder-1, but the backend team asks coder-7$/);
    assert.match(planProblem(two, [at('team', 'coder-2'), at('next', 'any')]) ?? '', /nothing to roll out$/);
  });

  it('has one server where both versions are asked at one address of this machine', () => {
    const both = (one: string, other: string, loopback = true): boolean =>
      isOneServer(two, [at('team', 'coder-1', one, loopback), at('next', 'any', other, loopback)]);
    assert.equal(both('http://127.0.0.1:1', 'http://127.0.0.1:1'), true);
    assert.equal(both('http://127.0.0.1:1', 'http://127.0.0.1:2'), false);
    assert.equal(both('https://team.example', 'https://team.example', false), false, 'it serves many');
    assert.equal(isOneServer(two, [at('next', 'any')]), false);
  });
});

describe('the version of a request', () => {
  it('is drawn by the planned share, the same for the same request, and by each window for itself', () => {
    const [one, other] = [new Assigned('one'), new Assigned('other')];
    const ids = Array.from({ length: 4000 }, (_, index) => `r${index}`);
    const drawn = ids.map((id) => one.draw(id, 0.1));
    const control = drawn.filter((arm) => arm === 'baseline').length;
    assert.ok(control > 320 && control < 480, `${control} of 4000`);
    assert.deepEqual(
      ids.map((id) => one.draw(id, 0.5)),
      drawn,
      'it stays, whatever the policy says by now',
    );
    assert.ok(ids.some((id, index) => other.draw(id, 0.1) !== drawn[index]));
    assert.equal(one.draw('never', 0), 'candidate');
  });

  it('is known for the last four thousand, and of others nothing is kept', () => {
    const assigned = new Assigned('one');
    for (let index = 0; index <= 4000; index++) assigned.draw(`r${index}`, 0.1);
    assert.deepEqual([assigned.get('r0'), assigned.get('never')], [undefined, undefined]);
    assert.notEqual(assigned.get('r1'), undefined);
  });

  it('is as good as chance for names that differ in one letter', () => {
    const shares = Array.from({ length: 1000 }, (_, index) => shareOf(`window ${index}`));
    assert.ok(shares.every((share) => share >= 0 && share < 1));
    for (let tenth = 0; tenth < 10; tenth++) {
      const count = shares.filter((share) => Math.floor(share * 10) === tenth).length;
      assert.ok(count > 60 && count < 140, `${count} of 1000 in one tenth`);
    }
  });
});
