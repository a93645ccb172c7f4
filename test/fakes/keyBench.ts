import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { CompletionRequest, CompletionSource, Outcome } from '../../src/domain/completion.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import type { PressurePort } from '../../src/domain/pressure.ts';
import type { Service } from '../../src/domain/service.ts';
import type { OpenDocument } from '../../src/domain/workspace.ts';
import { createEngine, type EngineOptions, type LocalEngine } from '../../src/engine.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { inlineLocal } from './inlineThread.ts';
import { sampleRequest } from './request.ts';
import { ScriptedSource } from './scriptedSource.ts';
import { type VirtualTime, withVirtualTime } from './virtualTime.ts';

export interface KeyBenchOptions {
  readonly mechanisms?: EngineOptions['mechanisms'];
  /** Text of another open document, from which local text is made. Default: none, so that there is no local text. */
  readonly other?: string;
  /** Default: somewhere on the network. */
  readonly host?: string;
  /** Watches over the memory. Default: nobody does. */
  readonly pressure?: PressurePort;
  /** What stands for the server. Default: a scripted source. */
  readonly source?: CompletionSource;
}

/** One keystroke under way. */
export interface Key {
  readonly id: string;
  /** `origin: text after ms`, or the kind of failure; '' while it waits. */
  said: string;
  readonly done: Promise<Outcome>;
  cancel(): void;
}

/** A person's keys on a whole engine with one scripted backend, on virtual time. */
export class KeyBench {
  readonly server = new ScriptedSource('main', { kind: 'answer', text: 'sum(a);', after: 100 });
  readonly engine: Service;
  readonly attempts: Attempt[] = [];
  /** Hears of what the local engine learns. */
  onLearn: LocalEngine['learn'] | undefined;
  readonly #time: VirtualTime;
  #keys = 0;

  constructor(time: VirtualTime, { mechanisms = {}, other, host = 'main.example', source, pressure }: KeyBenchOptions) {
    this.#time = time;
    const { settings } = parseSettings({
      backends: [{ name: 'main', baseUrl: `https://${host}/v1`, model: 'm', fim: 'suffix' }],
      // Of one document of three lines nothing is sure.
      localSensitivity: 'eager',
    });
    const documents = other === undefined ? [] : [{ id: 'o', languageId: 'typescript', version: 1, text: () => other }];
    this.engine = createEngine(
      settings,
      {
        clock: systemClock,
        random: seededRandom(7),
        logger: silentLogger,
        keys: { get: () => Promise.resolve(undefined) },
        local: this.#spiedLocal(documents),
        secretRules: () => Promise.resolve(createSecretRules()),
        connect: () => source ?? this.server,
        ...(pressure ? { pressure } : {}),
      },
      { mechanisms },
    );
    this.engine.onDidAttempt((attempt) => this.attempts.push(attempt));
  }

  #spiedLocal(documents: readonly OpenDocument[]): LocalEngine {
    const local = inlineLocal({ openDocuments: () => documents, snippets: () => [] }, systemClock);
    // The engine binds its own; here somebody listens first.
    const { learn } = local;
    return Object.assign(local, {
      learn: (...verdict: Parameters<LocalEngine['learn']>) => {
        this.onLearn?.(...verdict);
        learn(...verdict);
      },
    });
  }

  /** A key at the place that `|` marks in a document. */
  key(document: string, changes: Partial<CompletionRequest> & { readonly localOnly?: boolean } = {}): Key {
    const { localOnly = false, ...others } = changes;
    const [prefix = '', suffix = ''] = document.split('|');
    const request = sampleRequest({ id: `k${++this.#keys}`, prefix, suffix, ...others });
    const controller = new AbortController();
    const startedAt = performance.now();
    const done = this.engine.complete(request, { signal: controller.signal, ...(localOnly ? { localOnly } : {}) });
    const key = { id: request.id, said: '', done, cancel: () => controller.abort(new CancelledByEditor()) };
    void done.then((outcome) => {
      const what = outcome.ok ? `${outcome.origin}: ${outcome.text}` : outcome.failure.kind;
      key.said = `${what} after ${Math.round(performance.now() - startedAt)}`;
    });
    return key;
  }

  /** A key, and what was said to it within a second; a long pause before it. */
  async pause(document: string, changes: Parameters<KeyBench['key']>[1] = {}): Promise<Key> {
    const key = this.key(document, changes);
    await this.passes(1000);
    return key;
  }

  passes(millis: number): Promise<number> {
    return this.#time.tickAsync(millis);
  }

  /** Requests at the server, what comes after `return ` in each. */
  get asked(): readonly string[] {
    return this.server.requests.map(({ prefix }) => prefix.slice(prefix.indexOf('return ') + 'return '.length));
  }

  get outcomes(): readonly string[] {
    return this.attempts.map(({ outcome }) => outcome);
  }
}

/** Runs a test on such an engine and asserts that it leaves no timer. */
export async function withKeys(options: KeyBenchOptions, test: (bench: KeyBench) => Promise<void>): Promise<void> {
  await withVirtualTime(async (time) => {
    const bench = new KeyBench(time, options);
    await test(bench);
    bench.engine.dispose();
    await time.tickAsync(100);
    assert.equal(time.countTimers(), bench.server.timers, 'a timer is left');
  });
}
