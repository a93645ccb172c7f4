import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import type { EngineMemory } from '../../../src/domain/service.ts';
import type { BreakerState, GuardSnapshot } from '../../../src/domain/guarded.ts';
import { memoryDefaults } from '../../../src/health/recordMemory.ts';
import { SourceHealthFold } from '../../../src/health/sourceHealth.ts';
import { parseUsual, UsualMemory, usualDefaults } from '../../../src/health/usual.ts';
import { withVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';
import { attemptOf } from './attempts.ts';

const closed: GuardSnapshot = { sourceId: 's', model: 'm', breaker: { kind: 'closed' }, inFlight: 0, limit: 2 };
const figures = { p50: 100, p95: 200, p99: 300, samples: 40 };

/** Storage that holds a copy, as a disk would. */
function storage(stored?: unknown): EngineMemory & { stored: unknown } {
  return {
    stored,
    read() {
      return this.stored;
    },
    write(value) {
      this.stored = JSON.parse(JSON.stringify(value));
    },
  };
}

function folding(memory: UsualMemory): SourceHealthFold {
  return new SourceHealthFold(systemClock, undefined, memory.watch('https://a.example', 'm'));
}

async function serve(time: VirtualTime, fold: SourceHealthFold, elapsed: number, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    fold.add(attemptOf('ok', { elapsed }));
    await time.tickAsync(1000);
  }
}

/** The breaker is open for a while, for a reason. */
async function outage(time: VirtualTime, fold: SourceHealthFold, kind: 'server' | 'capacity', seconds: number): Promise<void> {
  const breaker: BreakerState = { kind: 'open', since: 0, probeAt: 1, cause: { kind, message: 'x' } };
  fold.health({ ...closed, breaker });
  await time.tickAsync(seconds * 1000);
  fold.health({ ...closed, breaker: { kind: 'half-open', since: 0, cause: { kind, message: 'x' } } });
  fold.health(closed);
}

describe('what is usual', () => {
  it('is known in the next session from its first request on, and what is slow against it', () =>
    withVirtualTime(async (time) => {
      const disk = storage();
      const first = new UsualMemory(systemClock, disk);
      await serve(time, folding(first), 50, 60);
      first.dispose();
      const second = folding(new UsualMemory(systemClock, disk));
      const { usual } = second.health(closed);
      assert.ok(usual && Math.abs(usual.p95 - 50) < 3 && usual.samples >= 40, JSON.stringify(usual));
      await serve(time, second, 200, 50);
      assert.equal(second.health(closed).state, 'slow', 'four times the usual, below the prior');
    }));

  it('is of one backend and model, and forgotten after thirty days', () =>
    withVirtualTime(async (time) => {
      const disk = storage();
      const memory = new UsualMemory(systemClock, disk);
      memory.watch('https://a.example', 'm').learn(figures);
      memory.dispose();
      const again = new UsualMemory(systemClock, disk);
      assert.deepEqual(again.watch('https://a.example', 'm').figures(), figures);
      assert.equal(again.watch('https://a.example', 'n').figures(), undefined);
      assert.equal(again.watch('https://b.example', 'm').figures(), undefined);
      await time.tickAsync((usualDefaults.historyDays + 1) * 86_400_000);
      assert.equal(again.watch('https://a.example', 'm').figures(), undefined);
    }));

  it('of another version counts as not stored', () =>
    withVirtualTime(() => {
      const stored = (version: number) => storage({ version, records: [['a m', { at: systemClock.now(), figures, outages: {} }]] });
      const read = (version: number) => new UsualMemory(systemClock, stored(version)).watch('a', 'm').figures();
      assert.deepEqual([read(1), read(2)], [figures, undefined]);
      return Promise.resolve();
    }));

  it('begins anew where the storage holds anything else, and keeps within its bounds', () =>
    withVirtualTime(() => {
      const anything = fc.oneof(
        fc.jsonValue(),
        fc.record({ version: fc.constantFrom(1, 2), records: fc.array(fc.tuple(fc.string(), fc.jsonValue())) }),
      );
      fc.assert(
        fc.property(anything, (stored) => {
          const disk = storage(stored);
          const memory = new UsualMemory(systemClock, disk);
          const watch = memory.watch('a', 'm');
          watch.figures();
          for (let count = 0; count < 50; count++) {
            watch.outageEnded('open', 1000);
            memory.watch(`${count}`, 'm').learn(figures);
          }
          memory.dispose();
          const written = disk.stored as { version: number; records: readonly [string, { outages: { open?: unknown[] } }][] };
          assert.equal(written.version, 1);
          assert.equal(written.records.length, memoryDefaults.maximumRecords);
          assert.ok(written.records.every(([, { outages }]) => (outages.open ?? []).length <= usualDefaults.outagesKept));
        }),
        { numRuns: 50 },
      );
      assert.deepEqual(parseUsual({ at: 1, figures: { p50: 9, p95: 3, p99: 4, samples: 1 }, outages: { open: [1, -1, 'x', null] } }), {
        ...{ at: 1, outages: { open: [1] } },
      });
      return Promise.resolve();
    }));
});

describe('earlier outages of the same kind', () => {
  it('are told from the third on, by the middle one, also in the next session', () =>
    withVirtualTime(async (time) => {
      const disk = storage();
      const memory = new UsualMemory(systemClock, disk);
      const fold = folding(memory);
      const open: GuardSnapshot = { ...closed, breaker: { kind: 'open', since: 0, probeAt: 1, cause: { kind: 'server', message: 'x' } } };
      for (const seconds of [60, 600]) await outage(time, fold, 'server', seconds);
      assert.equal(fold.health(open).likeOutages, undefined);
      await time.tickAsync(120_000);
      fold.health(closed);
      assert.equal(fold.health(closed).likeOutages, undefined, 'there is none now');
      assert.deepEqual(fold.health(open).likeOutages, { count: 3, median: 120_000 });
      memory.dispose();
      assert.deepEqual(folding(new UsualMemory(systemClock, disk)).health(open).likeOutages, { count: 3, median: 120_000 });
    }));

  it('are of one kind, and none that this machine slept through', () =>
    withVirtualTime(async (time) => {
      const fold = folding(new UsualMemory(systemClock));
      const open = (kind: 'server' | 'capacity'): GuardSnapshot => ({
        ...{ ...closed, breaker: { kind: 'open', since: 0, probeAt: 1, cause: { kind, message: 'x' } } },
      });
      for (let count = 0; count < 3; count++) await outage(time, fold, 'capacity', 30);
      assert.equal(fold.health(open('server')).likeOutages, undefined);
      fold.health(closed);
      for (let count = 0; count < 5; count++) {
        fold.health(open('server'));
        fold.add(attemptOf('timeout', { interrupted: 'asleep' }));
        await time.tickAsync(60_000);
        fold.health(closed);
      }
      assert.equal(fold.health(open('server')).likeOutages, undefined);
      fold.health(closed);
      assert.equal(fold.health(open('capacity')).likeOutages?.count, 3);
    }));
});
