import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Clock, delayOf, systemClock } from '../../../src/base/clock.ts';
import type { Arm } from '../../../src/domain/rollout.ts';
import { type BenchmarkPlan, isCandidateFirst, requestFor, runBenchmark } from '../../../src/evaluation/benchmark.ts';
import { benchmarkDefaults } from '../../../src/evaluation/benchmarkDefaults.ts';
import type { Ask, Position } from '../../../src/evaluation/benchmarkTypes.ts';
import { samplePosition } from './pairs.ts';

const positions: readonly Position[] = Array.from({ length: 40 }, (_, index) => ({ ...samplePosition, id: `p${index}` }));

/** Answers after a while, and writes down who was asked what. */
function asking(arm: Arm, log: string[], fails: (count: number) => boolean = () => false): Ask {
  let count = 0;
  return async (request, signal) => {
    log.push(request.id);
    count += 1;
    const isFailure = fails(count);
    await delayOf(systemClock, 1, signal);
    const base = {
      at: 0,
      requestId: request.id,
      sourceId: arm,
      model: 'm',
      trigger: 'automatic',
      elapsed: 1,
      censored: false,
      stage: 'done',
      bytes: 0,
    } as const;
    return isFailure
      ? { attempt: { ...base, outcome: 'server' }, outcome: { ok: false, failure: { kind: 'server', message: 'no' } }, text: '' }
      : {
          attempt: { ...base, outcome: 'ok' },
          outcome: { ok: true, text: 'x', origin: 'model', sourceId: arm, finish: 'stop' },
          text: 'x',
        };
  };
}

function planOf(ask: Record<Arm, Ask>, more: Partial<BenchmarkPlan> = {}): BenchmarkPlan {
  const clock: Clock = systemClock;
  return {
    versions: { baseline: { backend: 'b', model: 'old' }, candidate: { backend: 'b', model: 'new' } },
    ask,
    positions,
    seed: 1,
    concurrency: 1,
    clock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...more,
  };
}

