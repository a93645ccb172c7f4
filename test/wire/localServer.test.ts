import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'mocha';
import { localServer } from '../../src/backend/localServer.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient, type HttpClient } from '../../src/base/http.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import type { CompletionSource } from '../../src/domain/completion.ts';
import type { Service } from '../../src/domain/service.ts';
import { createEngine } from '../../src/engine.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { configuredBackend } from '../fakes/backend.ts';
import { type Heard, type Playback, type PlaybackServer, startPlayback } from '../fakes/playbackServer.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';
import { ScriptedSource } from '../fakes/scriptedSource.ts';

/** Recorded from llama.cpp's server; `/props` shortened to what is read and what stands around it. */
const loading: Playback = { status: 503, body: '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}' };
const props = '{"default_generation_settings":{"params":{"seed":4294967295},"n_ctx":2048},"total_slots":2,"model_alias":"scripted"}';

/** Recorded from Ollama. */
const running =
  '{"models":[{"name":"scripted:latest","model":"scripted:latest","size":47626321,"expires_at":"2026-11-21T10:42:36.541068473Z","size_vram":0,"context_length":4096}]}';
const loaded = '{"model":"scripted","created_at":"2026-11-21T10:38:28.179667505Z","response":"","done":true,"done_reason":"load"}';

let server: PlaybackServer | undefined;
let http: HttpClient | undefined;

interface Prepared {
  readonly tokens: number | undefined;
  readonly heard: readonly string[];
  /** How often the model was said to be loading. */
  readonly loads: number;
}

async function prepare(
  protocol: string,
  model: string,
  answer: (heard: Heard) => Playback | undefined,
  signal?: AbortSignal,
): Promise<Prepared> {
  server = await startPlayback(answer);
  http = createHttpClient();
  const backend = configuredBackend({ protocol, model, baseUrl: server.url, ...(protocol === 'ollama' ? { keepAlive: 30 } : {}) });
  const asked = localServer(backend, { http, clock: systemClock, key: () => Promise.resolve('k') });
  assert.ok(asked);
  let loads = 0;
  const tokens = await asked.prepare(signal ?? new AbortController().signal, () => loads++);
  return { tokens, heard: server.heard.map(({ method, path }) => `${method} ${path}`), loads };
}

describe('what a local server is asked beside completions', () => {
  afterEach(async () => {
    http?.dispose();
    await server?.close();
  });

  it('llama.cpp: whether it is well, then how long its context is', async () => {
    const prepared = await prepare('llamacpp-infill', 'm', ({ path }) => ({ body: path === '/health' ? '{"status":"ok"}' : props }));
    assert.deepEqual(prepared, { tokens: 2048, heard: ['GET /health', 'GET /props'], loads: 0 });
    assert.equal(server?.heard[1]?.headers.authorization, 'Bearer k');
  });

  it('llama.cpp: /health again each second while it loads its model', async () => {
    let looks = 0;
    const prepared = await prepare('llamacpp-infill', 'm', ({ path }) => {
      if (path !== '/health') return { body: props };
      return looks++ === 0 ? loading : { body: '{"status":"ok"}' };
    });
    assert.deepEqual(prepared, { tokens: 2048, heard: ['GET /health', 'GET /health', 'GET /props'], loads: 1 });
  });

  it('Ollama: how long the context of the loaded model is', async () => {
    const prepared = await prepare('ollama', 'scripted', () => ({ body: running }));
    assert.deepEqual(prepared, { tokens: 4096, heard: ['GET /api/ps'], loads: 0 });
  });

  it('Ollama: to load a model that is not loaded, by a request that no keystroke cancels', async () => {
    let isLoaded = false;
    const prepared = await prepare('ollama', 'scripted', ({ path }) => {
      if (path === '/api/ps') return { body: isLoaded ? running : '{"models":[]}' };
      isLoaded = true;
      return { body: loaded };
    });
    assert.deepEqual(prepared, { tokens: 4096, heard: ['GET /api/ps', 'POST /api/generate', 'GET /api/ps'], loads: 1 });
    assert.deepEqual(server?.heard[1]?.body, { model: 'scripted', stream: false, keep_alive: '30m' });
  });

  it('gives up on a server that answers something else', async () => {
    await assert.rejects(
      prepare('ollama', 'm', () => ({ status: 404, body: '{}' })),
      /answered 404/,
    );
  });

  it('ends when it is told to', async () => {
    const controller = new AbortController();
    const running = prepare('llamacpp-infill', 'm', () => loading, controller.signal);
    setTimeout(() => controller.abort(new Error('disposed')), 50);
    await assert.rejects(running, /disposed/);
  });

  it('asks nothing of a protocol that has no such questions', () => {
    const backend = configuredBackend({ baseUrl: 'http://127.0.0.1:1/v1' });
    http = createHttpClient();
    assert.equal(localServer(backend, { http, clock: systemClock, key: () => Promise.resolve(undefined) }), undefined);
  });
});

