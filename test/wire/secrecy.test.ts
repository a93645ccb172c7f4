import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import { createHttpClient } from '../../src/base/http.ts';
import { systemClock } from '../../src/base/clock.ts';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import type { Outcome } from '../../src/domain/completion.ts';
import { menuOf } from '../../src/ui/menu.ts';
import { statusView } from '../../src/ui/status.ts';
import { tooltipOf } from '../../src/ui/tooltip.ts';
import { configuredBackend, samplePrompts } from '../fakes/backend.ts';
import { withEngine } from '../fakes/engineBench.ts';
import type { Behaviour } from '../fakes/faultServer.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';

/** Must turn up at the server and nowhere else. */
const canaryKey = ['sk', 'canary', 'k3y0815', 'deadbeefcafe'].join('-');
const canarySource = 'const canarySourceOfThePerson = launchCodes.readFrom(vault);';
/** Parts count too: a masked or cut quotation is a quotation. */
const traces = [/canary/i, /k3y0815/, /deadbeef/, /launchCodes/, /readFrom\(vault/];

const canaryRequest = (): ReturnType<typeof sampleRequest> =>
  sampleRequest({ prefix: `${canarySource}\nexport const x = `, suffix: `\n${canarySource}\n` });

interface Seen {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Answers one request, of which this came. */
type Answer = (request: http.IncomingMessage, response: http.ServerResponse, came: Seen) => void;

/** A plain server that answers as told and keeps what it got. */
async function withServer(answer: Answer, test: (url: string, seen: readonly Seen[]) => Promise<void>): Promise<void> {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const came = { headers: request.headers, body };
      seen.push(came);
      answer(request, response, came);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function ask(baseUrl: string): Promise<Outcome> {
  const client = createHttpClient();
  const source = httpBackend(configuredBackend({ baseUrl }), {
    http: client,
    clock: systemClock,
    key: () => Promise.resolve(canaryKey),
    prompts: samplePrompts,
  });
  const outcome = await source.complete(canaryRequest(), quietCall());
  client.dispose();
  return outcome;
}

function assertNoTrace(what: string, text: string): void {
  for (const trace of traces)
    assert.doesNotMatch(text, trace, `${what}: ${text.slice(Math.max(0, text.search(trace) - 100), text.search(trace) + 60)}`);
}

describe('a redirect', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`with ${status} is never followed: not to another origin, which sees nothing, and not within the same one`, () =>
      withServer(
        (_request, response) => response.end('{}'),
        (other, otherSaw) =>
          withServer(
            ({ url }, response) => {
              const target = url?.startsWith('/same') ? '/elsewhere/completions' : `${other}/v1/completions?k=${canaryKey}`;
              response.writeHead(status, { location: target }).end();
            },
            async (url, seen) => {
              for (const place of ['/same', '/other']) {
                const outcome = await ask(`${url}${place}`);
                assert.ok(!outcome.ok && outcome.failure.kind === 'network' && outcome.failure.cause === 'proxy');
                assert.match(outcome.failure.message, /redirects are not followed/);
                assertNoTrace('the failure', inspect(outcome, { depth: 9 }));
              }
              assert.equal(seen.length, 2);
              assert.equal(otherSaw.length, 0);
            },
          ),
      ));
  }
});

