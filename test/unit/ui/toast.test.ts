import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { healthStates, type EngineSnapshot } from '../../../src/domain/snapshot.ts';
import { ToastFold } from '../../../src/ui/toast.ts';
import { consentNeeding, snapshot, source } from './snapshots.ts';

const loud = (): boolean => false;
const messages = (fold: ToastFold, ...course: readonly EngineSnapshot[]): readonly (string | undefined)[] =>
  course.map((each) => fold.next(each, loud)?.message);

describe('a toast', () => {
  it('is shown for what needs a person, and for nothing that passes by itself', () => {
    const told = healthStates.filter((state) => new ToastFold().next(snapshot([source('main', state)]), loud) !== undefined);
    assert.deepEqual([...told].sort(), ['auth-needed', 'quota', 'retired']);
  });

  it('says what is wrong, what is used instead and what helps', () => {
    const toast = new ToastFold().next(snapshot([source('main', 'quota', { reason: 'the budget is spent.' })], { serving: 'local' }), loud);
    assert.equal(
      toast?.message,
      'Failsoft: main has its credit or allowance used up: the budget is spent. Meanwhile you get local suggestions.',
    );
    assert.equal(toast.action.command, 'failsoft.manageBackends');
    const consent = new ToastFold().next(snapshot([consentNeeding('main')], { serving: 'team' }), loud);
    assert.equal(consent?.message, 'Failsoft: main needs your permission to be used. Meanwhile you get team.');
  });

  it('is shown once an outage, and again only after an answer came', () => {
    const fold = new ToastFold();
    const [well, auth, quota, open] = (['healthy', 'auth-needed', 'quota', 'open'] as const).map((state) =>
      snapshot([source('main', state)]),
    );
    assert.ok(well && auth && quota && open);
    assert.deepEqual(
      messages(fold, well, auth, auth, open, auth, quota, well, quota).map((message) => message !== undefined),
      [false, true, false, false, false, false, false, true],
    );
  });

  it('is one for each backend', () => {
    const both = snapshot([source('main', 'auth-needed'), source('team', 'retired')]);
    const said = messages(new ToastFold(), both, both, both);
    assert.match(said[0] ?? '', /main needs an API key/);
    assert.match(said[1] ?? '', /team has a model/);
    assert.equal(said[2], undefined);
  });

  it('is not shown to those who did not want it, nor while paused or off', () => {
    const quota = snapshot([source('main', 'quota')]);
    assert.equal(
      new ToastFold().next(quota, (key) => key === 'main quota'),
      undefined,
    );
    assert.equal(new ToastFold().next(snapshot([source('main', 'quota')], { mode: 'paused' }), loud), undefined);
    assert.ok(new ToastFold().next(quota, (key) => key === 'main retired'));
  });

  it('has no link in it, whatever the server wrote', () => {
    const reason = 'see [here](command:workbench.action.quit) or [\u200bthere]\u200b(https://evil.example)';
    const toast = new ToastFold().next(snapshot([source('[main](command:x)', 'quota', { reason })]), loud);
    assert.doesNotMatch(toast?.message ?? '](', /\]\(/);
  });
});
