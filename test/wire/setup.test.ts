import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { type TestResult, testRequest } from '../../src/domain/backendTest.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSetup, type Setup } from '../../src/setup.ts';
import { flawOf } from '../../src/ui/diagnosis.ts';
import { configuredBackend } from '../fakes/backend.ts';
import { type Behaviour, type FaultServer, startFaultServer } from '../fakes/faultServer.ts';

describe('the test of a backend, over real sockets', () => {
  let server: FaultServer;
  let setup: Setup;
  before(async () => {
    server = await startFaultServer({ pace: { firstTokenMs: 5, betweenTokensMs: 0 }, answer: () => 'left + right' });
    setup = createSetup({ clock: systemClock });
  });
  beforeEach(() => server.reset());
  after(async () => {
    setup.dispose();
    await server.close();
  });
  const deadlines = { ...parseSettings({}).settings.deadlines, totalManual: 400 };
  const run = (signal = new AbortController().signal, setting: Record<string, unknown> = {}): Promise<TestResult> =>
    setup.test(configuredBackend({ baseUrl: `${server.url}/v1`, ...setting }), { deadlines, key: 'k', signal });

  it('asks for made-up code only, with the key, and says how long it took', async () => {
    const result = await run();
    assert.ok(result.ok);
    assert.equal(result.text, 'left + right');
    assert.equal(flawOf(result), undefined);
    assert.ok((result.firstTextAfter ?? 0) > 0 && result.total >= (result.firstTextAfter ?? 0));
    const [seen, ...more] = server.requests;
    assert.equal(more.length, 0);
    assert.equal(seen?.headers['authorization'], 'Bearer k');
    assert.equal((seen?.body as { prompt: string }).prompt, testRequest.prefix);
  });

  it('sends the fixed headers of the backend', async () => {
    await run(undefined, { headers: { 'x-portkey-provider': 'openai' } });
    assert.equal(server.requests[0]?.headers['x-portkey-provider'], 'openai');
  });

  const rows: readonly (readonly [string, Behaviour, string])[] = [
    ['a refused key', { kind: 'error', status: 401, body: 'invalidKey' }, 'auth'],
    ['an unknown model', { kind: 'error', status: 404, body: 'modelNotFound' }, 'model_retired'],
    ['an unknown route', { kind: 'error', status: 404, body: 'notFound' }, 'bad_request'],
    ['capacity', { kind: 'capacity' }, 'capacity'],
    ['a web page', { kind: 'html', status: 200 }, 'network'],
    ['a hang', { kind: 'hangBeforeHeaders' }, 'timeout'],
    ['a stream that only pings', { kind: 'hangAfterHeaders' }, 'timeout'],
    ['a cut stream', { kind: 'cut', afterTokens: 1 }, 'network'],
  ];
  for (const [name, behaviour, kind] of rows) {
    it(`says ${kind} for ${name}`, async () => {
      await server.set(behaviour);
      const result = await run();
      assert.equal(result.ok ? 'ok' : result.failure.kind, kind);
    });
  }

  it('says refused where nobody listens', async () => {
    const result = await run(undefined, { baseUrl: 'http://127.0.0.1:1/v1' });
    assert.ok(!result.ok && result.failure.kind === 'network' && result.failure.cause === 'refused');
  });

  it('ends when it is cancelled, and the server sees it', async () => {
    await server.set({ kind: 'hangAfterHeaders' });
    const left = new AbortController();
    const testing = run(left.signal);
    await server.waitFor(() => true);
    left.abort(new CancelledByEditor());
    const result = await testing;
    assert.equal(result.ok ? 'ok' : result.failure.kind, 'cancelled');
    await server.waitFor(({ outcome }) => outcome === 'client-gone');
  });

  it('takes an empty answer for an answer that is of no use', async () => {
    await server.set({ kind: 'empty' });
    const result = await run();
    assert.ok(result.ok);
    assert.match(flawOf(result)?.what ?? '', /empty/);
  });
});