describe('what a server says', () => {
  const echoes: readonly (readonly [string, (seen: Seen) => readonly [status: number, headers: Record<string, string>, body: string]])[] = [
    [
      'with the key in the message',
      ({ headers }) => [
        401,
        {},
        JSON.stringify({ error: { message: `Incorrect API key: ${headers.authorization}`, code: 'invalid_api_key' } }),
      ],
    ],
    [
      'with the key cut',
      () => [401, {}, JSON.stringify({ error: { message: `Incorrect key ${canaryKey.slice(0, 14)}…${canaryKey.slice(-9)}` } })],
    ],
    ['with the key as its code', () => [400, {}, JSON.stringify({ error: { message: 'no', code: canaryKey, type: canaryKey } })]],
    ['with the key as the request id', () => [500, { 'x-request-id': canaryKey }, 'no']],
    ['with the key behind 190 other characters', () => [403, {}, `${'x'.repeat(190)}${canaryKey}`]],
    [
      'with the prompt in the message',
      ({ body }) => [400, {}, JSON.stringify({ error: { message: `cannot read ${body.slice(0, 120)}` } })],
    ],
    ['with the prompt as its code', () => [422, {}, JSON.stringify({ detail: canarySource, error: { code: canarySource, message: '' } })]],
    ['as plain text with both', ({ headers, body }) => [500, {}, `${headers.authorization}\n${body.slice(0, 200)}`]],
    ['as a page', ({ headers, body }) => [502, { 'content-type': 'text/html' }, `<html>${headers.authorization}${body}</html>`]],
    [
      'inside a stream',
      ({ headers }) => [
        200,
        { 'content-type': 'text/event-stream' },
        `data: ${JSON.stringify({ error: { message: headers.authorization } })}\n\n`,
      ],
    ],
    [
      'as the model’s name',
      ({ headers }) => [200, { 'x-request-id': canaryKey }, JSON.stringify({ model: headers.authorization, choices: [{ text: 'ok' }] })],
    ],
  ];
  for (const [name, answer] of echoes) {
    it(`${name} is passed on without the key and the code`, async () => {
      await withServer(
        (_request, response, came) => {
          const [status, headers, body] = answer(came);
          response.writeHead(status, headers).end(body);
        },
        async (url, saw) => {
          assertNoTrace(name, inspect(await ask(url), { depth: 9 }));
          assert.equal(saw[0]?.headers.authorization, `Bearer ${canaryKey}`, 'the server did get the key');
          assert.ok(saw[0].body.includes('launchCodes'), 'and the code');
        },
      );
    });
  }

  it('as a code that is no code loses it: the log quotes codes', () =>
    withServer(
      (_request, response) => response.writeHead(400).end(JSON.stringify({ error: { message: 'no', code: 'a sentence of somebody' } })),
      async (url) => {
        const outcome = await ask(url);
        assert.ok(!outcome.ok && outcome.failure.kind === 'bad_request');
        assert.equal(outcome.failure.code, undefined);
      },
    ));

  it('keeps its sense', () =>
    withServer(
      (_request, response) =>
        response.writeHead(401).end(JSON.stringify({ error: { message: `Incorrect API key provided: ${canaryKey}.` } })),
      async (url) => {
        const outcome = await ask(url);
        assert.ok(!outcome.ok && outcome.failure.kind === 'auth');
        assert.equal(outcome.failure.message, 'Incorrect API key provided: [key].');
      },
    ));
});

