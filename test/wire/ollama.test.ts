import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import type { Outcome } from '../../src/domain/completion.ts';
import { outOfMemory } from '../../src/domain/failure.ts';
import { configuredBackend, samplePrompts } from '../fakes/backend.ts';
import { type Heard, type Playback, startPlayback } from '../fakes/playbackServer.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';

/** Recorded from Ollama: a streamed answer of /api/generate, byte for byte. */
const recorded = readFileSync(new URL('../fakes/recorded/ollamaStream.txt', import.meta.url), 'utf8');
const lines = (body: string): Playback => ({ type: 'application/x-ndjson', body });

interface Prompt {
  readonly prompt: string;
  readonly suffix?: string;
}

/** Asks a server that answers so. */
async function ask(
  answer: Playback,
  setting: Readonly<Record<string, unknown>> = {},
  prompt: Prompt = { prompt: 'before', suffix: 'after' },
): Promise<{ heard: Heard; outcome: Outcome }> {
  const server = await startPlayback(() => answer);
  const http = createHttpClient();
  try {
    const source = httpBackend(configuredBackend({ protocol: 'ollama', baseUrl: `${server.url}/v1`, ...setting }), {
      http,
      clock: systemClock,
      key: () => Promise.resolve(undefined),
      prompts: { ...samplePrompts, fim: () => ({ ...prompt, stop: ['\n'] }) },
    });
    const outcome = await source.complete(sampleRequest(), quietCall());
    const [heard] = server.heard;
    assert.ok(heard);
    return { heard, outcome };
  } finally {
    http.dispose();
    await server.close();
  }
}

describe('Ollama’s /api/generate', () => {
  it('reads the recorded stream of one JSON value per line', async () => {
    const { outcome } = await ask(lines(recorded));
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.equal(outcome.text, 'return a + b;\n');
    assert.equal(outcome.finish, 'stop');
    assert.deepEqual(outcome.usage, { promptTokens: 13, completionTokens: 6 });
  });

  it('knows an answer that the token limit ended', async () => {
    const { outcome } = await ask(lines(recorded.replace('"done_reason":"stop"', '"done_reason":"length"')));
    assert.ok(outcome.ok && outcome.finish === 'length');
  });

  it('is cut where the recorded stream lacks its last line', async () => {
    const { outcome } = await ask(lines(recorded.slice(0, recorded.trimEnd().lastIndexOf('\n') + 1)));
    assert.ok(!outcome.ok && outcome.failure.kind === 'network' && outcome.failure.cause === 'incomplete');
  });

  it('takes a last line that says error for what it is: the runner died', async () => {
    const first = recorded.slice(0, recorded.indexOf('\n') + 1);
    // Recorded from Ollama, its runner killed.
    const { outcome } = await ask(lines(`${first}{"error":"an error was encountered while running the model: unexpected EOF"}\n`));
    assert.ok(!outcome.ok && outcome.failure.kind === 'server');
    assert.match(outcome.failure.message, /unexpected EOF/);
  });

  it('never takes a model’s thinking for text', async () => {
    const thought = '{"model":"m","created_at":"","response":"","thinking":"The user wants a sum.","done":false}\n';
    const { outcome } = await ask(lines(thought + recorded));
    assert.ok(outcome.ok && outcome.text === 'return a + b;\n');
  });

  it('takes a mere loading of the model for an empty answer', async () => {
    const { outcome } = await ask(lines('{"model":"scripted","created_at":"","response":"","done":true,"done_reason":"load"}\n'));
    assert.ok(outcome.ok && outcome.text === '');
  });

  it('sends the suffix for the server to build the prompt, and neither keep_alive nor num_ctx unless set', async () => {
    const { heard } = await ask(lines(recorded));
    assert.equal(heard.path, '/api/generate');
    assert.deepEqual(heard.body, {
      model: 'test-model',
      prompt: 'before',
      suffix: 'after',
      stream: true,
      options: { num_predict: 32, temperature: 0, stop: ['\n'] },
    });
  });

  it('never sends an empty suffix, with which the model would be asked to chat', async () => {
    const { heard } = await ask(lines(recorded), {}, { prompt: 'before', suffix: '' });
    assert.equal(heard.body['suffix'], '\n');
  });

  it('sends a prompt of our own format as it is', async () => {
    const { heard } = await ask(lines(recorded), { fim: 'qwen' }, { prompt: '<|fim_prefix|>before<|fim_suffix|>after<|fim_middle|>' });
    assert.equal(heard.body['raw'], true);
    assert.ok(!('suffix' in heard.body));
  });

  it('sends how long the model is to stay, in minutes or for ever', async () => {
    assert.equal((await ask(lines(recorded), { keepAlive: 30 })).heard.body['keep_alive'], '30m');
    assert.equal((await ask(lines(recorded), { keepAlive: -1 })).heard.body['keep_alive'], -1);
  });

  const errors: readonly (readonly [string, number, string, RegExp])[] = [
    ['how to pull a model', 404, "model 'nope' not found", /not pulled; run "ollama pull test-model"/],
    ['what to do about a model without insert', 400, 'registry.ollama.ai/library/nofim:latest does not support insert', /set "fim"/],
  ];
  for (const [name, status, error, words] of errors) {
    it(`says ${name}`, async () => {
      const { outcome } = await ask({ status, body: JSON.stringify({ error }) });
      assert.ok(!outcome.ok && outcome.failure.kind === 'model_retired');
      assert.match(outcome.failure.message, words);
    });
  }

  it('names too little memory by a code of its own, so that it is not asked again soon', async () => {
    const error = 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)';
    const { outcome } = await ask({ status: 500, body: JSON.stringify({ error }) });
    assert.ok(!outcome.ok && outcome.failure.kind === 'capacity' && outcome.failure.code === outOfMemory);
    assert.match(outcome.failure.message, /5\.6 GiB/);
  });
});
