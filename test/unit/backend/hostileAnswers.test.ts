import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { httpBackend } from '../../../src/backend/httpBackend.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { HttpClient } from '../../../src/base/http.ts';
import type { Outcome } from '../../../src/domain/completion.ts';
import { capabilities } from '../../../src/settings/capability.ts';
import type { HttpProtocol } from '../../../src/settings/settings.ts';
import { configuredBackend, samplePrompts } from '../../fakes/backend.ts';
import { everyProtocol, spoken } from '../../fakes/spoken.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';

const plain = 'application/json';

/** The content type of a stream in this protocol. */
const streamed = (protocol: HttpProtocol): string =>
  capabilities[protocol].streams === 'lines' ? 'application/x-ndjson' : 'text/event-stream';

/** A stream of these JSON texts. */
const framed = (protocol: HttpProtocol, events: readonly string[]): string =>
  events.map((event) => (capabilities[protocol].streams === 'lines' ? `${event}\n` : `data: ${event}\n\n`)).join('');

/** A server that says this to everybody. */
function saying(body: string, contentType: string, status = 200): HttpClient {
  return {
    request: () =>
      Promise.resolve({
        status,
        headers: { 'content-type': contentType },

        body: (async function* (): AsyncGenerator<Uint8Array> {
          yield new TextEncoder().encode(body);
        })(),
      }),
    dispose: () => undefined,
  };
}

function ask(protocol: HttpProtocol, http: HttpClient): Promise<Outcome> {
  const backend = configuredBackend({ protocol, baseUrl: 'https://backend.example/v1' });
  const ports = { http, clock: systemClock, key: () => Promise.resolve(undefined), prompts: samplePrompts };
  return httpBackend(backend, ports).complete(sampleRequest(), quietCall());
}

/** What happened in a few words: the text, or the kind of failure. */
async function told(protocol: HttpProtocol, body: string, contentType: string): Promise<string> {
  const outcome = await ask(protocol, saying(body, contentType));
  return outcome.ok ? `text ${JSON.stringify(outcome.text)}` : outcome.failure.kind;
}

/** What the fault server says in this protocol, as values: the events of a stream, and a whole answer. */
function goodAnswers(protocol: HttpProtocol): { readonly events: readonly unknown[]; readonly whole: unknown } {
  const { dialect } = spoken[protocol];
  const envelope = { id: '1', model: 'm', created: 0 };
  const usage = { promptTokens: 1, completionTokens: 1 };
  const bytes = dialect.begin(envelope) + dialect.chunk(envelope, 'text') + dialect.finish(envelope, 'stop', usage);
  return {
    events: [...bytes.matchAll(/^(?:data: )?(\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json) as unknown),
    whole: JSON.parse(dialect.json(envelope, 'text', 'stop', usage)),
  };
}

/** The value with its n-th inner value replaced, counted around. */
function spoilt(value: unknown, place: number, by: unknown): unknown {
  let left = place % sizeOf(value);
  const walk = (current: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(current)) return current.map(walk);
    if (typeof current !== 'object' || current === null) return current;
    return Object.fromEntries(Object.entries(current).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(value);
}

function sizeOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.values(value).reduce((sum: number, inner) => sum + sizeOf(inner), 1) : 1;
}

const names = [
  ...['type', 'choices', 'text', 'delta', 'message', 'content', 'finish_reason', 'usage', 'model', 'error', 'response', 'output'],
  ...[
    'status',
    'incomplete_details',
    'reason',
    'stop_reason',
    'content_block',
    'index',
    'prompt_tokens',
    'input_tokens',
    'code',
    '__proto__',
  ],
];
const words = [
  ...['response.output_text.delta', 'response.completed', 'response.failed', 'content_block_delta', 'message_delta', 'message_start'],
  ...['text_delta', 'text', 'output_text', 'message', 'error', 'stop', 'length', 'failed', 'insufficient_system_resource', ''],
];

/** JSON with the right names in the wrong places. */
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, ...words),
    fc.string({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
  ),
}));

function assertDefined(outcome: Outcome): void {
  if (outcome.ok) assert.equal(typeof outcome.text, 'string');
  else assert.ok(outcome.failure.kind !== 'internal' && outcome.failure.kind !== 'cancelled', JSON.stringify(outcome));
}