describe('a run of the benchmark', () => {
  it('asks both sides about each position back to back, in an order that a hash decides', async () => {
    const log: string[] = [];
    const run = await runBenchmark(planOf({ baseline: asking('baseline', log), candidate: asking('candidate', log) }));
    assert.equal(run.pairs.length, 40);
    assert.equal(log.length, 80);
    let candidateFirst = 0;
    for (let index = 0; index < log.length; index += 2) {
      const [arm, id = ''] = log[index]!.split(' ');
      assert.equal(log[index + 1]!.split(' ')[1], id);
      assert.equal(arm === 'candidate', isCandidateFirst(1, id));
      if (arm === 'candidate') candidateFirst += 1;
    }
    assert.ok(candidateFirst > 8 && candidateFirst < 32, `${candidateFirst} of 40`);
  });

  it('has either side first about as often', () => {
    const count = Array.from({ length: 4000 }, (_, index) => isCandidateFirst(1, `own src/file${index}.ts 12`)).filter(Boolean).length;
    assert.ok(Math.abs(count - 2000) < 130, `${count} of 4000`);
  });

  it('asks in the same order for the same seed, and in another for another', async () => {
    const orderOf = async (seed: number): Promise<string[]> => {
      const log: string[] = [];
      await runBenchmark(planOf({ baseline: asking('baseline', log), candidate: asking('candidate', log) }, { seed }));
      // Of the positions; who is asked first is another matter.
      return [...new Set(log.map((id) => id.split(' ')[1] ?? ''))];
    };
    assert.deepEqual(await orderOf(1), await orderOf(1));
    assert.notDeepEqual(await orderOf(1), await orderOf(2));
  });

  it('leaves a side alone that fails ten times in a row', async () => {
    const log: string[] = [];
    const run = await runBenchmark(planOf({ baseline: asking('baseline', log), candidate: asking('candidate', log, () => true) }));
    assert.equal(run.pairs.length, benchmarkDefaults.failuresInARow);
    assert.equal(run.left, 30);
    assert.match(run.stopped ?? '', /the candidate failed 10 times in a row \(server\)/);
  });

  it('goes on when failures are not in a row', async () => {
    const log: string[] = [];
    const run = await runBenchmark(
      planOf({ baseline: asking('baseline', log, (count) => count % 10 !== 0), candidate: asking('candidate', log) }),
    );
    assert.equal(run.stopped, undefined);
    assert.equal(run.pairs.length, 40);
  });

  it('never has more requests running than it was told', async () => {
    for (const concurrency of [1, 2] as const) {
      let running = 0;
      let most = 0;
      const inner = { baseline: asking('baseline', []), candidate: asking('candidate', []) };
      const counted =
        (arm: Arm): Ask =>
        async (request, signal) => {
          running += 1;
          most = Math.max(most, running);
          const asked = await inner[arm](request, signal);
          running -= 1;
          return asked;
        };
      await runBenchmark(planOf({ baseline: counted('baseline'), candidate: counted('candidate') }, { concurrency }));
      assert.equal(most, concurrency);
    }
  });

  it('ends soon after it is interrupted, with whole pairs only', async () => {
    const left = new AbortController();
    const ask = { baseline: asking('baseline', []), candidate: asking('candidate', []) };
    const onProgress = (done: number): void => {
      if (done === 5) left.abort();
    };
    const run = await runBenchmark(planOf(ask, { signal: left.signal, onProgress }));
    assert.equal(run.pairs.length, 5);
    assert.equal(run.left, 35);
  });

  it('takes back what runs when it is interrupted', async () => {
    const left = new AbortController();
    const ended = asking('baseline', [], () => true);
    const hanging: Ask = async (request, signal) => {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return ended(request, signal);
    };
    const running = runBenchmark(planOf({ baseline: hanging, candidate: hanging }, { signal: left.signal }));
    left.abort();
    assert.deepEqual((await running).pairs, []);
  });

  it('takes an empty answer for an answer: such a side is not left alone', async () => {
    const inner = asking('candidate', []);
    const silent: Ask = async (request, signal) => {
      const asked = await inner(request, signal);
      return { ...asked, attempt: { ...asked.attempt, outcome: 'empty' }, text: '' };
    };
    const run = await runBenchmark(planOf({ baseline: asking('baseline', []), candidate: silent }));
    assert.deepEqual([run.stopped, run.pairs.length], [undefined, 40]);
  });

  it('keeps what a person would see, the times and the tokens, in the order of the positions', async () => {
    const inner = asking('candidate', []);
    const told: Ask = async (request, signal) => {
      const { attempt, outcome } = await inner(request, signal);
      const usage = { promptTokens: 30, completionTokens: 4 };
      return {
        attempt: { ...attempt, elapsed: 90, firstTextAfter: 40, interrupted: 'asleep' },
        outcome: { ...outcome, usage },
        text: 'shown',
      };
    };
    const { pairs } = await runBenchmark(planOf({ baseline: asking('baseline', []), candidate: told }));
    const times = { elapsed: 90, censored: false, firstTextAfter: 40, interrupted: true };
    assert.deepEqual(pairs[0]?.answers.candidate, { outcome: 'ok', text: 'shown', ...times, promptTokens: 30, completionTokens: 4 });
    const ids = pairs.map(({ position }) => position.id);
    assert.deepEqual(ids, ids.toSorted());
  });

  it('asks for a block on an empty line and for a line within one', () => {
    assert.equal(requestFor(samplePosition, 'baseline').shape, 'line');
    const block = requestFor({ ...samplePosition, prefix: 'function f() {\n  ' }, 'baseline');
    assert.equal(block.shape, 'block');
    assert.equal(block.context, undefined);
    // Under the deadlines of a keystroke.
    assert.equal(block.trigger, 'automatic');
  });
});
