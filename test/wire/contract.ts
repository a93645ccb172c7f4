/** What every backend that speaks over HTTP must do, whatever its protocol. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import type { CompletionSource, Outcome } from '../../src/domain/completion.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import { seededRandom } from '../../src/base/random.ts';
import { guard } from '../../src/guard/guard.ts';
import { servable } from '../../src/router/partialText.ts';
import { configuredBackend, samplePrompts } from '../fakes/backend.ts';
import { type Behaviour, type Dialect, type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import { sampleRequest } from '../fakes/request.ts';
import { type Change, changedDialect, changes } from './changedDialect.ts';
import { type ContractRow, delays, faults } from './contractFaults.ts';

/** One backend under contract and the server that it talks to. */
export interface ContractParties {
  /** How the fault server speaks. */
  readonly dialect: Dialect;
  /** The entry of `failsoft.backends`, for a server at this URL. */
  readonly setting: (serverUrl: string) => Readonly<Record<string, unknown>>;
  /** The one header that holds the key, in lower case; `undefined`: the protocol knows no key. */
  readonly keyHeader: string | undefined;
  /** Faults that only this provider words so, with what they have to be called. */
  readonly ownWords?: readonly ContractRow[];
}

const answer = 'items.reduce(sum, 0);';
/** In the prefix it makes the server answer with `lines`. */
const manyLines = '// many lines';
const lines = 'first();\n  second();\n  third();\n  fourth();';
const canary = 'sk-canary-4711';

interface Bench {
  readonly server: FaultServer;
  /** Spoils what the server streams until the test ends. */
  readonly spoil: (change: Change) => void;
  /** Asks `source` for the sample request. */
  readonly ask: (signal?: AbortSignal) => Promise<Outcome>;
  /** The same backend with no key stored. */
  readonly keyless: CompletionSource;
  readonly source: CompletionSource;
}

/** Registers the tests of the contract for one backend. */
export function contractOf(name: string, parties: ContractParties): void {
  describe(`the ${name} backend keeps the contract, over real sockets`, () => {
    const http = createHttpClient();
    let bench: Bench | undefined;
    let change: Change | undefined;
    const theBench = (): Bench => {
      assert.ok(bench, 'the server runs');
      return bench;
    };
    before(async () => {
      const server = await startFaultServer({
        pace: { firstTokenMs: 5, betweenTokensMs: 1 },
        answer: (prefix) => (prefix.includes(manyLines) ? lines : answer),
        dialects: [changedDialect(parties.dialect, () => change)],
      });
      const backend = configuredBackend(parties.setting(server.url));
      const sourceWith = (key: string | undefined): CompletionSource =>
        httpBackend(backend, {
          http,
          clock: systemClock,
          key: () => Promise.resolve(key),
          prompts: samplePrompts,
        });
      const source = sourceWith(canary);
      const ask = (signal = new AbortController().signal): Promise<Outcome> => source.complete(sampleRequest(), { signal });
      bench = { server, source, keyless: sourceWith(undefined), ask, spoil: (wanted) => (change = wanted) };
    });
    afterEach(() => {
      change = undefined;
      return theBench().server.reset();
    });
    after(async () => {
      http.dispose();
      await bench?.server.close();
    });

    answers(theBench);
    keys(theBench, parties.keyHeader);
    classifies(theBench, [...faults, ...(parties.ownWords ?? [])]);
    reads(theBench);
    passesOver(theBench);
    asksOnce(theBench);
    boundsBytes(theBench);
    cancels(theBench);
    readsDelays(theBench);
    endsLines(theBench);
    endsWhereItIsEnough(theBench);
    keepsPartialText(theBench);
  });
}

function answers(bench: () => Bench): void {
  it('asks for a stream and returns the text', async () => {
    const outcome = await bench().ask();
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.equal(outcome.text, answer);
    assert.equal(outcome.finish, 'stop');
    const { behaviour, bytesSent } = bench().server.requests.at(-1) ?? {};
    assert.equal(behaviour, 'healthy');
    assert.ok((bytesSent ?? 0) > 2 * answer.length, 'a stream of events');
  });

  it('reports each stage and all text so far', async () => {
    const stages: string[] = [];
    const texts: string[] = [];
    await bench().source.complete(sampleRequest(), {
      signal: new AbortController().signal,
      onStage: (stage) => stages.push(stage),
      onText: (text) => texts.push(text),
    });
    assert.deepEqual(stages, ['connected', 'headers', 'text']);
    assert.ok(texts.length > 1 && texts.every((text) => answer.startsWith(text)));
  });

  it('takes an orderly empty answer for what it is: no failure, no text', async () => {
    await bench().server.set({ kind: 'empty' });
    const outcome = await bench().ask();
    assert.ok(outcome.ok && outcome.text === '', JSON.stringify(outcome));
  });
}

