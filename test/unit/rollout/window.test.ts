import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import type { ShadowOffer } from '../../../src/domain/rolloutPort.ts';
import { candidatePlan } from '../../../src/rollout/plan.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { attemptOn, type BenchWindow, lastIn, unchecked, withRollouts } from '../../fakes/rolloutBench.ts';
import { plan } from '../../fakes/rolloutPlan.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';
import { observationOf } from './attempts.ts';

const minute = 60_000;
const { sourceId } = candidatePlan(unchecked);
const arms = (window: BenchWindow): string[] => [...new Set(Array.from({ length: 40 }, () => window.request()))].toSorted();
const gate = (window: BenchWindow, name: string) => window.rollout.snapshot()?.gates.find((reading) => reading.gate === name);

/** A request that is drawn for this version. */
function drawn({ rollout }: BenchWindow, arm: string): string {
  for (let number = 0; ; number++) {
    const id = `${arm}-${number}`;
    if (rollout.armFor({ id, languageId: 'go', trigger: 'automatic' }) === arm) return id;
  }
}

describe('a window', () => {
  it('sends its own probes and other languages to the baseline', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one', { manifest: { ...unchecked, languages: ['go'] } });
      await window.toFirstStage();
      const asked = (languageId: string, trigger: 'automatic' | 'probe' | 'manual'): string =>
        [...new Set(Array.from({ length: 60 }, (_, index) => window.rollout.armFor({ id: `${trigger}${index}`, languageId, trigger })))]
          .toSorted()
          .join();
      assert.deepEqual(
        [asked('typescript', 'automatic'), asked('go', 'probe'), asked('go', 'automatic'), asked('go', 'manual')],
        ['baseline', 'baseline', 'baseline,candidate', 'baseline,candidate'],
      );
    }));

  it('says why it has the version that it has', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one');
      const why = (): unknown => window.rollout.snapshot()?.assignment;
      assert.deepEqual(why(), { arm: 'baseline', source: 'built-in', note: 'no stage has begun' });
      await window.toFirstStage();
      assert.deepEqual(why(), { arm: 'candidate', source: 'built-in' });
      await window.rollout.ask({ action: 'roll-back', reason: 'it is odd' });
      assert.deepEqual(why(), { arm: 'baseline', source: 'kill-switch', note: 'the candidate was taken back: it is odd' });
    }));

  it('names what is blocked, by the policy or here', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one', { manifest: { ...unchecked, blocked: ['coder-8'] } });
      for (const subject of ['coder-8', 'coder-9']) await window.rollout.ask({ action: 'block', subject, reason: 'it is odd' });
      assert.deepEqual(window.rollout.snapshot()?.blocked, ['coder-8', 'coder-9']);
    }));

  it('takes the candidate back for its memory and its crashes, and only where it is in use', () =>
    withRollouts(async (bench) => {
      for (const harm of ['memory', 'crash'] as const) {
        let isSo = false;
        let ahead = 0;
        const seen: number[] = [];
        const ports = {
          clock: { ...systemClock, now: () => systemClock.now() + ahead },
          memoryHighFor: () => (isSo && harm === 'memory' ? minute : 0),
          dirtyExits: (since: number) => {
            seen.push(since);
            return isSo && harm === 'crash' ? 1 : 0;
          },
        };
        const [out, window] = [bench.window('out', { ...ports, installation: lastIn }), bench.window('in', ports)];
        await window.toFirstStage();
        // Memory counts from where the phase began.
        ahead = minute;
        isSo = true;
        out.rollout.look();
        assert.match(out.where(), /^stage/, 'nobody has it there');
        window.rollout.look();
        const { history = [], since } = window.rollout.snapshot() ?? {};
        assert.deepEqual([history[0]?.action, history[0]?.gate], ['roll-back', harm]);
        assert.ok(seen.includes(history[1]?.at ?? -1), 'of this phase only');
        assert.ok(since);
        isSo = false;
        await window.rollout.ask({ action: 'reset', reason: 'once more' });
      }
    }));

  for (const outcome of ['network', 'timeout'] as const) {
    it(`sets aside what was slow while another host could not be reached: ${outcome}`, () =>
      withRollouts(async (bench) => {
        const window = bench.window('one');
        await window.toFirstStage();
        const words = (): string => gate(window, 'latency')?.words ?? '';
        for (let index = 0; index < 30; index++) {
          const requestId = drawn(window, 'candidate');
          window.rollout.attempted(attemptOn(sourceId, { requestId, elapsed: index === 20 ? 5000 : 100 }));
        }
        window.rollout.attempted(attemptOn('somebody else', { outcome: 'server' }));
        assert.match(words(), /^1 of 30 requests/, 'what a server answers is about itself');
        window.rollout.attempted(attemptOn('somebody else', { outcome }));
        assert.match(words(), /^0 of 29 requests/);
      }));
  }

  it('counts what became of a text for the version that was drawn, and not for one that stood in', () =>
    withRollouts(async (bench) => {
      const window = bench.window('one');
      await window.toFirstStage();
      const shown = (id: string, source: string): void =>
        window.rollout.observed(observationOf({ kind: 'shown' }, { id, sourceId: source }));
      const [mine, other] = [drawn(window, 'candidate'), drawn(window, 'baseline')];
      for (let index = 0; index < 5; index++) {
        shown(mine, sourceId);
        shown(mine, 'team');
        shown(other, 'team');
        shown('never drawn', 'team');
        shown(mine, 'somebody else');
      }
      assert.match(gate(window, 'acceptance')?.words ?? '', /of 5 shown texts were accepted; of the baseline .* of 5 shown/);
    }));

  it('counts on whatever is decided that does not move the rollout, here or elsewhere', () =>
    withRollouts(async (bench) => {
      const [window, other] = [bench.window('one'), bench.window('other')];
      await window.toFirstStage();
      for (let index = 0; index < 10; index++) window.request();
      await window.rollout.ask({ action: 'override', subject: 'benchmark', reason: 'it is known' });
      await other.rollout.ask({ action: 'block', subject: 'coder-9', reason: 'it is odd' });
      window.rollout.look();
      assert.equal(gate(window, 'assignment')?.samples, 10);
      await window.rollout.ask({ action: 'pause', reason: '' });
      await window.rollout.ask({ action: 'resume', reason: '' });
      assert.equal(gate(window, 'assignment')?.samples, 10);
    }));

  it('takes neither a copy for a request of a person, nor what it sees later for a word on the shadow', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const window = bench.window('one');
        await window.toFirstStage();
        window.rollout.attempted(attemptOn(sourceId, { requestId: drawn(window, 'candidate'), isShadow: true }));
        assert.equal(gate(window, 'assignment')?.samples, 0);
        time.tick(91 * minute);
        window.rollout.look();
        assert.match(window.where(), /^paused/);
        const shadow = window.rollout.snapshot()?.readiness.find(({ check }) => check === 'shadow');
        assert.deepEqual([shadow?.state, shadow?.evidence], ['overridden', undefined]);
      }),
    ));

  it('ends what runs once, and only where something was shown', () =>
    withRollouts(async (bench) => {
      const [window, out] = [bench.window('one'), bench.window('out', { installation: lastIn })];
      const stops = [0, 0];
      window.rollout.onDidStop(() => (stops[0] = (stops[0] ?? 0) + 1));
      out.rollout.onDidStop(() => (stops[1] = (stops[1] ?? 0) + 1));
      await window.toFirstStage();
      out.rollout.look();
      await window.rollout.ask({ action: 'roll-back', reason: '' });
      for (const each of [window, out]) each.rollout.look();
      await window.rollout.ask({ action: 'reset', reason: 'it was nothing' });
      assert.deepEqual(stops, [1, 0]);
    }));

  it('has the baseline while the policy does not fit its backends, and goes on where it was when it does', () =>
    withRollouts(async (bench) => {
      let model = 'coder-1';
      const window = bench.window('one', { backends: () => [{ name: 'team', model, loopback: false, origin: 'https://team.example' }] });
      await window.toFirstStage();
      let stops = 0;
      window.rollout.onDidStop(() => (stops += 1));
      const plans: (string | undefined)[] = [];
      window.rollout.onDidPlan((each) => plans.push(each?.model));
      model = 'coder-0';
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.deepEqual([arms(window), window.rollout.isShown, stops], [['baseline'], false, 1]);
      model = 'coder-1';
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.deepEqual([arms(window), window.where(), plans], [['baseline', 'candidate'], 'stage 5 · 4', [undefined, 'coder-2']]);
    }));

  it('is told of decisions at once, and hears no more of a policy that was replaced', () =>
    withVirtualTime(async (time) => {
      await withRollouts(async (bench) => {
        const window = bench.window('one');
        const told: string[] = [];
        window.rollout.onDidChange((snapshot) => told.push(snapshot?.phase.kind ?? 'none'));
        await window.toFirstStage();
        await time.tickAsync(1);
        assert.equal(told.at(-1), 'stage');
        window.rollout.follow({ problems: ['it is gone'] });
        await time.tickAsync(1);
        assert.deepEqual([told.at(-1), window.rollout.problems], ['none', ['it is gone']]);
        assert.equal(window.request(), 'baseline');
      });
    }));
});

