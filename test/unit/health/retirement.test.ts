import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { systemClock } from '../../../src/base/clock.ts';
import type { Attempt, AttemptOutcome } from '../../../src/domain/attempt.ts';
import { emptyRecord, evidenceIn, retirementDefaults, withAttempt } from '../../../src/health/retirement.ts';
import { memoryDefaults } from '../../../src/health/recordMemory.ts';
import { RetirementMemory } from '../../../src/health/retirementMemory.ts';
import { parseRecord } from '../../../src/health/retirementRecord.ts';
import { shutdownDateIn } from '../../../src/health/shutdownDate.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 5, 9);

function attempt(outcome: AttemptOutcome, more: Partial<Attempt> = {}): Attempt {
  return {
    ...{ at: 0, requestId: 'r', sourceId: 's', model: 'm', trigger: 'automatic', outcome, elapsed: 1 },
    ...{ censored: false, stage: 'done', bytes: 0 },
    ...more,
  };
}

/** Folds `[hours from the start, outcome]` and tells the evidence after the last. */
function evidenceAfter(...course: readonly (readonly [hours: number, outcome: AttemptOutcome])[]): readonly string[] {
  let record = emptyRecord;
  for (const [hours, outcome] of course) record = withAttempt(record, attempt(outcome), start + hours * hour);
  return evidenceIn(record, start + (course.at(-1)?.[0] ?? 0) * hour);
}

describe('the suspicion that a model is being retired', () => {
  const inHours = (...hours: readonly number[]) => hours.map((at): [number, AttemptOutcome] => [at, 'capacity']);

  it('is there after capacity answers in six different hours without a good one', () => {
    assert.deepEqual(evidenceAfter(...inHours(0, 1, 2, 3, 4)), []);
    assert.deepEqual(evidenceAfter(...inHours(0, 1, 2, 3, 4, 5)), [
      'at capacity in 6 different hours since 2026-01-05 and not one good answer',
    ]);
  });

  it('does not count many answers of one hour, nor the hours in which nobody asked', () => {
    assert.deepEqual(evidenceAfter(...inHours(...Array<number>(500).fill(0))), []);
    assert.deepEqual(evidenceAfter(...inHours(0, 15, 39)), [], 'the machine was off at night');
  });

  it('is taken back by one good answer, and not by other failures', () => {
    assert.deepEqual(evidenceAfter(...inHours(0, 1, 2), [3, 'ok'], ...inHours(4, 5, 6)), []);
    assert.equal(evidenceAfter(...inHours(0, 1, 2), [2, 'server'], [2, 'cancelled'], ...inHours(3, 4, 5)).length, 1);
    assert.deepEqual(evidenceAfter(...inHours(0, 1, 2, 3, 4, 5), [6, 'empty']), [], 'an empty answer is a good one');
  });

  const badDay = (at: number, capacity: number, good: number): [number, AttemptOutcome][] => [
    ...Array.from({ length: capacity }, (): [number, AttemptOutcome] => [at, 'capacity']),
    ...Array.from({ length: good }, (): [number, AttemptOutcome] => [at, 'ok']),
  ];

  it('is there when four of the last seven days were bad, although there were good answers', () => {
    const days = [0, 48, 72].flatMap((at) => badDay(at, 5, 20));
    assert.deepEqual(evidenceAfter(...days), []);
    assert.deepEqual(evidenceAfter(...days, ...badDay(96, 5, 20)), ['at capacity on 4 of the last 7 days']);
    assert.deepEqual(evidenceAfter(...days, ...badDay(7 * 24, 5, 20)), [], 'the first is eight days ago');
    assert.deepEqual(evidenceAfter(...days, ...badDay(96, 4, 16)), [], 'four answers are a bad hour');
    assert.deepEqual(evidenceAfter(...days, ...badDay(96, 5, 21)), [], 'below a fifth');
  });

  it('rests on what answers and the list of models say, as long as they say it', () => {
    let record = withAttempt(emptyRecord, attempt('ok', { deprecation: 'a Sunset header: gone after 2026-06-30' }), start);
    assert.deepEqual(evidenceIn(record, start), ['a Sunset header: gone after 2026-06-30']);
    record = withAttempt(record, attempt('server'), start);
    record = withAttempt(record, attempt('capacity'), start);
    assert.equal(evidenceIn(record, start).length, 1, 'a failure takes nothing back');
    assert.deepEqual(evidenceIn(withAttempt(record, attempt('ok'), start), start), []);
    assert.deepEqual(evidenceIn(withAttempt(emptyRecord, attempt('rate_limit', { deprecation: 'a Deprecation header' }), start), start), [
      'a Deprecation header',
    ]);
  });

  it('keeps at most fourteen days, and none of the future when the clock is set back', () => {
    let record = emptyRecord;
    for (let index = 0; index < 400; index++) {
      record = withAttempt(record, attempt(index % 3 === 0 ? 'ok' : 'capacity'), start + index * 7 * hour);
      assert.ok(record.days.length <= retirementDefaults.historyDays);
    }
    record = withAttempt(record, attempt('ok'), start);
    assert.deepEqual(
      record.days.map((count) => count.day),
      [Math.floor(start / day)],
    );
  });
});

