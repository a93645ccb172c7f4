import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, describe, it } from 'mocha';
import { detectServers } from '../../src/backend/detect.ts';
import { listModels, modelListRules } from '../../src/backend/models.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import type { DetectedServer, ModelList } from '../../src/domain/discovery.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import type { ModelListing } from '../../src/settings/preset.ts';
import { type PretendOptions, type PretendServer, startPretendServer } from '../fakes/pretendServer.ts';

const http = createHttpClient();
const ports = { http, clock: systemClock };
const quiet = (): AbortSignal => new AbortController().signal;
after(() => http.dispose());

async function withServer<T>(options: PretendOptions, test: (server: PretendServer) => Promise<T>): Promise<T> {
  const server = await startPretendServer(options);
  try {
    return await test(server);
  } finally {
    await server.close();
  }
}

/** What llama.cpp's server answers, recorded. */
const llamaCppModels = JSON.parse(
  '{"models":[{"name":"scripted","model":"scripted","modified_at":"","size":"","digest":"","type":"model","description":"","tags":[""],"capabilities":["completion"],"parameters":"","details":{"parent_model":"","format":"gguf","family":"","families":[""],"parameter_size":"","quantization_level":""}}],"object":"list","data":[{"id":"scripted","aliases":["scripted"],"tags":[],"object":"model","created":1795253252,"owned_by":"llamacpp","meta":{"vocab_type":2,"n_vocab":151936,"n_ctx":2048,"n_ctx_train":32768,"n_embd":64,"n_params":19682368,"size":39670016,"ftype":"F16"}}]}',
) as unknown;

const answering =
  (status: number, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers);
    response.end(body);
  };

describe('detecting servers, over real sockets', () => {
  const detect = (options: PretendOptions): Promise<readonly DetectedServer[]> =>
    withServer(options, (server) => detectServers(ports, quiet(), [server.port]));
  const kinds: readonly (readonly [string, PretendOptions, Partial<DetectedServer> & { ids: readonly string[] }])[] = [
    [
      'llama.cpp by its header',
      { pages: { '/v1/models': llamaCppModels }, headers: { server: 'llama.cpp' } },
      { kind: 'llamacpp', state: 'ready', ids: ['scripted'] },
    ],
    [
      'llama.cpp behind a proxy by its entries',
      { pages: { '/v1/models': llamaCppModels } },
      { kind: 'llamacpp', state: 'ready', ids: ['scripted'] },
    ],
    [
      'vLLM',
      { pages: { '/v1/models': { data: [{ id: 'Qwen/Qwen2.5-Coder-1.5B', owned_by: 'vllm', max_model_len: 4096 }] } } },
      { kind: 'vllm', state: 'ready', ids: ['Qwen/Qwen2.5-Coder-1.5B'] },
    ],
    [
      'Ollama',
      {
        pages: {
          '/v1/models': { data: [{ id: 'a:1b', owned_by: 'library' }] },
          '/api/version': { version: '0.12.0' },
          '/api/tags': { models: [{ name: 'a:1b', model: 'a:1b' }] },
        },
      },
      { kind: 'ollama', state: 'ready', ids: ['a:1b'] },
    ],
    [
      'an Ollama without models',
      { pages: { '/v1/models': { data: null }, '/api/version': { version: '0.12.0' }, '/api/tags': { models: null } } },
      { kind: 'ollama', state: 'ready', ids: [] },
    ],
    [
      'LM Studio',
      { pages: { '/v1/models': { data: [{ id: 'm' }] }, '/api/v0/models': { data: [{ id: 'm', type: 'llm', state: 'loaded' }] } } },
      { kind: 'lmstudio', state: 'ready', ids: ['m'] },
    ],
    [
      'anything else that lists models',
      { pages: { '/v1/models': { data: [{ id: 'm' }] } } },
      { kind: 'openai', state: 'ready', ids: ['m'] },
    ],
    [
      'a llama.cpp that loads its model',
      {
        pages: {},
        handle: answering(503, '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}', {
          server: 'llama.cpp',
          'content-type': 'application/json',
        }),
      },
      { kind: 'llamacpp', state: 'loading', ids: [] },
    ],
    [
      'a server that wants a key',
      { pages: {}, handle: answering(401, '{"error":"Unauthorized"}') },
      { kind: 'openai', state: 'key-needed', ids: [] },
    ],
  ];
  for (const [name, options, { ids, ...expected }] of kinds) {
    it(`recognises ${name}`, async () => {
      const [found] = await detect(options);
      assert.ok(found);
      assert.deepEqual({ kind: found.kind, state: found.state }, expected);
      assert.deepEqual(
        found.models.map(({ id }) => id),
        ids,
      );
    });
  }

  const others: readonly (readonly [string, PretendOptions['handle']])[] = [
    ['a web page', answering(200, '<!doctype html><title>app</title>', { 'content-type': 'text/html' })],
    ['a page that wants a password', answering(401, '<html>401</html>', { 'content-type': 'text/html' })],
    ['JSON that is no list', answering(200, '{"hello":"world"}')],
    ['a number', answering(200, '7')],
    ['a redirect', answering(302, '', { location: 'http://127.0.0.1:1/' })],
    ['a server error', answering(500, '{"error":"x"}')],
    ['silence', () => undefined],
    ['headers and then silence', (_request, response) => response.writeHead(200).flushHeaders()],
    ['a cut connection', (request) => void request.socket.destroy()],
    [
      'a body without end',
      (_request, response) => {
        const piece = Buffer.alloc(64 * 1024, 'x');
        const more = (): void => {
          while (!response.destroyed && response.write(piece));
        };
        response.on('drain', more);
        more();
      },
    ],
  ];
  for (const [name, handle] of others) {
    it(`leaves out ${name}, in time`, async () => {
      const began = performance.now();
      assert.deepEqual(await detect({ pages: {}, ...(handle ? { handle } : {}) }), []);
      assert.ok(performance.now() - began < 1500, 'the cap of 500 ms holds, with room for a busy machine');
    });
  }

  it('asks a server that lists no models nothing else', async () => {
    await withServer({ pages: {} }, async (server) => {
      await detectServers(ports, quiet(), [server.port]);
      assert.deepEqual(server.asked, ['/v1/models']);
    });
  });

  it('finds the others although one hangs, and nobody where nobody listens', async () => {
    await withServer({ pages: {}, handle: () => undefined }, (hanging) =>
      withServer({ pages: { '/v1/models': { data: [{ id: 'm', owned_by: 'vllm' }] } } }, async (well) => {
        const found = await detectServers(ports, quiet(), [hanging.port, well.port, 1]);
        assert.deepEqual(
          found.map(({ origin }) => origin),
          [well.url],
        );
      }),
    );
  });

  it('stops when it is left', async () => {
    await withServer({ pages: {}, handle: () => undefined }, async (server) => {
      const left = new AbortController();
      const finding = detectServers(ports, left.signal, [server.port]);
      left.abort(new CancelledByEditor());
      assert.deepEqual(await finding, []);
    });
  });
});