function keys(bench: () => Bench, keyHeader: string | undefined): void {
  it(keyHeader === undefined ? 'sends no key' : `sends the key in the header ${keyHeader} and nowhere else`, async () => {
    await bench().ask();
    const { headers, body, path, query } = bench().server.requests.at(-1) ?? {};
    const holders = Object.entries(headers ?? {}).filter(([, value]) => String(value).includes(canary));
    assert.deepEqual(
      holders.map(([header]) => header),
      keyHeader === undefined ? [] : [keyHeader],
    );
    assert.ok(!JSON.stringify([body, path, query]).includes(canary));
  });

  it('sends no key header where no key is stored', async () => {
    const outcome = await bench().keyless.complete(sampleRequest(), { signal: new AbortController().signal });
    assert.ok(outcome.ok);
    const { headers } = bench().server.requests.at(-1) ?? {};
    for (const header of ['authorization', 'api-key', 'x-api-key']) assert.equal(headers?.[header], undefined);
  });
}

function classifies(bench: () => Bench, rows: readonly ContractRow[]): void {
  for (const [name, behaviour, kind] of rows) {
    it(`calls ${name} ${kind}`, async () => {
      await bench().server.set(behaviour);
      const outcome = await bench().ask();
      assert.ok(!outcome.ok, 'it is a failure');
      assert.equal(outcome.failure.kind, kind, outcome.failure.message);
      assert.ok(!JSON.stringify(outcome).includes(canary), 'the key never shows');
    });
  }

  it('calls a refused connection what it is', async () => {
    await bench().server.set({ kind: 'refused' });
    const outcome = await bench().ask();
    await bench().server.set({ kind: 'healthy' });
    assert.ok(!outcome.ok && outcome.failure.kind === 'network');
    assert.equal(outcome.failure.cause, 'refused');
  });
}

function reads(bench: () => Bench): void {
  for (const fault of ['splitUtf8', 'crlf', 'splitEvents', 'joinedEvents'] as const) {
    it(`reads a stream with ${fault}`, async () => {
      await bench().server.set({ kind: 'brokenSse', fault });
      const outcome = await bench().ask();
      assert.ok(outcome.ok, JSON.stringify(outcome));
      assert.equal(outcome.text, fault === 'splitUtf8' ? ` é漢🙂${answer}` : answer);
    });
  }
}

function passesOver(bench: () => Bench): void {
  for (const [name, change] of changes) {
    it(`passes over ${name}`, async () => {
      bench().spoil(change);
      const outcome = await bench().ask();
      assert.ok(outcome.ok, JSON.stringify(outcome));
      assert.equal(outcome.text, answer);
    });
  }
}

function endsLines(bench: () => Bench): void {
  it('has the end of a line in time, whether the server stops there or goes on', async () => {
    const { server, source } = bench();
    await server.set({ kind: 'healthy', betweenTokensMs: 30 });
    const outcome = await source.complete(sampleRequest({ prefix: `${manyLines}\n  ` }), { signal: new AbortController().signal });
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.equal(outcome.text.trim().split('\n')[0], 'first();');
    assert.ok(!outcome.text.includes('third'), 'the rest is not waited for');
    await server.idle();
  });
}

function endsWhereItIsEnough(bench: () => Bench): void {
  it('ends the real request where the caller has enough, as an orderly answer', async () => {
    const { server, source } = bench();
    const request = sampleRequest({ prefix: `${manyLines}\n  `, shape: 'block', maxTokens: 200 });
    const enough = (soFar: string): number | undefined => {
      const end = soFar.indexOf('\n  second');
      return end < 0 ? undefined : end;
    };
    const texts: string[] = [];
    const { signal } = new AbortController();
    await server.set({ kind: 'healthy', betweenTokensMs: 5 });
    const whole = await source.complete(request, { signal });
    assert.ok(whole.ok && whole.text.includes('fourth'), JSON.stringify(whole));
    const all = server.requests.at(-1)?.bytesSent ?? 0;
    await server.set({ kind: 'healthy', betweenTokensMs: 60 });
    const outcome = await source.complete(request, { signal, enough, onText: (text) => texts.push(text) });
    assert.ok(outcome.ok && outcome.finish === 'stop', JSON.stringify(outcome));
    assert.ok(outcome.text.startsWith('first();') && !outcome.text.includes('fourth'), outcome.text);
    assert.ok(!texts.some((text) => text.includes('fourth')));
    const seen = await server.waitFor((exchange) => exchange.clientGone);
    assert.ok(seen.bytesSent < all, `${seen.bytesSent} of ${all} bytes`);
  });
}

