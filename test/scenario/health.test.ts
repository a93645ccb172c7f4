import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import type { Service } from '../../src/domain/service.ts';
import { createEngine } from '../../src/engine.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { sampleRequest } from '../fakes/request.ts';
import { capacity, ScriptedSource, serverError, type Step } from '../fakes/scriptedSource.ts';
import { type VirtualTime, withVirtualTime } from '../fakes/virtualTime.ts';

/** A person types, and the states that the status shows of one backend are written down. */
class Watched {
  readonly server = new ScriptedSource('main', { kind: 'answer', text: 'model', after: 120 });
  readonly #engine: Service;
  readonly #time: VirtualTime;
  readonly #startedAt = Date.now();
  readonly #shown: { readonly at: number; readonly state: string }[] = [];
  #keystrokes = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
    const { settings } = parseSettings({ backends: [{ name: 'main', baseUrl: 'https://main.example/v1', model: 'm' }] });
    this.#engine = createEngine(settings, {
      clock: systemClock,
      random: () => 0.5,
      logger: silentLogger,
      keys: { get: () => Promise.resolve(undefined) },
      local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
      secretRules: () => Promise.resolve(createSecretRules()),
      connect: () => this.server,
    });
    this.#engine.onDidChange(({ sources: [first] }) => {
      if (first && first.state !== this.#shown.at(-1)?.state) this.#shown.push({ at: Date.now() - this.#startedAt, state: first.state });
    });
  }

  /** A keystroke each `every` ms, cancelled by the next unless its answer came; `step` may change with each. */
  async type(seconds: number, every = 800, step?: (keystroke: number) => Step): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      if (step) this.server.set(step(this.#keystrokes));
      const controller = new AbortController();
      const prefix = `function total${++this.#keystrokes}() {\n  return items.red`;
      const promise = this.#engine.complete(sampleRequest({ prefix }), { signal: controller.signal });
      await this.#time.tickAsync(every);
      controller.abort(new CancelledByEditor());
      await promise;
    }
  }

  get states(): readonly string[] {
    return this.#shown.map(({ state }) => state);
  }

  get story(): string {
    return this.#shown.map(({ at, state }) => `${(at / 1000).toFixed(1).padStart(6)} s ${state}`).join('\n');
  }

  dispose(): void {
    this.#engine.dispose();
  }
}

function watching(test: (watched: Watched, time: VirtualTime) => Promise<void>): () => Promise<void> {
  return () =>
    withVirtualTime(async (time) => {
      const watched = new Watched(time);
      await test(watched, time);
      watched.dispose();
    });
}

const well: Step = { kind: 'answer', text: 'model', after: 120 };
const broken: Step = { kind: 'fail', failure: serverError, after: 20 };
const full: Step = { kind: 'fail', failure: capacity, after: 20 };

/** The probes of one outage show as one state each; the rest of the course is `wanted`. */
function withoutProbes(states: readonly string[]): readonly string[] {
  const others = states.filter((state) => state !== 'probing');
  return others.filter((state, index) => state !== others[index - 1]);
}

describe('the states that are shown', function () {
  this.timeout(30_000);

  it(
    'of an outage: failing until the breaker’s own probe finds it well',
    watching(async (watched) => {
      await watched.type(60);
      await watched.type(120, 800, () => broken);
      await watched.type(180, 800, () => well);
      assert.deepEqual(withoutProbes(watched.states), ['unknown', 'healthy', 'open', 'healthy'], watched.story);
      // 10, 20, 40, 80 s: four or five probes, each shown and ended.
      assert.ok(watched.states.length <= 16, watched.story);
    }),
  );

  it(
    'of a brown-out, where one request in four fails: degraded, once',
    watching(async (watched) => {
      await watched.type(60);
      await watched.type(120, 800, (keystroke) => (keystroke % 4 === 0 ? broken : well));
      await watched.type(90, 800, () => well);
      assert.deepEqual(watched.states, ['unknown', 'healthy', 'degraded', 'healthy'], watched.story);
    }),
  );

  it(
    'of a capacity storm: at capacity, and nothing that needs a person',
    watching(async (watched) => {
      await watched.type(60);
      await watched.type(120, 800, () => full);
      await watched.type(180, 800, () => well);
      assert.deepEqual(withoutProbes(watched.states), ['unknown', 'healthy', 'at-capacity', 'healthy'], watched.story);
      assert.ok(watched.states.length <= 16, watched.story);
    }),
  );

  it(
    'of a backend that flaps: no more than a change each ten seconds',
    watching(async (watched) => {
      await watched.type(30);
      for (let turn = 0; turn < 20; turn++) await watched.type(15, 800, () => (turn % 2 === 0 ? broken : well));
      assert.ok(watched.states.length <= 33, watched.story);
      assert.ok(!watched.states.includes('at-capacity'), watched.story);
    }),
  );

  it(
    'of one answer in two at capacity: at capacity, steadily',
    watching(async (watched) => {
      await watched.type(30);
      await watched.type(60, 12_000, (keystroke) => (keystroke % 2 === 0 ? full : well));
      assert.ok(withoutProbes(watched.states).filter((state) => state === 'healthy').length <= 2, watched.story);
    }),
  );

  it(
    'of a slow tail: degraded or slow, and no flapping between',
    watching(async (watched) => {
      await watched.type(60, 2500);
      await watched.type(180, 2500, (keystroke) => ({ kind: 'answer', text: 'model', after: keystroke % 6 === 0 ? 1900 : 120 }));
      await watched.type(200, 2500, () => well);
      assert.deepEqual(watched.states.slice(0, 2), ['unknown', 'healthy'], watched.story);
      assert.equal(watched.states.at(-1), 'healthy', watched.story);
      assert.ok(watched.states.includes('degraded') || watched.states.includes('slow'), watched.story);
      assert.ok(watched.states.length <= 6, watched.story);
    }),
  );

  it(
    'of a hang while each request is cancelled by the next key: failing',
    watching(async (watched) => {
      await watched.type(60);
      await watched.type(60, 180, () => ({ kind: 'hang' }));
      await watched.type(120, 800, () => well);
      assert.deepEqual(withoutProbes(watched.states), ['unknown', 'healthy', 'open', 'healthy'], watched.story);
      assert.ok(watched.states.length <= 12, watched.story);
    }),
  );

  it(
    'of a laptop that was closed for an hour in the middle of a word: nothing',
    watching(async (watched, time) => {
      await watched.type(60);
      watched.server.set({ kind: 'hang' });
      const typing = watched.type(5, 2500);
      await time.tickAsync(100);
      time.setSystemTime(Date.now() + 3_600_000);
      await time.tickAsync(6000);
      await typing;
      await watched.type(60, 800, () => well);
      assert.deepEqual(watched.states, ['unknown', 'healthy'], watched.story);
    }),
  );
});