/** An engine with one backend at this server; its states as they change. @param connect makes the source instead of HTTP */
function engineAt(url: string, protocol: string, connect?: () => CompletionSource): { engine: Service; states: string[] } {
  const { settings } = parseSettings({ backends: [{ name: 'local', protocol, baseUrl: url, model: 'scripted' }], localEnable: false });
  const engine = createEngine(settings, {
    clock: systemClock,
    random: seededRandom(1),
    logger: silentLogger,
    keys: { get: () => Promise.resolve(undefined) },
    local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
    secretRules: () => Promise.resolve(createSecretRules()),
    ...(connect ? { connect } : {}),
  });
  const states: string[] = [];
  engine.onDidChange(({ sources }) => {
    const state = sources[0]?.state ?? '';
    if (state !== states.at(-1)) states.push(state);
  });
  return { engine, states };
}

/** Waits for a state, up to 10 s. */
async function untilState(engine: Service, wanted: string): Promise<void> {
  for (let turn = 0; engine.snapshot().sources[0]?.state !== wanted; turn++) {
    assert.ok(turn < 400, `${wanted}, not ${engine.snapshot().sources[0]?.state}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

describe('a source that is made outside', () => {
  it('is all that is asked: nothing goes to the address by ourselves', async () => {
    const playback = await startPlayback(() => ({ body: '{}' }));
    const { engine } = engineAt(playback.url, 'ollama', () => new ScriptedSource('local'));
    try {
      const outcome = await engine.complete(sampleRequest({ trigger: 'manual' }), quietCall());
      assert.ok(outcome.ok);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(playback.heard.length, 0);
    } finally {
      engine.dispose();
      await playback.close();
    }
  });
});

describe('the engine in front of a server that loads its model', () => {
  it('llama.cpp: says loading, and is well again without a keystroke', async function () {
    this.timeout(10_000);
    let looks = 0;
    const events = readFileSync(new URL('../fakes/recorded/infillStream.txt', import.meta.url), 'utf8');
    const playback = await startPlayback(({ path }) => {
      if (path === '/health') return looks++ < 2 ? loading : { body: '{"status":"ok"}' };
      if (path === '/props') return { body: props };
      return looks <= 2 ? loading : { type: 'text/event-stream', body: events };
    });
    const { engine, states } = engineAt(playback.url, 'llamacpp-infill');
    try {
      const first = await engine.complete(sampleRequest(), quietCall());
      assert.ok(!first.ok || first.text === '');
      await untilState(engine, 'loading');
      await untilState(engine, 'healthy');
      assert.ok(states.includes('loading'), states.join(', '));
      const second = await engine.complete(sampleRequest(), quietCall());
      assert.ok(second.ok && second.text.startsWith('return a + b;'), JSON.stringify(second));
    } finally {
      engine.dispose();
      await playback.close();
    }
  });

  it('Ollama: loads the model once for all keystrokes, which go on at once', async () => {
    let finish: (() => void) | undefined;
    let isLoaded = false;
    const lines = readFileSync(new URL('../fakes/recorded/ollamaStream.txt', import.meta.url), 'utf8');
    const playback = await startPlayback(({ path, body }) => {
      if (path === '/api/ps') return { body: isLoaded ? running : '{"models":[]}' };
      if (isLoaded) return { type: 'application/x-ndjson', body: lines };
      if (body['prompt'] !== undefined) return undefined;
      return new Promise((resolve) => (finish = () => resolve({ body: loaded })));
    });
    const { engine } = engineAt(playback.url, 'ollama');
    try {
      const controller = new AbortController();
      const first = engine.complete(sampleRequest(), { signal: controller.signal });
      while (!finish) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new CancelledByEditor());
      await first;
      const asked = playback.heard.length;
      for (let key = 0; key < 5; key++) await engine.complete(sampleRequest(), quietCall());
      assert.equal(playback.heard.length, asked, 'nothing more is sent while it loads');
      await untilState(engine, 'loading');
      isLoaded = true;
      finish();
      await untilState(engine, 'healthy');
      assert.equal(playback.heard.filter(({ path, body }) => path === '/api/generate' && body['prompt'] === undefined).length, 1);
    } finally {
      engine.dispose();
      await playback.close();
    }
  });
});
