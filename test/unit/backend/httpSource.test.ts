import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { httpBackend } from '../../../src/backend/httpBackend.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { Outcome } from '../../../src/domain/completion.ts';
import { configuredBackend } from '../../fakes/backend.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';
import { failureExamples } from './failureExamples.ts';
import { recordedAnswers, recordedEvents } from './recordedAnswers.ts';

type Headers = Readonly<Record<string, string>>;

/** What the source makes of one answer. */
function outcomeOf(status: number, headers: Headers, ...chunks: readonly string[]): Promise<Outcome> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield new TextEncoder().encode(chunk);
  }
  const source = httpBackend(configuredBackend({ baseUrl: 'https://models.example/v1' }), {
    clock: systemClock,
    key: () => Promise.resolve(undefined),
    prompts: { files: () => [], fim: () => ({ prompt: 'x', stop: [] }), chat: () => ({ system: '', user: '', enough: () => undefined }) },
    http: { request: () => Promise.resolve({ status, headers, body: body() }), dispose: () => undefined },
  });
  return source.complete(sampleRequest(), quietCall());
}

const stream = { 'content-type': 'text/event-stream' };
const json = { 'content-type': 'application/json' };
const event = (value: unknown): string => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
const token = (text: unknown, finish: unknown = null): object => ({ choices: [{ text, index: 0, finish_reason: finish }] });
const kindOf = (outcome: Outcome): string => (outcome.ok ? 'ok' : outcome.failure.kind);

describe('an answer on its way through the source', () => {
  it('is classified as by itself, with its headers', async () => {
    for (const { status, headers = json, body, kind } of [...failureExamples, ...recordedAnswers]) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      // An error inside a stream: the next test.
      if (status === 200 && headers === json) continue;
      assert.equal(kindOf(await outcomeOf(status, headers, text)), kind, `${status} ${text.slice(0, 80)}`);
    }
  });

  const inStream = failureExamples.filter(
    ({ status, body }) => status === 200 && typeof body === 'object' && body !== null && 'error' in body,
  );
  for (const { kind, body } of [...inStream, ...recordedEvents]) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    it(`an error event is ${kind}, before and after text: ${text.slice(0, 60)}`, async () => {
      assert.equal(kindOf(await outcomeOf(200, stream, event(text))), kind);
      assert.equal(kindOf(await outcomeOf(200, stream, event(token('some')), event(text), event('[DONE]'))), kind);
      assert.equal(kindOf(await outcomeOf(200, json, text)), kind, 'as a plain answer');
    });
  }
});

