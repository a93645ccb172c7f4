import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Service } from '../../src/domain/service.ts';
import { createEngine } from '../../src/engine.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { sampleRequest } from '../fakes/request.ts';
import { capacity, ScriptedSource } from '../fakes/scriptedSource.ts';
import { type VirtualTime, withVirtualTime } from '../fakes/virtualTime.ts';

const hour = 3_600_000;

/**
 * Weeks of work with one model: each day a session of the editor of eight hours. A keystroke every ten minutes is too little for the
 * breaker: the state says what the last answer said, and only the days together tell more.
 */
class Weeks {
  readonly server = new ScriptedSource('main', { kind: 'answer', text: 'model', after: 120 });
  readonly lines: string[] = [];
  stored: unknown;
  #last = '';
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  /** One day; `isFull` says at which hour of the day, 9…17, the model is at capacity. */
  async day(isFull: (hourOfDay: number) => boolean, during?: (engine: Service) => void): Promise<void> {
    const engine = this.#start();
    during?.(engine);
    for (let minutes = 0; minutes < 8 * 60; minutes += 10) {
      const full = isFull(9 + minutes / 60);
      this.server.set(full ? { kind: 'fail', failure: capacity, after: 30 } : { kind: 'answer', text: 'model', after: 120 });
      const outcome = engine.complete(sampleRequest({ prefix: `line ${Date.now()}\n` }), { signal: new AbortController().signal });
      await this.#time.tickAsync(10 * 60_000);
      await outcome;
      this.#note(engine);
    }
    engine.dispose();
    await this.#time.tickAsync(16 * hour);
  }

  #start(): Service {
    const { settings } = parseSettings({ backends: [{ name: 'main', baseUrl: 'https://main.example/v1', model: 'm' }] });
    return createEngine(settings, {
      clock: systemClock,
      random: () => 0.5,
      logger: silentLogger,
      keys: { get: () => Promise.resolve(undefined) },
      local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
      secretRules: () => Promise.resolve(createSecretRules()),
      memory: { read: () => this.stored, write: (value) => (this.stored = JSON.parse(JSON.stringify(value)) as unknown) },
      connect: () => this.server,
    });
  }

  /** One line for each change of the suspicion. */
  #note(engine: Service): void {
    const [source] = engine.snapshot().sources;
    const said = source?.retirement?.evidence.join('; ') ?? 'no suspicion';
    const line = said.replace(/\d+ different hours/, 'N different hours');
    if (line === this.#last) return;
    this.#last = line;
    this.lines.push(`${new Date().toISOString().slice(5, 13)} ${source?.state} ${line}`);
  }
}

const weeks = (test: (weeks: Weeks, time: VirtualTime) => Promise<void>) =>
  withVirtualTime(async (time) => {
    await test(new Weeks(time), time);
    assert.equal(time.countTimers(), 0, 'a timer is left');
  });

describe('weeks with a model that is going away, on virtual time', () => {
  it('a busy afternoon each day is no suspicion on the first three days, and one from the fourth on, until a calm week', () =>
    weeks(async (work) => {
      for (let index = 0; index < 5; index++) await work.day((at) => at >= 14 && at < 16);
      for (let index = 0; index < 7; index++) await work.day(() => false);
      assert.deepEqual(work.lines, [
        '01-01T00 healthy no suspicion',
        '01-04T06 at-capacity at capacity on 4 of the last 7 days',
        '01-05T06 at-capacity at capacity on 5 of the last 7 days',
        '01-08T00 healthy at capacity on 4 of the last 7 days',
        '01-09T00 healthy no suspicion',
      ]);
    })).timeout(20_000);

  it('a model that never answers again becomes a suspicion within the day, and one good answer takes it back', () =>
    weeks(async (work) => {
      await work.day((at) => at >= 10);
      await work.day((at) => at < 12);
      assert.deepEqual(
        work.lines.map((line) => line.replace(/T\d\d/, '')),
        [
          '01-01 healthy no suspicion',
          '01-01 at-capacity at capacity in N different hours since 2026-01-01 and not one good answer',
          '01-02 healthy no suspicion',
        ],
      );
    })).timeout(20_000);

  it('an announced end is shown while the model serves, survives the night, and changes neither state nor route', () =>
    weeks(async (work) => {
      const list = { data: [{ id: 'm', shutdown_date: '2026-06-30' }] };
      await work.day(
        () => false,
        (engine) => engine.modelsListed('main', list),
      );
      await work.day(() => false);
      await work.day(
        () => false,
        (engine) => engine.modelsListed('main', { data: [{ id: 'm', shutdown_date: null }] }),
      );
      assert.deepEqual(work.lines, ['01-01T00 healthy the list of models names 2026-06-30 as its end', '01-03T00 healthy no suspicion']);
      assert.equal(work.server.requests.filter(({ trigger }) => trigger === 'automatic').length, 3 * 48);
    })).timeout(20_000);

  it('anything in the storage is survived', () =>
    weeks(async (work) => {
      for (const stored of [null, 'x', { version: 1, records: [['https://main.example m', { days: null, run: { since: 'x' } }]] }]) {
        work.stored = stored;
        await work.day(() => false);
      }
      assert.deepEqual(work.lines, ['01-01T00 healthy no suspicion']);
    })).timeout(20_000);
});
