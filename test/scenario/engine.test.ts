import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import type { Service } from '../../src/domain/service.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { createEngine } from '../../src/engine.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { sampleRequest } from '../fakes/request.ts';
import { capacity, ScriptedSource, serverError } from '../fakes/scriptedSource.ts';
import { withVirtualTime, type VirtualTime } from '../fakes/virtualTime.ts';

/** A developer at work: the whole engine on virtual time, with modelled servers, and what was seen as lines of text. */
class Day {
  readonly servers: readonly ScriptedSource[];
  readonly engine: Service;
  readonly #time: VirtualTime;
  readonly #startedAt = Date.now();
  readonly #lines: string[] = [];
  #last = '';
  #keystrokes = 0;

  constructor(time: VirtualTime, names: readonly string[]) {
    this.#time = time;
    this.servers = names.map((name) => new ScriptedSource(name, { kind: 'answer', text: 'model', after: 120 }));
    const { settings } = parseSettings({ backends: names.map((name) => ({ name, baseUrl: `https://${name}.example/v1`, model: 'm' })) });
    const other = { id: 'o', languageId: 'typescript', version: 1, text: () => '  return items.reduce(add, 0);\n'.repeat(3) };
    this.engine = createEngine(settings, {
      clock: systemClock,
      random: () => 0.5,
      logger: silentLogger,
      keys: { get: () => Promise.resolve(undefined) },
      local: inlineLocal({ openDocuments: () => [other], snippets: () => [] }, systemClock),
      consent: { answerFor: () => 'allowed', onDidChange: () => ({ dispose: () => undefined }) },
      secretRules: () => Promise.resolve(createSecretRules()),
      connect: (backend) => this.servers.find(({ id }) => id === backend.name) ?? new ScriptedSource(),
    });
  }

  /** Types for a while: a keystroke each `every` ms; each is cancelled by the next unless its answer came. */
  async type(seconds: number, every = 800): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      const controller = new AbortController();
      const prefix = `function total${++this.#keystrokes}() {\n  return items.red`;
      const promise = this.engine.complete(sampleRequest({ prefix }), { signal: controller.signal });
      void promise.then((outcome) => this.#note(outcome.ok ? (outcome.text === '' ? 'nothing' : outcome.sourceId) : outcome.failure.kind));
      await this.#time.tickAsync(every);
      controller.abort(new CancelledByEditor());
      await promise;
    }
  }

  passes(millis: number): Promise<number> {
    return this.#time.tickAsync(millis);
  }

  /** One line for each change of what served or of the health of a backend. */
  #note(served: string): void {
    const states = this.engine.snapshot().sources.map((source) => `${source.sourceId} ${source.state}`);
    const line = `${served} (${states.join(', ')})`;
    if (line === this.#last) return;
    this.#last = line;
    this.#lines.push(`${String(Math.round((Date.now() - this.#startedAt) / 1000)).padStart(4)} s  ${line}`);
  }

  get story(): string {
    return this.#lines.join('\n');
  }

  /** Who served, in order, without repetitions. */
  get servedBy(): readonly string[] {
    const names = this.#lines.map((line) => line.slice(8).split(' ', 1)[0] ?? '');
    return names.filter((name, index) => name !== names[index - 1]);
  }
}

async function dayWith(names: readonly string[], test: (day: Day) => Promise<void>): Promise<void> {
  await withVirtualTime(async (time) => {
    const day = new Day(time, names);
    await test(day);
    day.engine.dispose();
    await time.tickAsync(100);
    const running = day.servers.reduce((total, server) => total + server.timers, 0);
    assert.equal(time.countTimers(), running, 'a timer is left');
  });
}

