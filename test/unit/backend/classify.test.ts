import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { classifyAnswer } from '../../../src/backend/classify.ts';
import { retryDelayCap, retryDelayOf } from '../../../src/backend/retryDelay.ts';

const now = Date.UTC(2026, 0, 1);
const json = { 'content-type': 'application/json' };

describe('classification of a failed answer (law 10)', () => {
  // status · body · kind; bodies as recorded or documented, see docs/failures.md
  const rows: readonly (readonly [number, unknown, string])[] = [
    [503, { error: { code: 'server_is_overloaded', type: 'service_unavailable_error', message: 'x' } }, 'capacity'],
    [503, { error: { code: 'slow_down', message: 'x' } }, 'capacity'],
    [429, { error: { code: 'slow_down', type: 'rate_limit_error', message: 'x' } }, 'rate_limit'],
    [200, { response: { error: { code: 'server_is_overloaded', message: 'x' } } }, 'capacity'],
    [500, { error: { message: 'Selected model is at capacity. Please try a different model.' } }, 'capacity'],
    [503, { error: 'server busy, please try again.  maximum pending requests exceeded' }, 'capacity'],
    [503, { error: { code: 503, message: 'no slot available', type: 'unavailable_error' } }, 'capacity'],
    [500, { error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' } }, 'capacity'],
    [503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 'loading'],
    [429, { error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota' } }, 'quota'],
    [
      429,
      { object: 'error', type: 'service_tier_capacity_exceeded', code: '3505', message: 'Service tier capacity exceeded for this model.' },
      'capacity',
    ],
    [
      400,
      {
        error: {
          code: 400,
          message: 'request (3001 tokens) exceeds the available context size',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 3001,
          n_ctx: 2048,
        },
      },
      'context_length',
    ],
    [404, { error: { code: 'model_not_found', message: 'The model `x` does not exist' } }, 'model_retired'],
    [404, { error: "model 'x' not found, try pulling it first" }, 'model_retired'],
    [404, { error: { code: 404, message: 'File Not Found', type: 'not_found_error' } }, 'bad_request'],
    [401, { error: { code: 401, message: 'Invalid API Key', type: 'authentication_error' } }, 'auth'],
    [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'capacity'],
    [400, { error: { code: 400, message: "Field 'max_tokens': type must be number", type: 'invalid_request_error' } }, 'bad_request'],
    [500, { error: { message: 'boom' } }, 'server'],
    [502, '<html><body>Bad Gateway</body></html>', 'server'],
  ];
  for (const [status, body, kind] of rows) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    it(`${status} ${text.slice(0, 90)} is ${kind}`, () => {
      assert.equal(classifyAnswer({ status, headers: json, body: text, now }).kind, kind);
    });
  }

  it('looks at the code before the message and at the message before the status', () => {
    const byCode = { error: { code: 'invalid_api_key', message: 'too many requests' } };
    assert.equal(classifyAnswer({ status: 429, headers: json, body: JSON.stringify(byCode), now }).kind, 'auth');
    const byMessage = { error: { message: 'The engine is currently overloaded' } };
    assert.equal(classifyAnswer({ status: 429, headers: json, body: JSON.stringify(byMessage), now }).kind, 'capacity');
  });

  it('never searches an echoed prompt', () => {
    const echoed = { error: { message: 'bad field' }, prompt: 'if (model.isAtCapacity) throw "server busy, rate limit, quota"' };
    assert.equal(classifyAnswer({ status: 400, headers: json, body: JSON.stringify(echoed), now }).kind, 'bad_request');
  });

  it('keeps what a context error teaches', () => {
    const body = JSON.stringify({ error: { type: 'exceed_context_size_error', message: 'x', n_prompt_tokens: 3001, n_ctx: 2048 } });
    const failure = classifyAnswer({ status: 400, headers: json, body, now });
    assert.ok(failure.kind === 'context_length' && failure.promptTokens === 3001 && failure.contextTokens === 2048);
  });

  it('never throws and always gives one short line, whatever comes', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.oneof(fc.string({ unit: 'binary' }), fc.json()),
        fc.dictionary(fc.constantFrom('retry-after', 'content-type', 'x-request-id', 'retry-after-ms'), fc.string()),
        (status, body, headers) => {
          const failure = classifyAnswer({ status, headers, body, now });
          assert.ok(failure.message.length > 0 && failure.message.length <= 220 && !failure.message.includes('\n'));
          assert.ok(failure.retryAfter === undefined || (failure.retryAfter >= 0 && failure.retryAfter <= retryDelayCap));
        },
      ),
    ));
});

describe('the delay that an answer asks for', () => {
  const rows: readonly (readonly [Record<string, string>, string, number | undefined])[] = [
    [{ 'retry-after': '12' }, '', 12_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, '', 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, '', 0],
    [{ 'retry-after': '99999999' }, '', retryDelayCap],
    [{ 'retry-after': '-5' }, '', undefined],
    [{ 'retry-after': 'soon' }, '', undefined],
    [{ 'retry-after-ms': '250', 'retry-after': '12' }, '', 250],
    [{ 'x-ms-retry-after-ms': '300' }, '', 300],
    [{}, 'Please try again in 11.05s.', 11_050],
    [{}, 'try again in 20 ms', 20],
    [{ 'x-ratelimit-reset-requests': '6m0s' }, '', 360_000],
    [{ 'x-ratelimit-reset-tokens': '120ms' }, '', 120],
    [{}, 'nothing said', undefined],
  ];
  for (const [headers, message, expected] of rows) {
    it(`${JSON.stringify(headers)} ${message} gives ${expected}`, () => assert.equal(retryDelayOf(headers, message, now), expected));
  }
});
