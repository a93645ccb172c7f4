import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Emitter } from '../../src/base/event.ts';
import { candidateBackend, stoppable } from '../../src/candidate.ts';
import { failed, type CompletionRequest } from '../../src/domain/completion.ts';
import { candidatePlan } from '../../src/rollout/plan.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { answerOf, FakeGuarded } from '../fakes/guardedSource.ts';
import { quietCall, sampleRequest } from '../fakes/request.ts';
import { plan } from '../fakes/rolloutPlan.ts';

const { backends } = parseSettings({
  backends: [
    { name: 'team', protocol: 'openai-completions', baseUrl: 'https://team.example/v1', model: 'coder-1', boundary: 'local', fim: 'qwen' },
    { name: 'next', protocol: 'openai-completions', baseUrl: 'https://next.example/v1', model: 'other', boundary: 'local' },
  ],
}).settings;

describe('the backend of a candidate', () => {
  it('is its own one with the name, model and format of the policy', () => {
    const backend = candidateBackend(
      backends,
      candidatePlan({ ...plan, candidate: { backend: 'next', model: 'coder-2', fim: 'starcoder' } }),
    );
    assert.deepEqual(backend && [backend.name, backend.model, backend.fim, backend.baseUrl], [
      'next · coder-2',
      'coder-2',
      'starcoder',
      'https://next.example/v1',
    ]);
    assert.equal(candidateBackend(backends, candidatePlan(plan))?.fim, 'qwen', 'where the policy says nothing');
  });

  it('is none when it or the baseline is not configured: nobody would be asked in its place', () => {
    const [team, next] = backends;
    assert.ok(team && next);
    const two = candidatePlan({ ...plan, candidate: { backend: 'next', model: 'coder-2' } });
    assert.deepEqual(
      [candidateBackend([team], two), candidateBackend([next], two), candidateBackend(backends, undefined)],
      [undefined, undefined, undefined],
    );
  });
});

describe('a source that can be stopped', () => {
  const hanging = (id = 'c'): FakeGuarded =>
    new FakeGuarded(
      id,
      (_request, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(failed({ kind: 'cancelled', message: 'given up' })));
        }),
    );

  it('ends everything that runs, as a refusal, so that the next one is asked', async () => {
    const stop = new Emitter<void>();
    const source = stoppable(hanging(), stop.event);
    const answers = [source.complete(sampleRequest(), quietCall()), source.complete(sampleRequest(), quietCall())];
    stop.fire();
    for (const outcome of await Promise.all(answers)) assert.ok(!outcome.ok && outcome.failure.kind === 'refused');
  });

  it('says what the person did when it was the person who gave up', async () => {
    const stop = new Emitter<void>();
    const controller = new AbortController();
    const answer = stoppable(hanging(), stop.event).complete(sampleRequest(), { signal: controller.signal });
    controller.abort();
    stop.fire();
    const outcome = await answer;
    assert.ok(!outcome.ok && outcome.failure.kind === 'cancelled');
  });

  it('lets an answer that was complete already stand, and ends nothing that begins later', async () => {
    const stop = new Emitter<void>();
    const signals: AbortSignal[] = [];
    const inner = new FakeGuarded('c', (_request, { signal }) => {
      if (signals.push(signal) > 1) stop.fire();
      return Promise.resolve(answerOf('c'));
    });
    const source = stoppable(inner, stop.event);
    for (let index = 0; index < 2; index++) assert.ok((await source.complete(sampleRequest(), quietCall())).ok);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, true],
      'what has ended is not ended again',
    );
    inner.answer = () => Promise.resolve(failed({ kind: 'server', status: 500, message: 'boom' }));
    const outcome = await source.complete(sampleRequest(), quietCall());
    assert.ok(!outcome.ok && outcome.failure.kind === 'server');
  });

  it('has a bound of its own for answers, and never asks for more than was wanted', async () => {
    const asked: CompletionRequest[] = [];
    const inner = new FakeGuarded('c', (request) => {
      asked.push(request);
      return Promise.resolve(answerOf('c'));
    });
    const source = stoppable(inner, new Emitter<void>().event, 20);
    for (const maxTokens of [10, 32]) await source.complete(sampleRequest({ maxTokens }), quietCall());
    await stoppable(inner, new Emitter<void>().event).complete(sampleRequest({ maxTokens: 32 }), quietCall());
    assert.deepEqual(
      asked.map(({ maxTokens }) => maxTokens),
      [10, 20, 32],
    );
  });

  it('hears nothing any more once it is disposed of', async () => {
    const stop = new Emitter<void>();
    const inner = hanging();
    const source = stoppable(inner, stop.event);
    let isSettled = false;
    const answer = source.complete(sampleRequest(), quietCall()).then(() => (isSettled = true));
    source.dispose();
    stop.fire();
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(isSettled, false);
    void answer;
  });
});
