import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Emitter } from '../../../src/base/event.ts';
import { type Logger, silentLogger } from '../../../src/base/logger.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { Service } from '../../../src/domain/service.ts';
import { type EngineSnapshot, noCounts } from '../../../src/domain/snapshot.ts';
import { parseSettings } from '../../../src/settings/parse.ts';
import { createSession, type ServicePlan } from '../../../src/vscode/session.ts';

/** A service that only remembers what was done to it. */
function fakeService(told: string[], name: string): Service & { readonly changed: Emitter<EngineSnapshot> } {
  const changed = new Emitter<EngineSnapshot>();
  const attempts = new Emitter<never>();
  const observed = new Emitter<Observation>();
  let now: EngineSnapshot = {
    at: 0,
    mode: 'on',
    sources: [],
    working: 0,
    serving: 'local',
    boundaries: [],
    problems: [],
    counts: noCounts,
  };
  return {
    id: name,
    changed,
    complete: () => Promise.resolve({ ok: true, text: name, origin: 'local', sourceId: 'local', finish: 'stop' }),
    snapshot: () => now,
    onDidChange: changed.event,
    onDidAttempt: attempts.event,
    onDidDecide: () => ({ dispose: () => undefined }),
    onDidObserve: observed.event,
    observed: (observation) => observed.fire(observation),
    shown: () => undefined,
    rejected: () => undefined,
    accepted: () => undefined,
    report: () => false,
    modelsListed: () => undefined,
    retryNow: () => Promise.resolve(),
    pause(until) {
      told.push(`${name} paused until ${until}`);
      now = { ...now, mode: 'paused', ...(until === undefined ? {} : { pausedUntil: until }) };
    },
    resume: () => undefined,
    dispose: () => void told.push(`${name} disposed`),
  };
}

/** A session whose settings a test changes through `plan`. */
function start(logger: Logger = silentLogger) {
  const told: string[] = [];
  const built: ReturnType<typeof fakeService>[] = [];
  const plan: { now: ServicePlan } = { now: parseSettings({}) };
  const session = createSession(
    () => plan.now,
    () => {
      const service = fakeService(told, `service ${built.length + 1}`);
      built.push(service);
      told.push(`${service.id} built`);
      return service;
    },
    logger,
  );
  return { session, told, built, plan };
}

describe('the session', () => {
  it('keeps its service while nothing changes', () => {
    const { session, told } = start();
    session.refresh();
    assert.deepEqual(told, ['service 1 built']);
  });

  it('builds a new service for new settings, then disposes the old one, and says so', () => {
    const { session, told, plan, built } = start();
    let changes = 0;
    session.onDidChange(() => (changes += 1));
    plan.now = parseSettings({ enable: false });
    session.refresh();
    assert.deepEqual(told, ['service 1 built', 'service 2 built', 'service 1 disposed']);
    assert.equal(changes, 1);
    assert.equal(built[0]?.changed.listenerCount, 0);
    assert.equal(session.settings.enabled, false);
  });

  it('builds a new service when trust is granted', () => {
    const { session, told, plan } = start();
    plan.now = { ...plan.now, localOnlyReason: 'this workspace is not trusted' };
    session.refresh();
    assert.equal(told.length, 3);
  });

  it('carries a pause over', () => {
    const { session, told, plan } = start();
    session.service.pause(7);
    plan.now = parseSettings({ enable: false });
    session.refresh();
    assert.equal(told.at(-1), 'service 2 paused until 7');
  });

  it('goes on with the old service when the new one cannot be built', () => {
    const errors: string[] = [];
    const { session, plan } = start({ ...silentLogger, error: (message) => void errors.push(message) });
    Object.defineProperty(plan, 'now', { get: () => assert.fail('unreadable') });
    session.refresh();
    assert.equal(session.service.id, 'service 1');
    assert.deepEqual(errors, ['session: the new settings could not be put to use: unreadable']);
  });

  it('logs each problem with the settings once, whatever else changes', () => {
    const warnings: string[] = [];
    const { session, plan } = start({ ...silentLogger, warn: (message) => void warnings.push(message) });
    plan.now = { ...plan.now, problems: ['one'] };
    session.refresh();
    session.refresh();
    plan.now = { ...parseSettings({ enable: false }), problems: ['one', 'two'] };
    session.refresh();
    assert.deepEqual(warnings, ['settings: one', 'settings: two']);
  });

  it('leaves nothing behind', () => {
    const { session, told, built, plan } = start();
    session.dispose();
    session.dispose();
    plan.now = parseSettings({ enable: false });
    session.refresh();
    assert.deepEqual(told, ['service 1 built', 'service 1 disposed']);
    assert.equal(built[0]?.changed.listenerCount, 0);
  });
});
