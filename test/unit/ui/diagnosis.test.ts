import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { testRequest, type TestResult } from '../../../src/domain/backendTest.ts';
import type { DeadlineName, Failure, FailureKind, NetworkCause, RefusalReason } from '../../../src/domain/failure.ts';
import { diagnose, type Diagnosed, diagnosisText, flawOf } from '../../../src/ui/diagnosis.ts';

const about: Diagnosed = { baseUrl: 'http://models.test:8080/v1', model: 'coder', hasKey: true };

/** One failure of each kind; a kind that is missing here does not compile. */
const kinds: { readonly [Kind in FailureKind]: Failure } = {
  capacity: { kind: 'capacity', message: 'HTTP 503' },
  rate_limit: { kind: 'rate_limit', message: 'HTTP 429', retryAfter: 12_000 },
  quota: { kind: 'quota', message: 'HTTP 402' },
  auth: { kind: 'auth', message: 'HTTP 401' },
  bad_request: { kind: 'bad_request', message: 'HTTP 404', status: 404 },
  context_length: { kind: 'context_length', message: 'too long' },
  content_filter: { kind: 'content_filter', message: 'filtered' },
  server: { kind: 'server', message: 'HTTP 500', status: 500 },
  network: { kind: 'network', cause: 'refused', message: 'refused' },
  timeout: { kind: 'timeout', deadline: 'first-token', after: 7000, message: 'late' },
  model_retired: { kind: 'model_retired', message: 'model not found' },
  loading: { kind: 'loading', message: 'Loading model' },
  client_unsupported: { kind: 'client_unsupported', message: 'HTTP 466' },
  cancelled: { kind: 'cancelled', message: 'cancelled' },
  refused: { kind: 'refused', reason: 'breaker-open', message: 'open' },
  internal: { kind: 'internal', message: 'bug' },
};
const causes: { readonly [Cause in NetworkCause]: true } = {
  dns: true,
  refused: true,
  unreachable: true,
  reset: true,
  'connect-timeout': true,
  tls: true,
  proxy: true,
  incomplete: true,
  other: true,
};
const deadlines: { readonly [Name in DeadlineName]: true } = { connect: true, 'first-token': true, idle: true, total: true, probe: true };
const reasons: { readonly [Reason in RefusalReason]: true } = {
  'breaker-open': true,
  'cooling-down': true,
  'concurrency-limit': true,
  'auth-needed': true,
  retired: true,
  disposed: true,
  'boundary-not-allowed': true,
  offline: true,
};
const all: readonly Failure[] = [
  ...Object.values(kinds),
  ...Object.keys(causes).map((cause): Failure => ({ kind: 'network', cause: cause as NetworkCause, message: 'x' })),
  ...Object.keys(deadlines).map((deadline): Failure => ({
    kind: 'timeout',
    deadline: deadline as DeadlineName,
    after: 2000,
    message: 'x',
  })),
  ...Object.keys(reasons).map((reason): Failure => ({ kind: 'refused', reason: reason as RefusalReason, message: 'x' })),
];

describe('the diagnosis of a failure', () => {
  it('has three sentences of its own for every kind, cause, deadline and reason', () => {
    const texts = new Set<string>();
    for (const failure of all) {
      const { what, cause, advice } = diagnose(failure, about);
      for (const sentence of [what, cause, advice]) assert.match(sentence, /^\P{Ll}.*[.”]$/u, `${failure.kind}: ${sentence}`);
      texts.add(`${what}${cause}`);
    }
    // The table names two failures twice: refused by cause, first-token and breaker-open by detail.
    assert.ok(texts.size >= all.length - 3, `${texts.size} of ${all.length}`);
  });

  const rows: readonly (readonly [string, Failure, Partial<Diagnosed>, RegExp, string | undefined])[] = [
    ['a refused connection names host and port', kinds.network, {}, /Nothing answers at models\.test:8080.*not running/s, 'address'],
    ['a missing key is not a wrong key', kinds.auth, { hasKey: false }, /wants a key/, 'key'],
    ['a wrong key', kinds.auth, {}, /refused the key/, 'key'],
    [
      'a 404 of a base URL without a path points at /v1',
      kinds.bad_request,
      { baseUrl: 'http://models.test:8080' },
      /want \/v1 at its end/,
      'address',
    ],
    ['a 404 of a base URL with a path does not', kinds.bad_request, {}, /path of the base URL is wrong/, 'address'],
    ['an unknown model is named', kinds.model_retired, {}, /does not have the model "coder"/, 'model'],
    ['a certificate points at the setting', { kind: 'network', cause: 'tls', message: 'x' }, {}, /http\.systemCertificates/, 'address'],
    ['a slow first text suggests loading', kinds.timeout, {}, /no text within 7 s.*being loaded/s, 'model'],
    ['a rate limit says when', kinds.rate_limit, {}, /in 12 s/, undefined],
  ];
  for (const [name, failure, changes, pattern, fix] of rows) {
    it(name, () => {
      const diagnosis = diagnose(failure, { ...about, ...changes });
      assert.match(diagnosisText(diagnosis), pattern);
      assert.equal(diagnosis.fix, fix);
    });
  }

  it('shows what a server says as one clean line', () => {
    const { what } = diagnose({ kind: 'server', status: 500, message: 'bad\n\u202Eevil' }, about);
    assert.equal(what, 'The server failed. It says: “bad evil”');
  });
});

describe('an answer that came', () => {
  const answer = (text: string, changes: Partial<Extract<TestResult, { ok: true }>> = {}): string | undefined =>
    flawOf({ ok: true, text, firstTextAfter: 100, total: 120, model: 'm', typingDeadline: 1000, ...changes })?.what;

  it('is well when it completes the line in time', () => {
    for (const text of ['left + right', ' left + right\n', 'sum([left, right])']) assert.equal(answer(text), undefined, text);
  });

  const flaws: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', ' \n', /empty/],
    ['the code behind the cursor', `left + right${testRequest.suffix}`, /repeats/],
    ['the code before the cursor', testRequest.prefix, /repeats/],
    ['special tokens', 'left + right<|fim_pad|>', /special tokens/],
    ['Code Llama tokens', '<MID> left', /special tokens/],
    ['a fence', '```python\nleft + right\n```', /talks about/],
    ['chat', "Sure! Here's the code", /talks about/],
  ];
  for (const [name, text, pattern] of flaws) it(`is of no use when it is ${name}`, () => assert.match(answer(text) ?? '', pattern));

  it('is late when its first text comes after the deadline of typing', () => {
    assert.match(answer('left + right', { firstTextAfter: 2500 }) ?? '', /after 2\.5 s; while you type, Failsoft waits 1\.0 s/);
  });
});
