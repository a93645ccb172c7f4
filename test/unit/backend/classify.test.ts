import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { classifyAnswer } from '../../../src/backend/classify.ts';
import { readErrorBody } from '../../../src/backend/errorBody.ts';
import type { FailureRow } from '../../../src/backend/failureRow.ts';
import { findRow } from '../../../src/backend/failureTable.ts';
import { namedRows } from '../../../src/backend/namedRows.ts';
import { askedDelay } from '../../../src/backend/retryDelay.ts';
import { contentRows, leftOver, statusRows } from '../../../src/backend/statusRows.ts';
import { detailRows, wordRows } from '../../../src/backend/wordRows.ts';
import { exampleTime as now, failureExamples } from './failureExamples.ts';
import { recordedAnswers, recordedEvents } from './recordedAnswers.ts';

const json = { 'content-type': 'application/json' };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The row that decides, and for an error inside a stream under the status that its code names. */
function rowFor({ status, headers, body }: Answer): FailureRow {
  const error = readErrorBody(body, headers);
  const named = status === 200 ? Number(error.codes.find((code) => /^[45]\d\d$/.test(code)) ?? 200) : status;
  return findRow(named, headers, error, askedDelay(headers, error, now));
}

const answers = [
  ...failureExamples.map((example) => ({
    ...example,
    headers: example.headers ?? json,
    body: typeof example.body === 'string' ? example.body : JSON.stringify(example.body),
  })),
  ...recordedAnswers.map((answer) => ({ ...answer, known: 'T' })),
  ...recordedEvents.map((event) => ({ ...event, known: 'T', status: 200, headers: { 'content-type': 'text/event-stream' } })),
];

describe('the table of failures (law 10)', () => {
  for (const answer of answers) {
    const what = 'what' in answer ? `, ${answer.what}` : '';
    it(`[${answer.known}] ${answer.from} ${answer.status}${what} ${answer.body.slice(0, 70).replace(/\s+/g, ' ')} is ${answer.kind}`, () => {
      const failure = classifyAnswer({ ...answer, now });
      assert.equal(failure.kind, answer.kind);
      assert.equal(rowFor(answer).seen[answer.from], answer.known, `evidence in the row ${JSON.stringify(rowFor(answer))}`);
      if ('retryAfter' in answer) assert.equal(failure.retryAfter, answer.retryAfter);
      if ('resetsAt' in answer) assert.equal(failure.kind === 'quota' ? failure.resetsAt : undefined, answer.resetsAt);
    });
  }

  it('has an example for every row, provider and mark', () => {
    const shown = new Set(answers.map((answer) => `${rows.indexOf(rowFor(answer))} ${answer.from} ${answer.known}`));
    const missing = rows.flatMap((row, index) =>
      Object.entries(row.seen)
        .filter(([from, known]) => !shown.has(`${index} ${from} ${known}`))
        .map(([from, known]) => `${from} [${known}] ${JSON.stringify({ ...row, seen: undefined })}`),
    );
    assert.deepEqual(missing, []);
  });

  for (const row of namedRows) {
    for (const name of row.names ?? []) {
      it(`knows ${name}, with ${row.status?.join(' or ') ?? 'any status'}, as code and as type`, () => {
        const message = row.words?.[0]?.replace('^', '') ?? 'x';
        const status = row.status?.find((each) => each !== 200) ?? 418;
        const sent = name.replace('*', ':some-model');
        if (row.status?.length === 1 && row.status[0] === 200) return;
        for (const error of [
          { code: sent, type: 'unknown', message },
          { code: null, type: sent, message },
        ]) {
          assert.equal(classifyAnswer({ status, headers: json, body: JSON.stringify({ error }), now }).kind, row.kind);
        }
      });
    }
  }
});

const rows: readonly FailureRow[] = [...namedRows, ...detailRows, ...wordRows, ...statusRows, ...contentRows, leftOver];

describe('the order of law 10', () => {
  const kindOf = (status: number, error: unknown, headers: Readonly<Record<string, string>> = json): string =>
    classifyAnswer({ status, headers, body: JSON.stringify({ error }), now }).kind;

  it('code before type before details before message before status before content', () => {
    const details = [{ reason: 'API_KEY_INVALID' }];
    const page = { 'content-type': 'text/html' };
    assert.equal(kindOf(403, { code: 'model_not_found', type: 'overloaded_error', details, message: 'quota' }, page), 'model_retired');
    assert.equal(kindOf(403, { type: 'overloaded_error', details, message: 'quota' }, page), 'capacity');
    assert.equal(kindOf(429, { details, message: 'quota' }, page), 'auth');
    assert.equal(kindOf(401, { message: 'quota' }, page), 'quota');
    assert.equal(kindOf(401, { message: '' }, page), 'auth');
    assert.equal(classifyAnswer({ status: 200, headers: page, body: '<html>', now }).kind, 'network');
  });

  it('never searches an echoed prompt: outside of the message, in quotes, or as an address', () => {
    const echo = 'if (model.isAtCapacity) throw "server busy, rate limit, quota, overloaded"';
    const body = JSON.stringify({ error: { message: 'bad field' }, prompt: echo, input: [echo] });
    assert.equal(classifyAnswer({ status: 400, headers: json, body, now }).kind, 'bad_request');
    assert.equal(kindOf(500, { message: 'parse error at line 1; last read: \'"server busy, quota' + "'" }), 'server');
    assert.equal(kindOf(400, { message: 'unexpected `too many requests` in "prompt"' }), 'bad_request');
    assert.equal(kindOf(400, { message: 'see https://example.com/quota/rate-limit' }), 'bad_request');
    assert.equal(kindOf(400, { message: 'the closing quotation mark is missing' }), 'bad_request', 'quotation is not quota');
    assert.equal(kindOf(429, { message: "You don't have any credit, it's used up" }), 'quota', "don't is no quote");
  });

  it('keeps what a context error teaches', () => {
    const body = JSON.stringify({ error: { type: 'exceed_context_size_error', message: 'x', n_prompt_tokens: 3001, n_ctx: 2048 } });
    const failure = classifyAnswer({ status: 400, headers: json, body, now });
    assert.ok(failure.kind === 'context_length' && failure.promptTokens === 3001 && failure.contextTokens === 2048);
  });

  it('takes reset headers for a wait beside a rate limit only: good and broken answers carry them too', () => {
    const headers = { ...json, 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' };
    const failure = (status: number) => classifyAnswer({ status, headers, body: '{}', now });
    assert.equal(failure(429).retryAfter, 360_000);
    assert.equal(failure(500).retryAfter, undefined);
    assert.equal(failure(529).retryAfter, undefined);
  });
});
