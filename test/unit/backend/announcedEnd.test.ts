import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { announcedEnd, lookInterval } from '../../../src/backend/announcedEnd.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { HttpClient, HttpRequest } from '../../../src/base/http.ts';
import { configuredBackend } from '../../fakes/backend.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const vendors = { baseUrl: 'https://api.vendor.example/v1' };

interface Look {
  readonly requests: HttpRequest[];
  readonly lists: unknown[];
  readonly look: (() => Promise<void>) | undefined;
}

function looking(setting: Readonly<Record<string, unknown>>, body: string | Error = '{"data":[]}', status = 200): Look {
  const requests: HttpRequest[] = [];
  const lists: unknown[] = [];
  const http: HttpClient = {
    request: (request) => {
      requests.push(request);
      if (body instanceof Error) return Promise.reject(body);
      const chunks = (async function* (): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(new TextEncoder().encode(body));
      })();
      return Promise.resolve({ status, headers: { 'content-type': 'application/json' }, body: chunks });
    },
    dispose: () => undefined,
  };
  const ports = { http, clock: systemClock, key: () => Promise.resolve('key'), life: new AbortController().signal };
  return { requests, lists, look: announcedEnd(configuredBackend(setting), { ...ports, onList: (list) => lists.push(list) }) };
}

describe('looking for an announced end of a model', () => {
  it('asks for the list with the key, at most once a day, and tells it', () =>
    withVirtualTime(async (time) => {
      const { look, requests, lists } = looking(vendors, '{"data":[{"id":"m","shutdown_date":"2026-01-01"}]}');
      await look?.();
      await look?.();
      await time.tickAsync(lookInterval - 1);
      await look?.();
      assert.equal(requests.length, 1);
      assert.equal(requests[0]?.url, 'https://api.vendor.example/v1/models');
      assert.equal(requests[0]?.headers['authorization'], 'Bearer key');
      assert.deepEqual(lists, [{ data: [{ id: 'm', shutdown_date: '2026-01-01' }] }]);
      await time.tickAsync(1);
      await look?.();
      assert.equal(requests.length, 2);
      assert.equal(time.countTimers(), 0);
    }));

  for (const [what, body, status] of [
    ['an error', '{"error":"no"}', 500],
    ['a page', '<html>', 200],
    ['no connection', new Error('gone'), 200],
  ] as const) {
    it(`takes ${what} for no evidence`, async () => {
      const { look, lists } = looking(vendors, body, status);
      await look?.();
      assert.deepEqual(lists, []);
    });
  }

  for (const [what, setting] of [
    ['a server on this machine', { baseUrl: 'http://127.0.0.1:8080/v1' }],
    ['a server of one’s own', { baseUrl: 'https://models.internal/v1' }],
    ['a vendor whose list names no end', { protocol: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' }],
    ['a vendor without a list', { protocol: 'azure-openai', baseUrl: 'https://name.openai.azure.com' }],
  ] as const) {
    it(`never asks ${what}`, () => assert.equal(looking(setting).look, undefined));
  }
});
