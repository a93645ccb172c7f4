/** What every backend that speaks over HTTP must do, whatever its protocol. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import type { CompletionSource, Outcome } from '../../src/domain/completion.ts';
import { CancelledByEditor, type FailureKind } from '../../src/domain/failure.ts';
import { configuredBackend } from '../fakes/backend.ts';
import { type Behaviour, type Dialect, type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import { sampleRequest } from '../fakes/request.ts';

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

/** A fault and the kind of failure that it is: name, what the server does, kind. */
export type ContractRow = readonly [name: string, behaviour: Behaviour, kind: FailureKind];

const answer = 'items.reduce(sum, 0);';
const canary = 'sk-canary-4711';

interface Bench {
  readonly server: FaultServer;
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
    const theBench = (): Bench => {
      assert.ok(bench, 'the server runs');
      return bench;
    };
    before(async () => {
      const server = await startFaultServer({
        pace: { firstTokenMs: 5, betweenTokensMs: 1 },
        answer: () => answer,
        dialects: [parties.dialect],
      });
      const backend = configuredBackend(parties.setting(server.url));
      const sourceWith = (key: string | undefined): CompletionSource =>
        httpBackend(backend, {
          http,
          clock: systemClock,
          key: () => Promise.resolve(key),
          prompts: { fim: (request) => ({ prompt: request.prefix, suffix: request.suffix, stop: ['\n'] }) },
        });
      const source = sourceWith(canary);
      const ask = (signal = new AbortController().signal): Promise<Outcome> => source.complete(sampleRequest(), { signal });
      bench = { server, source, keyless: sourceWith(undefined), ask };
    });
    afterEach(() => theBench().server.reset());
    after(async () => {
      http.dispose();
      await bench?.server.close();
    });

    answers(theBench);
    keys(theBench, parties.keyHeader);
    classifies(theBench, [...faults, ...(parties.ownWords ?? [])]);
    reads(theBench);
    asksOnce(theBench);
    boundsBytes(theBench);
    cancels(theBench);
    readsDelays(theBench);
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

const faults: readonly ContractRow[] = [
  ['a 503 that says capacity', { kind: 'capacity' }, 'capacity'],
  ['capacity by message alone', { kind: 'capacity', signature: 'message', status: 503 }, 'capacity'],
  ['capacity by code alone, even with 500', { kind: 'capacity', signature: 'code', status: 500 }, 'capacity'],
  ['capacity as the first event of a 200 stream', { kind: 'capacityInStream' }, 'capacity'],
  ['capacity after pings in a 200 stream', { kind: 'capacityInStream', prelude: 'pings' }, 'capacity'],
  ['capacity after an empty text in a 200 stream', { kind: 'capacityInStream', prelude: 'emptyText' }, 'capacity'],
  ['capacity after three texts of a 200 stream', { kind: 'capacityInStream', afterTokens: 3 }, 'capacity'],
  ['a 529', { kind: 'error', status: 529, body: 'overloaded' }, 'capacity'],
  ['a full queue (Ollama)', { kind: 'error', status: 503, body: 'serverBusy' }, 'capacity'],
  ['an overloaded engine', { kind: 'error', status: 503, body: 'engineOverloaded' }, 'capacity'],
  ['a 429', { kind: 'error', status: 429, body: 'rateLimit' }, 'rate_limit'],
  ['a 429 that means quota', { kind: 'error', status: 429, body: 'quota' }, 'quota'],
  ['a 402', { kind: 'error', status: 402, body: 'insufficientBalance' }, 'quota'],
  ['a 401', { kind: 'error', status: 401, body: 'invalidKey' }, 'auth'],
  ['a 403', { kind: 'error', status: 403, body: 'forbidden' }, 'auth'],
  ['an unknown model', { kind: 'error', status: 404, body: 'modelNotFound' }, 'model_retired'],
  ['an unknown route', { kind: 'error', status: 404, body: 'notFound' }, 'bad_request'],
  ['a prompt that is too long', { kind: 'error', status: 400, body: 'contextLength' }, 'context_length'],
  ['a bad request', { kind: 'error', status: 400, body: 'badRequest' }, 'bad_request'],
  ['a 500', { kind: 'error', status: 500, body: 'serverError' }, 'server'],
  ['a model that is loading', { kind: 'error', status: 503, body: 'loading' }, 'loading'],
  ['a 502 page', { kind: 'html', status: 502 }, 'server'],
  ['a login page with 200', { kind: 'html', status: 200 }, 'network'],
  ['a reset before headers, twice', { kind: 'resetBeforeHeaders' }, 'network'],
  ['a cut in mid-stream', { kind: 'cut', afterTokens: 2 }, 'network'],
  ['a reset in mid-stream', { kind: 'cut', afterTokens: 2, how: 'reset' }, 'network'],
  ['a stream that ends in good order without its end mark', { kind: 'endWithoutDone', afterTokens: 2 }, 'network'],
  ['an event that is not JSON', { kind: 'brokenSse', fault: 'badJson' }, 'server'],
  ['one endless line', { kind: 'endlessLine', bytesPerSecond: 20_000_000 }, 'server'],
  ['an answer without choices', { kind: 'noChoices' }, 'server'],
];

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

const delays: readonly (readonly [string, Behaviour, number])[] = [
  ['seconds', { kind: 'capacity', retryAfter: { seconds: 12 } }, 12_000],
  ['an HTTP date', { kind: 'error', status: 429, retryAfter: { httpDateInSeconds: 30 } }, 30_000],
  ['milliseconds', { kind: 'error', status: 429, retryAfter: { milliseconds: 2500 } }, 2500],
];

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
