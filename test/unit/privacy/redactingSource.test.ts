import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Logger, silentLogger } from '../../../src/base/logger.ts';
import type { CompletionRequest, CompletionSource } from '../../../src/domain/completion.ts';
import { redactingSource } from '../../../src/privacy/redactingSource.ts';
import { placeholder, SecretScan } from '../../../src/privacy/secretScan.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';

const secret = ['open', 'sesame'].join('-');
const findSecret = {
  name: 'sesame',
  find: (text: string) => [...text.matchAll(/open-sesame/g)].map(({ index }) => ({ start: index, end: index + 11 })),
};

function start(text: string, scan = () => Promise.resolve(new SecretScan([findSecret])), logger: Logger = silentLogger) {
  const asked: CompletionRequest[] = [];
  const inner: CompletionSource = {
    id: 'inner',
    complete(request, { onText }) {
      asked.push(request);
      for (let length = 1; length <= text.length; length += 1) onText?.(text.slice(0, length));
      return Promise.resolve({ ok: true, text, origin: 'model', sourceId: 'inner', finish: 'stop' });
    },
  };
  return { asked, source: redactingSource(inner, scan, logger) };
}

describe('a source behind the search for secrets', () => {
  it('is asked with placeholders on both sides, and everything else as it was', async () => {
    const { asked, source } = start('text');
    const request = sampleRequest({ prefix: `a = ${secret};`, suffix: `b = ${secret};` });
    await source.complete(request, quietCall());
    assert.deepEqual(asked, [{ ...request, prefix: `a = ${placeholder};`, suffix: `b = ${placeholder};` }]);
  });

  it('is asked as it is when nothing was found', async () => {
    const { asked, source } = start('text');
    const request = sampleRequest();
    const outcome = await source.complete(request, quietCall());
    assert.equal(asked[0], request);
    assert.ok(outcome.ok && outcome.text === 'text');
  });

  it('loses an answer that repeats a placeholder, and every part of it on the way', async () => {
    const { source } = start(`f(${placeholder})`);
    const shown: string[] = [];
    const outcome = await source.complete(sampleRequest({ prefix: secret }), { ...quietCall(), onText: (text) => shown.push(text) });
    assert.ok(outcome.ok && outcome.text === '');
    assert.deepEqual(shown, ['f', 'f(', 'f(R', 'f(RE']);
  });

  it('keeps the word of the placeholder where nothing was replaced: then it is the person’s own', async () => {
    const { source } = start(placeholder);
    const outcome = await source.complete(sampleRequest(), quietCall());
    assert.ok(outcome.ok && outcome.text === placeholder);
  });

  const broken: readonly (readonly [string, () => Promise<SecretScan>])[] = [
    ['cannot be loaded', () => Promise.reject(new Error('ENOENT'))],
    ['throws', () => Promise.resolve(new SecretScan([{ name: 'broken', find: () => assert.fail('bug') }]))],
  ];
  for (const [name, scan] of broken) {
    it(`is not asked when the search ${name}`, async () => {
      const lines: string[] = [];
      const { asked, source } = start('text', scan, { ...silentLogger, error: (line) => void lines.push(line) });
      const outcome = await source.complete(sampleRequest(), quietCall());
      assert.ok(!outcome.ok && outcome.failure.kind === 'internal');
      assert.deepEqual(asked, []);
      assert.equal(lines.length, 1);
    });
  }

  it('logs the names of the rules, never what they found', async () => {
    const lines: string[] = [];
    const { source } = start('text', undefined, { ...silentLogger, debug: (line) => void lines.push(line) });
    await source.complete(sampleRequest({ id: 'k1', prefix: secret }), quietCall());
    assert.deepEqual(lines, ['privacy k1: replaced before inner: sesame']);
  });
});