describe('answers that make no sense', () => {
  for (const [protocol] of everyProtocol) {
    it(`${protocol} reads its own answers with anything in any place`, async () => {
      const { events, whole } = goodAnswers(protocol);
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), fc.oneof(fc.constant(null), anything), async (which, place, by) => {
          const spoiltEvents = events.map((event, index) => (index === which % events.length ? spoilt(event, place, by) : event));
          const body = framed(
            protocol,
            spoiltEvents.map((event) => JSON.stringify(event)),
          );
          assertDefined(await ask(protocol, saying(body, streamed(protocol))));
          assertDefined(await ask(protocol, saying(JSON.stringify(spoilt(whole, place, by)), plain)));
        }),
        { numRuns: 300 },
      );
    });

    it(`${protocol} reads anything and calls it an answer or a failure of the server, never a bug`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anything, { maxLength: 5 }), fc.boolean(), async (values, isStream) => {
          const events = values.map((value) => JSON.stringify(value));
          const body = isStream ? framed(protocol, events) : (events[0] ?? '');
          const outcome = await ask(protocol, saying(body, isStream ? streamed(protocol) : plain));
          assertDefined(outcome);
        }),
        { numRuns: 200 },
      );
    });

    for (const [name, body, kind] of [
      ['a 200 that is an error object', '{"error":{"message":"Selected model is at capacity.","type":"server_error"}}', 'capacity'],
      ['a 200 that is an error text', '{"error":"server busy, please try again.  maximum pending requests exceeded"}', 'capacity'],
      ['a 200 that is an empty object', '{}', 'server'],
      ['a 200 that is a list', '[]', 'server'],
      ['a 200 that is null', 'null', 'server'],
      ['a 200 that is empty', '', 'server'],
    ] as const) {
      it(`${protocol} calls ${name} ${kind}`, async () => {
        assert.equal(await told(protocol, body, plain), kind);
      });
    }

    for (const [name, body] of [
      ['no event', ''],
      ['only comments', ': ping\n\n:\n\n'],
    ] as const) {
      // A line is never a comment.
      if (body !== '' && capabilities[protocol].streams === 'lines') continue;
      it(`${protocol} calls a stream of ${name} cut`, async () => {
        assert.equal(await told(protocol, body, streamed(protocol)), 'network');
      });
    }
  }
});

describe('answers in a shape of their own', () => {
  const sse = (...values: readonly (object | string)[]): string =>
    values.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`).join('');
  const rows: readonly (readonly [name: string, protocol: HttpProtocol, body: string, expected: string])[] = [
    [
      'counts without choices',
      'openai-completions',
      sse({ choices: [{ text: 'a', finish_reason: 'stop' }] }, { choices: [], usage: { prompt_tokens: 3 } }, '[DONE]'),
      'text "a"',
    ],
    [
      'counts without choices',
      'openai-chat',
      sse({ choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] }, { usage: { prompt_tokens: 3 } }, '[DONE]'),
      'text "a"',
    ],
    [
      'thoughts that are no text',
      'openai-chat',
      sse({ choices: [{ delta: { reasoning_content: 'I think', content: null } }] }, { choices: [{ delta: { content: 'a' } }] }, '[DONE]'),
      'text "a"',
    ],
    [
      'parts of which one is a thought',
      'mistral-fim',
      sse(
        {
          choices: [
            {
              delta: {
                content: [
                  { type: 'thinking', text: 'hm' },
                  { type: 'text', text: 'a' },
                ],
              },
            },
          ],
        },
        '[DONE]',
      ),
      'text "a"',
    ],
    ['an error as finish reason', 'mistral-fim', sse({ choices: [{ delta: { content: 'a' }, finish_reason: 'error' }] }), 'server'],
    [
      'an end for want of room',
      'deepseek-fim',
      sse({ choices: [{ text: 'a', finish_reason: 'insufficient_system_resource' }] }, '[DONE]'),
      'capacity',
    ],
    ['a filtered answer', 'azure-openai', sse({ choices: [{ delta: {}, finish_reason: 'content_filter' }] }, '[DONE]'), 'content_filter'],
    [
      'a failure inside a 200',
      'openai-responses',
      sse({ type: 'response.failed', response: { error: { code: 'server_is_overloaded', message: 'busy' } } }),
      'capacity',
    ],
    [
      'an error event',
      'openai-responses',
      sse({ type: 'error', code: 'rate_limit_exceeded', message: 'Rate limit reached', param: null }),
      'rate_limit',
    ],
    [
      'a bound that is reached',
      'openai-responses',
      sse(
        { type: 'response.output_text.delta', delta: 'a' },
        { type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' }, output: [] } },
      ),
      'text "a"',
    ],
    [
      'a filter',
      'openai-responses',
      sse({ type: 'response.incomplete', response: { incomplete_details: { reason: 'content_filter' }, output: [] } }),
      'content_filter',
    ],
    [
      'thoughts in blocks of their own',
      'anthropic',
      sse(
        { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } },
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'a' } },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
        { type: 'message_stop' },
      ),
      'text "a"',
    ],
    [
      'a refusal',
      'anthropic',
      sse({ type: 'message_delta', delta: { stop_reason: 'refusal' } }, { type: 'message_stop' }),
      'content_filter',
    ],
    [
      'an error in mid-stream',
      'anthropic',
      sse(
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'a' } },
        { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      ),
      'capacity',
    ],
  ];
  for (const [name, protocol, body, expected] of rows) {
    it(`${protocol}: ${name}`, async () => {
      assert.equal(await told(protocol, body, streamed(protocol)), expected);
    });
  }

  const whole: readonly (readonly [protocol: HttpProtocol, body: object])[] = [
    ['openai-completions', { choices: [{ text: 'a', finish_reason: 'stop' }] }],
    ['openai-chat', { choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }],
    ['openai-responses', { status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: 'a' }] }] }],
    ['mistral-fim', { choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }],
    ['deepseek-fim', { choices: [{ text: 'a', finish_reason: 'stop' }] }],
    ['anthropic', { type: 'message', content: [{ type: 'text', text: 'a' }], stop_reason: 'end_turn' }],
    ['azure-openai', { choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }],
  ];
  for (const [protocol, body] of whole) {
    it(`${protocol}: a plain answer although a stream was asked for`, async () => {
      assert.equal(await told(protocol, JSON.stringify(body), plain), 'text "a"');
    });
  }
});
