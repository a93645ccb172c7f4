import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import type { HttpClient } from '../../../src/base/http.ts';
import { serverStateOf } from '../../../src/evaluation/askServerState.ts';
import { longestMetrics, readSamples } from '../../../src/evaluation/prometheus.ts';
import { isFull, readLlamaSlots, readMetrics, readOllamaTimings } from '../../../src/evaluation/serverMetrics.ts';

/** Recorded from llama.cpp's server; the counters between are left out. */
const llamaMetrics = `# HELP llamacpp:prompt_tokens_total Number of prompt tokens processed, excluding cached tokens
# TYPE llamacpp:prompt_tokens_total counter
llamacpp:prompt_tokens_total 36
# HELP llamacpp:requests_processing Number of requests processing
# TYPE llamacpp:requests_processing gauge
llamacpp:requests_processing 0
# HELP llamacpp:requests_deferred Number of requests deferred
# TYPE llamacpp:requests_deferred gauge
llamacpp:requests_deferred 0
# HELP llamacpp:n_busy_slots_per_decode Average number of busy slots per llama_decode() call
# TYPE llamacpp:n_busy_slots_per_decode gauge
llamacpp:n_busy_slots_per_decode 1
`;

/** In the shape that vLLM's documentation gives. */
const vllmMetrics = (cache: string): string => `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="acme/coder \\"5.3\\""} 18.0
vllm:num_requests_waiting{engine="0",model_name="acme/coder"} 0.0
# TYPE ${cache} gauge
${cache}{engine="0",model_name="acme/coder"} 0.5
vllm:e2e_request_latency_seconds_bucket{le="+Inf"} 12 1795253252000
`;

describe('what a server says about itself', () => {
  it('is read from the metrics of llama.cpp', () => {
    assert.deepEqual(readMetrics(llamaMetrics), { running: 0, waiting: 0 });
    assert.deepEqual(readMetrics(llamaMetrics.replace(/deferred 0/, 'deferred 3')), { running: 0, waiting: 3 });
  });

  it('is read from the metrics of vLLM, old and new, with slots worked out from its cache', () => {
    for (const name of ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc']) {
      assert.deepEqual(readMetrics(vllmMetrics(name)), { running: 18, waiting: 0, slots: 36, isEstimate: true });
    }
    // Nor of a share beyond all, of next to none, or of more slots than any server has.
    for (const usage of ['1.5', '0.015', '0.0205']) {
      assert.equal(readMetrics(`vllm:num_requests_running 100\nvllm:kv_cache_usage_perc ${usage}`)?.slots, undefined, usage);
    }
    assert.deepEqual(readMetrics('vllm:num_requests_running 5\nvllm:kv_cache_usage_perc 0.015'), { running: 5 });
    assert.deepEqual(readMetrics('vllm:num_requests_running -1\nvllm:num_requests_waiting 2'), { waiting: 2 });
    // Of two requests in a nearly empty cache nothing follows.
    assert.deepEqual(readMetrics('vllm:num_requests_running 2\nvllm:kv_cache_usage_perc 0.9'), { running: 2 });
  });

  it('is read from the slots of llama.cpp', () => {
    const slot = (busy: boolean): object => ({ id: 0, n_ctx: 2048, speculative: false, is_processing: busy, id_task: 7, next_token: [{}] });
    assert.deepEqual(readLlamaSlots(JSON.stringify([slot(true), slot(false)])), { slots: 2, running: 1 });
    for (const other of ['', '<html>', '[]', '{}', '[{"id":0}]', '[null]', '{"error":{"code":501}}']) {
      assert.equal(readLlamaSlots(other), undefined, other);
    }
    assert.equal(readLlamaSlots(JSON.stringify(Array.from({ length: 5000 }, () => slot(false)))), undefined);
  });

  it('is read from the timings of Ollama', () => {
    // Recorded from Ollama.
    const answer = {
      ...{ done: true, total_duration: 254_202_705, load_duration: 666_587 },
      ...{ prompt_eval_count: 5, prompt_eval_duration: 8_182_000, eval_count: 6, eval_duration: 243_942_000 },
    };
    const read = (more: object): ReturnType<typeof readOllamaTimings> => readOllamaTimings(JSON.stringify({ ...answer, ...more }));
    assert.deepEqual(read({}), { tokens: 6, step: 243.942 / 6, load: 0.666587, total: 254.202705 });
    // The whole is not less than its parts.
    for (const total of [undefined, -1, 0, 3, '254202705']) {
      assert.equal(read({ total_duration: total })?.total.toFixed(6), '252.790587', String(total));
    }
    assert.equal(read({ load_duration: -1 })?.load, 0);
    const none = [
      { eval_count: 0 },
      { eval_count: '6' },
      { eval_count: -6 },
      { eval_duration: 0 },
      { eval_duration: -1 },
      { eval_duration: null },
    ];
    for (const other of none) assert.equal(read(other), undefined, JSON.stringify(other));
    for (const other of ['', 'null', '3', '[]', '{}', '<html>', JSON.stringify(answer).slice(0, -1)]) {
      assert.equal(readOllamaTimings(other), undefined, other);
    }
  });

  it('means full when nothing is free or somebody waits, and not because of an estimate', () => {
    assert.ok(isFull({ running: 4, slots: 4 }) && isFull({ waiting: 1 }));
    assert.ok(!isFull({}) && !isFull({ running: 3, slots: 4, waiting: 0 }) && !isFull({ running: 9, slots: 8, isEstimate: true }));
  });

  it('is nothing where a page is something else, however long', () => {
    for (const other of ['', '<html><body>502</body></html>', 'go_goroutines 12', '{"running": 3}', 'llamacpp:requests_processing NaN']) {
      assert.equal(readMetrics(other), undefined, other);
    }
    const long = `${'x 1\n'.repeat(longestMetrics / 4)}llamacpp:requests_processing 1`;
    assert.equal(readMetrics(long), undefined);
  });

  it('reads the value of a sample, and not the time behind it', () => {
    assert.deepEqual(readSamples('a 12 1795253252000\nb 3'), [
      { name: 'a', labels: {}, value: 12 },
      { name: 'b', labels: {}, value: 3 },
    ]);
  });

  it('reads whatever it is given without throwing, and samples as they were written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        readMetrics(text);
        readLlamaSlots(text);
        readOllamaTimings(text);
      }),
    );
    const label = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(
        label,
        fc.double({ noNaN: true }).map((number) => number + 0),
        (value, number) => {
          const escaped = value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
          const [sample] = readSamples(
            `a:b{one="${escaped}",two="2"} ${number === Infinity ? '+Inf' : number === -Infinity ? '-Inf' : number}`,
          );
          assert.deepEqual(sample, { name: 'a:b', labels: { one: value, two: '2' }, value: number });
        },
      ),
    );
  });
});

