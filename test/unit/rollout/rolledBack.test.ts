import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { CompletionRequest, Outcome } from '../../../src/domain/completion.ts';
import type { Attempt } from '../../../src/domain/attempt.ts';
import type { Service } from '../../../src/domain/service.ts';
import { createEngine } from '../../../src/engine.ts';
import { candidatePlan } from '../../../src/rollout/plan.ts';
import { createSecretRules } from '../../../src/secretRules.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import { inlineLocal } from '../../fakes/inlineThread.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';
import { type BenchWindow, RolloutBench, unchecked } from '../../fakes/rolloutBench.ts';
import { capacity, ScriptedSource, serverError } from '../../fakes/scriptedSource.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';

interface EngineOfRollout {
  readonly engine: Service;
  readonly baseline: ScriptedSource;
  readonly candidate: ScriptedSource;
  readonly window: BenchWindow;
  readonly bench: RolloutBench;
  readonly time: VirtualTime;
  readonly attempts: Attempt[];
  /** A keystroke; virtual time passes until it is answered. @returns who said what, or why nobody did */
  readonly key: (more?: Partial<CompletionRequest>, passes?: number) => Promise<string>;
  /** A request that is sent to the candidate first. */
  readonly idInCandidate: () => string;
}

/** A whole engine with a rollout at the first stage, on models that do what they are told. */
async function withEngine(test: (on: EngineOfRollout) => Promise<void>, { isBegun = true, cache = false } = {}): Promise<void> {
  await withVirtualTime(async (time) => {
    const bench = new RolloutBench();
    const window = bench.window('one');
    if (isBegun) await window.toFirstStage();
    const models = {
      'coder-1': new ScriptedSource('team', { kind: 'answer', text: 'old(1);', after: 20 }),
      'coder-2': new ScriptedSource(candidatePlan(unchecked).sourceId, { kind: 'answer', text: 'new(2);', after: 20 }),
    };
    const { settings } = parseSettings({
      backends: [{ name: 'team', protocol: 'openai-completions', baseUrl: 'https://team.example/v1', model: 'coder-1', boundary: 'local' }],
      localEnable: false,
    });
    const { rollout } = window;
    assert.ok(rollout.plan);
    const engine = createEngine(
      settings,
      {
        ...{ clock: systemClock, random: () => 0.5, logger: silentLogger, rollout },
        keys: { get: () => Promise.resolve('key') },
        local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
        secretRules: () => Promise.resolve(createSecretRules()),
        connect: ({ model }) => models[model as keyof typeof models],
      },
      { rollout: rollout.plan, mechanisms: { debounce: false, speculation: false, context: false, local: false, reuse: cache, cache } },
    );
    const attempts: Attempt[] = [];
    engine.onDidAttempt((attempt) => {
      attempts.push(attempt);
      rollout.attempted(attempt);
    });
    let asked = 0;
    try {
      await test({
        ...{ engine, window, bench, time, attempts, baseline: models['coder-1'], candidate: models['coder-2'] },
        async key(more = {}, passes = 5000) {
          const request = sampleRequest({ prefix: `const value${++asked} = `, ...more });
          const answered = engine.complete(request, quietCall());
          await time.tickAsync(passes);
          return said(await answered);
        },
        idInCandidate() {
          for (let number = 0; ; number++) {
            const id = `drawn-${++asked}-${number}`;
            if (rollout.armFor({ id, languageId: 'typescript', trigger: 'automatic' }) === 'candidate') return id;
          }
        },
      });
    } finally {
      engine.dispose();
      bench.dispose();
    }
  });
}

function said(outcome: Outcome): string {
  return outcome.ok ? `${outcome.sourceId}: ${outcome.text}` : outcome.failure.kind;
}

const byBaseline = 'team: old(1);';
const byCandidate = 'team · coder-2: new(2);';

