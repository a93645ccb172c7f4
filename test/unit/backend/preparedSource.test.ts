import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LocalServer } from '../../../src/backend/localServer.ts';
import { preparation, preparedSource } from '../../../src/backend/preparedSource.ts';
import { systemClock } from '../../../src/base/clock.ts';
import type { CompletionSource, Outcome } from '../../../src/domain/completion.ts';
import { type Failure, watchedLoading } from '../../../src/domain/failure.ts';
import { PromptShape } from '../../../src/prompt/promptShape.ts';
import { TokenMeter } from '../../../src/prompt/tokenMeter.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';
import { ScriptedSource } from '../../fakes/scriptedSource.ts';
import { type VirtualTime, withVirtualTime } from '../../fakes/virtualTime.ts';

/** A server that answers when the test says so. */
class FakeServer implements LocalServer {
  readonly assumedTokens?: number;
  readonly maximumTokens = 8192;
  asked = 0;
  onLoading: () => void = () => undefined;
  #settle: { resolve: (tokens?: number) => void; reject: (error: unknown) => void } | undefined;

  constructor(assumedTokens?: number) {
    if (assumedTokens !== undefined) this.assumedTokens = assumedTokens;
  }

  prepare(signal: AbortSignal, onLoading: () => void): Promise<number | undefined> {
    this.asked++;
    this.onLoading = onLoading;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }

  async answers(tokens?: number): Promise<void> {
    this.#settle?.resolve(tokens);
    await Promise.resolve();
  }

  fails(): void {
    this.#settle?.reject(new Error('connection refused'));
  }
}

interface Bench {
  readonly server: FakeServer;
  readonly model: ScriptedSource;
  readonly life: AbortController;
  readonly time: VirtualTime;
  readonly ready: () => number;
  readonly ask: (prefix?: string) => Promise<Outcome>;
}

async function withSource(test: (bench: Bench) => Promise<void>, assumedTokens?: number): Promise<void> {
  await withVirtualTime(async (time) => {
    const server = new FakeServer(assumedTokens);
    const model = new ScriptedSource();
    const life = new AbortController();
    let ready = 0;
    const shape = new PromptShape(new TokenMeter());
    const source: CompletionSource = preparedSource({
      source: model,
      fit: (request, tokens) => shape.withinTokens(request, tokens),
      server,
      clock: systemClock,
      life: life.signal,
      onReady: () => ready++,
    });
    const ask = async (prefix = 'short'): Promise<Outcome> => {
      const outcome = source.complete(sampleRequest({ prefix, suffix: '' }), quietCall());
      await time.tickAsync(0);
      return outcome;
    };
    await test({ server, model, life, time, ready: () => ready, ask });
    life.abort(new Error('disposed'));
    await time.tickAsync(0);
    assert.equal(time.countTimers(), 0);
  });
}

const loading: Failure = { kind: 'loading', message: 'Loading model' };
const long = 'x'.repeat(40_000);

