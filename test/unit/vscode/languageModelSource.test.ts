import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { classifyAnswer } from '../../../src/backend/classify.ts';
import type { CompletionRequest, CompletionSource, Outcome } from '../../../src/domain/completion.ts';
import { CancelledByEditor, consentNeeded, DeadlineError, type FailureKind } from '../../../src/domain/failure.ts';
import type { SourceKit } from '../../../src/engine.ts';
import { type LanguageModelPorts, languageModelSource } from '../../../src/vscode/languageModelSource.ts';
import { configuredBackend } from '../../fakes/backend.ts';
import { PromptShape } from '../../../src/prompt/promptShape.ts';
import { TokenMeter } from '../../../src/prompt/tokenMeter.ts';
import { codedError, FakeLanguageModels } from '../../fakes/languageModels.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';

const shape = new PromptShape(new TokenMeter());
const kit: SourceKit = {
  chat: (request) => ({
    system: 'complete',
    user: `${request.prefix}|${request.suffix}`,
    enough: (soFar) => (request.shape === 'line' && soFar.includes('\n') ? soFar.length : undefined),
  }),
  fit: (request, tokens) => shape.withinTokens(request, tokens),
  classify: (status, body) => classifyAnswer({ status, headers: {}, body, now: 0 }),
};

describe('a language model of the editor as a source', () => {
  let fake: FakeLanguageModels;
  let source: CompletionSource;
  const sourceOver = (ports: LanguageModelPorts): CompletionSource =>
    languageModelSource(configuredBackend({ protocol: 'vscode-lm', model: 'acme/coder' }), kit, ports);
  const ask = (changes: Partial<CompletionRequest> = {}): Promise<Outcome> => source.complete(sampleRequest(changes), quietCall());

  beforeEach(() => {
    fake = new FakeLanguageModels();
    source = sourceOver({ models: fake, consent: fake.consent });
  });

  it('asks with instruction and code, and returns the text', async () => {
    const outcome = await ask();
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.equal(outcome.text, 'modelText(42);');
    assert.equal(outcome.model, 'coder-id');
    assert.deepEqual(fake.asked, [['complete', `${sampleRequest().prefix}|${sampleRequest().suffix}`]]);
  });

  it('finds the model by its id too', async () => {
    source = languageModelSource(configuredBackend({ protocol: 'vscode-lm', model: 'acme/coder-id' }), kit, {
      models: fake,
      consent: fake.consent,
    });
    assert.ok((await ask()).ok);
  });

  it('reports each stage and all text so far', async () => {
    const stages: string[] = [];
    const texts: string[] = [];
    const call = { ...quietCall(), onStage: (stage: string) => void stages.push(stage), onText: (text: string) => void texts.push(text) };
    await source.complete(sampleRequest(), call);
    assert.deepEqual(stages, ['connected', 'headers', 'text']);
    assert.deepEqual(texts, ['model', 'modelText(', 'modelText(42);']);
  });

  it('ends where the caller has enough, cut there', async () => {
    const model: SourceKit = { ...kit, chat: (request) => ({ ...kit.chat(request), enough: (soFar, ofCode) => ofCode?.(soFar) }) };
    source = languageModelSource(configuredBackend({ protocol: 'vscode-lm', model: 'acme/coder' }), model, {
      models: fake,
      consent: fake.consent,
    });
    const texts: string[] = [];
    const call = {
      ...quietCall(),
      enough: (soFar: string) => (soFar.includes('(') ? soFar.indexOf('(') : undefined),
      onText: (text: string) => void texts.push(text),
    };
    const outcome = await source.complete(sampleRequest({ shape: 'block' }), call);
    assert.ok(outcome.ok && outcome.text === 'modelText' && outcome.finish === 'stop', JSON.stringify(outcome));
    assert.deepEqual(texts, ['model', 'modelText']);
    assert.ok(fake.cancelled > 0);
  });

  it('stops the model when the text is enough', async () => {
    fake.answer = { kind: 'text', pieces: ['a();\n', 'b();\n', 'c();\n'] };
    const outcome = await ask();
    assert.ok(outcome.ok && outcome.text === 'a();\n' && outcome.finish === 'stop');
    assert.equal(fake.cancelled, 1);
  });

  it('stops a model that talks on', async () => {
    fake.answer = { kind: 'text', pieces: Array.from({ length: 1000 }, () => 'word '.repeat(10)) };
    const outcome = await ask({ shape: 'block', maxTokens: 32 });
    assert.ok(outcome.ok && outcome.finish === 'length' && outcome.text.length < 400);
    assert.equal(fake.cancelled, 1);
  });

  it('cuts the code to what the model takes', async () => {
    await ask({ prefix: 'x'.repeat(40_000) });
    assert.ok((fake.asked[0]?.[1]?.length ?? 0) < 4096 * 2.5);
  });

  it('takes an answer of nothing for what it is', async () => {
    fake.answer = { kind: 'text', pieces: [] };
    const outcome = await ask();
    assert.ok(outcome.ok && outcome.text === '');
  });

  for (const allowed of [undefined, false]) {
    it(`never asks while the editor says ${allowed} of the permission: it would ask the person`, async () => {
      fake.allowed = allowed;
      const outcome = await ask();
      assert.ok(!outcome.ok && outcome.failure.kind === 'auth' && outcome.failure.code === consentNeeded);
      assert.equal(fake.asked.length, 0);
    });
  }

  it('never asks before the person has allowed it by our command, though the editor says yes', async () => {
    fake.consents.clear();
    const outcome = await ask();
    assert.ok(!outcome.ok && outcome.failure.kind === 'auth' && outcome.failure.code === consentNeeded);
    assert.equal(fake.asked.length, 0);
  });

  it('forgets the permission when the editor takes it back', async () => {
    fake.answer = { kind: 'refuses', error: codedError('no', { code: 'NoPermissions', name: 'LanguageModelError' }) };
    await ask();
    assert.equal(fake.consents.get('acme'), false);
  });

  it('says that a model is missing, and that an editor has none', async () => {
    fake.offered = [];
    const missing = await ask();
    assert.ok(!missing.ok && missing.failure.kind === 'model_retired');
    assert.match(missing.failure.message, /no model "coder" of acme/);
    source = sourceOver({ models: undefined, consent: fake.consent });
    const none = await ask();
    assert.ok(!none.ok && none.failure.kind === 'model_retired');
  });

  const rows: readonly (readonly [string, Error, FailureKind])[] = [
    ['no permission', codedError('no', { code: 'NoPermissions' }), 'auth'],
    ['a model that is gone', codedError('Language model is unknown', { code: 'NotFound' }), 'model_retired'],
    ['blocked without a word', codedError('blocked', { code: 'Blocked' }), 'quota'],
    // The words of Copilot for an extension that asks too much.
    [
      'blocked for too many requests',
      codedError('The extension has been temporarily blocked due to making too many requests.', { code: 'Blocked' }),
      'rate_limit',
    ],
    ['blocked by a filter', codedError('Response got filtered', { code: 'Blocked' }), 'content_filter'],
    ['Copilot’s quota', codedError('You have exhausted your allowance', { name: 'ChatQuotaExceeded', code: '' }), 'quota'],
    ['Copilot’s rate limit', codedError('slower please', { name: 'ChatRateLimited' }), 'rate_limit'],
    [
      'a rate limit in the cause',
      codedError('Unknown', { code: 'Unknown', cause: codedError('x', { name: 'ChatRateLimited' }) }),
      'rate_limit',
    ],
    ['a quoted 429', codedError('Request Failed: 429 {"error":{"message":"slow","code":"rate_limited"}}'), 'rate_limit'],
    ['a quoted 503 that says capacity', codedError('Request Failed: 503 {"error":{"message":"The model is at capacity"}}'), 'capacity'],
    ['a quoted 401', codedError('Request Failed: 401 unauthorized'), 'auth'],
    ['capacity in words', codedError('Server error: model overloaded'), 'capacity'],
    ['anything else', codedError('Something broke', { code: 'Unknown' }), 'server'],
  ];
  for (const [name, error, kind] of rows) {
    it(`calls ${name} ${kind}, before and in the middle of an answer`, async () => {
      for (const answer of [{ kind: 'refuses', error } as const, { kind: 'breaks', pieces: ['x'], error } as const]) {
        fake.answer = answer;
        fake.consents.set('acme', true);
        const outcome = await ask();
        assert.ok(!outcome.ok);
        assert.equal(outcome.failure.kind, kind, outcome.failure.message);
        assert.ok(outcome.failure.message.length <= 200);
      }
    });
  }

  for (const deaf of [false, true]) {
    it(`settles on cancellation, ${deaf ? 'though' : 'as'} the other extension ${deaf ? 'does not listen' : 'does'}`, async () => {
      fake.answer = { kind: 'hangs', deaf };
      const controller = new AbortController();
      const promise = source.complete(sampleRequest(), { signal: controller.signal });
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new CancelledByEditor());
      const outcome = await promise;
      assert.ok(!outcome.ok && outcome.failure.kind === 'cancelled');
      assert.equal(fake.cancelled, 1);
    });
  }

  it('calls a deadline that passed a time-out', async () => {
    fake.answer = { kind: 'hangs' };
    const controller = new AbortController();
    const promise = source.complete(sampleRequest(), { signal: controller.signal });
    controller.abort(new DeadlineError('first-token', 1000));
    const outcome = await promise;
    assert.ok(!outcome.ok && outcome.failure.kind === 'timeout');
  });
});