describe('an engine with a candidate', () => {
  it('asks both versions, the candidate nine times in ten', () =>
    withEngine(async ({ key, window }) => {
      const answers: string[] = [];
      for (let index = 0; index < 100; index++) answers.push(await key({}, 100));
      const share = answers.filter((answer) => answer === byCandidate).length;
      assert.ok(share >= 78 && share <= 98, `${share}`);
      assert.equal(share + answers.filter((answer) => answer === byBaseline).length, 100);
      const { gates } = window.rollout.snapshot() ?? { gates: [] };
      assert.equal(gates.find(({ gate }) => gate === 'latency')?.samples, share, 'each attempt is evidence of its version');
    }));

  it('answers the keystroke whose candidate call a roll-back ends by the baseline', () =>
    withEngine(async ({ engine, candidate, baseline, window, time, idInCandidate, attempts }) => {
      candidate.set({ kind: 'hang' });
      const answered = engine.complete(sampleRequest({ id: idInCandidate() }), quietCall());
      await time.tickAsync(50);
      assert.deepEqual([candidate.inFlight, baseline.inFlight], [1, 0]);
      await window.rollout.ask({ action: 'roll-back', reason: 'it hangs' });
      await time.tickAsync(100);
      assert.deepEqual([candidate.inFlight, candidate.signals[0]?.aborted], [0, true]);
      assert.equal(said(await answered), byBaseline);
      assert.deepEqual(
        attempts.map(({ sourceId, outcome }) => `${sourceId} ${outcome}`),
        ['team · coder-2 cancelled', 'team ok'],
      );
    }));

  it('answers it also when another window took the candidate back', () =>
    withEngine(async ({ engine, candidate, bench, window, time, idInCandidate }) => {
      candidate.set({ kind: 'hang' });
      const answered = engine.complete(sampleRequest({ id: idInCandidate() }), quietCall());
      await time.tickAsync(50);
      await bench.window('other').rollout.ask({ action: 'roll-back', reason: 'it hangs' });
      window.request();
      await time.tickAsync(100);
      assert.equal(said(await answered), byBaseline);
    }));

  it('asks nobody but the baseline from the next keystroke on', () =>
    withEngine(async ({ key, candidate, window, bench, idInCandidate }) => {
      assert.equal(await key({ id: idInCandidate() }), byCandidate);
      const drawn = idInCandidate();
      await bench.window('other').rollout.ask({ action: 'roll-back', reason: '' });
      const before = candidate.requests.length;
      assert.equal(await key({ id: drawn }), byBaseline, 'even a request that was drawn before');
      for (let index = 0; index < 30; index++) assert.equal(await key({}, 100), byBaseline);
      assert.equal(candidate.requests.length, before);
      assert.match(window.where(), /^rolled-back/);
    }));

  for (const failure of [capacity, serverError]) {
    it(`lets the baseline answer the same keystroke when the candidate fails with ${failure.kind}, and holds nothing against it`, () =>
      withEngine(async ({ key, candidate, engine, idInCandidate }) => {
        candidate.set({ kind: 'fail', failure, after: 5 });
        for (let index = 0; index < 30; index++) assert.equal(await key({ id: idInCandidate() }, 200), byBaseline);
        const [health] = engine.snapshot().sources;
        assert.deepEqual([health?.sourceId, health?.state, health?.reason], ['team', 'healthy', '']);
      }));
  }

  it('counts the answer of the baseline in place of a failed candidate for neither', () =>
    withEngine(async ({ key, candidate, window, idInCandidate }) => {
      candidate.set({ kind: 'fail', failure: serverError, after: 5 });
      for (let index = 0; index < 3; index++) await key({ id: idInCandidate() }, 100);
      assert.equal(await key({ id: idInCandidate() }), byBaseline);
      const reading = (gate: string): number | undefined => window.rollout.snapshot()?.gates.find((each) => each.gate === gate)?.samples;
      assert.deepEqual([reading('errors'), reading('assignment')], [3, 3], 'and one that its breaker refused is none');
    }));

  it('does not serve what the candidate said once it is taken back', () =>
    withEngine(
      async ({ key, window, idInCandidate }) => {
        const at = { documentId: 'file:///a.ts', prefix: 'const answer = ' };
        assert.equal(await key({ ...at, id: idInCandidate() }), byCandidate);
        assert.match(await key(at), /new\(2\)/, 'the same again is remembered');
        await window.rollout.ask({ action: 'roll-back', reason: '' });
        assert.equal(await key(at), byBaseline);
        assert.doesNotMatch(await key(at), /new\(2\)/);
        assert.doesNotMatch(await key({ ...at, prefix: 'const answer = n' }), /ew\(2\)/);
      },
      { cache: true },
    ));

  it('shows the candidate among its sources only while it is in use', () =>
    withEngine(
      async ({ engine, window }) => {
        const names = (): string[] => engine.snapshot().sources.map(({ sourceId }) => sourceId);
        assert.deepEqual(names(), ['team']);
        await window.toFirstStage();
        assert.deepEqual(names(), ['team', 'team · coder-2']);
        await window.rollout.ask({ action: 'roll-back', reason: '' });
        assert.deepEqual(names(), ['team']);
      },
      { isBegun: false },
    ));

  it('gets a copy of what the baseline answered in the shadow, and none of a text that was cut off', () =>
    withEngine(
      async ({ key, baseline, candidate, window }) => {
        await window.rollout.ask({ action: 'begin', reason: '' });
        assert.equal(await key(), byBaseline);
        assert.deepEqual(
          candidate.requests.map(({ isShadow, trigger }) => [isShadow, trigger]),
          [[true, 'automatic']],
        );
        baseline.set({ kind: 'stall', text: 'first();\nsecond();\nthi' });
        assert.equal(await key({ shape: 'block' }), 'team: first();\nsecond();');
        assert.equal(candidate.requests.length, 1);
      },
      { isBegun: false },
    ));

  it('takes a candidate back by itself that answers far too late, and it was never waited for again', () =>
    withEngine(async ({ key, candidate, window, attempts }) => {
      for (let index = 0; index < 20; index++) await key({}, 4000);
      candidate.set({ kind: 'answer', text: 'new(2);', after: 900 });
      // Attempts and no answers: the baseline may answer beside a candidate that is so slow.
      const before = attempts.length;
      for (let keys = 0; keys < 40 && window.where().startsWith('stage'); keys++) await key({}, 4000);
      const late = attempts.slice(before).filter(({ sourceId }) => sourceId === candidatePlan(unchecked).sourceId).length;
      assert.ok(late > 0 && late <= 12, `${late}`);
      assert.match(window.where(), /^rolled-back/);
      const [newest] = window.rollout.snapshot()?.history ?? [];
      assert.deepEqual([newest?.action, newest?.by, newest?.gate], ['roll-back', 'gates', 'latency']);
      assert.equal(await key(), byBaseline);
    }));
});
