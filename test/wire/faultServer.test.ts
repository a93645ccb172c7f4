import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { type Behaviour, type FaultServer, startFaultServer } from '../fakes/faultServer.ts';

/** What a plain client saw. */
interface Seen {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly pieces: readonly Buffer[];
  /** How it ended: `end`, or the code of the error. */
  readonly ending: string;
}

interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  /** Leaves when this is true of the piece just read and the number of body bytes read so far. */
  leaveWhen?(piece: Buffer, bytes: number): boolean;
  readonly signal?: AbortSignal;
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message;
}

/** Asks for text and collects everything that comes, however it ends. */
function ask(server: { readonly url: string }, asking: Asking = {}): Promise<Seen> {
  const { method = 'POST', path = '/v1/completions', body = { prompt: 'count:', stream: true } } = asking;
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let response: IncomingMessage | undefined;
    const finish = (ending: string): void => {
      const bytes = Buffer.concat(pieces);
      resolve({
        status: response?.statusCode,
        headers: response?.headers ?? {},
        body: bytes.toString(),
        pieces,
        ending,
      });
    };
    const sending = httpRequest(server.url + path, {
      method,
      agent: false,
      headers: { 'Content-Type': 'application/json' },
      ...(asking.signal === undefined ? {} : { signal: asking.signal }),
    });
    sending.on('response', (incoming) => {
      response = incoming;
      let bytes = 0;
      incoming.on('data', (piece: Buffer) => {
        pieces.push(piece);
        bytes += piece.length;
        if (asking.leaveWhen?.(piece, bytes) === true) {
          sending.destroy();
        }
      });
      incoming.on('end', () => {
        finish('end');
      });
      incoming.on('error', (error) => {
        finish(codeOf(error));
      });
    });
    sending.on('error', (error) => {
      finish(codeOf(error));
    });
    sending.end(method === 'GET' ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** The data of all events, in order. */
function eventsOf(body: string): string[] {
  return body
    .split(/\r?\n\r?\n/u)
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length));
}

interface Event {
  readonly choices: readonly { readonly text: string; readonly finish_reason: string | null }[];
  readonly usage?: { readonly completion_tokens: number; readonly prompt_tokens: number };
  readonly error?: { readonly message: string; readonly code: string | null };
}

function parseEvents(body: string): Event[] {
  return eventsOf(body)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data) as Event);
}

function textOf(body: string): string {
  return parseEvents(body)
    .map((event) => event.choices[0]?.text ?? '')
    .join('');
}

const answer = ' one two three four five';