describe('what a check has proven', () => {
  const state = (window: BenchWindow, check: string): string | undefined =>
    window.rollout.snapshot()?.readiness.find((item) => item.check === check)?.state;
  const proof = { check: 'benchmark', at: 1, verdict: 'passed', summary: 'as good' } as const;

  it('lets a rollout begin that waited for it, in every window', () =>
    withRollouts(async (bench) => {
      const manifest = { ...plan, readiness: { ...plan.readiness, capacity: 'warn', 'prompt-compatibility': 'warn' } } as const;
      const fitting = { ...manifest, readiness: { ...manifest.readiness, 'rollback-rehearsal': 'warn' } } as const;
      const [one, other] = [bench.window('one', { manifest: fitting }), bench.window('other', { manifest: fitting })];
      await one.rollout.ask({ action: 'begin', reason: '' });
      assert.equal(one.where(), 'preflight · 1');
      other.rollout.proven(proof, fitting);
      assert.equal(other.where(), 'shadow · 2');
      one.rollout.look();
      assert.deepEqual([one.where(), state(one, 'benchmark')], ['shadow · 2', 'passed']);
    }));

  it('is proven about the versions that were checked, also where the policy has become another meanwhile', () =>
    withRollouts((bench) => {
      const window = bench.window('one');
      const next = { ...unchecked, candidate: { backend: 'team', model: 'coder-3' }, hash: 'c'.repeat(64) };
      window.rollout.follow({ manifest: next, problems: [] });
      window.rollout.proven(proof, unchecked);
      assert.equal(state(window, 'benchmark'), 'missing');
      window.rollout.follow({ manifest: unchecked, problems: [] });
      assert.equal(state(window, 'benchmark'), 'passed');
    }));
});

