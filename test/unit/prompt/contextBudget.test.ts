import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { CompletionRequest, CompletionSource } from '../../../src/domain/completion.ts';
import { contextBudgetDefaults, withContextBudget } from '../../../src/prompt/contextBudget.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';
import { ScriptedSource } from '../../fakes/scriptedSource.ts';
import { withVirtualTime, type VirtualTime } from '../../fakes/virtualTime.ts';

const lengths = (source: ScriptedSource): number[] => source.requests.map(({ prefix, suffix }) => prefix.length + suffix.length);
const long = (characters = 4000): CompletionRequest => sampleRequest({ prefix: 'x = 1;\n'.repeat(characters / 7), suffix: '' });

async function on(test: (source: ScriptedSource, wrapped: CompletionSource, time: VirtualTime) => Promise<void>): Promise<void> {
  await withVirtualTime(async (time) => {
    const source = new ScriptedSource('main');
    const wrapped = withContextBudget(source, { clock: systemClock, logger: silentLogger });
    await test(source, wrapped, time);
  });
}

async function ask(wrapped: CompletionSource, time: VirtualTime, request = long()): Promise<string> {
  const promise = wrapped.complete(request, quietCall());
  await time.tickAsync(100);
  const outcome = await promise;
  return outcome.ok ? 'ok' : outcome.failure.kind;
}

describe('a backend whose context is smaller than the prompt', () => {
  const tooLong = { kind: 'context_length', message: 'too long' } as const;

  it('gets three quarters when it does not say how much it takes, again and again until it fits', () =>
    on(async (source, wrapped, time) => {
      source.next({ kind: 'fail', failure: tooLong }, { kind: 'fail', failure: tooLong });
      assert.equal(await ask(wrapped, time), 'context_length');
      assert.equal(await ask(wrapped, time), 'ok');
      const [first = 0, second = 0, third = 0, ...more] = lengths(source);
      assert.deepEqual(more, []);
      assert.ok(second <= first * 0.75 && second > first * 0.6);
      assert.ok(third <= second * 0.75 && third > second * 0.6);
    }));

  it('gets what fits into the context it names', () =>
    on(async (source, wrapped, time) => {
      source.next({ kind: 'fail', failure: { ...tooLong, promptTokens: 1000, contextTokens: 600 } });
      assert.equal(await ask(wrapped, time), 'ok');
      const [first = 0, second = 0] = lengths(source);
      // 4 characters to a token; 600 less 32 for the answer and 32 for the format, and 5 % to be sure.
      assert.ok(second <= (first / 1000) * 536 * 0.95 && second > (first / 1000) * 536 * 0.8, `${second}`);
    }));

  it('is not believed when its figures would let the same prompt pass', () =>
    on(async (source, wrapped, time) => {
      source.next({ kind: 'fail', failure: { ...tooLong, contextTokens: 100_000 } });
      assert.equal(await ask(wrapped, time), 'ok');
      const [first = 0, second = 0] = lengths(source);
      assert.ok(second <= first * 0.75);
    }));

  it('is measured by what it counted itself', () =>
    on(async (source, _wrapped, time) => {
      const counting: CompletionSource = {
        id: 'main',
        async complete(request, call) {
          const outcome = await source.complete(request, call);
          return outcome.ok ? { ...outcome, usage: { promptTokens: (request.prefix.length + request.suffix.length) / 2 } } : outcome;
        },
      };
      const measured = withContextBudget(counting, { clock: systemClock, logger: silentLogger });
      assert.equal(await ask(measured, time), 'ok');
      source.next({ kind: 'fail', failure: { ...tooLong, contextTokens: 564 } });
      assert.equal(await ask(measured, time), 'ok');
      const last = lengths(source).at(-1) ?? 0;
      assert.ok(last <= 500 * 2 * 0.95 && last > 500 * 2 * 0.8, `${last}`);
    }));

  it('is not asked again for a prompt that cannot be the reason, nor after the person has typed on', () =>
    on(async (source, wrapped, time) => {
      source.set({ kind: 'fail', failure: tooLong });
      assert.equal(await ask(wrapped, time, sampleRequest({ prefix: 'short', suffix: '' })), 'context_length');
      assert.equal(source.requests.length, 1);
      const controller = new AbortController();
      source.set({ kind: 'fail', failure: tooLong, after: 50 });
      const promise = wrapped.complete(long(), { signal: controller.signal });
      controller.abort(new Error('gone'));
      await time.tickAsync(100);
      await promise;
      assert.equal(source.requests.length, 2);
    }));

  it('gets full prompts again after an hour: servers are started anew', () =>
    on(async (source, wrapped, time) => {
      source.next({ kind: 'fail', failure: tooLong });
      await ask(wrapped, time);
      await time.tickAsync(contextBudgetDefaults.forgetAfter);
      await ask(wrapped, time);
      assert.equal(lengths(source)[2], lengths(source)[0]);
    }));
});
