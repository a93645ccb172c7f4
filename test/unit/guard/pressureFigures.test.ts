import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type ByteStore, ledgerBytes, type StoreName, storeShares } from '../../../src/domain/byteStore.ts';
import { type PressureLevel, pressureLevels } from '../../../src/domain/pressure.ts';
import { ByteLedger } from '../../../src/guard/byteLedger.ts';
import { Growth, growthDefaults } from '../../../src/guard/growth.ts';
import { gateDefaults, LevelGate } from '../../../src/guard/levelGate.ts';

const megabyte = 1024 * 1024;

class Store implements ByteStore {
  readonly name: StoreName;
  bytes: number;
  readonly #inUse: number;

  constructor(name: StoreName, bytes: number, inUse = 0) {
    this.name = name;
    this.bytes = bytes;
    this.#inUse = inUse;
  }

  evict(toBytes: number): void {
    this.bytes = Math.max(this.#inUse, Math.min(this.bytes, toBytes));
  }
}

describe('the ledger of bytes', () => {
  it('shares out all there is, and no more', () => {
    const shared = Object.values(storeShares).reduce((sum, bytes) => sum + bytes, 0);
    assert.equal(shared, ledgerBytes);
    assert.equal(ledgerBytes, 24 * megabyte);
  });

  it('knows the total and what each kind of store holds', () => {
    const stores = new Set([new Store('context', 3), new Store('context', 4), new Store('rejected', 5)]);
    const ledger = new ByteLedger(stores);
    assert.equal(ledger.total, 12);
    assert.deepEqual([...ledger.byStore()], Object.entries({ context: 7, rejected: 5 }));
    stores.clear();
    assert.equal(ledger.total, 0);
  });

  it('empties what is worth least first, and no more than it has to', () => {
    const [rejected, context, predictions] = [new Store('rejected', 100), new Store('context', 100), new Store('predictions', 100)];
    const ledger = new ByteLedger(new Set([rejected, predictions, context]));
    ledger.shedTo(150);
    assert.deepEqual([context.bytes, predictions.bytes, rejected.bytes], [0, 50, 100]);
    ledger.shedTo(200);
    assert.equal(ledger.total, 150);
  });

  it('goes on with the next store when one keeps what is in use', () => {
    const [context, served] = [new Store('context', 100, 80), new Store('served', 100)];
    new ByteLedger(new Set([context, served])).shedTo(100);
    assert.deepEqual([context.bytes, served.bytes], [80, 20]);
  });

  it('brings a kind of store that has outgrown its share back to it, and leaves the others alone', () => {
    const over = [new Store('rejected', storeShares.rejected), new Store('rejected', 1000)];
    const predictions = new Store('predictions', storeShares.predictions);
    const ledger = new ByteLedger(new Set([...over, predictions]));
    ledger.keepShares();
    assert.equal(ledger.byStore().get('rejected'), storeShares.rejected);
    assert.equal(predictions.bytes, storeShares.predictions);
  });

  it('never holds more than asked for, whatever is registered, as long as nothing is in use', () => {
    const store = fc.record({ name: fc.constantFrom(...(Object.keys(storeShares) as StoreName[])), bytes: fc.nat(100 * megabyte) });
    fc.assert(
      fc.property(fc.array(store, { maxLength: 12 }), fc.nat(30 * megabyte), (kinds, wanted) => {
        const ledger = new ByteLedger(new Set(kinds.map(({ name, bytes }) => new Store(name, bytes))));
        ledger.keepShares();
        assert.ok(ledger.total <= ledgerBytes);
        ledger.shedTo(wanted);
        assert.ok(ledger.total <= wanted);
      }),
    );
  });
});

/** What a gate says to values that come every five seconds. */
function levels(values: readonly (number | undefined)[], gate = new LevelGate({ elevated: 0.6, high: 0.75, critical: 0.88 })): string {
  return values.map((value, index) => gate.look(value, index * 5000)[0]).join('');
}

describe('a level', () => {
  const calm = (value: number | undefined): (number | undefined)[] => Array<number | undefined>(gateDefaults.calm / 5000).fill(value);

  it('is entered by two looks in a row, critical by one', () => {
    assert.equal(levels([0.59, 0.6, 0.61, 0.61]), 'nnee');
    assert.equal(levels([0.76, 0.5, 0.76, 0.5, 0.76]), 'nnnnn');
    assert.equal(levels([0.76, 0.77]), 'nh');
    assert.equal(levels([0.88]), 'c');
  });

  it('is the lower one of two looks that differ', () => {
    assert.equal(levels([0.8, 0.65]), 'ne');
    assert.equal(levels([0.65, 0.8, 0.8]), 'neh');
  });

  it('is left after a calm time below a lower value, and to what the calm time allows', () => {
    assert.equal(levels([0.65, 0.65, ...calm(0.5), 0.5]), `ne${'e'.repeat(calm(0).length)}n`);
    assert.equal(levels([0.9, ...calm(0.7), 0.7]), `c${'c'.repeat(calm(0).length)}h`);
    assert.equal(levels([0.9, ...calm(0.6), 0.6]), `c${'c'.repeat(calm(0).length)}e`);
    assert.equal(levels([0.9, ...calm(undefined), undefined]), `c${'c'.repeat(calm(0).length)}n`);
  });

  it('does not flap at the border', () => {
    const border = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 0.61 : 0.57));
    assert.equal(levels([0.61, 0.61, ...border]).slice(1), 'e'.repeat(41));
  });

