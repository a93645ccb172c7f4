import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { failed, type Outcome } from '../../../src/domain/completion.ts';
import type { ShadowOffer } from '../../../src/domain/rolloutPort.ts';
import { Shadow, type ShadowPorts } from '../../../src/rollout/shadow.ts';
import { sampleRequest } from '../../fakes/request.ts';
import { RolloutBench, unchecked } from '../../fakes/rolloutBench.ts';
import { plan } from '../../fakes/rolloutPlan.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';

/** What was asked of the candidate. */
class Asked {
  readonly signals: AbortSignal[] = [];
  open = 0;
  /** How the next ones end. */
  outcome: Outcome = { ok: true, text: 'same', origin: 'model', sourceId: 'c', finish: 'stop' };
  takes = 100;

  offer(text = 'same'): ShadowOffer {
    const request = sampleRequest({ prefix: 'p'.repeat(400), suffix: '' });
    return {
      request,
      text,
      ask: (signal) => {
        this.signals.push(signal);
        this.open++;
        return new Promise((resolve) => {
          const end = (outcome: Outcome): void => {
            this.open--;
            resolve(outcome);
          };
          setTimeout(() => end(this.outcome), this.takes);
          signal.addEventListener('abort', () => end(failed({ kind: 'cancelled', message: 'given up' })));
        });
      },
    };
  }
}

interface Bench {
  readonly shadow: Shadow;
  readonly asked: Asked;
  readonly time: VirtualTime;
  /** Offers and lets the copy end. */
  readonly copy: (text?: string) => Promise<void>;
}

async function withShadow(ports: Partial<ShadowPorts>, test: (bench: Bench) => Promise<void>): Promise<void> {
  await withVirtualTime(async (time) => {
    const asked = new Asked();
    const shadow = new Shadow({
      ...{ clock: systemClock, random: () => 0, mayCopy: () => true, budget: () => plan.shadow, onCounted: () => undefined },
      similarity: (left, right) => (left === right ? 1 : 0.5),
      ...ports,
    });
    await test({
      ...{ shadow, asked, time },
      async copy(text) {
        shadow.offer(asked.offer(text));
        await time.tickAsync(1000);
      },
    });
    shadow.dispose();
  });
}

