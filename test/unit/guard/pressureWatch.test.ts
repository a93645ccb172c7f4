import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { LagFigures, ProcessFigures } from '../../../src/base/processFigures.ts';
import { type ByteStore, ledgerBytes } from '../../../src/domain/byteStore.ts';
import type { Pressure } from '../../../src/domain/pressure.ts';
import type { ProcessRecord } from '../../../src/domain/record.ts';
import { gateDefaults } from '../../../src/guard/levelGate.ts';
import { keysBeforeWatch, PressureGuard } from '../../../src/guard/pressureGuard.ts';
import { pressureDefaults, PressureWatch } from '../../../src/guard/pressureWatch.ts';
import { withVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

const megabyte = 1024 * 1024;
const limit = 4096 * megabyte;

/** An extension host whose figures are made up, and somebody who types in it. */
class Host {
  heapShare = 0.1;
  rss = 500 * megabyte;
  lag: LagFigures | undefined = { max: 12, p99: 4 };
  meters = 0;
  looks = 0;
  cache = 0;
  readonly told: (Pressure | undefined)[] = [];
  readonly records: ProcessRecord[] = [];
  readonly watch: PressureWatch;
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
    const figures: ProcessFigures = {
      memory: () => {
        this.looks++;
        return { heap: this.heapShare * limit, heapLimit: limit, rss: this.rss };
      },
      startLag: () => {
        this.meters++;
        return { take: () => this.lag, dispose: () => (this.meters -= 1) };
      },
    };
    const read = (): number => this.cache;
    const store: ByteStore = {
      name: 'predictions',
      get bytes() {
        return read();
      },
      evict: (toBytes) => void (this.cache = Math.min(this.cache, toBytes)),
    };
    this.watch = new PressureWatch({
      clock: systemClock,
      figures,
      stores: new Set([store]),
      indexBytes: () => 7 * megabyte,
      onDidChange: (pressure) => this.told.push(pressure),
      onDidRecord: (record) => this.records.push(record),
    });
  }

  /** A key each second. @param each runs before each of them */
  async type(seconds: number, each: (second: number) => void = () => undefined): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      each(second);
      this.watch.typed();
      await this.#time.tickAsync(1000);
    }
  }

  /** What was told so far, by words. */
  get story(): string[] {
    return this.told.map((pressure) => (pressure ? `${pressure.cause} ${pressure.level}: ${pressure.relief}` : 'over'));
  }
}

const withHost = (test: (host: Host, time: VirtualTime) => Promise<void>): Promise<void> =>
  withVirtualTime(async (time) => {
    const host = new Host(time);
    try {
      await test(host, time);
    } finally {
      host.watch.dispose();
      assert.equal(host.meters, 0, 'the meter is switched off');
      assert.equal(time.countTimers(), 0, 'no timer is left');
    }
  });

