import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { httpBackend } from '../../../src/backend/httpBackend.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { configuredBackend, samplePrompts } from '../../fakes/backend.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';

describe('law 8: no retry on the same backend, except once after a reset before any header', () => {
  const rows: readonly (readonly [string, number])[] = [
    ['ECONNRESET', 2],
    ['EPIPE', 2],
    ['UND_ERR_SOCKET', 2],
    ['ECONNREFUSED', 1],
    ['ENOTFOUND', 1],
    ['EHOSTUNREACH', 1],
    ['CERT_HAS_EXPIRED', 1],
    ['SOMETHING_NEW', 1],
  ];
  for (const [code, times] of rows) {
    it(`${code}: ${times === 1 ? 'one request' : 'two requests, not three'}`, async () => {
      let sent = 0;
      const source = httpBackend(configuredBackend({ baseUrl: 'https://b.example/v1' }), {
        clock: systemClock,
        key: () => Promise.resolve(undefined),
        prompts: samplePrompts,
        http: {
          request: () => {
            sent++;
            return Promise.reject(Object.assign(new Error(code), { code }));
          },
          dispose: () => undefined,
        },
      });
      const outcome = await source.complete(sampleRequest(), quietCall());
      assert.ok(!outcome.ok && outcome.failure.kind === 'network');
      assert.equal(sent, times);
    });
  }
});