describe('a source in front of a local server', () => {
  it('does not wait for what it asks the server, and cuts the next prompt to the context it learns', () =>
    withSource(async ({ server, model, ask }) => {
      assert.ok((await ask(long)).ok);
      assert.equal(model.requests[0]?.prefix.length, 40_000);
      await server.answers(2048);
      await ask(long);
      assert.ok((model.requests[1]?.prefix.length ?? 0) < 5000);
      assert.equal(server.asked, 1);
    }));

  it('reckons with the server’s usual context until it knows, and with no more than is of use', () =>
    withSource(async ({ server, model, ask }) => {
      await ask(long);
      const first = model.requests[0]?.prefix.length ?? 0;
      assert.ok(first < 10_500);
      await server.answers(131_072);
      await ask(long);
      const second = model.requests[1]?.prefix.length ?? 0;
      assert.ok(second > first && second < 8192 * 2.5);
    }, 4096));

  it('says loading at once while the model is loaded, and tells when it is there', () =>
    withSource(async ({ server, model, ready, ask }) => {
      await ask();
      server.onLoading();
      const outcome = await ask();
      assert.ok(!outcome.ok && outcome.failure.kind === 'loading' && outcome.failure.code === watchedLoading);
      assert.equal(model.requests.length, 1, 'nothing was sent into the queue');
      assert.equal(ready(), 0);
      await server.answers(4096);
      assert.equal(ready(), 1);
      assert.ok((await ask()).ok);
    }));

  it('tells nobody when there was nothing to wait for', () =>
    withSource(async ({ server, ready, ask }) => {
      await ask();
      await server.answers(4096);
      assert.equal(ready(), 0);
    }));

  it('lets the requests through again when the loading fails: they say why', () =>
    withSource(async ({ server, model, time, ready, ask }) => {
      await ask();
      server.onLoading();
      server.fails();
      await time.tickAsync(0);
      assert.equal(ready(), 1);
      assert.ok((await ask()).ok);
      assert.equal(model.requests.length, 2);
    }));

  it('looks for the end of a loading that an answer speaks of, without waiting for a keystroke', () =>
    withSource(async ({ server, model, time, ready, ask }) => {
      await ask();
      await server.answers(4096);
      await time.tickAsync(preparation.atLeastEvery);
      model.next({ kind: 'fail', failure: loading });
      const outcome = await ask();
      assert.ok(!outcome.ok && outcome.failure.code === watchedLoading);
      assert.equal(server.asked, 2);
      await server.answers(4096);
      assert.equal(ready(), 1);
    }));

  it('does not go round in circles with a server that is well and says loading', () =>
    withSource(async ({ server, model, ready, ask }) => {
      await ask();
      await server.answers(4096);
      model.set({ kind: 'fail', failure: loading });
      const outcome = await ask();
      assert.ok(!outcome.ok && outcome.failure.code === undefined, 'the guard waits as it does for any server');
      assert.deepEqual([server.asked, ready()], [1, 0]);
    }));

  it('takes the context from a refusal', () =>
    withSource(async ({ model, ask }) => {
      model.next({ kind: 'fail', failure: { kind: 'context_length', message: 'too long', contextTokens: 1024 } });
      await ask(long);
      await ask(long);
      assert.ok((model.requests[1]?.prefix.length ?? 0) < 2600);
    }));

  it('asks again after a minute, so that an unloaded model and a server started anew are seen', () =>
    withSource(async ({ server, time, ask }) => {
      await ask();
      await server.answers(4096);
      await time.tickAsync(preparation.validFor - 1);
      await ask();
      assert.equal(server.asked, 1);
      await time.tickAsync(1);
      await ask();
      assert.equal(server.asked, 2);
    }));

  const doubtful: readonly Failure[] = [
    { kind: 'timeout', deadline: 'first-token', after: 3000, message: 'no answer' },
    { kind: 'network', cause: 'refused', message: 'refused' },
  ];
  for (const failure of doubtful) {
    it(`asks again after ${failure.kind}, at most every 5 s`, () =>
      withSource(async ({ server, model, time, ask }) => {
        await ask();
        await server.answers(4096);
        model.set({ kind: 'fail', failure });
        await ask();
        await ask();
        assert.equal(server.asked, 1);
        await time.tickAsync(preparation.atLeastEvery);
        await ask();
        assert.equal(server.asked, 2);
      }));
  }

  it('gives a loading up after 5 min', () =>
    withSource(async ({ server, time, ask, ready }) => {
      await ask();
      server.onLoading();
      await time.tickAsync(preparation.giveUpAfter);
      assert.equal(ready(), 1);
      assert.ok((await ask()).ok);
    }));

  it('asks nothing any more once it is disposed', () =>
    withSource(async ({ server, life, ask }) => {
      life.abort(new Error('disposed'));
      await ask();
      assert.equal(server.asked, 0);
    }));
});