describe('listing models, over real sockets', () => {
  const openAi: ModelListing = { shape: 'openai', path: 'models' };
  const list = (options: PretendOptions, listing = openAi, key?: string): Promise<ModelList> =>
    withServer(options, (server) =>
      listModels({ baseUrl: `${server.url}/v1`, boundary: 'local', listing, ...(key === undefined ? {} : { key }) }, ports, quiet()),
    );
  const ids = (found: ModelList): readonly string[] => {
    assert.ok(found.ok, JSON.stringify(found));
    return found.models.map(({ id }) => id);
  };

  it('reads names, notes and what goes away', async () => {
    const data = [
      { id: 'gpt-x', shutdown_date: '2027-01-31T00:00:00Z' },
      { id: 'codestral-2508', capabilities: { completion_chat: true, completion_fim: true }, deprecation: null },
      { id: 'mistral-embed', capabilities: { completion_chat: false } },
      { id: 'old', deprecated: true, context_length: 8192 },
    ];
    const found = await list({ pages: { '/v1/models': { data } } });
    assert.ok(found.ok);
    assert.deepEqual(found.models, [
      { id: 'gpt-x', retires: 'goes away 2027-01-31' },
      { id: 'codestral-2508', fillsMiddle: true },
      { id: 'mistral-embed', makesText: false },
      { id: 'old', note: 'context 8192', retires: 'deprecated' },
    ]);
  });

  it('leaves out entries that name no model, and names twice', async () => {
    const data = [null, 7, {}, { id: '' }, { id: 'a\nb' }, { id: 'x'.repeat(400) }, 'plain', { id: 'm' }, { id: 'm' }];
    assert.deepEqual(ids(await list({ pages: { '/v1/models': { data } } })), ['plain', 'm']);
  });

  for (const [name, page] of [
    ['an empty list', { data: [] }],
    ['null', { data: null }],
    ['a bare empty list', []],
  ] as const) {
    it(`takes ${name} for no models, which is no failure`, async () => {
      assert.deepEqual(ids(await list({ pages: { '/v1/models': page } })), []);
    });
  }

  it('keeps ten thousand models and counts the rest', async () => {
    const data = Array.from({ length: modelListRules.maximumCount + 5 }, (_, index) => ({
      id: `model-${index}`,
      object: 'model',
      owned_by: 'somebody',
      created: 0,
    }));
    const found = await list({ pages: { '/v1/models': { data } } });
    assert.ok(found.ok);
    assert.equal(found.models.length, modelListRules.maximumCount);
    assert.equal(found.left, 5);
  });

  it('follows the pages of Anthropic, with its headers, and not for ever', async () => {
    const seen: (string | undefined)[] = [];
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      seen.push(request.url);
      assert.equal(request.headers['x-api-key'], 'k');
      assert.equal(request.headers['authorization'], undefined);
      response.writeHead(200, { 'content-type': 'application/json' });
      const page = seen.length;
      response.end(JSON.stringify({ data: [{ id: `claude-${page}` }], has_more: true, last_id: `claude-${page}` }));
    };
    const found = await list({ pages: {}, handle }, { shape: 'anthropic', path: 'models' }, 'k');
    assert.equal(ids(found).length, modelListRules.maximumPages);
    assert.deepEqual(seen.slice(0, 2), ['/v1/models?limit=1000', '/v1/models?limit=1000&after_id=claude-1']);
  });

  it('reads the list of Ollama beside the /v1 of its base URL', async () => {
    const pages = {
      '/api/tags': { models: [{ name: 'a:latest', model: 'a:latest', details: { parameter_size: '1.5B', quantization_level: 'Q4_K_M' } }] },
    };
    const found = await list({ pages }, { shape: 'ollama', path: '../api/tags' });
    assert.deepEqual(found, { ok: true, models: [{ id: 'a:latest', note: '1.5B, Q4_K_M' }], left: 0 });
  });

  it('sends the key as a bearer, and the fixed headers', async () => {
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      assert.equal(request.headers['authorization'], 'Bearer k');
      assert.equal(request.headers['x-portkey-provider'], 'openai');
      answering(200, '{"data":[]}')(request, response);
    };
    await withServer({ pages: {}, handle }, async (server) => {
      const found = await listModels(
        { baseUrl: server.url, boundary: 'local', listing: openAi, key: 'k', headers: { 'x-portkey-provider': 'openai' } },
        ports,
        quiet(),
      );
      assert.equal(found.ok, true);
    });
  });

  it('sends no key where everybody on the way could read it', async () => {
    const keys: unknown[] = [];
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      keys.push(request.headers['authorization'], request.headers['x-api-key']);
      answering(200, '{"data":[]}')(request, response);
    };
    await withServer({ pages: {}, handle }, async (server) => {
      for (const listing of [openAi, { shape: 'anthropic', path: 'models' }] as const)
        await listModels({ baseUrl: server.url, boundary: 'vendor:far', listing, key: 'key-4711' }, ports, quiet());
    });
    assert.deepEqual(keys, [undefined, undefined, undefined, undefined]);
  });

  it('takes the key out of what the server says', async () => {
    const found = await list(
      { pages: {}, handle: answering(401, '{"error":{"message":"wrong: key-4711-long"}}') },
      openAi,
      'key-4711-long',
    );
    assert.ok(!found.ok && found.failure.kind === 'auth');
    assert.ok(!JSON.stringify(found).includes('4711'), JSON.stringify(found));
  });

  const failures: readonly (readonly [string, PretendOptions['handle'], string])[] = [
    ['a 401', answering(401, '{"error":{"message":"Invalid API Key"}}'), 'auth'],
    ['a 404', answering(404, '{"error":"nope"}'), 'bad_request'],
    ['a login page', answering(200, '<html>log in</html>', { 'content-type': 'text/html' }), 'network'],
    ['JSON that is no list', answering(200, '{"a":1}'), 'server'],
    ['a body that is too large', answering(200, `{"data":["${'x'.repeat(5 * 1024 * 1024)}"]}`), 'server'],
    ['a cut connection', (request) => void request.socket.destroy(), 'network'],
  ];
  for (const [name, handle, kind] of failures) {
    it(`says ${kind} for ${name}`, async () => {
      const found = await list({ pages: {}, ...(handle ? { handle } : {}) });
      assert.equal(found.ok ? 'ok' : found.failure.kind, kind);
    });
  }

  it('gives up with a time-out of its own', async () => {
    const soon = { ...systemClock, after: (_delay: number, run: () => void) => systemClock.after(20, run) };
    await withServer({ pages: {}, handle: () => undefined }, async (server) => {
      const found = await listModels({ baseUrl: server.url, boundary: 'local', listing: openAi }, { http, clock: soon }, quiet());
      assert.ok(!found.ok);
      assert.deepEqual(
        { kind: found.failure.kind, after: found.failure.kind === 'timeout' ? found.failure.after : 0 },
        { kind: 'timeout', after: modelListRules.deadline },
      );
    });
  });
});