describe('the end that a list of models names', () => {
  const end = Date.UTC(2026, 5, 30);
  it('is read where OpenAI and Mistral put it', () => {
    assert.equal(shutdownDateIn({ object: 'list', data: [{ id: 'a' }, { id: 'm', shutdown_date: '2026-06-30' }] }, 'm'), end);
    assert.equal(shutdownDateIn({ data: [{ id: 'm', deprecation: '2026-06-30T00:00:00Z' }] }, 'm'), end);
    assert.equal(shutdownDateIn([{ id: 'm', shutdown_date: '2026-06-30' }], 'm'), end);
  });

  it('is none where it is null, of another model, or no date; nothing throws', () => {
    for (const entry of [
      { shutdown_date: null },
      { shutdown_date: 'soon' },
      { shutdown_date: 5 },
      { shutdown_date: '2026-99-99' },
      { deprecation: {} },
    ]) {
      assert.equal(shutdownDateIn({ data: [{ id: 'm', ...entry }] }, 'm'), undefined);
    }
    assert.equal(shutdownDateIn({ data: [{ id: 'other', shutdown_date: '2026-06-30' }] }, 'm'), undefined);
    fc.assert(fc.property(fc.anything(), fc.string(), (list, model) => assert.equal(shutdownDateIn(list, model), undefined)));
  });
});

