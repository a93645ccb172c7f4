import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Completed } from '../../../src/domain/completion.ts';
import { cacheBytes, CompletionCache } from '../../../src/pipeline/cache.ts';
import { sampleRequest } from '../../fakes/request.ts';

const answer = (text: string, origin: Completed['origin'] = 'model'): Completed => ({
  ok: true,
  text,
  origin,
  sourceId: 'b',
  finish: 'stop',
});

describe('the cache', () => {
  it('gives back a model’s text for the same place, marked as from the cache', () => {
    const cache = new CompletionCache();
    cache.set(sampleRequest(), 'b|m1', answer('text'));
    const found = cache.get(sampleRequest(), 'b|m1');
    assert.equal(found?.text, 'text');
    assert.equal(found.origin, 'cache');
  });

  it('never keeps local text, and never an empty answer', () => {
    const cache = new CompletionCache();
    cache.set(sampleRequest(), 'k', answer('text', 'local'));
    cache.set(sampleRequest(), 'k', answer(''));
    assert.equal(cache.get(sampleRequest(), 'k'), undefined);
    assert.equal(cache.bytes, 0);
  });

  for (const [what, request, key] of [
    ['another model', sampleRequest(), 'b|m2'],
    ['another language', sampleRequest({ languageId: 'python' }), 'b|m1'],
    ['another text before the cursor', sampleRequest({ prefix: 'x' }), 'b|m1'],
    ['another text after the cursor', sampleRequest({ suffix: 'x' }), 'b|m1'],
    ['another shape', sampleRequest({ shape: 'block' }), 'b|m1'],
  ] as const) {
    it(`has nothing for ${what}`, () => {
      const cache = new CompletionCache();
      cache.set(sampleRequest(), 'b|m1', answer('text'));
      assert.equal(cache.get(request, key), undefined);
    });
  }

  it('stays within its bytes, whatever is put in', () => {
    const cache = new CompletionCache();
    for (let index = 0; index < 3000; index++)
      cache.set(sampleRequest({ prefix: `${'x'.repeat(2000)}${index}` }), 'k', answer('y'.repeat(1000)));
    assert.ok(cache.bytes <= cacheBytes && cache.bytes > cacheBytes / 2);
  });
});
