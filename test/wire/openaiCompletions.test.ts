import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { httpBackend } from '../../src/backend/httpBackend.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { configuredBackend } from '../fakes/backend.ts';
import { startFaultServer } from '../fakes/faultServer.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';

describe('the OpenAI-compatible completions backend, over real sockets', () => {
  it('sends model, prompt and suffix, and asks for a stream', async () => {
    const http = createHttpClient();
    const server = await startFaultServer();
    const source = httpBackend(configuredBackend({ baseUrl: `${server.url}/v1` }), {
      http,
      clock: systemClock,
      key: () => Promise.resolve('key'),
      prompts: { fim: (request) => ({ prompt: request.prefix, suffix: request.suffix, stop: ['\n'] }) },
    });
    await source.complete(sampleRequest(), quietCall());
    const seen = server.requests.at(-1);
    http.dispose();
    await server.close();
    assert.equal(seen?.headers['authorization'], 'Bearer key');
    assert.deepEqual(seen.body, {
      model: 'test-model',
      prompt: 'export function total(items: Item[]): number {\n  return ',
      suffix: '\n}\n',
      max_tokens: 32,
      temperature: 0,
      stream: true,
      stop: ['\n'],
    });
  });
});