describe('a canary key and canary code in a whole engine', () => {
  const faults: readonly Behaviour[] = [
    { kind: 'healthy' },
    { kind: 'slow', factor: 2 },
    { kind: 'error', status: 401, body: 'invalidKey' },
    { kind: 'error', status: 401, rawBody: JSON.stringify({ error: { message: `bad ${canaryKey}`, code: canaryKey } }) },
    { kind: 'error', status: 400, rawBody: JSON.stringify({ error: { message: canarySource, code: canarySource } }) },
    { kind: 'error', status: 500, headers: { 'x-request-id': canaryKey } },
    { kind: 'error', status: 302, headers: { location: `https://elsewhere.example.com/?k=${canaryKey}` } },
    { kind: 'capacity' },
    { kind: 'capacityInStream' },
    { kind: 'hangBeforeHeaders' },
    { kind: 'hangAfterHeaders' },
    { kind: 'stall', afterTokens: 1 },
    { kind: 'cut', afterTokens: 1, how: 'reset' },
    { kind: 'endWithoutDone' },
    { kind: 'resetBeforeHeaders' },
    { kind: 'refused' },
    { kind: 'html', status: 200 },
    { kind: 'brokenSse', fault: 'badJson' },
    { kind: 'endlessLine' },
    { kind: 'hugeBody' },
    { kind: 'empty' },
    { kind: 'noChoices' },
  ];

  it('show in no log line, snapshot, attempt, failure, status or menu, whatever the server does', async function () {
    this.timeout(60_000);
    const deadlines = { firstTokenLoopback: 200, totalLoopback: 400, totalManual: 400, probe: 500 };
    await withEngine({ key: canaryKey, deadlines }, async ({ engine, server, log, attempts }) => {
      for (const fault of faults) {
        await server.set(fault);
        const retried = engine.retryNow();
        for (const trigger of ['automatic', 'manual'] as const) {
          const outcome = await engine.complete({ ...canaryRequest(), trigger }, quietCall());
          assertNoTrace(`the outcome of ${fault.kind}`, inspect(outcome, { depth: 9 }).replace(/text: '.*'/g, ''));
        }
        await retried;
        const snapshot = engine.snapshot();
        const shown = inspect([snapshot, statusView(snapshot), tooltipOf(snapshot, snapshot.at), menuOf(snapshot)], {
          depth: 12,
          maxStringLength: null,
        });
        assertNoTrace(`what is shown of ${fault.kind}`, shown);
      }
      assertNoTrace('the log', log.join('\n'));
      assertNoTrace('the attempts', inspect(attempts, { depth: 9, maxArrayLength: null }));
      assertNoTrace('the engine itself', inspect(engine, { depth: 20, showHidden: true, maxStringLength: null }));
      assert.ok(
        server.requests.some(({ headers }) => headers['authorization'] === `Bearer ${canaryKey}`),
        'the server did get the key',
      );
      assert.ok(log.length > faults.length, 'there is a log to look at');
    });
  });
});

describe('a key over http', () => {
  const keysSeen = (boundary: string): Promise<readonly (string | undefined)[]> =>
    new Promise((resolve, reject) => {
      withEngine({ key: canaryKey, backend: { boundary } }, async ({ engine, server }) => {
        assert.ok((await engine.complete(canaryRequest(), quietCall())).ok);
        resolve(server.requests.map(({ headers }) => headers['authorization']));
      }).catch(reject);
    });

  it('is not sent where others could read it, and is sent where the network is the person’s own', async () => {
    assert.deepEqual(await keysSeen('vendor:example'), [undefined]);
    assert.deepEqual(await keysSeen('private'), [`Bearer ${canaryKey}`]);
    assert.deepEqual(await keysSeen('local'), [`Bearer ${canaryKey}`]);
  });
});

describe('a secret in the prompt of a whole engine', () => {
  const token = ['ghp', Array.from({ length: 36 }, (_, index) => String.fromCharCode(97 + ((index * 7) % 26))).join('')].join('_');
  const request = (): ReturnType<typeof sampleRequest> =>
    sampleRequest({ prefix: `const login = "${token}";\nexport const x = `, suffix: `\nconst again = "${token}";\n` });

  it('reaches no server, while the code around it does', () =>
    withEngine({ servers: 2 }, async ({ engine, servers, log }) => {
      await servers[0]?.set({ kind: 'capacity' });
      const outcome = await engine.complete(request(), quietCall());
      assert.ok(outcome.ok && outcome.origin === 'model');
      for (const { requests } of servers) {
        const sent = JSON.stringify(requests);
        assert.ok(!sent.includes(token.slice(4, 16)));
        assert.ok(sent.includes('export const x = ') && sent.includes('REDACTED_SECRET'));
      }
      assert.ok(!log.join('\n').includes(token.slice(0, 12)));
    }));

  it('and all the rest stay here when the rules cannot be loaded', () =>
    withEngine({ secretRules: () => Promise.reject(new Error('no such file')) }, async ({ engine, server }) => {
      const outcome = await engine.complete(request(), quietCall());
      assert.ok(!outcome.ok || outcome.origin === 'local');
      assert.equal(server.requests.length, 0);
    }));
});
