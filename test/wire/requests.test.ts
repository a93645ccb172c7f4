import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { formatChat } from '../../src/prompt/chat.ts';
import type { HttpProtocol } from '../../src/settings/settings.ts';
import { configuredBackend, samplePrompts } from '../fakes/backend.ts';
import { type FaultServer, type RecordedRequest, startFaultServer } from '../fakes/faultServer.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';
import { everyProtocol, spokenSetting } from '../fakes/spoken.ts';

const prefix = 'export function total(items: Item[]): number {\n  return ';
const suffix = '\n}\n';
const { system, user } = formatChat(sampleRequest());
const messages = [
  { role: 'system', content: system },
  { role: 'user', content: user },
];
const bearer = { authorization: 'Bearer key' };

interface Wanted {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** What each protocol sends, word for word. */
const wanted: Readonly<Record<HttpProtocol, Wanted>> = {
  'openai-completions': {
    path: '/v1/completions',
    headers: bearer,
    body: { model: 'test-model', prompt: prefix, suffix, max_tokens: 32, temperature: 0, stream: true, stop: ['\n'] },
  },
  'openai-chat': {
    path: '/v1/chat/completions',
    headers: bearer,
    body: { model: 'test-model', messages, max_tokens: 32, temperature: 0, stream: true },
  },
  'openai-responses': {
    path: '/v1/responses',
    headers: bearer,
    body: { model: 'test-model', instructions: system, input: user, stream: true, store: false, max_output_tokens: 32, temperature: 0 },
  },
  'mistral-fim': {
    path: '/v1/fim/completions',
    headers: bearer,
    body: { model: 'test-model', prompt: prefix, suffix, max_tokens: 32, temperature: 0, stream: true, stop: ['\n'] },
  },
  'deepseek-fim': {
    path: '/beta/completions',
    headers: bearer,
    body: { model: 'test-model', prompt: prefix, suffix, max_tokens: 32, temperature: 0, stream: true, stop: ['\n'] },
  },
  anthropic: {
    path: '/v1/messages',
    headers: { 'x-api-key': 'key', 'anthropic-version': '2023-06-01' },
    body: { model: 'test-model', max_tokens: 32, system, messages: messages.slice(1), stream: true },
  },
  'azure-openai': {
    path: '/openai/deployments/test-model/chat/completions?api-version=2024-10-21',
    headers: { 'api-key': 'key' },
    body: { messages, max_tokens: 32, temperature: 0, stream: true },
  },
  'llamacpp-infill': {
    path: '/infill',
    headers: bearer,
    body: {
      model: 'test-model',
      input_prefix: 'export function total(items: Item[]): number {\n',
      prompt: '  return ',
      input_suffix: suffix,
      n_predict: 32,
      temperature: 0,
      stop: ['\n'],
      stream: true,
      cache_prompt: true,
      response_fields: ['content', 'stop', 'stop_type', 'model', 'tokens_predicted', 'tokens_evaluated'],
    },
  },
  ollama: {
    path: '/api/generate',
    headers: bearer,
    body: {
      model: 'test-model',
      prompt: prefix,
      suffix,
      stream: true,
      options: { num_predict: 32, temperature: 0, stop: ['\n'] },
    },
  },
};

describe('what goes over the wire', () => {
  const http = createHttpClient();
  let server: FaultServer | undefined;

  before(async () => {
    server = await startFaultServer({ dialects: everyProtocol.map(([, { dialect }]) => dialect) });
  });
  after(async () => {
    http.dispose();
    await server?.close();
  });

  const sent = async (
    setting: Readonly<Record<string, unknown>>,
    maxTokens = 32,
    changes: Parameters<typeof sampleRequest>[0] = {},
  ): Promise<RecordedRequest> => {
    assert.ok(server);
    const ports = { http, clock: systemClock, key: () => Promise.resolve('key'), prompts: samplePrompts };
    await httpBackend(configuredBackend(setting), ports).complete(sampleRequest({ maxTokens, ...changes }), quietCall());
    const seen = server.requests.at(-1);
    assert.ok(seen);
    return seen;
  };

  for (const [protocol, { path, headers, body }] of Object.entries(wanted) as [HttpProtocol, Wanted][]) {
    it(`${protocol}: address, headers and body`, async () => {
      const seen = await sent(spokenSetting(protocol, server?.url ?? ''));
      assert.equal(seen.path + seen.query, path);
      for (const [name, value] of Object.entries(headers)) assert.equal(seen.headers[name], value, name);
      assert.equal(seen.headers['content-type'], 'application/json');
      assert.deepEqual(seen.body, body);
    });
  }

  for (const [protocol, { body }] of Object.entries(wanted) as [HttpProtocol, Wanted][]) {
    it(`${protocol}: who asks for something else gets other words, where the server can be told`, async () => {
      const seen = await sent(spokenSetting(protocol, server?.url ?? ''), 32, { again: true });
      const warmed = JSON.parse(JSON.stringify(body).replace('"temperature":0', '"temperature":0.8')) as unknown;
      assert.deepEqual(seen.body, warmed);
      assert.equal(JSON.stringify(seen.body).includes('"temperature":0.8'), JSON.stringify(body).includes('"temperature":0'));
    });
  }

  for (const model of ['o4-mini', 'gpt-5-mini', 'gpt-5.1-2025-11-13', 'openai/o3']) {
    it(`a model that reasons (${model}) gets room to do so and no field that it refuses`, async () => {
      const setting = { ...spokenSetting('openai-chat', server?.url ?? ''), model };
      assert.deepEqual((await sent(setting)).body, {
        model,
        messages,
        stream: true,
        max_completion_tokens: 32 + 1024,
        reasoning_effort: 'low',
      });
      const { body } = await sent({ ...spokenSetting('openai-responses', server?.url ?? ''), model });
      const { max_output_tokens: tokens, reasoning, temperature } = body as Readonly<Record<string, unknown>>;
      assert.deepEqual([tokens, reasoning, temperature], [32 + 1024, { effort: 'low' }, undefined]);
    });
  }

  for (const model of ['gpt-4o', 'gpt-5-chat-latest', 'qwen2.5-coder', 'yolo3', 'o1x']) {
    it(`${model} is no model that reasons`, async () => {
      const { body } = await sent({ ...spokenSetting('openai-chat', server?.url ?? ''), model });
      assert.equal((body as Readonly<Record<string, unknown>>)['max_tokens'], 32);
    });
  }

  it('responses never ask for fewer tokens than OpenAI allows', async () => {
    const { body } = await sent(spokenSetting('openai-responses', server?.url ?? ''), 4);
    assert.equal((body as Readonly<Record<string, unknown>>)['max_output_tokens'], 16);
  });

  it('a deployment’s name cannot leave its place in the address', async () => {
    const seen = await sent({ ...spokenSetting('azure-openai', server?.url ?? ''), model: '../a?b', apiVersion: '2025-01-01-preview' });
    assert.equal(seen.path + seen.query, '/openai/deployments/..%2Fa%3Fb/chat/completions?api-version=2025-01-01-preview');
  });
});