describe('the fault server', () => {
  let server: FaultServer;

  beforeEach(async () => {
    server = await startFaultServer({ answer: () => answer, pace: { firstTokenMs: 2, betweenTokensMs: 1 } });
  });

  afterEach(async () => {
    const { port } = server;
    await server.close();
    await server.close();
    assert.equal(server.openSockets, 0);
    assert.equal(server.inFlight, 0);
    assert.equal((await ask({ url: `http://127.0.0.1:${port}` })).ending, 'ECONNREFUSED');
  });

  async function askWith(behaviour: Behaviour, asking: Asking = {}): Promise<Seen> {
    await server.set(behaviour);
    return ask(server, asking);
  }

  describe('when healthy', () => {
    it('streams tokens, a finish reason with usage, and the end marker', async () => {
      const seen = await ask(server);
      assert.equal(seen.status, 200);
      assert.equal(seen.headers['content-type'], 'text/event-stream');
      assert.equal(eventsOf(seen.body).at(-1), '[DONE]');
      const events = parseEvents(seen.body);
      assert.deepEqual(
        events.map((event) => event.choices[0]?.text),
        [' one', ' two', ' three', ' four', ' five', ''],
      );
      assert.equal(events.at(-1)?.choices[0]?.finish_reason, 'stop');
      assert.equal(events.at(-1)?.usage?.completion_tokens, 5);
    });

    it('answers plain JSON with the recorded shape', async () => {
      const seen = await ask(server, { body: { prompt: 'count:', max_tokens: 3 } });
      const body = JSON.parse(seen.body) as Record<string, unknown>;
      assert.deepEqual(Object.keys(body), [...['choices', 'created', 'model', 'system_fingerprint', 'object', 'usage', 'id']]);
      assert.deepEqual(body['choices'], [{ text: ' one two three', index: 0, logprobs: null, finish_reason: 'length' }]);
    });

    it('ends at a stop text', async () => {
      const seen = await ask(server, { body: { prompt: 'count:', stream: true, stop: [' three'] } });
      assert.equal(textOf(seen.body), ' one two');
    });

    it('serves the health page, the list of models, and 404 elsewhere', async () => {
      const get = (path: string): Promise<Seen> => ask(server, { method: 'GET', path });
      assert.equal((await get('/health')).body, '{"status":"ok"}');
      assert.match((await get('/v1/models')).body, /"id":"fault-model"/u);
      assert.equal((await get('/v1/completions')).status, 404);
      assert.equal((await ask(server, { body: '{"prompt": "x", ' })).status, 500);
    });

    it('records what it received and what it sent', async () => {
      const seen = await ask(server, { body: { prompt: 'count:', stream: true, model: 'any' } });
      const record = await server.waitFor((request) => request.outcome === 'completed');
      assert.deepEqual(record.body, { prompt: 'count:', stream: true, model: 'any' });
      assert.equal(record.bytesSent, Buffer.byteLength(seen.body));
      assert.equal(record.behaviour, 'healthy');
      assert.equal(record.respondedStatus, 200);
      assert.equal(record.clientGone, false);
      assert.ok((record.finishedAt ?? 0) >= record.receivedAt);
    });

    it('is slower by the factor when slow', async () => {
      await askWith({ kind: 'slow', factor: 10 });
      const record = await server.waitFor((request) => request.outcome === 'completed');
      // 10 times (2 ms + 4 times 1 ms); timers may fire 1 ms early.
      assert.ok((record.finishedAt ?? 0) - record.receivedAt >= 55);
    });
  });

  describe('with error statuses', () => {
    const cases: readonly [number, RegExp][] = [
      [400, /exceed_context_size_error/u],
      [401, /Invalid API Key/u],
      [402, /Insufficient Balance/u],
      [404, /model_not_found/u],
      [429, /rate_limit_exceeded/u],
      [500, /server_error/u],
      [503, /currently overloaded/u],
      [529, /overloaded_error/u],
    ];
    for (const [status, body] of cases) {
      it(`answers ${status} with the usual body`, async () => {
        const seen = await askWith({ kind: 'error', status });
        assert.equal(seen.status, status);
        assert.match(seen.body, body);
        assert.equal(seen.headers['retry-after'], undefined);
        assert.equal(server.requests[0]?.respondedStatus, status);
      });
    }

    it('says when to come back in seconds, as a date, or in milliseconds', async () => {
      const seconds = await askWith({ kind: 'error', status: 429, retryAfter: { seconds: 20 } });
      assert.equal(seconds.headers['retry-after'], '20');
      const date = await askWith({ kind: 'capacity', retryAfter: { httpDateInSeconds: 60 } });
      const wait = Date.parse(date.headers['retry-after'] ?? '') - Date.now();
      assert.ok(wait > 55_000 && wait <= 60_000, `waits ${wait} ms`);
      const millis = await askWith({ kind: 'error', status: 429, retryAfter: { milliseconds: 1500 } });
      assert.equal(millis.headers['retry-after-ms'], '1500');
    });

    it('sends a raw body word for word', async () => {
      const seen = await askWith({
        kind: 'error',
        status: 503,
        rawBody: 'upstream busy',
        headers: { 'X-Cache': 'no' },
      });
      assert.equal(seen.body, 'upstream busy');
      assert.equal(seen.headers['content-type'], 'text/plain; charset=utf-8');
      assert.equal(seen.headers['x-cache'], 'no');
    });

    it('is at capacity by message, by code, or by both', async () => {
      const both = await askWith({ kind: 'capacity' });
      assert.equal(both.status, 503);
      assert.match(both.body, /Selected model is at capacity\. Please try a different model\./u);
      assert.match(both.body, /server_is_overloaded/u);
      assert.doesNotMatch((await askWith({ kind: 'capacity', signature: 'code' })).body, /at capacity/u);
      assert.doesNotMatch((await askWith({ kind: 'capacity', signature: 'message' })).body, /server_is/u);
    });

    it('leaves the health page alone unless the scope is all', async () => {
      const health = { method: 'GET', path: '/health' };
      assert.equal((await askWith({ kind: 'error', status: 503, body: 'loading' }, health)).status, 200);
      const loading = await askWith({ kind: 'error', status: 503, body: 'loading', scope: 'all' }, health);
      assert.equal(loading.status, 503);
      assert.equal(loading.body, '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}');
    });

    it('sends web pages', async () => {
      const gateway = await askWith({ kind: 'html' });
      assert.deepEqual([gateway.status, gateway.headers['content-type']], [502, 'text/html']);
      assert.match((await askWith({ kind: 'html', status: 200 })).body, /<h1>Sign in to the network/u);
    });
  });

  describe('with capacity errors inside a stream', () => {
    it('sends one as the first event', async () => {
      const seen = await askWith({ kind: 'capacityInStream' });
      assert.equal(seen.status, 200);
      assert.equal(seen.ending, 'end');
      assert.deepEqual(
        parseEvents(seen.body).map((event) => event.error?.code),
        ['server_is_overloaded'],
      );
    });

    it('sends one after some text, even more text than the answer has', async () => {
      const seen = await askWith({ kind: 'capacityInStream', afterTokens: 7 });
      const events = parseEvents(seen.body);
      assert.equal(events.length, 8);
      assert.equal(events.filter((event) => event.error !== undefined).length, 1);
      assert.ok(events.at(-1)?.error);
    });

    it('sends one after an empty text, or after pings', async () => {
      const empty = parseEvents((await askWith({ kind: 'capacityInStream', prelude: 'emptyText' })).body);
      assert.equal(empty[0]?.choices[0]?.text, '');
      assert.ok(empty[1]?.error);
      assert.match((await askWith({ kind: 'capacityInStream', prelude: 'pings' })).body, /^:\n\n:\n\ndata: \{"error"/u);
    });
  });

  describe('when silent', () => {
    async function assertGoneSoon(leftAt: number): Promise<void> {
      const record = await server.waitFor((request) => request.clientGone, 100);
      const noticedAfter = (record.goneAt ?? Infinity) - performance.timeOrigin - leftAt;
      assert.ok(noticedAfter < 100, `noticed after ${noticedAfter} ms`);
      assert.equal(record.outcome, 'client-gone');
      assert.equal(server.inFlight, 0);
    }

    it('hangs before the headers and notes within 100 ms that the client left', async () => {
      await server.set({ kind: 'hangBeforeHeaders' });
      const leaving = new AbortController();
      const seen = ask(server, { signal: leaving.signal });
      await server.waitFor(() => true);
      assert.equal(server.inFlight, 1);
      const leftAt = performance.now();
      leaving.abort();
      await assertGoneSoon(leftAt);
      assert.equal((await seen).status, undefined);
      assert.equal(server.requests[0]?.respondedStatus, undefined);
    });

    it('hangs after the headers with nothing but pings', async () => {
      const hang: Behaviour = { kind: 'hangAfterHeaders', pingEveryMs: 5 };
      const seen = await askWith(hang, { leaveWhen: (_piece, bytes) => bytes >= 9 });
      await assertGoneSoon(performance.now());
      assert.equal(seen.status, 200);
      assert.match(seen.body, /^(?::\n\n){3,}$/u);
    });

    it('stalls after some tokens', async () => {
      const seen = await askWith({ kind: 'stall', afterTokens: 2 }, { leaveWhen: (piece) => piece.includes(' two') });
      await assertGoneSoon(performance.now());
      assert.equal(textOf(seen.body), ' one two');
      assert.equal(server.requests[0]?.bytesSent, Buffer.byteLength(seen.body));
    });
  });

  describe('when it breaks off', () => {
    it('cuts the connection after some tokens', async () => {
      const seen = await askWith({ kind: 'cut', afterTokens: 3 });
      assert.equal(seen.ending, 'ECONNRESET');
      assert.equal(textOf(seen.body), ' one two three');
      assert.equal(server.requests[0]?.outcome, 'cut');
      assert.equal((await askWith({ kind: 'cut', afterTokens: 1, how: 'reset' })).ending, 'ECONNRESET');
    });

    it('cuts a JSON answer in the middle', async () => {
      const seen = await askWith({ kind: 'cut', afterTokens: 1 }, { body: { prompt: 'x' } });
      assert.equal(seen.ending, 'ECONNRESET');
      assert.throws(() => JSON.parse(seen.body) as unknown, SyntaxError);
    });

    it('ends properly without the end marker, with or without a finish reason', async () => {
      const bare = await askWith({ kind: 'endWithoutDone', afterTokens: 2 });
      assert.equal(bare.ending, 'end');
      assert.equal(textOf(bare.body), ' one two');
      assert.doesNotMatch(bare.body, /\[DONE\]|"finish_reason":"/u);
      const finished = await askWith({ kind: 'endWithoutDone', finishEvent: true });
      assert.match(finished.body, /"finish_reason":"stop"/u);
      assert.doesNotMatch(finished.body, /\[DONE\]/u);
    });

    it('resets the connection before the headers', async () => {
      const seen = await askWith({ kind: 'resetBeforeHeaders' });
      assert.equal(seen.ending, 'ECONNRESET');
      assert.equal(seen.status, undefined);
      assert.equal(server.requests[0]?.outcome, 'reset');
    });

    it('refuses connections, cuts what is in flight, and listens on the same port again', async () => {
      const { port } = server;
      server.next({ kind: 'stall', afterTokens: 1 });
      const cut = ask(server);
      await server.waitFor((request) => request.bytesSent > 0);
      await server.set({ kind: 'refused' });
      assert.equal((await cut).ending, 'ECONNRESET');
      assert.equal(server.requests[0]?.outcome, 'refused');
      assert.equal((await ask(server)).ending, 'ECONNREFUSED');
      assert.equal(server.openSockets, 0);
      await server.set({ kind: 'healthy' });
      assert.equal(server.port, port);
      assert.equal((await ask(server)).status, 200);
    });

    it('does not queue a refusal, because nothing would take it off the queue', () => {
      assert.throws(() => {
        server.next({ kind: 'refused' });
      }, /allowed: set, or a phase with forMs/u);
      assert.throws(() => server.phases([{ behaviour: { kind: 'refused' }, forRequests: 1 }]), /allowed: forMs/u);
    });
  });

  describe('with hard streams', () => {
    it('spoils one event and leaves the others well', async () => {
      const [first, second, third] = eventsOf((await askWith({ kind: 'brokenSse', fault: 'badJson' })).body);
      assert.doesNotThrow(() => JSON.parse(first ?? '') as unknown);
      assert.throws(() => JSON.parse(second ?? '') as unknown, SyntaxError);
      assert.doesNotThrow(() => JSON.parse(third ?? '') as unknown);
    });

    it('splits characters between packets', async () => {
      const seen = await askWith({ kind: 'brokenSse', fault: 'splitUtf8' });
      assert.equal(textOf(seen.body), ` é漢🙂${answer}`);
      assert.ok(seen.pieces.some((piece) => piece.toString().includes('\u{FFFD}')));
    });

    it('ends lines with CR LF', async () => {
      const { body } = await askWith({ kind: 'brokenSse', fault: 'crlf' });
      assert.doesNotMatch(body, /[^\r]\n/u);
      assert.equal(textOf(body), answer);
    });

    it('splits events into packets, or joins them all in one', async () => {
      const split = await askWith({ kind: 'brokenSse', fault: 'splitEvents' });
      assert.equal(textOf(split.body), answer);
      assert.ok(split.pieces.some((piece) => !piece.toString().startsWith('data: ')));
      const joined = await askWith({ kind: 'brokenSse', fault: 'joinedEvents' });
      assert.equal(textOf(joined.body), answer);
      assert.equal(joined.pieces.length, 1);
    });

    it('sends a line without end until the total', async () => {
      const line: Behaviour = { kind: 'endlessLine', bytesPerSecond: 5_000_000, totalBytes: 100_000 };
      const seen = await askWith(line);
      assert.equal(seen.body.length, 100_000);
      assert.doesNotMatch(seen.body, /\n/u);
    });

    it('has written less than 2 MB of 100 MB when the client stops at 1 MB', async () => {
      await askWith({ kind: 'hugeBody' }, { leaveWhen: (_piece, bytes) => bytes >= 1_000_000 });
      const record = await server.waitFor((request) => request.clientGone);
      assert.ok(record.bytesSent >= 1_000_000 && record.bytesSent < 2_000_000, `${record.bytesSent} bytes`);
    });

    it('sends a huge body whole to a client that stays, streamed or as JSON', async () => {
      const huge: Behaviour = { kind: 'hugeBody', totalBytes: 200_000, bytesPerSecond: 50_000_000 };
      const stream = await askWith(huge);
      assert.match(textOf(stream.body), /^x{150000,200000}$/u);
      const json = JSON.parse((await askWith(huge, { body: { prompt: 'x' } })).body) as Event;
      assert.equal(json.choices[0]?.text.length, 200_000);
    });
  });

  describe('with answers that say nothing', () => {
    it('sends no text', async () => {
      const seen = await askWith({ kind: 'empty' });
      assert.equal(textOf(seen.body), '');
      assert.equal(eventsOf(seen.body).at(-1), '[DONE]');
      const json = JSON.parse((await askWith({ kind: 'empty' }, { body: { prompt: 'x' } })).body) as Event;
      assert.equal(json.choices[0]?.text, '');
    });

    it('sends no choices', async () => {
      const missing = await askWith({ kind: 'noChoices' }, { body: { prompt: 'x' } });
      assert.equal('choices' in (JSON.parse(missing.body) as object), false);
      assert.deepEqual(parseEvents((await askWith({ kind: 'noChoices', choices: 'empty' })).body)[0]?.choices, []);
    });
  });

  describe('with slots', () => {
    it('serves in the order of arrival, says nothing while waiting, and refuses past the limit', async () => {
      await server.set({ kind: 'slots', slots: 1, serviceMs: 20, queueLimit: 1 });
      const first = ask(server);
      await server.waitFor((request) => request.index === 0 && request.respondedStatus === 200);
      const second = ask(server);
      await server.waitFor((request) => request.index === 1);
      const third = await ask(server);
      assert.equal(third.status, 503);
      assert.match(third.body, /server busy, please try again\. {2}maximum pending requests exceeded/u);
      assert.equal(server.requests[1]?.respondedStatus, undefined);
      assert.equal((await first).status, 200);
      assert.equal(textOf((await second).body), answer);
      const [one, two] = server.requests;
      assert.ok((two?.finishedAt ?? 0) - (one?.finishedAt ?? 0) >= 15);
    });

    it('frees the slot and the place in the line when a client leaves', async () => {
      await server.set({ kind: 'slots', slots: 1, serviceMs: 2000, queueLimit: 1 });
      const leaving = new AbortController();
      const both = [ask(server, { signal: leaving.signal })];
      await server.waitFor((request) => request.respondedStatus === 200);
      both.push(ask(server, { signal: leaving.signal }));
      await server.waitFor((request) => request.index === 1);
      leaving.abort();
      await Promise.all(both);
      await server.idle();
      void ask(server);
      await server.waitFor((request) => request.index === 2 && request.respondedStatus === 200, 100);
    });
  });

  describe('with a script', () => {
    it('takes queued behaviours first, one per request', async () => {
      server.next({ kind: 'error', status: 429 }, { kind: 'capacity' });
      const statuses = [await ask(server), await ask(server), await ask(server)].map((seen) => seen.status);
      assert.deepEqual(statuses, [429, 503, 200]);
    });

    it('goes through phases by requests and by time', async () => {
      await server.phases([
        { behaviour: { kind: 'capacity' }, forRequests: 2 },
        { behaviour: { kind: 'error', status: 429 }, forMs: 40 },
        { behaviour: { kind: 'refused' }, forMs: 40 },
      ]);
      const statuses = [await ask(server), await ask(server), await ask(server)].map((seen) => seen.status);
      assert.deepEqual(statuses, [503, 503, 429]);
      const endings = new Set<string>();
      for (let seen = await ask(server); seen.status !== 200; seen = await ask(server)) {
        endings.add(seen.ending);
      }
      assert.ok(endings.has('ECONNREFUSED'));
    });

    it('draws the same latencies from the same seed', async () => {
      const { seededRandom, drawLatency } = await import('../fakes/fault/random.ts');
      const draw = (seed: number): number[] => {
        const random = seededRandom(seed);
        return Array.from({ length: 4001 }, () => drawLatency({ p50: 100, p99: 900 }, random));
      };
      assert.deepEqual(draw(7), draw(7));
      assert.notDeepEqual(draw(7), draw(8));
      const sorted = draw(7).sort((left, right) => left - right);
      assert.ok(Math.abs((sorted[2000] ?? 0) - 100) < 10, `p50 ${sorted[2000]}`);
      assert.ok(Math.abs((sorted[3960] ?? 0) - 900) < 150, `p99 ${sorted[3960]}`);
    });

    it('forgets everything on reset', async () => {
      await server.set({ kind: 'hangBeforeHeaders' });
      const hanging = ask(server);
      await server.waitFor(() => true);
      await server.reset();
      assert.equal((await hanging).ending, 'ECONNRESET');
      assert.deepEqual(server.requests, []);
      assert.equal((await ask(server)).status, 200);
    });

    it('says what it recorded when nothing matches in time', async () => {
      await ask(server);
      await assert.rejects(
        server.waitFor((request) => request.clientGone, 10),
        /nothing matched within 10 ms; recorded: healthy completed/u,
      );
    });
  });

  describe('under control of another process', () => {
    const command = (url: string, body: unknown): Promise<Seen> => ask({ url }, { path: '/__control', body });

    it('switches by behaviour, by queue and by phases', async () => {
      assert.equal((await command(server.url, { behaviour: { kind: 'capacity' } })).body, '{"ok":true}');
      assert.equal((await ask(server)).status, 503);
      await command(server.url, { next: [{ kind: 'error', status: 401 }] });
      assert.equal((await ask(server)).status, 401);
      await command(server.url, { phases: [{ behaviour: { kind: 'html' }, forRequests: 1 }] });
      assert.equal((await ask(server)).status, 502);
      const requests = await ask(server, { method: 'GET', path: '/__requests' });
      const records = JSON.parse(requests.body) as { behaviour: string }[];
      assert.deepEqual(
        records.map((record) => record.behaviour),
        ['capacity', 'error', 'html'],
      );
    });

    const bad: readonly [unknown, RegExp][] = [
      ['not JSON', /allowed: an object with one of behaviour, next, phases, reset/u],
      [{}, /allowed: one of behaviour/u],
      [{ mood: 'bad' }, /\\"mood\\" is not known; allowed: behaviour/u],
      [{ behaviour: 'sleepy' }, /behaviour\.kind is \\"sleepy\\"; allowed: healthy, slow, error/u],
      [{ behaviour: { kind: 'error', status: 99 } }, /status is 99; allowed: a whole number from 300 to 599/u],
      [{ behaviour: { kind: 'slow' } }, /factor is missing; allowed: a number of at least 0/u],
      [{ behaviour: { kind: 'refused', status: 1 } }, /status is not known to refused; allowed: no fields/u],
      [{ phases: [{ behaviour: 'empty', forMs: -1 }] }, /phases\[0\]\.forMs is -1; allowed: milliseconds/u],
      [{ next: 'refused' }, /refused cannot be queued/u],
    ];
    for (const [body, message] of bad) {
      it(`answers 400 to ${JSON.stringify(body)}`, async () => {
        const seen = await command(server.url, body);
        assert.equal(seen.status, 400);
        assert.match(seen.body, message);
        assert.equal((await ask(server)).status, 200);
      });
    }

    it('answers before it refuses, and comes back through the control port', async () => {
      const other = await startFaultServer({ controlPort: 0 });
      try {
        assert.equal((await command(other.url, { behaviour: 'refused' })).status, 200);
        for (let ending = ''; ending !== 'ECONNREFUSED';) {
          ending = (await ask(other)).ending;
        }
        assert.equal((await command(other.controlUrl, { behaviour: 'healthy' })).status, 200);
        assert.equal((await ask(other)).status, 200);
      } finally {
        await other.close();
      }
      assert.equal(other.openSockets, 0);
    });
  });

  it('closes a connection right after a stream without announcing it, if told so', async () => {
    const other = await startFaultServer({ closesAfterStream: true });
    const socket: Socket = connect(other.port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.once('end', resolve));
    let received = '';
    socket.on('data', (piece) => {
      received += piece.toString();
    });
    const body = '{"prompt":"x","stream":true}';
    socket.write(`POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await ended;
    assert.match(received, /Connection: keep-alive[^]*\[DONE\][^]*\r\n0\r\n\r\n$/u);
    await other.close();
    assert.equal(other.openSockets, 0);
  });
});

describe("the fault server's default answer", () => {
  const file = [
    'export function add(left: number, right: number): number {',
    '  const sum = left + right;',
    '  return sum;',
    '}',
    '',
    'export function scale(value: number, factor: number): number {',
    '  return value * factor;',
    '}',
    '',
  ].join('\n');
  let server: FaultServer;

  before(async () => {
    server = await startFaultServer({ corpus: [file] });
  });
  after(async () => {
    await server.close();
    assert.equal(server.openSockets, 0);
  });

  async function complete(body: object): Promise<string> {
    const seen = await ask(server, { body: { stream: true, ...body } });
    return textOf(seen.body);
  }

  it('goes on to the end of the line', async () => {
    assert.equal(await complete({ prompt: 'export function add(left: number, right: number): number {\n  const su' }), 'm = left + right;');
  });

  it('goes on to the end of the block that the line opens', async () => {
    const block = 'factor: number): number {\n  return value * factor;\n}';
    assert.equal(await complete({ prompt: 'export function scale(value: number, ' }), block);
    assert.equal(await complete({ prompt: 'export function scale(value: number, ', stop: ['\n'] }), 'factor: number): number {');
  });

  it('leaves out what already stands after the cursor', async () => {
    const prompt = 'export function scale(value: number, factor: number): number {';
    assert.equal(await complete({ prompt, suffix: '\n}\n' }), '\n  return value * factor;');
  });

  const marked: readonly string[] = [
    '<|fim_prefix|>// mine\nexport function scale(value: number, factor: number): number {\n<|fim_suffix|>\n}\n<|fim_middle|>',
    '<PRE> // mine\nexport function scale(value: number, factor: number): number {\n <SUF>\n}\n <MID>',
  ];
  for (const prompt of marked) {
    it(`finds the cursor in ${prompt.slice(0, 14).trim()}`, async () => {
      assert.equal(await complete({ prompt }), '  return value * factor;');
    });
  }

  it('says the same short line each time where it knows nothing', async () => {
    const first = await complete({ prompt: 'something else entirely ' });
    assert.equal(first, await complete({ prompt: 'something else entirely ' }));
    assert.match(first, /^[^\n]{5,40}$/u);
  });
});