describe('asking a server about itself', () => {
  const slots = '[{"is_processing":true},{"is_processing":false}]';
  const metrics = 'llamacpp:requests_processing 7\nllamacpp:requests_deferred 1';
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  /** A server with these pages. */
  function asking(answer: (path: string, signal: AbortSignal) => Promise<{ status: number; body: AsyncIterable<Uint8Array> }>): {
    readonly asked: string[];
    readonly ask: () => ReturnType<ReturnType<typeof serverStateOf>>;
  } {
    const asked: string[] = [];
    const http: HttpClient = {
      async request({ url, headers, signal }) {
        asked.push(`${new URL(url).pathname} ${headers['authorization'] ?? ''}`);
        return { headers: {}, ...(await answer(new URL(url).pathname, signal)) };
      },
      dispose: () => undefined,
    };
    // Its patience is that of a moment.
    const clock: Clock = { ...systemClock, after: (_, callback) => systemClock.after(20, callback) };
    const state = serverStateOf({ origin: 'http://127.0.0.1:1', http, clock, key: () => Promise.resolve('k') });
    return { asked, ask: () => state(new AbortController().signal) };
  }
  async function* body(...texts: readonly string[]): AsyncIterable<Uint8Array> {
    for (const text of texts) yield await Promise.resolve(bytes(text));
  }

  it('puts both pages together, and believes the slots', async () => {
    const { ask, asked } = asking((path) => Promise.resolve({ status: 200, body: body(path === '/slots' ? slots : metrics) }));
    assert.deepEqual(await ask(), { slots: 2, running: 1, waiting: 1 });
    assert.deepEqual(asked, ['/slots Bearer k', '/metrics Bearer k']);
  });

  it('takes no other status for an answer, and does not ask again for what is not there', async () => {
    const { ask, asked } = asking((path) =>
      Promise.resolve({ status: path === '/slots' ? 501 : 200, body: body(path === '/slots' ? slots : metrics) }),
    );
    for (let round = 0; round < 2; round++) assert.deepEqual(await ask(), { running: 7, waiting: 1 });
    assert.deepEqual(
      asked.map((each) => each.split(' ')[0]),
      ['/slots', '/metrics', '/metrics'],
    );
  });

  it('does not wait for ever, and reads no page without end', async () => {
    const mute = asking((_, signal) => new Promise((__, reject) => signal.addEventListener('abort', () => reject(new Error('late')))));
    assert.equal(await mute.ask(), undefined);
    let isReadToItsEnd = false;
    async function* endless(): AsyncIterable<Uint8Array> {
      for (let index = 0; index < 5000; index++) yield await Promise.resolve(bytes('x'.repeat(1024)));
      isReadToItsEnd = true;
    }
    const long = asking(() => Promise.resolve({ status: 200, body: endless() }));
    assert.equal(await long.ask(), undefined);
    assert.equal(isReadToItsEnd, false);
  });
});
