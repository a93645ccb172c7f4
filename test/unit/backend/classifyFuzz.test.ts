import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { classifyAnswer } from '../../../src/backend/classify.ts';
import { deprecationOf } from '../../../src/backend/deprecation.ts';
import { quotaResetCap, retryDelayCap } from '../../../src/backend/retryDelay.ts';

const now = Date.UTC(2026, 0, 1);

/** Every kind there is, from the union itself. */
const kinds = new Set(
  [
    ...readFileSync(new URL('../../../src/domain/failure.ts', import.meta.url), 'utf8').matchAll(
      /FailureBase & \{ readonly kind: '(\w+)'/g,
    ),
  ].map(([, kind]) => kind),
);

function check(status: number, headers: Readonly<Record<string, string>>, body: string): void {
  const failure = classifyAnswer({ status, headers, body, now });
  assert.ok(kinds.has(failure.kind), failure.kind);
  for (const line of [failure.message, failure.code ?? 'x', failure.requestId ?? 'x']) {
    assert.ok(line.length > 0 && line.length <= 200, `${line.length}`);
    assert.doesNotMatch(line, /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
  }
  assert.ok(failure.retryAfter === undefined || (failure.retryAfter >= 0 && failure.retryAfter <= retryDelayCap));
  if (failure.kind === 'quota' && failure.resetsAt !== undefined) {
    assert.ok(failure.resetsAt >= now && failure.resetsAt <= now + quotaResetCap);
  }
}

/** Names that the reader of error bodies looks for, and names that could reach a prototype. */
const names = [
  ...['error', 'message', 'code', 'type', 'status', 'details', 'metadata', 'innererror', 'response', 'detail', 'errors', 'violations'],
  ...['reason', 'quotaId', 'retryDelay', 'resets_at', 'resets_in_seconds', 'estimated_time', 'error_type', 'error_code', 'limit_source'],
  ...['n_ctx', 'n_prompt_tokens', '__type', 'throttlingException', 'html-message', '__proto__', 'constructor', 'prototype', 'toString'],
];
const words = [
  'quota',
  'overloaded',
  'slow_down',
  'RESOURCE_EXHAUSTED',
  'try again in 1e9s',
  'model not found',
  '37s',
  '\'`"',
  '',
  '\ud800',
  '\u202e\n',
];
const leaf = fc.oneof(fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 429, 503, ...words), fc.string({ unit: 'binary' }), fc.double());
const { value: shaped } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
  ),
}));
const body = fc.oneof(
  shaped.map((value) => JSON.stringify(value)),
  shaped.map((value) => JSON.stringify({ error: value })),
  shaped.map((value) => JSON.stringify({ error: JSON.stringify({ error: value }) })),
  // As some clients of a prototype would be attacked: a key of its own named __proto__.
  shaped.map(
    (value) => `{"__proto__": ${JSON.stringify(value)}, "error": {"__proto__": {"code": "quota"}, "message": ${JSON.stringify(value)}}}`,
  ),
  fc.json(),
  fc.string({ unit: 'binary' }),
);
const headers = fc.dictionary(
  fc.constantFrom(
    ...['retry-after', 'retry-after-ms', 'content-type', 'x-request-id', 'x-ratelimit-reset', 'x-ratelimit-remaining', 'x-amzn-errortype'],
    ...['x-github-request-id', 'deprecation', 'sunset', 'warning', 'anthropic-ratelimit-tokens-reset'],
  ),
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('text/html', '1e9', '-1', '@1', 'NaN', '0', '253402300800000')),
);
const status = fc.oneof(fc.constantFrom(200, 400, 402, 403, 404, 429, 500, 503, 529), fc.integer({ min: 0, max: 999 }));

describe('classification of anything at all', () => {
  it('never throws, gives one of the known kinds, and one short line', () => {
    fc.assert(fc.property(status, headers, body, check), { numRuns: 2000 });
  }).timeout(20_000);

  it('reads null in every place as absent', () => {
    for (const name of names) {
      for (const text of [
        'null',
        '[null]',
        '[]',
        '{}',
        `{"${name}":null}`,
        `{"error":{"${name}":null}}`,
        `{"error":{"details":[{"${name}":null}]}}`,
      ]) {
        check(400, {}, text);
        check(200, {}, text);
      }
    }
  });

  it('survives depth, size and broken UTF-16', () => {
    const deep = '['.repeat(120_000);
    const nested = `${'{"error":'.repeat(20_000)}null${'}'.repeat(20_000)}`;
    for (const text of [deep, nested, 'x'.repeat(262_144), JSON.stringify({ error: { message: '\ud800'.repeat(50_000) } })]) {
      check(500, {}, text);
      check(200, { 'content-type': 'text/html' }, text);
    }
  });

  it('leaves no trace on Object.prototype', () => {
    check(400, {}, '{"__proto__":{"polluted":1},"error":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}');
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('makes at most one short printable line of any deprecation header', () => {
    fc.assert(
      fc.property(headers, fc.option(fc.string({ unit: 'binary' }), { nil: undefined }), (sent, message) => {
        const line = deprecationOf(sent, message);
        assert.ok(line === undefined || /^[\x20-\x7e]{1,200}$/.test(line), line);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the time that classification takes', () => {
  const kilobytes = 8;
  const fill = (piece: string): string => piece.repeat(Math.ceil((kilobytes * 1024) / piece.length)).slice(0, kilobytes * 1024);
  /** Made to be slow: almost matches, quotes that never close, gaps, blanks, half addresses, digits. */
  const pieces = [
    ...['too many x ', 'no no no ', "('a", '\'"`', '"a\'b`c ', ' ', '\t \n', 'https://', 'http://a ', 'a', '\u0130', '\ud83d\ude00'],
    ...[
      'try again in ',
      'try again in 1',
      'retry after 1h1m1s1',
      '9',
      '1.',
      'rate limi ',
      'model deprecat ',
      'regain access on 2026-',
      '\\"',
      '<',
    ],
  ];
  const asMessage = (text: string): string => JSON.stringify({ error: { message: text, code: text, type: text, status: text } });
  const asDetails = (text: string): string =>
    JSON.stringify({ error: { details: Array(50).fill({ reason: text.slice(0, 1000), retryDelay: text }) } });

  it('is at most 1 ms per KB, whatever the text is made of', () => {
    const slow: string[] = [];
    for (const piece of pieces) {
      for (const text of [fill(piece), asMessage(fill(piece)), asDetails(fill(piece)), JSON.stringify({ error: fill(`{${piece}`) })]) {
        for (const sent of [
          {},
          { 'retry-after': text, 'x-ratelimit-reset-tokens': text, deprecation: text, sunset: text, warning: text },
        ]) {
          const time = fastest(() => {
            classifyAnswer({ status: 429, headers: sent, body: text, now });
            deprecationOf(sent, text);
          });
          if (time > text.length / 1024)
            slow.push(`${JSON.stringify(piece)}: ${time.toFixed(1)} ms for ${Math.round(text.length / 1024)} KB`);
        }
      }
    }
    assert.deepEqual(slow, []);
  }).timeout(20_000);

  it('is at most 1 ms for a short answer', () => {
    for (const piece of pieces) {
      const text = JSON.stringify({ error: { message: fill(piece).slice(0, 900) } });
      assert.ok(fastest(() => classifyAnswer({ status: 429, headers: {}, body: text, now })) <= 1, piece);
    }
  });
});

/** The least of a few runs in ms: what others do on the machine can only add. */
function fastest(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn++) {
    const began = performance.now();
    run();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}
