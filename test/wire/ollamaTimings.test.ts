import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { capacity } from '../../src/cli/capacity.ts';
import { ollamaTimingsOf } from '../../src/cli/ollamaTimings.ts';
import { testRequest } from '../../src/domain/backendTest.ts';
import { type AnswerTimings, ollamaAsking } from '../../src/evaluation/askOllamaTimings.ts';
import type { CapacityFindings } from '../../src/evaluation/capacityCheck.ts';
import { longestMetrics } from '../../src/evaluation/prometheus.ts';
import { configuredBackend } from '../fakes/backend.ts';
import { type CommandRun, runWords } from '../fakes/commandRun.ts';
import { type Heard, type Playback, startPlayback } from '../fakes/playbackServer.ts';

/** Recorded from Ollama: a streamed answer of /api/generate, byte for byte. */
const streamed = readFileSync(new URL('../fakes/recorded/ollamaStream.txt', import.meta.url), 'utf8');
/** In ms. */
const delay = 100;

/** As Ollama has it, without what is of no account here; durations in ms. */
function said(more: Readonly<Record<string, number | undefined>> = {}): string {
  const durations = { total_duration: 80, load_duration: 0.6, prompt_eval_duration: 8, eval_duration: 60, ...more };
  const inside = Object.entries(durations).map(([name, value]) => [name, value === undefined ? undefined : Math.round(value * 1e6)]);
  const { eval_count: count = 6 } = more;
  const fields = { ...Object.fromEntries(inside), prompt_eval_count: 13, eval_count: count } as object;
  return JSON.stringify({ model: 'coder', response: 'left + right', done: true, done_reason: 'stop', ...fields });
}

interface Asked {
  readonly timings: AnswerTimings | undefined;
  readonly heard: readonly Heard[];
  /** From before the first request to behind the last answer, in ms. */
  readonly took: number;
}

/** Asks a server whose answers take `delay`, one after the other; the last goes on. `undefined`: it stays silent. */
async function asked(
  answers: readonly (Playback | undefined)[],
  {
    clock = systemClock,
    setting = {},
    signal = new AbortController().signal,
  }: { clock?: Clock; setting?: object; signal?: AbortSignal } = {},
): Promise<Asked> {
  let index = 0;
  const server = await startPlayback(async () => {
    const answer = answers[Math.min(index++, answers.length - 1)];
    await pause(delay);
    return answer as Playback;
  });
  const http = createHttpClient();
  const began = performance.now();
  try {
    const version = configuredBackend({ protocol: 'ollama', baseUrl: `${server.url}/v1`, ...setting });
    let prompts = 0;
    const request = (): typeof testRequest => ({ ...testRequest, prefix: `# ${++prompts}\n` });
    const timings = await ollamaTimingsOf({ version, http, clock, signal, key: () => Promise.resolve('sk-1'), request });
    return { timings, heard: server.heard, took: performance.now() - began };
  } finally {
    http.dispose();
    await server.close();
  }
}

describe('what Ollama says of the time of an answer', () => {
  it('is asked for in one short request, as the backend is set', async () => {
    const { heard } = await asked([{ body: said() }], { setting: { keepAlive: 5, headers: { 'x-team': 'editors' } } });
    const [{ method, path, headers, body }] = heard as readonly [Heard];
    assert.deepEqual([heard.length, method, path], [1, 'POST', '/api/generate']);
    assert.deepEqual([headers.authorization, headers['x-team'], headers['content-type']], ['Bearer sk-1', 'editors', 'application/json']);
    const { prompt, raw, stream, keep_alive: keepAlive, options } = body;
    assert.deepEqual({ prompt, raw, stream, keepAlive }, { prompt: '# 1\n', raw: true, stream: false, keepAlive: '5m' });
    assert.equal((options as { num_predict: number }).num_predict, ollamaAsking.tokens);
  });

  it('is not asked for in another protocol', async () => {
    assert.deepEqual((await asked([{ body: said() }], { setting: { protocol: 'openai-completions' } })).heard, []);
  });

  it('leaves as overhead what the server did not spend', async () => {
    const { timings, took } = await asked([{ body: said() }]);
    assert.ok(timings, 'believed');
    assert.deepEqual([timings.tokens, timings.step], [6, 10]);
    assert.ok(timings.overhead > 15 && timings.overhead <= took - 80, `${timings.overhead} of ${took}`);
  });

  it('adds up the parts where the whole is missing, or less than they are', async () => {
    for (const total of [undefined, 0, 1]) {
      const { timings, took } = await asked([{ body: said({ total_duration: total }) }]);
      assert.ok(timings && timings.overhead > 26 && timings.overhead <= took - 68, `${timings?.overhead} of ${took}`);
    }
  });

  it('is asked for once more when the model was just loaded, with another prompt, and never a third time', async () => {
    const loading = { body: said({ load_duration: 4000, total_duration: 4080 }) };
    const again = await asked([loading, { body: said() }]);
    assert.equal(again.timings?.step, 10);
    assert.deepEqual(
      again.heard.map(({ body }) => body['prompt']),
      ['# 1\n', '# 2\n'],
    );
    const never = await asked([loading]);
    assert.deepEqual([never.timings, never.heard.length], [undefined, 2]);
  });

  it('believes no more than half of an answer to be overhead', async () => {
    const { timings, took } = await asked([{ body: said({ total_duration: 0.001, prompt_eval_duration: 0, eval_duration: 0.0005 }) }]);
    assert.ok(timings && timings.overhead > 45 && timings.overhead <= took / 2, `${timings?.overhead} of ${took}`);
  });

  const nothing: readonly (readonly [string, Playback])[] = [
    ['an HTML page', { type: 'text/html', body: '<html><body>Sign in</body></html>' }],
    ['an error', { status: 500, body: said() }],
    ['a redirect', { status: 302, body: said() }],
    ['nothing', { body: '' }],
    ['an answer without end', { body: `${said().slice(0, -1)},"context":[${'1,'.repeat(longestMetrics)}1]}` }],
    ['a stream', { body: streamed }],
    ['no durations', { body: '{"response":"","done":true}' }],
    ['negative ones', { body: said({ eval_duration: -60 }) }],
    ['more time than there was', { body: said({ total_duration: 60_000 }) }],
    ['parts longer than there was time', { body: said({ eval_duration: 1e12 }) }],
    ['durations beyond all numbers', { body: said().replace('60000000', '1e999') }],
    ['more tokens than were asked for', { body: said({ eval_count: 1e9 }) }],
    ['words for figures', { body: said().replace('60000000', '"60000000"') }],
  ];
  for (const [name, answer] of nothing) {
    it(`is nothing of a server that says ${name}`, async () => {
      const { timings, heard } = await asked([answer]);
      assert.deepEqual([timings, heard.length], [undefined, 1]);
    });
  }

  it('is nothing of a server that hangs, and of one that is not there', async () => {
    // Its patience is that of a moment.
    const hasty: Clock = { ...systemClock, after: (_, callback) => systemClock.after(150, callback) };
    const { timings, heard } = await asked([undefined], { clock: hasty });
    assert.deepEqual([timings, heard.length], [undefined, 1]);
    assert.equal((await asked([{ body: said() }], { setting: { baseUrl: 'http://127.0.0.1:1' } })).timings, undefined);
  });

  it('ends with the command', async () => {
    const controller = new AbortController();
    const running = asked([undefined], { signal: controller.signal });
    await pause(50);
    controller.abort(new Error('Ctrl+C'));
    const { timings, took } = await running;
    assert.equal(timings, undefined);
    assert.ok(took < ollamaAsking.patience / 2, `${took}`);
  });
});