describe('copies to the candidate', () => {
  it('are sent after the person was answered, one at a time', () =>
    withShadow({}, async ({ shadow, asked, time }) => {
      asked.takes = 60_000;
      shadow.offer(asked.offer());
      assert.equal(asked.signals.length, 0, 'nothing is done within the keystroke');
      shadow.offer(asked.offer());
      await time.tickAsync(1000);
      shadow.offer(asked.offer());
      await time.tickAsync(1000);
      assert.equal(asked.signals.length, 1);
      await time.tickAsync(60_000);
      shadow.offer(asked.offer());
      await time.tickAsync(1000);
      assert.equal(asked.signals.length, 2);
    }));

  it('are counted in pairs, and their texts are not kept', () => {
    let counted = 0;
    return withShadow({ onCounted: () => (counted += 1) }, async ({ shadow, asked, copy }) => {
      await copy('same');
      asked.outcome = {
        ok: true,
        text: 'first line\nother',
        origin: 'model',
        sourceId: 'c',
        finish: 'stop',
        usage: { completionTokens: 7 },
      };
      await copy('first line\nand more');
      asked.outcome = failed({ kind: 'server', status: 500, message: 'boom' });
      await copy();
      assert.deepEqual(shadow.counts, { pairs: 2, similarity: 1.5, same: 1, sameFirstLine: 2, copies: 3, tokens: 101 + 107 + 100 });
      assert.equal(counted, 3);
      assert.doesNotMatch(JSON.stringify(shadow.counts), /[^a-z0-9"{},:.]|first line/i);
    });
  });

  it('are as many as the share, the requests and the tokens of an hour allow', () => {
    const budget = { share: 0.25, requestsPerHour: 10, tokensPerHour: 100_000, pairs: 300 };
    let drawn = 0;
    return withShadow({ random: () => (drawn++ % 4) / 4, budget: () => budget }, async ({ asked, time, copy }) => {
      for (let index = 0; index < 20; index++) await copy();
      assert.equal(asked.signals.length, 5, 'one in four');
      for (let index = 0; index < 40; index++) await copy();
      assert.equal(asked.signals.length, 10);
      await time.tickAsync(3_600_000);
      for (let index = 0; index < 4; index++) await copy();
      assert.equal(asked.signals.length, 11, 'an hour later there is room again');
    });
  });

  it('end when their tokens of an hour are used up, those of the prompt included', () =>
    withShadow({ budget: () => ({ share: 1, requestsPerHour: 1000, tokensPerHour: 500, pairs: 300 }) }, async ({ asked, copy }) => {
      for (let index = 0; index < 10; index++) await copy();
      // 100 tokens of prompt and one of the answer each.
      assert.equal(asked.signals.length, 5);
    }));

  it('keep to the budget of the hour also when another phase begins', () =>
    withShadow(
      { budget: () => ({ share: 1, requestsPerHour: 2, tokensPerHour: 100_000, pairs: 300 }) },
      async ({ shadow, asked, copy }) => {
        await copy();
        await copy();
        shadow.reset();
        await copy();
        assert.deepEqual([asked.signals.length, shadow.counts.copies], [2, 0]);
      },
    ));

  it('are not sent where they may not be, or where none are wanted', () => {
    let may = false;
    let budget: typeof plan.shadow | undefined = plan.shadow;
    return withShadow({ mayCopy: () => may, budget: () => budget }, async ({ asked, copy }) => {
      await copy();
      may = true;
      budget = undefined;
      await copy();
      budget = { ...plan.shadow, share: 0 };
      await copy();
      assert.equal(asked.signals.length, 0);
      budget = plan.shadow;
      await copy();
      assert.equal(asked.signals.length, 1);
    });
  });

  it('are not sent when that has become so in the moment before', () => {
    let may = true;
    let budget: typeof plan.shadow | undefined = plan.shadow;
    return withShadow({ mayCopy: () => may, budget: () => budget }, async ({ shadow, asked, time }) => {
      shadow.offer(asked.offer());
      may = false;
      await time.tickAsync(1000);
      may = true;
      shadow.offer(asked.offer());
      budget = undefined;
      await time.tickAsync(1000);
      assert.equal(asked.signals.length, 0);
      budget = plan.shadow;
      shadow.offer(asked.offer());
      await time.tickAsync(49);
      assert.equal(asked.signals.length, 0, 'the next step of the person comes first');
      await time.tickAsync(1);
      assert.equal(asked.signals.length, 1);
    });
  });

  it('give way to the person: one that runs ends, one that waits never begins', () =>
    withShadow({}, async ({ shadow, asked, time, copy }) => {
      asked.takes = 60_000;
      await copy();
      assert.equal(asked.open, 1);
      shadow.yield();
      await time.tickAsync(10);
      assert.deepEqual([asked.open, asked.signals[0]?.aborted], [0, true]);
      shadow.offer(asked.offer());
      shadow.yield();
      await time.tickAsync(1000);
      assert.equal(asked.signals.length, 1);
      assert.equal(shadow.counts.pairs, 0);
    }));

  it('end with the window, and nothing is counted or begun after it', () => {
    let counted = 0;
    return withShadow({ onCounted: () => (counted += 1) }, async ({ shadow, asked, time, copy }) => {
      asked.takes = 60_000;
      await copy();
      shadow.dispose();
      await time.tickAsync(1000);
      shadow.offer(asked.offer());
      await time.tickAsync(1000);
      assert.deepEqual([asked.open, asked.signals.length, counted], [0, 1, 0]);
    });
  });
});

describe('copies on one server of this machine', () => {
  it('give way to each next request; on servers of their own they do not', () =>
    withVirtualTime(async (time) => {
      for (const loopback of [true, false]) {
        const bench = new RolloutBench();
        const asked = new Asked();
        asked.takes = 60_000;
        const window = bench.window('one', {
          backends: () => [{ name: 'team', model: 'coder-1', loopback, origin: 'http://127.0.0.1:8080' }],
        });
        await window.rollout.ask({ action: 'begin', reason: '' });
        assert.equal(window.where(), 'shadow · 2');
        window.rollout.answered(asked.offer());
        await time.tickAsync(1000);
        assert.equal(asked.open, 1);
        window.request();
        await time.tickAsync(1);
        assert.equal(asked.open, loopback ? 0 : 1);
        bench.dispose();
      }
    }));

  it('are sent in the shadow only', () =>
    withVirtualTime(async (time) => {
      const bench = new RolloutBench();
      const asked = new Asked();
      const window = bench.window('one');
      window.rollout.answered(asked.offer());
      await time.tickAsync(1000);
      await window.toFirstStage();
      window.rollout.answered(asked.offer());
      await time.tickAsync(1000);
      assert.equal(asked.signals.length, 0);
      bench.dispose();
    }));

  it('are of the languages of the policy only', () =>
    withVirtualTime(async (time) => {
      const bench = new RolloutBench();
      const asked = new Asked();
      const window = bench.window('one', { manifest: { ...unchecked, languages: ['go'] } });
      await window.rollout.ask({ action: 'begin', reason: '' });
      for (const languageId of ['typescript', 'go']) {
        const offer = asked.offer();
        window.rollout.answered({ ...offer, request: { ...offer.request, languageId } });
        await time.tickAsync(1000);
      }
      assert.equal(asked.signals.length, 1);
      bench.dispose();
    }));

  it('end when the candidate is taken back, and none is sent while the kill switch is on', () =>
    withVirtualTime(async (time) => {
      for (const end of ['roll-back', 'pause', 'kill switch'] as const) {
        const bench = new RolloutBench();
        const asked = new Asked();
        asked.takes = 60_000;
        const window = bench.window('one');
        await window.rollout.ask({ action: 'begin', reason: '' });
        window.rollout.answered(asked.offer());
        await time.tickAsync(1000);
        assert.equal(asked.open, 1);
        window.settings.killSwitch = end === 'kill switch';
        if (end === 'kill switch') window.rollout.follow({ manifest: unchecked, problems: [] });
        else await window.rollout.ask({ action: end, reason: '' });
        await time.tickAsync(1);
        assert.equal(asked.open, 0, end);
        window.rollout.answered(asked.offer());
        await time.tickAsync(1000);
        assert.equal(asked.signals.length, 1, end);
        bench.dispose();
      }
    }));

  it('leave nothing behind that runs once the rollout is disposed of', () =>
    withVirtualTime(async (time) => {
      const bench = new RolloutBench();
      const asked = new Asked();
      asked.takes = 5000;
      const window = bench.window('one');
      await window.rollout.ask({ action: 'begin', reason: '' });
      window.rollout.answered(asked.offer());
      await time.tickAsync(1000);
      bench.dispose();
      await time.tickAsync(10_000);
      window.request();
      window.rollout.answered(asked.offer());
      window.rollout.look();
      assert.equal(time.countTimers(), 0);
      await time.tickAsync(10_000);
      assert.equal(asked.signals.length, 1);
      assert.equal(time.countTimers(), 0);
      assert.throws(() => bench.names(), /ENOENT/, 'the folder does not come back');
    }));
});
