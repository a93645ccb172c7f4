import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import type { FileReading } from '../../../src/base/watchedFile.ts';
import { createAssignment } from '../../../src/rollout/assignment.ts';
import { freezeFor } from '../../../src/rollout/state.ts';
import { type BenchWindow, lastIn, type RolloutBench, unchecked, withRollouts } from '../../fakes/rolloutBench.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

/** A window whose flag file says who is in, and the way to have it say something else. */
function ledWindow(bench: RolloutBench, says: string, manifest = unchecked): { window: BenchWindow; say: (arm: string) => void } {
  let hear: (reading: FileReading) => void = () => undefined;
  const text = (arm: string): string =>
    JSON.stringify({ flags: { 'coder-2': { state: 'ENABLED', variants: { one: arm }, defaultVariant: 'one' } } });
  const window = bench.window('led', {
    isBare: true,
    flag: (flag) =>
      createAssignment(
        { targetingKey: lastIn, extensionVersion: '0.1.0', platform: 'linux', flag },
        {
          ...{ clock: systemClock, random: () => 0.5 },
          http: { request: () => Promise.reject(new Error('no network in this test')), dispose: () => undefined },
          watchFile: (_file, _atMost, onReading) => {
            hear = onReading;
            hear({ kind: 'text', text: text(says) });
            return { dispose: () => undefined };
          },
        },
      ),
  });
  Object.assign(window.settings, { flagFile: '/flags.json' });
  window.rollout.follow({ manifest, problems: [] });
  return { window, say: (arm) => hear({ kind: 'text', text: text(arm) }) };
}

const arms = (window: BenchWindow): string[] => [...new Set(Array.from({ length: 40 }, () => window.request()))].toSorted();

describe('an installation that a flag of the fleet leads', () => {
  it('is in as soon as the flag says so, and out with the next request when it does not', () =>
    withRollouts((bench) => {
      const { window, say } = ledWindow(bench, 'baseline');
      assert.deepEqual([window.where(), arms(window)], ['idle · 0', ['baseline']]);
      say('candidate');
      assert.deepEqual([window.where(), arms(window)], ['stage 5 · 2', ['baseline', 'candidate']]);
      say('baseline');
      assert.deepEqual([window.where(), arms(window)], ['stage 5 · 2', ['baseline']]);
    }));

  it('ends what runs on the candidate when the flag takes it out', () =>
    withRollouts((bench) => {
      const { window, say } = ledWindow(bench, 'candidate');
      let stops = 0;
      window.rollout.onDidStop(() => (stops += 1));
      say('baseline');
      assert.equal(stops, 1);
    }));

  it('promotes nobody by itself, however good the evidence', () =>
    withVirtualTime((time) =>
      withRollouts((bench) => {
        const { window } = ledWindow(bench, 'candidate');
        for (let index = 0; index < 700; index++) {
          window.request();
          time.tick(4000);
        }
        assert.equal(window.where(), 'stage 5 · 2');
        assert.ok(window.rollout.snapshot()?.gates.every(({ verdict }) => verdict === 'holds' || verdict === 'collecting'));
      }),
    ));

  it('takes the candidate back for itself, and is not let in again before the day is over', () =>
    withVirtualTime((time) =>
      withRollouts((bench) => {
        const { window } = ledWindow(bench, 'candidate');
        for (let index = 0; index < 60 && window.where().startsWith('stage'); index++) {
          window.request({ elapsed: 5000 });
          time.tick(2000);
        }
        const [newest] = window.rollout.snapshot()?.history ?? [];
        assert.deepEqual([newest?.action, newest?.by], ['roll-back', 'gates']);
        assert.deepEqual(arms(window), ['baseline']);
        time.tick(freezeFor - 600_000);
        window.rollout.look();
        assert.match(window.where(), /^rolled-back/);
      }),
    ));

  it('is not let in while the candidate is blocked or another model is pinned', () =>
    withRollouts((bench) => {
      for (const more of [{ blocked: ['coder-2'] }, { pinned: 'coder-1' }]) {
        const { window } = ledWindow(bench, 'candidate', { ...unchecked, ...more });
        assert.deepEqual([window.where(), arms(window)], ['idle · 0', ['baseline']]);
      }
    }));

  it('writes nothing again and again that its state would not take', () =>
    withRollouts(async (bench) => {
      const manifest = { ...unchecked, candidate: { backend: 'team', model: 'org/coder-2' } };
      const { window, say } = ledWindow(bench, 'baseline', manifest);
      await window.rollout.ask({ action: 'block', subject: 'coder-2', reason: 'whoever it is of' });
      say('candidate');
      for (let index = 0; index < 5; index++) window.rollout.look();
      assert.equal(bench.read(bench.log(manifest)).trim().split('\n').length, 1);
    }));

  it('has a person told when what was asked for was not done', () =>
    withRollouts(async (bench) => {
      const manifest = { ...unchecked, candidate: { backend: 'team', model: 'org/coder-2' } };
      const { window } = ledWindow(bench, 'baseline', manifest);
      assert.equal(await window.rollout.ask({ action: 'block', subject: 'coder-2', reason: 'whoever it is of' }), undefined);
      assert.match(String(await window.rollout.ask({ action: 'begin', reason: '' })), /^It was not done: /);
      assert.equal(window.where(), 'idle · 1');
    }));

  it('does not begin again what a person has finished', () =>
    withRollouts(async (bench) => {
      const { window } = ledWindow(bench, 'candidate');
      for (const stage of ['5 · 2', '25 · 3', '50 · 4', '100 · 5']) {
        assert.equal(window.where(), `stage ${stage}`);
        assert.equal(await window.rollout.ask({ action: 'advance', reason: 'the fleet is there' }), undefined);
      }
      assert.equal(await window.rollout.ask({ action: 'finish', reason: 'everybody has it' }), undefined);
      assert.equal(window.where(), 'done · 7');
      window.rollout.look();
      assert.deepEqual([window.where(), arms(window)], ['done · 7', ['candidate']]);
    }));

  it('that a person lets in by a setting is led by the stages, as everybody is', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one', { installation: lastIn });
      window.settings.assignment = 'candidate';
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.deepEqual([window.where(), arms(window)], ['idle · 0', ['baseline']]);
      await window.toFirstStage();
      assert.deepEqual([window.where(), arms(window)], ['stage 5 · 4', ['baseline', 'candidate']]);
    }));
});
