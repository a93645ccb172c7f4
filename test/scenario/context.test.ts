import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { contextDefaults } from '../../src/context/contextGathering.ts';
import { lookupBounds } from '../../src/context/lookups.ts';
import type { Service } from '../../src/domain/service.ts';
import { type ContextPort, createEngine, type EngineOptions } from '../../src/engine.ts';
import { createGathering } from '../../src/gathering.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { FakeContextView } from '../fakes/contextView.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';
import { ScriptedSource } from '../fakes/scriptedSource.ts';
import { type VirtualTime, withVirtualTime } from '../fakes/virtualTime.ts';

function engineWith(
  context: FakeContextView,
  source: ScriptedSource,
  options: EngineOptions = {},
  load: ContextPort['load'] = () => Promise.resolve(createGathering),
): Service {
  const { settings } = parseSettings({ backends: [{ name: source.id, baseUrl: 'https://server.example/v1', model: 'm' }] });
  const ports = {
    clock: systemClock,
    random: () => 0.5,
    logger: silentLogger,
    keys: { get: () => Promise.resolve(undefined) },
    local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
    connect: () => source,
    secretRules: () => Promise.resolve([]),
  };
  return createEngine(settings, { ...ports, context: { view: context, load } }, options);
}

/** Without what keeps requests apart, so that every wait is one for context. */
const eager: EngineOptions = { mechanisms: { debounce: false } };

/** Types `lines` lines of calls, one keystroke each 300 ms, and gives how long each keystroke waited before the server was asked. */
async function type(time: VirtualTime, engine: Service, source: ScriptedSource, lines: number): Promise<number[]> {
  const waits: number[] = [];
  const promises: Promise<unknown>[] = [];
  for (let key = 0; key < lines; key++) {
    const prefix = `const a${key} = call${key}(`;
    const begin = performance.now();
    const before = source.requests.length;
    let asked: number | undefined;
    promises.push(engine.complete(sampleRequest({ documentId: 'file:///shop/a.ts', prefix, line: 0 }), quietCall()));
    for (let passed = 0; passed < 300; passed += 5) {
      if (asked === undefined && source.requests.length > before) asked = performance.now() - begin;
      await time.tickAsync(5);
    }
    waits.push(asked ?? Infinity);
  }
  await Promise.all(promises);
  return waits;
}

describe('a person whose language server takes five seconds', () => {
  it('never waits longer than the budget, and hardly waits at all after the first keystrokes', () =>
    withVirtualTime(async (time) => {
      const view = new FakeContextView();
      let running = 0;
      let most = 0;
      view.definitions = async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setTimeout(resolve, 5000));
        running -= 1;
        return [];
      };
      const source = new ScriptedSource('server', { kind: 'answer', text: 'text', after: 10 });
      const engine = engineWith(view, source, eager);
      const waits = await type(time, engine, source, 40);
      for (const wait of waits) assert.ok(wait <= contextDefaults.budget + 5, `${wait} ms`);
      assert.ok(most <= lookupBounds.atOnce, `${most} questions at once`);
      const waited = waits.filter((wait) => wait > 50).length;
      assert.ok(waited <= 3 * lookupBounds.atOnce, `${waited} of ${waits.length} keystrokes waited`);
      engine.dispose();
      await time.tickAsync(20_000);
      assert.equal(time.countTimers(), 0);
    }));

  it('has what it said late in a later prompt', () =>
    withVirtualTime(async (time) => {
      const view = new FakeContextView();
      view.files['file:///shop/money.ts'] = 'export function taxOf(cart: Cart): number;\n';
      view.definitions = async () => {
        await new Promise((resolve) => setTimeout(resolve, 5000));
        return [{ documentId: 'file:///shop/money.ts', line: 0 }];
      };
      const source = new ScriptedSource('server', { kind: 'answer', text: 'text', after: 10 });
      const engine = engineWith(view, source);
      const ask = async (prefix: string): Promise<void> => {
        const promise = engine.complete(sampleRequest({ documentId: 'file:///shop/a.ts', prefix, line: 0 }), quietCall());
        await time.tickAsync(300);
        await promise;
      };
      await ask('taxOf(');
      await time.tickAsync(5000);
      await ask('taxOf(cart, ');
      assert.deepEqual(
        source.requests.map(({ context = [] }) => context.map(({ text }) => text)),
        [[], ['export function taxOf(cart: Cart): number;']],
      );
      engine.dispose();
    }));
});

describe('the context', () => {
  it('whose code cannot be loaded, or takes long, is done without', () =>
    withVirtualTime(async (time) => {
      const loads: readonly ContextPort['load'][] = [() => Promise.reject(new Error('no file')), () => new Promise(() => undefined)];
      for (const load of loads) {
        const view = new FakeContextView();
        view.show('file:///shop/b.ts', 'export const call0 = 1;\n');
        const source = new ScriptedSource('server', { kind: 'answer', text: 'text', after: 10 });
        const engine = engineWith(view, source, eager, load);
        const waits = await type(time, engine, source, 3);
        assert.ok((waits[0] ?? Infinity) <= 55 && Math.max(...waits.slice(1)) <= 5, waits.join(' '));
        assert.deepEqual(
          source.requests.map(({ context }) => context),
          [undefined, undefined, undefined],
        );
        engine.dispose();
        await time.tickAsync(20_000);
        assert.equal(time.countTimers(), 0);
      }
    }));

  it('can be switched off for a benchmark', () =>
    withVirtualTime(async (time) => {
      for (const context of [true, false]) {
        const view = new FakeContextView();
        view.show('file:///shop/b.ts', 'export const call0 = 1;\n');
        const source = new ScriptedSource('server', { kind: 'answer', text: 'text', after: 10 });
        const engine = engineWith(view, source, { mechanisms: { context } });
        await type(time, engine, source, 1);
        assert.equal(source.requests[0]?.context?.length ?? 0, context ? 1 : 0);
        engine.dispose();
      }
    }));
});