describe('bad input from a server', () => {
  const end = event('[DONE]');
  const rows: readonly (readonly [string, Headers, readonly string[], string])[] = [
    ['unknown fields', stream, [event({ ...token('a'), x: null, novel: { deep: [1] } }), end], 'ok'],
    ['a token that is null', stream, [event(token(null)), event(token('a')), end], 'ok'],
    ['a token that is a number', stream, [event(token(7)), event(token('a', 'stop'))], 'ok'],
    ['error: null beside an answer', stream, [event({ ...token('a', 'stop'), error: null })], 'ok'],
    ['usage and model of a wrong shape', stream, [event({ ...token('a', 'stop'), usage: 'many', model: 4 })], 'ok'],
    ['a finish reason nobody knows', stream, [event(token('a', 'tired'))], 'ok'],
    ['choices: null', stream, [event({ choices: null }), end], 'server'],
    ['choices: [null]', stream, [event({ choices: [null] }), end], 'server'],
    ['choices of a wrong shape', stream, [event({ choices: { 0: {} } }), end], 'server'],
    ['no event at all', stream, [end], 'server'],
    ['null as an event', stream, [event('null'), end], 'server'],
    ['a list as an event', stream, [event('[]'), end], 'server'],
    ['half an event', stream, [event('{"choices":[{"text":"a"'), end], 'server'],
    ['a bare error string', stream, [event({ error: 'boom' })], 'server'],
    ['an empty error', stream, [event({ error: {} })], 'server'],
    ['error: false', stream, [event({ error: false })], 'server'],
    ['the end without an end mark', stream, [event(token('a'))], 'network'],
    ['nothing', stream, [], 'network'],
    ['a plain answer', json, [JSON.stringify(token('a', 'stop'))], 'ok'],
    ['a plain answer without choices', json, ['{}'], 'server'],
    ['plain null', json, ['null'], 'server'],
    ['a plain list', json, ['[]'], 'server'],
    ['a plain error object with status 200', json, ['{"error":{"code":"model_not_found"}}'], 'model_retired'],
    ['an empty body', json, [''], 'server'],
    ['text that is no JSON', json, ['all good'], 'network'],
    ['no content type', {}, [JSON.stringify(token('a', 'stop'))], 'ok'],
  ];
  for (const [name, headers, chunks, kind] of rows) {
    it(`${name}: ${kind}`, async () => {
      const outcome = await outcomeOf(200, headers, ...chunks);
      assert.equal(kindOf(outcome), kind);
      if (outcome.ok) assert.equal(outcome.text, 'a');
    });
  }

  it('of any shape settles with a value that is no bug of ours', async () => {
    const value = fc.oneof(
      fc.anything(),
      fc.record({ choices: fc.anything(), error: fc.anything(), usage: fc.anything(), model: fc.anything() }, { requiredKeys: [] }),
      fc.record({ choices: fc.array(fc.record({ text: fc.anything(), finish_reason: fc.anything() }, { requiredKeys: [] })) }),
    );
    const text = fc.oneof(
      value.map((each) => {
        // A value that JSON cannot hold (a bigint, a cycle) is no answer of a server.
        try {
          return JSON.stringify(each) ?? 'null';
        } catch {
          return 'null';
        }
      }),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(stream, json), fc.array(text, { maxLength: 4 }), async (headers, texts) => {
        const outcome = await outcomeOf(200, headers, ...(headers === stream ? texts.map(event) : texts));
        assert.ok(outcome.ok || outcome.failure.kind !== 'internal', JSON.stringify(outcome));
      }),
      { numRuns: 200 },
    );
  }).timeout(20_000);
});

describe('what an answer says of the end of its model', () => {
  const good = [event(token('a', 'stop')), event('[DONE]')];
  const rows: readonly (readonly [string, Headers, string | undefined])[] = [
    ['nothing', {}, undefined],
    ['Deprecation as RFC 9745 has it', { deprecation: '@1782777600' }, 'a Deprecation header with the date 2026-06-30'],
    ['Deprecation: true', { deprecation: 'true' }, 'a Deprecation header'],
    ['Deprecation: false', { deprecation: 'false' }, undefined],
    ['Sunset', { sunset: 'Tue, 30 Jun 2026 00:00:00 GMT' }, 'a Sunset header: gone after 2026-06-30'],
    ['a Sunset that is no date', { sunset: 'soon' }, undefined],
    ['Warning', { warning: '299 - The model m is deprecated' }, 'a Warning header calls the model deprecated'],
    ['another Warning', { warning: '110 - Response is Stale' }, undefined],
  ];
  for (const [name, headers, expected] of rows) {
    it(`${name}, with a good answer and with a failed one`, async () => {
      assert.equal((await outcomeOf(200, { ...stream, ...headers }, ...good)).deprecation, expected);
      assert.equal((await outcomeOf(503, { ...json, ...headers }, '{}')).deprecation, expected);
    });
  }

  it('in the message of a failure, in our words', async () => {
    const body = JSON.stringify({ error: { message: 'Slow down. By the way, this model is deprecated: const secret = 1;' } });
    assert.equal((await outcomeOf(429, json, body)).deprecation, 'an error message calls the model deprecated');
    const field = JSON.stringify({ error: { message: 'The parameter max_tokens is deprecated' } });
    assert.equal((await outcomeOf(400, json, field)).deprecation, undefined);
  });
});
