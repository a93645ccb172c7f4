import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { readErrorBody } from '../../../src/backend/errorBody.ts';
import { askedDelay, resetDelay } from '../../../src/backend/retryDelay.ts';

const now = Date.UTC(2026, 0, 1);
const seconds = now / 1000;

describe('the delay that an answer asks for', () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' }];
  const rows: readonly (readonly [Record<string, string>, object, number | undefined])[] = [
    [{ 'retry-after-ms': '250', 'x-ms-retry-after-ms': '300', 'retry-after': '12' }, {}, 250],
    [{ 'x-ms-retry-after-ms': '300', 'retry-after': '12' }, {}, 300],
    [{ 'retry-after': '12' }, { details, message: 'try again in 5s' }, 12_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, {}, 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, {}, 0],
    [{ 'retry-after': '-5' }, {}, undefined],
    [{ 'retry-after': 'soon' }, { details }, 37_000],
    [{}, { details, message: 'try again in 5s' }, 37_000],
    [{}, { details: [{ retryDelay: '1.5s' }] }, 1500],
    [{}, { details: [{ retryDelay: 'never' }, null, 7] }, undefined],
    [{}, { message: 'Please try again in 11.05s.' }, 11_050],
    [{}, { message: 'try again in 20 ms' }, 20],
    [{}, { message: 'try again in 20ms' }, 20],
    [{}, { message: 'Please try again in 6m0s.' }, 360_000],
    [{}, { message: 'Please try again in 1h2m3.5s.' }, 3_723_500],
    [{}, { message: 'Try again in 5 seconds.' }, 5000],
    [{}, { message: 'Try again in 2 minutes' }, 120_000],
    [{}, { message: 'Please retry after 8 seconds.' }, 8000],
    [{}, { message: 'Please retry in 37.2s.' }, 37_200],
    [{}, { message: 'Please try again later' }, undefined],
    [{}, { resets_at: seconds + 60 }, 60_000],
    [{}, { resets_at: seconds - 60 }, 0],
    [{}, { resets_at: '2026' }, undefined],
    [{}, { resets_in_seconds: 90 }, 90_000],
    [{}, { estimated_time: 7.5 }, 7500],
    [{}, { estimated_time: 300 }, 20_000],
    [{}, { message: 'nothing said' }, undefined],
  ];
  for (const [headers, error, expected] of rows) {
    it(`${JSON.stringify(headers)} ${JSON.stringify(error)} gives ${expected}`, () =>
      assert.equal(askedDelay(headers, readErrorBody(JSON.stringify({ error }), {}), now), expected));
  }
});

describe('when an exhausted limit is whole again', () => {
  const rows: readonly (readonly [Record<string, string>, number | undefined])[] = [
    [{ 'x-ratelimit-reset-requests': '6m0s' }, 360_000],
    [{ 'x-ratelimit-reset-tokens': '120ms' }, 120],
    [{ 'x-ratelimit-reset-tokens': '1s', 'x-ratelimit-reset-requests': '2s' }, 2000],
    [
      {
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '1s',
        'x-ratelimit-remaining-requests': '9',
        'x-ratelimit-reset-requests': '2s',
      },
      1000,
    ],
    [{ 'x-ratelimit-reset': String(seconds + 42) }, 42_000],
    [{ 'x-ratelimit-reset': String(now + 42_000) }, 42_000],
    [{ 'x-ratelimit-reset': '42' }, 42_000],
    [{ 'x-ratelimit-reset': String(seconds - 42) }, 0],
    [{ 'anthropic-ratelimit-tokens-reset': '2026-01-01T00:00:42Z' }, 42_000],
    [{ 'anthropic-ratelimit-requests-remaining': '0', 'anthropic-ratelimit-requests-reset': '2026-01-01T00:01:00+00:00' }, 60_000],
    [{ 'x-ratelimit-reset-requests': '', 'x-ratelimit-reset': 'never' }, undefined],
    [{}, undefined],
  ];
  for (const [headers, expected] of rows) {
    it(`${JSON.stringify(headers)} gives ${expected}`, () => assert.equal(resetDelay(headers, now), expected));
  }

  it('is never negative and never no number, whatever the headers say', () => {
    const names = ['retry-after', 'retry-after-ms', 'x-ratelimit-reset', 'x-ratelimit-reset-tokens', 'anthropic-ratelimit-tokens-reset'];
    const value = fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String), fc.bigInt().map(String));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (headers) => {
        for (const delay of [askedDelay(headers, readErrorBody('', {}), now), resetDelay(headers, now)]) {
          assert.ok(delay === undefined || delay >= 0, `${delay}`);
        }
      }),
    );
  });
});
