import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom, type Random } from '../../src/base/random.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { CompletionRequest } from '../../src/domain/completion.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import type { Service } from '../../src/domain/service.ts';
import { createEngine } from '../../src/engine.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { inlineLocal } from './inlineThread.ts';
import { ScriptedConsent } from './consent.ts';
import { sampleRequest } from './request.ts';
import { ScriptedSource } from './scriptedSource.ts';
import { type VirtualTime, withVirtualTime } from './virtualTime.ts';

/** One backend of the route: its host decides whether it is on this machine. */
export interface RouteMember {
  readonly name: string;
  readonly host: string;
  readonly boundary?: string;
}

export interface RouteBenchOptions {
  readonly consent?: ScriptedConsent;
  readonly localEnabled?: boolean;
  readonly hedge?: boolean;
  readonly random?: Random;
}

/** Backends that all belong to one vendor, so that nothing has to be asked. */
export const sameVendor = (...names: readonly string[]): RouteMember[] =>
  names.map((name) => ({ name, host: `${name}.acme.example`, boundary: 'vendor:acme' }));

/** The whole engine over scripted servers on virtual time. */
export class RouteBench {
  readonly servers: Readonly<Record<string, ScriptedSource>>;
  readonly engine: Service;
  readonly consent: ScriptedConsent;
  readonly attempts: Attempt[] = [];
  readonly #time: VirtualTime;
  #keystrokes = 0;

  constructor(time: VirtualTime, members: readonly RouteMember[], options: RouteBenchOptions) {
    this.#time = time;
    this.consent = options.consent ?? new ScriptedConsent();
    this.servers = Object.fromEntries(
      members.map(({ name }) => [name, new ScriptedSource(name, { kind: 'answer', text: `text of ${name}`, after: 100 })]),
    );
    const { settings, problems } = parseSettings({
      backends: members.map(({ name, host, boundary }) => ({ name, baseUrl: `https://${host}/v1`, model: 'm', fim: 'suffix', boundary })),
      localEnable: options.localEnabled ?? true,
      hedge: options.hedge ?? true,
      // Of one document of three lines nothing is sure.
      localSensitivity: 'eager',
    });
    assert.deepEqual(problems, []);
    const similar = { id: 'o', languageId: 'typescript', version: 1, text: () => '  return items.reduce(add, 0);\n'.repeat(3) };
    this.engine = createEngine(
      settings,
      {
        clock: systemClock,
        random: options.random ?? seededRandom(7),
        logger: silentLogger,
        keys: { get: () => Promise.resolve(undefined) },
        local: inlineLocal({ openDocuments: () => [similar], snippets: () => [] }, systemClock),
        secretRules: () => Promise.resolve(createSecretRules()),
        consent: this.consent,
        connect: ({ name }) => this.server(name),
        // The ways of requests are looked at here; how long a key waits for the next one is not.
      },
      { mechanisms: { debounce: false } },
    );
    this.engine.onDidAttempt((attempt) => this.attempts.push(attempt));
  }

  server(name: string): ScriptedSource {
    const found = this.servers[name];
    assert.ok(found, name);
    return found;
  }

  /** One keystroke at a place nobody has been before; then time passes. @returns who served, and after how long */
  async key(options: { trigger?: CompletionRequest['trigger']; then?: number; prefix?: string } = {}): Promise<string> {
    const { trigger = 'automatic', then = 1000 } = options;
    const controller = new AbortController();
    const startedAt = performance.now();
    const prefix = options.prefix ?? `function total${++this.#keystrokes}() {\n  return items.red`;
    let served = '';
    const done = this.engine.complete(sampleRequest({ prefix, trigger }), { signal: controller.signal }).then((outcome) => {
      served = `${outcome.ok ? outcome.sourceId : outcome.failure.kind} after ${Math.round(performance.now() - startedAt)}`;
    });
    await this.#time.tickAsync(then);
    controller.abort(new CancelledByEditor());
    await done;
    return served;
  }

  passes(millis: number): Promise<number> {
    return this.#time.tickAsync(millis);
  }

  get serving(): string {
    return this.engine.snapshot().serving;
  }

  /** `name state` of each backend. */
  get states(): string {
    return this.engine
      .snapshot()
      .sources.map(({ sourceId, state }) => `${sourceId} ${state}`)
      .join(', ');
  }

  /** Requests of people's that a server got, probes left out. */
  asked(name: string): number {
    return this.server(name).requests.filter(({ trigger }) => trigger !== 'probe').length;
  }
}

/** Runs a test on such an engine and asserts that it leaves no timer. */
export async function onRoute(
  members: readonly RouteMember[],
  test: (bench: RouteBench) => Promise<void>,
  options: RouteBenchOptions = {},
): Promise<void> {
  await withVirtualTime(async (time) => {
    const bench = new RouteBench(time, members, options);
    await test(bench);
    bench.engine.dispose();
    await time.tickAsync(100);
    const running = Object.values(bench.servers).reduce((total, server) => total + server.timers, 0);
    assert.equal(time.countTimers(), running, 'a timer is left');
  });
}