describe('the watch over memory and time', () => {
  it('goes through all levels and what is done at each, and back', () =>
    withHost(async (host) => {
      host.cache = 3 * megabyte;
      await host.type(20);
      assert.deepEqual(host.story, []);
      host.heapShare = 0.62;
      await host.type(15);
      host.heapShare = 0.8;
      await host.type(15 + pressureDefaults.localOnlyAfter / 1000);
      host.heapShare = 0.9;
      await host.type(6);
      assert.deepEqual(host.story, ['heap elevated: shed', 'heap high: no-speculation', 'heap high: local-only', 'heap critical: pause']);
      host.heapShare = 0.7;
      await host.type(gateDefaults.calm / 1000 + 15);
      // High was not left since: caches are known to be no help.
      assert.deepEqual(host.story.slice(4), ['heap high: local-only']);
      host.heapShare = 0.3;
      await host.type(gateDefaults.calm / 1000 + 15);
      assert.deepEqual(host.story.slice(5), ['over']);
      assert.equal(host.watch.pressure, undefined);
    }));

  it('empties the caches at elevated to a share, at high all of them', () =>
    withHost(async (host) => {
      host.cache = 20 * megabyte;
      // Of predictions no more than their share stays anyway.
      await host.type(6);
      assert.equal(host.cache, 4 * megabyte);
      host.heapShare = 0.65;
      await host.type(15);
      assert.equal(host.cache, 4 * megabyte, 'within a quarter of all');
      assert.ok(4 * megabyte <= pressureDefaults.keptWhenElevated * ledgerBytes);
      host.heapShare = 0.8;
      await host.type(11);
      assert.equal(host.cache, 0);
    }));

  it('says what the host uses and what of it is ours', () =>
    withHost(async (host) => {
      host.cache = 2.5 * megabyte;
      host.heapShare = 0.65;
      await host.type(15);
      assert.equal(
        host.watch.pressure?.reason,
        'the extension host, which all extensions share, uses 2.6 GB (65 %) of the 4.0 GB it may; Failsoft’s own stores hold 2.5 MB',
      );
    }));

  it('asks nothing ahead while the event loop is late, but empties nothing and goes no further', () =>
    withHost(async (host) => {
      host.cache = 3 * megabyte;
      host.lag = { max: 900, p99: 260 };
      await host.type(11);
      assert.deepEqual(host.story, []);
      await host.type(120);
      assert.deepEqual(host.story, ['lag high: no-speculation']);
      assert.equal(host.cache, 3 * megabyte);
      assert.match(host.watch.pressure?.reason ?? '', /is busy: what is due there comes up to 260 ms late$/);
      host.lag = { max: 40, p99: 20 };
      await host.type(gateDefaults.calm / 1000 + 10);
      assert.deepEqual(host.story.at(-1), 'over');
    }));

  it('empties caches when resident memory keeps growing', () =>
    withHost(async (host) => {
      await host.type(600, () => (host.rss += megabyte));
      assert.deepEqual(host.story, ['growth elevated: shed']);
      assert.match(host.watch.pressure?.reason ?? '', /grows by 60 MB a minute/);
      await host.type(700);
      assert.deepEqual(host.story.at(-1), 'over');
    }));

  it('looks every five seconds while somebody types, and not within the keystroke', () =>
    withHost(async (host) => {
      await host.type(60);
      assert.ok(host.looks >= 11 && host.looks <= 12, `${host.looks} looks`);
      const before = host.looks;
      host.watch.typed();
      assert.equal(host.looks, before);
    }));

  it('runs no timer and no meter when nobody types', () =>
    withHost(async (host, time) => {
      await host.type(30);
      assert.equal(host.meters, 1);
      await time.tickAsync(pressureDefaults.idleAfter + 1000);
      const looks = host.looks;
      assert.deepEqual([host.meters, time.countTimers()], [0, 0]);
      await time.tickAsync(3_600_000);
      assert.equal(host.looks, looks);
    }));

  it('looks on at high although nobody types, until it is over', () =>
    withHost(async (host, time) => {
      host.heapShare = 0.9;
      await host.type(6);
      assert.equal(host.watch.pressure?.level, 'critical');
      await time.tickAsync(60_000);
      assert.deepEqual(host.story, ['heap critical: pause']);
      host.heapShare = 0.2;
      await time.tickAsync(gateDefaults.calm + 2 * pressureDefaults.lookEveryWhenHigh);
      assert.deepEqual(host.story, ['heap critical: pause', 'over']);
      assert.equal(time.countTimers(), 0);
    }));

  it('takes what it does not know for calm: a meter that was just started', () =>
    withHost(async (host) => {
      host.lag = undefined;
      await host.type(60);
      assert.deepEqual(host.story, []);
      assert.equal(host.records[0]?.lagP99, 0);
    }));

  it('makes one record a minute while somebody types, with the longest delay since the last one', () =>
    withHost(async (host, time) => {
      await host.type(180, (second) => (host.lag = second === 100 ? { max: 400, p99: 90 } : { max: 12, p99: 4 }));
      assert.equal(host.records.length, 3);
      const { at, ...record } = host.records[2] ?? { at: 0 };
      assert.ok(at > 0);
      const expected = { heap: 0.1 * limit, heapLimit: limit, rss: 500 * megabyte, ledger: 0, index: 7 * megabyte, level: 'normal' };
      assert.deepEqual(record, { kind: 'process', ...expected, lagMax: 400, lagP99: 90 });
      await time.tickAsync(600_000);
      assert.equal(host.records.length, 3);
    }));
});

describe('the guard of memory and time', () => {
  const press = (guard: PressureGuard, keys: number): void => {
    for (let key = 0; key < keys; key++) guard.typed();
  };

  it('loads the watch once, after some keys, and hands on what it says', async () => {
    let loads = 0;
    const guard = new PressureGuard({
      logger: silentLogger,
      indexBytes: () => 0,
      load: () => {
        loads++;
        return Promise.resolve((ports) => {
          ports.onDidChange({ level: 'elevated', cause: 'heap', relief: 'shed', reason: 'so it is', since: 1 });
          const figures: ProcessFigures = {
            memory: () => ({ heap: 1, heapLimit: 10, rss: 1 }),
            startLag: () => ({ take: () => undefined, dispose: () => undefined }),
          };
          return new PressureWatch({ ...ports, clock: systemClock, figures });
        });
      },
    });
    const told: (Pressure | undefined)[] = [];
    guard.onDidChange((pressure) => told.push(pressure));
    press(guard, keysBeforeWatch - 1);
    assert.equal(loads, 0);
    press(guard, 100);
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(loads, 1);
    assert.equal(told[0]?.level, 'elevated');
    guard.dispose();
  });

  it('says so and goes on without when the watch cannot be loaded', async () => {
    const log: string[] = [];
    const guard = new PressureGuard({
      logger: { ...silentLogger, error: (line) => log.push(line) },
      indexBytes: () => 0,
      load: () => Promise.reject(new Error('no such file')),
    });
    press(guard, 100);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(log, ['pressure: nobody watches over the memory: no such file']);
    assert.equal(guard.pressure, undefined);
    guard.dispose();
  });
});
