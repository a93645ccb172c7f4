import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Emitter } from '../../src/base/event.ts';
import type { ByteStore } from '../../src/domain/byteStore.ts';
import type { Pressure, PressurePort } from '../../src/domain/pressure.ts';
import { type KeyBench, withKeys } from '../fakes/keyBench.ts';

/** Says that memory is scarce when it is told to. */
class Told implements PressurePort {
  readonly #changed = new Emitter<Pressure | undefined>();
  readonly stores = new Set<ByteStore>();
  readonly onDidChange = this.#changed.event;
  pressure: Pressure | undefined;
  keys = 0;

  register(store: ByteStore): { dispose(): void } {
    this.stores.add(store);
    return { dispose: () => this.stores.delete(store) };
  }

  typed(): void {
    this.keys++;
  }

  set(relief: Pressure['relief'] | undefined): void {
    const level = relief === 'shed' ? 'elevated' : relief === 'pause' ? 'critical' : 'high';
    this.pressure = relief && { level, cause: 'heap', relief, reason: 'much is used', since: 1 };
    this.#changed.fire(this.pressure);
  }

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }
}

const other = 'export function total(items: Item[]): number {\n  return items.reduce((sum, item) => sum + item.price, 0);\n}\n';
const here = 'export function total(items: Item[]): number {\n  return items.reduce((sum|';

/** Whether a text that is shown makes the engine ask for what follows it. */
async function asksAhead(bench: KeyBench, document: string): Promise<boolean> {
  for (const letter of ['a', 'b', 'c']) await bench.pause(`${letter}${document}`);
  const key = await bench.pause(document);
  assert.match(key.said, /^model/);
  const before = bench.engine.snapshot().counts.speculative;
  bench.engine.shown(key.id);
  await bench.passes(1000);
  return bench.engine.snapshot().counts.speculative > before;
}

describe('an engine whose extension host is short of memory', () => {
  it('counts what it keeps, and forgets it with the engine', async () => {
    const told = new Told();
    await withKeys({ pressure: told }, async (bench) => {
      assert.deepEqual([...told.stores].map(({ name }) => name).sort(), ['predictions', 'rejected', 'runs', 'served']);
      const key = bench.key('const a = |');
      await bench.passes(400);
      const held = (): Record<string, number> => Object.fromEntries([...told.stores].map(({ name, bytes }) => [name, bytes]));
      assert.match(key.said, /^model/);
      const { predictions = 0, served = 0, runs = 0 } = held();
      assert.ok(predictions > 0 && served > 0 && runs === 0, JSON.stringify(held()));
      const next = bench.key('const abc = |');
      await bench.passes(150);
      assert.ok((held()['runs'] ?? 0) > 0);
      await bench.passes(1000);
      bench.engine.rejected(next.id);
      assert.ok((held()['rejected'] ?? 0) > 0);
      for (const store of told.stores) store.evict(0);
      // What is on the screen stays; after a rejection that is nothing.
      assert.deepEqual(held(), { predictions: 0, served: 0, runs: 0, rejected: 0 });
      assert.equal(told.keys, 2);
    });
    assert.equal(told.stores.size, 0);
    assert.equal(told.listenerCount, 0);
  });

  it('asks ahead while it may, and not from high on', async () => {
    const told = new Told();
    await withKeys({ pressure: told }, async (bench) => {
      told.set('shed');
      assert.equal(await asksAhead(bench, 'const first = |'), true);
      told.set('no-speculation');
      assert.equal(await asksAhead(bench, 'let second = |'), false);
      told.set(undefined);
      assert.equal(await asksAhead(bench, 'var third = |'), true);
    });
  });

  it('gives local text only when it stays high: no model is asked, and what runs ends', async () => {
    const told = new Told();
    await withKeys({ pressure: told, other }, async (bench) => {
      bench.server.set({ kind: 'hang' });
      const waiting = bench.key(here);
      await bench.passes(300);
      assert.equal(bench.server.inFlight, 1);
      told.set('local-only');
      await bench.passes(10);
      assert.equal(bench.server.inFlight, 0);
      assert.match(waiting.said, /^(cancelled|local)/);
      const asked = bench.server.requests.length;
      const key = await bench.pause(here.replace('sum|', 'sum,|'));
      assert.match(key.said, /^local: /);
      assert.equal(bench.server.requests.length, asked);
      assert.equal(bench.engine.snapshot().pressure?.relief, 'local-only');
      told.set(undefined);
      bench.server.set({ kind: 'answer', text: 'model', after: 50 });
      assert.match((await bench.pause('const again = |')).said, /^model/);
      assert.equal(bench.engine.snapshot().pressure, undefined);
    });
  });

  it('offers nothing at critical, says why, and goes on afterwards; keys are still heard', async () => {
    const told = new Told();
    await withKeys({ pressure: told, other }, async (bench) => {
      told.set('pause');
      const outcome = await (await bench.pause(here)).done;
      assert.ok(!outcome.ok && outcome.failure.kind === 'refused');
      assert.equal(outcome.failure.message, 'Failsoft waits for memory');
      assert.deepEqual([bench.server.requests.length, told.keys], [0, 1]);
      told.set(undefined);
      assert.match((await bench.pause(here)).said, /^(model|local)/);
    });
  });

  it('tells the status of each change', async () => {
    const told = new Told();
    await withKeys({ pressure: told }, async (bench) => {
      const seen: (string | undefined)[] = [];
      bench.engine.onDidChange(({ pressure }) => seen.push(pressure?.level));
      for (const relief of ['shed', 'no-speculation', 'pause', undefined] as const) {
        told.set(relief);
        await bench.passes(1000);
      }
      assert.deepEqual(seen, ['elevated', 'high', 'critical', undefined]);
    });
  });
});