describe('a day with the engine, on virtual time', () => {
  it('at capacity and back: local text in the meantime, the model again by itself', () =>
    dayWith(['main'], async (day) => {
      const [server] = day.servers;
      await day.type(10);
      server?.set({ kind: 'fail', failure: capacity, after: 30 });
      await day.type(30);
      server?.set({ kind: 'answer', text: 'model', after: 120 });
      await day.type(40);
      assert.deepEqual(day.servedBy, ['main', 'local', 'main'], day.story);
      assert.match(day.story, /local \(main at-capacity\)/);
      assert.equal(day.engine.snapshot().sources[0]?.state, 'healthy', day.story);
      const probes = server?.requests.filter(({ trigger }) => trigger === 'probe').length ?? 0;
      assert.ok(probes >= 2 && probes <= 4, `${probes} probes\n${day.story}`);
    }));

  it('a hang while every request is cancelled by the next keystroke: trips, serves local text at once, recovers', () =>
    dayWith(['main'], async (day) => {
      const [server] = day.servers;
      await day.type(10);
      server?.set({ kind: 'hang' });
      await day.type(20, 180);
      assert.notEqual(day.engine.snapshot().sources[0]?.guard.breaker.kind, 'closed', day.story);
      assert.equal(day.servedBy.at(-1), 'local', day.story);
      const sent = server?.requests.length ?? 0;
      await day.type(3, 180);
      assert.ok((server?.requests.length ?? 0) - sent <= 1, 'an open breaker costs no requests');
      server?.set({ kind: 'answer', text: 'model', after: 120 });
      await day.type(60);
      assert.equal(day.servedBy.at(-1), 'main', day.story);
    }));

  it('an outage of the first of two: the second serves, within the same keystroke, until the first is back', () =>
    dayWith(['first', 'second'], async (day) => {
      const [first] = day.servers;
      await day.type(5);
      first?.set({ kind: 'fail', failure: serverError, after: 20 });
      await day.type(30);
      first?.set({ kind: 'answer', text: 'model', after: 120 });
      await day.type(60);
      assert.deepEqual(day.servedBy, ['first', 'second', 'first'], day.story);
    }));

  it('everything gone: local text, and the status says offline', () =>
    dayWith(['first', 'second'], async (day) => {
      for (const server of day.servers) {
        server.set({ kind: 'fail', failure: { kind: 'network', cause: 'dns', message: 'the host name is not known' }, after: 5 });
      }
      await day.type(10);
      assert.deepEqual(day.servedBy, ['local'], day.story);
      assert.ok(
        day.engine.snapshot().sources.every((source) => source.state === 'offline'),
        day.story,
      );
      for (const server of day.servers) server.set({ kind: 'answer', text: 'model', after: 120 });
      await day.type(60);
      assert.equal(day.servedBy.at(-1), 'first', day.story);
    }));

  it('five times slower: the status says slow, and local text fills the gap', () =>
    dayWith(['main'], async (day) => {
      await day.type(30);
      day.servers[0]?.set({ kind: 'answer', text: 'model', after: 900 });
      await day.type(15, 1500);
      assert.equal(day.engine.snapshot().sources[0]?.state, 'slow', day.story);
      assert.equal(day.servedBy.at(-1), 'local', day.story);
    }));

  it('an hour of flapping: never more than one probe at a time, and no keystroke without an answer', () =>
    dayWith(['main'], async (day) => {
      const [server] = day.servers;
      for (let minute = 0; minute < 60; minute++) {
        server?.set(minute % 2 === 0 ? { kind: 'fail', failure: serverError, after: 20 } : { kind: 'answer', text: 'model', after: 120 });
        await day.type(60, 3000);
      }
      assert.ok(!day.servedBy.includes('nothing') && !day.servedBy.includes('server'), day.story);
    })).timeout(20_000);
});

describe('a hang after a slow time', () => {
  it('does not make people wait longer than usual: the slow time is not what is usual', () =>
    dayWith(['main'], async (day) => {
      const [server] = day.servers;
      await day.type(60);
      server?.set({ kind: 'answer', text: 'model', after: 700 });
      await day.type(120, 1500);
      server?.set({ kind: 'answer', text: 'model', after: 120 });
      await day.type(30);
      server?.set({ kind: 'hang' });
      const startedAt = performance.now();
      const outcome = day.engine.complete(sampleRequest({ prefix: 'x\n  return items.red' }), { signal: new AbortController().signal });
      await day.passes(300);
      assert.ok((await outcome).ok, 'local text came within 300 ms');
      assert.ok(performance.now() - startedAt <= 300);
    }));
});