describe('shadow traffic of a window', () => {
  const copyId = { number: 0 };
  /** A copy that was answered, with what the baseline said. */
  function offer(window: BenchWindow, more: Parameters<typeof attemptOn>[1] = {}): ShadowOffer {
    const request = sampleRequest();
    return {
      request,
      text: 'same',
      ask: () => {
        window.rollout.attempted(attemptOn(sourceId, { requestId: `copy-${++copyId.number}`, isShadow: true, ...more }));
        return Promise.resolve({ ok: true, text: 'same', origin: 'model', sourceId, finish: 'stop' });
      },
    };
  }
  const shadowState = ({ rollout }: BenchWindow): string | undefined =>
    rollout.snapshot()?.readiness.find(({ check }) => check === 'shadow')?.state;
  const free = { ...unchecked, shadow: { share: 1, requestsPerHour: 10_000, tokensPerHour: 1e8, pairs: 20 } };

  it('ends with a word on what was seen, about which the next rollout asks anew', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const window = bench.window('one', { manifest: free });
        for (let round = 0; round < 2; round++) {
          await window.rollout.ask({ action: 'begin', reason: '' });
          assert.deepEqual([window.where().split(' ')[0], shadowState(window)], ['shadow', 'missing']);
          for (let index = 0; index < 20; index++) {
            window.rollout.answered(offer(window));
            await time.tickAsync(1000);
          }
          const item = window.rollout.snapshot()?.readiness.find(({ check }) => check === 'shadow');
          assert.deepEqual([window.where().split(' ')[0], item?.state], ['stage', 'passed']);
          const [{ figures = {} } = {}] = window.rollout.snapshot()?.history ?? [];
          assert.deepEqual([figures['baseline.p99'], figures['latency.samples']], [200, 20], 'what was frozen, and what it rests on');
          assert.match(item?.evidence?.summary ?? '', /^20 copies, 0\.0 % of them slow and 0\.0 % failed; 19 pairs /);
          await window.rollout.ask({ action: 'reset', reason: 'once more' });
          time.tick(1000);
        }
      }),
    ));

  it('is this installation’s own, also where the stages go by the counts of a fleet', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const manifest = { ...free, evidence: { kind: 'fleet', url: 'https://counts.example' } } as const;
        const window = bench.window('one', { manifest, fleet: () => Promise.reject(new Error('nobody is there')) });
        await window.rollout.ask({ action: 'begin', reason: '' });
        for (let index = 0; index < 20; index++) {
          window.rollout.answered(offer(window));
          await time.tickAsync(1000);
        }
        assert.match(window.where(), /^stage/);
      }),
    ));

  it('that shows harm takes the candidate back, and its word is that it failed', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const window = bench.window('one', { manifest: { ...free, shadow: { ...free.shadow, pairs: 300 } } });
        await window.rollout.ask({ action: 'begin', reason: '' });
        for (let index = 0; index < 60 && window.where().startsWith('shadow'); index++) {
          window.rollout.answered(offer(window, { elapsed: 5000 }));
          await time.tickAsync(2000);
        }
        assert.match(window.where(), /^rolled-back/);
        assert.equal(shadowState(window), 'failed');
      }),
    ));

  it('that nobody gives enough of pauses it, and its word is that it knows too little', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const window = bench.window('one', { manifest: { ...free, shadow: { ...free.shadow, pairs: 300 } } });
        await window.rollout.ask({ action: 'begin', reason: '' });
        time.tick(91 * minute);
        window.rollout.look();
        assert.match(window.where(), /^paused/);
        assert.equal(shadowState(window), 'inconclusive');
      }),
    ));

  it('is not lost when the policy is written again', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const window = bench.window('one', { manifest: free });
        await window.rollout.ask({ action: 'begin', reason: '' });
        for (let index = 0; index < 10; index++) {
          window.rollout.answered(offer(window));
          await time.tickAsync(1000);
        }
        window.rollout.follow({ manifest: { ...free, soak: 1, hash: 'e'.repeat(64) }, problems: [] });
        for (let index = 0; index < 10; index++) {
          window.rollout.answered(offer(window));
          await time.tickAsync(1000);
        }
        const { summary = '' } = window.rollout.snapshot()?.readiness.find(({ check }) => check === 'shadow')?.evidence ?? {};
        assert.match(summary, /^20 copies.* 19 pairs of texts, 100\.0 % alike, 100\.0 % with the same first line/);
      }),
    ));

  it('asks its window whether the baseline is well enough, and sends nothing while it is not', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const asked: string[] = [];
        let copies = 0;
        const window = bench.window('one', {
          manifest: free,
          mayCopy: (baseline) => {
            asked.push(baseline);
            return false;
          },
        });
        await window.rollout.ask({ action: 'begin', reason: '' });
        const some = offer(window);
        window.rollout.answered({
          ...some,
          ask: (signal) => {
            copies++;
            return some.ask(signal);
          },
        });
        await time.tickAsync(1000);
        assert.deepEqual([copies, [...new Set(asked)]], [0, ['team']]);
      }),
    ));

  it('that froze the shares of the baseline lets these count from the first stage on', () =>
    withVirtualTime((time) =>
      withRollouts(async (bench) => {
        const window = bench.window('one', { manifest: { ...free, shadow: { ...free.shadow, pairs: 40 } } });
        await window.rollout.ask({ action: 'begin', reason: '' });
        const other = bench.window('other', { manifest: window.rollout.manifest ?? free });
        for (let index = 0; index < 110; index++) other.request(index % 5 === 0 ? { outcome: 'server' } : {});
        other.rollout.dispose();
        for (let index = 0; index < 40; index++) {
          window.rollout.answered(offer(window));
          await time.tickAsync(1000);
        }
        assert.match(window.where(), /^stage/);
        assert.equal(gate(window, 'errors')?.limit, 0.4, 'twice the 20 % of the baseline');
      }),
    ));
});
