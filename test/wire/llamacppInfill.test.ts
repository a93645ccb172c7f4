import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import type { CompletionRequest, Outcome } from '../../src/domain/completion.ts';
import { configuredBackend, samplePrompts } from '../fakes/backend.ts';
import { type Heard, type Playback, startPlayback } from '../fakes/playbackServer.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';

/** Recorded from llama.cpp's server: a streamed answer of /infill, byte for byte. */
const recorded = readFileSync(new URL('../fakes/recorded/infillStream.txt', import.meta.url), 'utf8');
const stream = (body: string): Playback => ({ type: 'text/event-stream', body });

interface Asked {
  readonly heard: Heard;
  readonly outcome: Outcome;
}

/** Asks a server that answers so. */
async function ask(answer: Playback, changes: Partial<CompletionRequest> = {}): Promise<Asked> {
  const server = await startPlayback(() => answer);
  const http = createHttpClient();
  try {
    const backend = configuredBackend({ protocol: 'llamacpp-infill', baseUrl: `${server.url}/v1` });
    const source = httpBackend(backend, {
      http,
      clock: systemClock,
      key: () => Promise.resolve(undefined),
      prompts: { ...samplePrompts, fim: ({ prefix, suffix }) => ({ prompt: prefix, suffix, stop: ['\n'] }) },
      limits: (trigger) => (trigger === 'manual' ? { firstToken: 7000, total: 7000 } : { firstToken: 3000, total: 4000 }),
    });
    const outcome = await source.complete(sampleRequest(changes), quietCall());
    const [heard] = server.heard;
    assert.ok(heard);
    return { heard, outcome };
  } finally {
    http.dispose();
    await server.close();
  }
}

describe('llama.cpp’s /infill', () => {
  it('reads the recorded stream: events with empty text, no end mark, the last one says stop', async () => {
    const { outcome } = await ask(stream(recorded));
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.equal(outcome.text, 'return a + b;\n');
    assert.equal(outcome.finish, 'stop');
    assert.equal(outcome.model, 'scripted');
    assert.deepEqual(outcome.usage, { promptTokens: 15, completionTokens: 6 });
  });

  it('is cut where the recorded stream lacks its last event', async () => {
    const { outcome } = await ask(stream(recorded.slice(0, recorded.lastIndexOf('data: '))));
    assert.ok(!outcome.ok && outcome.failure.kind === 'network' && outcome.failure.cause === 'incomplete');
  });

  it('knows an answer that the token or time limit ended', async () => {
    const { outcome } = await ask(stream(recorded.replace('"stop_type":"eos"', '"stop_type":"limit"')));
    assert.ok(outcome.ok && outcome.finish === 'length');
  });

  it('asks at the server’s own address, with the cursor’s line apart and everything that bounds the work', async () => {
    const { heard } = await ask(stream(recorded));
    assert.equal(heard.path, '/infill');
    assert.deepEqual(heard.body, {
      model: 'test-model',
      input_prefix: 'export function total(items: Item[]): number {\n',
      prompt: '  return ',
      input_suffix: '\n}\n',
      n_predict: 32,
      temperature: 0,
      stop: ['\n'],
      stream: true,
      cache_prompt: true,
      response_fields: ['content', 'stop', 'stop_type', 'model', 'tokens_predicted', 'tokens_evaluated'],
      t_max_prompt_ms: 3000,
      t_max_predict_ms: 2000,
    });
  });

  it('gives a manual trigger its own time limits', async () => {
    const { heard } = await ask(stream(recorded), { trigger: 'manual' });
    assert.deepEqual([heard.body['t_max_prompt_ms'], heard.body['t_max_predict_ms']], [7000, 3500]);
  });

  it('sends pieces of other files as input_extra', async () => {
    const { heard } = await ask(stream(recorded), {
      context: [
        { kind: 'import', path: 'src/item.ts', text: 'export interface Item {}', score: 0.5 },
        { kind: 'recent-edit', path: 'src/cart.ts', text: '-a\n+b', score: 0.3 },
      ],
    });
    assert.deepEqual(heard.body['input_extra'], [
      { filename: 'src/item.ts', text: 'export interface Item {}' },
      { filename: 'src/cart.ts.diff', text: '-a\n+b' },
    ]);
    assert.ok(!JSON.stringify([heard.body['input_prefix'], heard.body['prompt']]).includes('Item {}'), 'and nowhere else');
  });

  it('leaves a very long line where the server may trim it', async () => {
    const prefix = `first\n${'x'.repeat(2000)}`;
    const { heard } = await ask(stream(recorded), { prefix });
    assert.deepEqual([heard.body['input_prefix'], heard.body['prompt']], [prefix, '']);
  });

  it('asks for no connection to be kept: the server closes it after a stream without saying so', async () => {
    assert.equal((await ask(stream(recorded))).heard.headers['connection'], 'close');
  });

  it('learns the length of the context from the refusal of a prompt that is too long', async () => {
    // Recorded from llama.cpp's server.
    const body =
      '{"error":{"code":400,"message":"request (2051 tokens) exceeds the available context size (2048 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":2051,"n_ctx":2048}}';
    const { outcome } = await ask({ status: 400, body });
    assert.ok(!outcome.ok && outcome.failure.kind === 'context_length');
    assert.equal(outcome.failure.contextTokens, 2048);
  });
});