  it('starts its calm time anew when the value comes back', () => {
    const almost = calm(0.5).slice(1);
    assert.ok(levels([0.65, 0.65, ...almost, 0.6, ...almost, 0.6]).endsWith('e'));
  });

  it('never changes by more than the values support', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }), (values) => {
        const gate = new LevelGate({ elevated: 0.6, high: 0.75, critical: 0.88 });
        const rank = (level: PressureLevel): number => pressureLevels.indexOf(level);
        let before: PressureLevel = 'normal';
        for (const [index, value] of values.entries()) {
          const level = gate.look(value, index * 5000);
          const asked = value >= 0.88 ? 3 : value >= 0.75 ? 2 : value >= 0.6 ? 1 : 0;
          if (rank(level) > rank(before)) assert.ok(rank(level) <= asked);
          if (rank(level) < rank(before)) assert.ok(rank(level) >= asked);
          before = level;
        }
      }),
    );
  });
});

describe('the growth of memory', () => {
  const grow = (valueAt: (minute: number, index: number) => number, count: number = growthDefaults.samples): number | undefined => {
    const growth = new Growth();
    for (let index = 0; index < count; index++)
      growth.add(index * growthDefaults.every, valueAt((index * growthDefaults.every) / 60_000, index));
    return growth.perMinute;
  };

  it('is the slope of what grows steadily', () => {
    const slope = grow((minute) => 500 + 20 * minute);
    assert.ok(slope !== undefined && Math.abs(slope - 20) < 1e-9);
  });

  it('is not moved by one jump or by what the collector gives back now and then', () => {
    assert.equal(
      grow((minute) => (minute > 1.5 ? 900 : 500), 30),
      0,
    );
    const saw = grow((minute, index) => 500 + 20 * minute - (index % 7 === 6 ? 300 : 0)) ?? 0;
    assert.ok(saw > 17 && saw < 23, `${saw}`);
  });

  it('is not said of too few samples or too short a time', () => {
    assert.equal(
      grow((minute) => 20 * minute, growthDefaults.leastSamples - 1),
      undefined,
    );
    const short = new Growth();
    for (let index = 0; index < 100; index++) short.add(index * 1000, index);
    assert.equal(short.perMinute, undefined);
  });

  it('forgets what is long ago', () => {
    const growth = new Growth();
    for (let index = 0; index < 200; index++) growth.add(index * growthDefaults.every, index < 100 ? index * 1000 : 100_000);
    assert.equal(growth.perMinute, 0);
  });
});