describe('a capacity check of Ollama', function () {
  this.timeout(20_000);

  /** Runs the command against a server that streams what it is asked to stream, each answer after 40 ms. */
  async function checked(body: string, ...more: readonly string[]): Promise<CommandRun & { readonly heard: readonly Heard[] }> {
    const server = await startPlayback(async ({ body: { stream } }) => {
      await pause(40);
      return stream === true ? { type: 'application/x-ndjson', body: streamed } : { body };
    });
    const candidate = ['--candidate-url', server.url, '--candidate-model', 'coder', '--candidate-protocol', 'ollama'];
    const load = ['--slots', '4', '--peak-rate', '1', '--levels', '1,2,4', '--max-rate', '400', '--think', '5'];
    try {
      return { ...(await runWords(['capacity', ...candidate, ...load, ...more], [capacity])), heard: server.heard };
    } finally {
      await server.close();
    }
  }
  const apart = (heard: readonly Heard[]): readonly Heard[] => heard.filter(({ body }) => body['stream'] === false);
  const findingsOf = ({ out, err }: CommandRun): CapacityFindings => {
    assert.ok(out.startsWith('{'), `${out} ${err}`);
    return JSON.parse(out) as CapacityFindings;
  };
  /** 40 ms, of which the model had 24. */
  const half = said({ total_duration: 24, prompt_eval_duration: 2, eval_duration: 12 });

  it('takes the overhead that follows, and says so', async () => {
    const run = await checked(half, '--json');
    const { overhead, timings, forecast, levels } = findingsOf(run);
    assert.deepEqual([timings?.step, timings?.tokens, overhead?.source], [2, 6, 'server']);
    assert.equal(overhead?.value, timings?.overhead);
    assert.ok(overhead && overhead.value > 12, JSON.stringify(overhead));
    // As much of an answer holds its slot as the forecast was told.
    const alone = levels[0]?.p50.value ?? 0;
    assert.ok(forecast.law && forecast.law.alone < alone - 8, `${forecast.law?.alone} of ${alone}`);
    assert.equal(apart(run.heard).length, 1);
    const prompts = run.heard.filter(({ method }) => method === 'POST').map(({ body }) => body['prompt']);
    assert.equal(new Set(prompts).size, prompts.length, 'no prompt is found in a cache');
  });

  it('tells it in words and as a document', async () => {
    const run = await checked(half, '--report', 'capacity.md');
    for (const text of [run.out, run.written('/work-folder/capacity.md') ?? '']) {
      assert.match(text, /outside of its slot an answer spends \d+\.\d ms, as the server says/);
      assert.match(text, /one token takes 2\.00 ms of an answer that is alone, as the server says/);
    }
  });

  it('believes a person before the server, and asks nothing with --no-metrics', async () => {
    const given = findingsOf(await checked(half, '--json', '--overhead', '3'));
    assert.deepEqual([given.overhead, given.timings?.step], [{ value: 3, source: 'person' }, 2]);
    const silent = await checked(half, '--json', '--no-metrics');
    const { overhead, timings } = findingsOf(silent);
    assert.deepEqual([overhead, timings, apart(silent.heard).length], [{ value: 0, source: 'nobody' }, undefined, 0]);
  });

  it('goes on as careful as ever where the server says what cannot be', async () => {
    const run = await checked(said({ total_duration: 60_000 }));
    assert.match(run.out, /outside of its slot an answer spends 0\.0 ms, because nobody says more/);
    assert.doesNotMatch(run.out, /one token/);
    assert.equal(run.exit, 0, run.err);
  });
});