describe('the memory between sessions', () => {
  /** Storage as the editor has it: through JSON and back. */
  function storage(stored?: unknown) {
    const kept = { value: stored, writes: 0 };
    return {
      kept,
      read: () => kept.value,
      write(value: unknown) {
        kept.value = JSON.parse(JSON.stringify(value)) as unknown;
        kept.writes++;
      },
    };
  }

  it('gives the next session what this one knew', () =>
    withVirtualTime(async (time) => {
      const port = storage();
      for (let session = 0; session < 6; session++) {
        const memory = new RetirementMemory(systemClock, port);
        const watch = memory.watch('https://a.example', 'm');
        watch.add(attempt('capacity'));
        watch.listed({ data: [{ id: 'm', shutdown_date: '2026-06-30' }] });
        assert.equal(watch.suspicion()?.evidence.length, session < 5 ? 1 : 2, `session ${session}`);
        assert.equal(memory.watch('https://b.example', 'm').suspicion(), undefined);
        memory.dispose();
        await time.tickAsync(hour);
      }
      assert.equal(time.countTimers(), 0);
    }));

  it('writes at most once a minute, at the end, and not at all when nothing is new', () =>
    withVirtualTime(async (time) => {
      const port = storage();
      const memory = new RetirementMemory(systemClock, port);
      const watch = memory.watch('https://a.example', 'm');
      for (let second = 0; second < 600; second++) {
        watch.add(attempt('ok'));
        watch.add(attempt('cancelled'));
        await time.tickAsync(1000);
      }
      assert.ok(port.kept.writes >= 9 && port.kept.writes <= 10, `${port.kept.writes}`);
      await time.tickAsync(120_000);
      const { writes } = port.kept;
      watch.add(attempt('cancelled'));
      watch.add(attempt('server'));
      await time.tickAsync(120_000);
      assert.equal(port.kept.writes, writes);
      watch.add(attempt('ok'));
      memory.dispose();
      assert.equal(port.kept.writes, writes + 1);
      assert.equal(time.countTimers(), 0);
    }));

  it('reads only at first use, so that it sees what its predecessor wrote at its end', () => {
    const port = storage();
    const before = new RetirementMemory(systemClock, port);
    before.watch('o', 'm').listed([{ id: 'm', shutdown_date: '2026-06-30' }]);
    const after = new RetirementMemory(systemClock, port).watch('o', 'm');
    before.dispose();
    assert.ok(after.suspicion());
  });

  it('keeps a bounded number of backends, the latest used', () => {
    const port = storage();
    const memory = new RetirementMemory(systemClock, port);
    for (let index = 0; index < 100; index++) memory.watch(`https://${index}.example`, 'm').add(attempt('ok'));
    memory.dispose();
    const { records } = port.kept.value as { records: [string, unknown][] };
    assert.equal(records.length, memoryDefaults.maximumRecords);
    assert.equal(records.at(-1)?.[0], 'https://99.example m');
    assert.ok(JSON.stringify(port.kept.value).length < 100_000);
  });

  it('takes anything stored for what it can be, never throws, and goes on', () => {
    const record = fc.record(
      {
        days: fc.oneof(fc.anything(), fc.array(fc.record({ day: fc.integer(), capacity: fc.anything(), good: fc.nat() }))),
        run: fc.oneof(fc.anything(), fc.record({ since: fc.double(), lastHour: fc.nat(), hours: fc.nat() })),
        notice: fc.oneof(fc.anything(), fc.string()),
        shutdown: fc.oneof(fc.anything(), fc.double()),
      },
      { requiredKeys: [] },
    );
    const stored = fc.oneof(
      fc.anything(),
      fc.record({
        version: fc.constant(1),
        records: fc.oneof(fc.anything(), fc.array(fc.tuple(fc.constant('o m'), fc.oneof(fc.anything(), record)))),
      }),
    );
    fc.assert(
      fc.property(stored, (value) => {
        const memory = new RetirementMemory(systemClock, storage(value));
        const watch = memory.watch('o', 'm');
        for (const line of watch.suspicion()?.evidence ?? []) assert.match(line, /^[\x20-\x7e]{1,250}$/);
        watch.add(attempt('capacity'));
        memory.dispose();
      }),
      { numRuns: 200 },
    );
    for (const value of [
      null,
      undefined,
      7,
      'x',
      [],
      {},
      { version: 2, records: [] },
      { version: 1, records: null },
      { version: 1, records: [null, [], ['o m']] },
    ]) {
      assert.equal(new RetirementMemory(systemClock, storage(value)).watch('o', 'm').suspicion(), undefined);
    }
  });

  it('reads back what it wrote', () => {
    const outcomes = fc.array(fc.tuple(fc.constantFrom<AttemptOutcome>('ok', 'capacity', 'server'), fc.nat(30)), { maxLength: 60 });
    fc.assert(
      fc.property(outcomes, fc.option(fc.nat(4e12), { nil: undefined }), (course, shutdown) => {
        let record = shutdown === undefined ? emptyRecord : { ...emptyRecord, shutdown };
        let now = start;
        for (const [outcome, hours] of course) record = withAttempt(record, attempt(outcome), (now += hours * hour));
        assert.deepEqual(parseRecord(JSON.parse(JSON.stringify(record))), record);
      }),
    );
  });
});