function keepsPartialText(bench: () => Bench): void {
  it('leaves the text that came before the deadline, for whoever can show it', async () => {
    const { server, source } = bench();
    await server.set({ kind: 'stall', afterTokens: 5 });
    const usual = { p50: 100, p95: 200, p99: 300, samples: 0 };
    const deadlines = { connect: 1000, firstToken: 1000, idle: 1000, total: 150 };
    const guarded = guard(source, {
      model: 'test-model',
      clock: systemClock,
      random: seededRandom(1),
      usual: () => usual,
      deadlines: () => deadlines,
    });
    const request = sampleRequest({ prefix: `${manyLines}\n  `, shape: 'block' });
    const outcome = await guarded.complete(request, { signal: new AbortController().signal });
    guarded.dispose();
    assert.ok(!outcome.ok && outcome.failure.kind === 'timeout', JSON.stringify(outcome));
    const shown = servable(outcome, source.id, (text) => text);
    assert.ok(shown.ok, JSON.stringify(outcome));
    assert.equal(shown.text, 'first();\n  second();');
    await server.waitFor((seen) => seen.clientGone);
  });
}

function asksOnce(bench: () => Bench): void {
  it('law 8: asks once more after a reset before any header, and never otherwise', async () => {
    const { server, ask } = bench();
    server.next({ kind: 'resetBeforeHeaders' });
    assert.ok((await ask()).ok);
    assert.equal(server.requests.length, 2);
    await server.reset();
    for (const behaviour of [
      { kind: 'cut', afterTokens: 1 },
      { kind: 'error', status: 503 },
      { kind: 'error', status: 429 },
    ] satisfies Behaviour[]) {
      const sent: number = server.requests.length;
      server.next(behaviour);
      assert.ok(!(await ask()).ok);
      assert.equal(server.requests.length, sent + 1, behaviour.kind);
    }
  });

  it('uses its connection again after a whole answer', async () => {
    const { server, ask } = bench();
    for (let index = 0; index < 10; index++) assert.ok((await ask()).ok);
    // A second one may open while the first still reads the end of its body.
    assert.ok(server.openSockets <= 2, `${server.openSockets} sockets`);
  });
}

function boundsBytes(bench: () => Bench): void {
  it('law 11: a body of 100 MB is cut off below 1 MB read', async () => {
    const { server, ask } = bench();
    await server.set({ kind: 'hugeBody' });
    const outcome = await ask();
    assert.ok(!outcome.ok && outcome.failure.kind === 'server' && outcome.failure.code === 'answer_too_large', JSON.stringify(outcome));
    assert.ok((outcome.bytes ?? 0) < 1_000_000, `${outcome.bytes} bytes read`);
    const seen = await server.waitFor((request) => request.clientGone);
    assert.ok(seen.bytesSent < 10_000_000, 'the server stopped sending');
  });
}

function cancels(bench: () => Bench): void {
  for (const behaviour of [
    { kind: 'hangBeforeHeaders' },
    { kind: 'hangAfterHeaders', pingEveryMs: 10 },
    { kind: 'stall', afterTokens: 1 },
  ] satisfies Behaviour[]) {
    it(`hears a cancellation within 50 ms while the server does ${behaviour.kind}, and the server sees the client leave`, async () => {
      const { server, ask } = bench();
      await server.set(behaviour);
      const controller = new AbortController();
      const promise = ask(controller.signal);
      await server.waitFor((request) => request.outcome === 'in-flight' || request.respondedStatus !== undefined);
      const cancelledAt = performance.now();
      controller.abort(new CancelledByEditor());
      const outcome = await promise;
      assert.ok(performance.now() - cancelledAt < 50);
      assert.ok(!outcome.ok && outcome.failure.kind === 'cancelled');
      await server.waitFor((request) => request.clientGone);
    });
  }
}

function readsDelays(bench: () => Bench): void {
  for (const [name, behaviour, expected] of delays) {
    it(`reads Retry-After in ${name}`, async () => {
      await bench().server.set(behaviour);
      const outcome = await bench().ask();
      assert.ok(!outcome.ok);
      assert.ok(Math.abs((outcome.failure.retryAfter ?? -1) - expected) <= 1500, `${outcome.failure.retryAfter} ms`);
    });
  }
}
