import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { seededRandom } from '../../src/base/random.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../../src/domain/completion.ts';
import type { EngineOptions } from '../../src/engine.ts';
import { failed } from '../../src/domain/completion.ts';
import { CancelledByEditor, failureOfAbort } from '../../src/domain/failure.ts';
import { sampleRequest } from '../fakes/request.ts';
import { type KeyBench, type KeyBenchOptions, withKeys } from '../fakes/keyBench.ts';

/** What a person types; each line is one that a model can know from its beginning. */
const program = [
  'export function total(items: Item[]): number {',
  '  let sum = 0;',
  '  for (const item of items) {',
  '    sum += item.price;',
]
  .concat(['  }', '  return Math.round(sum * 100) / 100;', '}', 'export const empty: Item[] = [];', 'console.log(total(empty));'])
  .join('\n');

/** A model that knows the program, but is wrong about one word in three until its second letter is there. */
class Knowing implements CompletionSource {
  readonly id = 'main';
  readonly sentAt: number[] = [];
  most = 0;
  #inFlight = 0;

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    this.sentAt.push(performance.now());
    this.most = Math.max(this.most, ++this.#inFlight);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 180);
      call.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#inFlight--;
    if (call.signal.aborted) return failed(failureOfAbort(call.signal.reason) ?? { kind: 'internal', message: 'aborted' });
    const rest = program.startsWith(request.prefix) ? (program.slice(request.prefix.length).split('\n', 1)[0] ?? '') : '';
    const isWrong = request.prefix.length % 3 === 0;
    const text = isWrong ? `${rest.slice(0, 1)}x${rest.slice(2)}` : rest;
    if (text !== '') call.onText?.(text);
    return { ok: true, text, origin: 'model', sourceId: this.id, finish: 'stop' };
  }
}

interface Session {
  readonly keys: number;
  readonly requests: number;
  readonly speculative: number;
  /** Keys after which the person paused, and those of them at which a text was there in the end. */
  readonly pauses: number;
  readonly withText: number;
  /** Median time to it. */
  readonly median: number;
}

/** Types the program with pauses, letter by letter, never taking a suggestion: what a plain client pays most for. */
async function typed(mechanisms: EngineOptions['mechanisms']): Promise<Session> {
  const model = new Knowing();
  const random = seededRandom(11);
  const waits: number[] = [];
  let pauses = 0;
  let requests = 0;
  let speculative = 0;
  const options: KeyBenchOptions = { source: model, ...(mechanisms ? { mechanisms } : {}) };
  await withKeys(options, async (bench) => {
    let before: ReturnType<KeyBench['key']> | undefined;
    for (let length = 1; length <= program.length; length++) {
      before?.cancel();
      const key = bench.key(`${program.slice(0, length)}|`);
      before = key;
      const isPause = random() < 0.12;
      await bench.passes(isPause ? 900 : 80 + Math.floor(random() * 120));
      if (!isPause) continue;
      pauses++;
      const [, after] = /: .* after (\d+)$/.exec(key.said) ?? [];
      if (after !== undefined) waits.push(Number(after));
      if (/^(model|cache)/.test(key.said)) bench.engine.shown(key.id);
    }
    await bench.passes(1000);
    ({ requests, speculative } = bench.engine.snapshot().counts);
  });
  waits.sort((one, other) => one - other);
  return {
    keys: program.length,
    requests,
    speculative,
    pauses,
    withText: waits.length,
    median: waits[Math.floor(waits.length / 2)] ?? Infinity,
  };
}

describe('a person who types a program', () => {
  it('costs far fewer requests, and sees texts sooner, than with a mechanism switched off', async () => {
    const all = await typed({});
    const noReuse = await typed({ reuse: false });
    const noCache = await typed({ reuse: false, cache: false });
    const none = await typed({ reuse: false, cache: false, debounce: false, speculation: false });
    const story = JSON.stringify({ all, noReuse, noCache, none }, undefined, 1);
    assert.ok(all.requests <= noReuse.requests && noReuse.requests < noCache.requests && noCache.requests < none.requests, story);
    assert.ok(all.requests + all.speculative <= 0.4 * none.requests, story);
    assert.ok(all.median <= none.median / 2, story);
    assert.ok(all.withText >= 0.95 * none.withText, story);
  }).timeout(20_000);
});

it('whatever is typed, cancelled, shown, rejected or edited: all settles, two in flight, three in a second, no timer left', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step(), { minLength: 1, maxLength: 60 }), async (steps) => {
      const model = new Knowing();
      await withKeys({ source: model }, async (bench) => {
        const keys: ReturnType<KeyBench['key']>[] = [];
        let cursor = 1;
        for (const { move, wait, then } of steps) {
          cursor = Math.max(0, Math.min(program.length, cursor + move));
          const key = bench.key(`${program.slice(0, cursor)}|`, { documentId: move > 5 ? 'another' : 'one' });
          keys.push(key);
          await bench.passes(wait);
          if (then === 'cancel') key.cancel();
          if (then === 'show') bench.engine.shown(key.id);
          if (then === 'reject') bench.engine.rejected(key.id);
          if (then === 'accept') bench.engine.accepted(key.id, 1);
          if (then === 'pause') bench.engine.pause();
          else bench.engine.resume();
        }
        await bench.passes(5000);
        assert.ok(keys.every(({ said }) => said !== ''));
        assert.ok(model.most <= 2, `${model.most} in flight`);
        for (const [index, at] of model.sentAt.entries()) {
          const before = model.sentAt[index - 3];
          assert.ok(before === undefined || at - before >= 999, model.sentAt.join());
        }
      });
    }),
    { numRuns: 60 },
  )).timeout(60_000);

function step(): fc.Arbitrary<{ readonly move: number; readonly wait: number; readonly then: string }> {
  return fc.record({
    move: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.integer({ min: -3, max: 40 }) }),
    wait: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 60, max: 700 })),
    then: fc.constantFrom('', '', '', 'cancel', 'show', 'reject', 'accept', 'pause'),
  });
}

it('an engine that was stopped settles what waits', () =>
  withKeys({}, async (bench) => {
    const waiting = bench.engine.complete(sampleRequest(), { signal: new AbortController().signal });
    const aborted = AbortSignal.abort(new CancelledByEditor());
    const dead = bench.engine.complete(sampleRequest(), { signal: aborted });
    bench.engine.dispose();
    await bench.passes(100);
    for (const outcome of await Promise.all([waiting, dead])) assert.ok(!outcome.ok);
  }));
