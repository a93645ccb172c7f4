import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fitRequest, tokenEstimate } from '../../../src/backend/fitRequest.ts';
import { sampleRequest } from '../../fakes/request.ts';

/** Bytes that a prompt may have in a context of so many tokens, 32 of them kept for the answer. */
const budgetOf = (tokens: number): number => Math.max(0, tokens - 32 - tokenEstimate.reserve) * tokenEstimate.bytesPerToken;

describe('fitting a request into a context', () => {
  it('leaves a request alone that fits', () => {
    const request = sampleRequest({ context: [{ path: 'a.ts', text: 'let a = 1;' }] });
    assert.equal(fitRequest(request, 4096), request);
  });

  it('keeps what is nearest to the cursor', () => {
    const prefix = `${'far\n'.repeat(5000)}near`;
    const suffix = `next${'\nfar'.repeat(5000)}`;
    const fitted = fitRequest(sampleRequest({ prefix, suffix }), 2048);
    assert.ok(fitted.prefix.endsWith('near') && fitted.suffix.startsWith('next'));
    assert.ok(fitted.prefix.length > 2 * fitted.suffix.length, 'most of it is what stands before the cursor');
  });

  it('gives a short prefix no room that the suffix can use', () => {
    const fitted = fitRequest(sampleRequest({ prefix: 'x', suffix: 'y'.repeat(10_000) }), 2048);
    assert.equal(fitted.suffix.length, budgetOf(2048) - 1);
  });

  it('leaves out pieces of other files first, the least helpful ones before the others', () => {
    const piece = (path: string): { path: string; text: string } => ({ path, text: 'z'.repeat(1000) });
    const fitted = fitRequest(sampleRequest({ context: [piece('a'), piece('b'), piece('c')] }), 1024);
    assert.deepEqual(
      fitted.context?.map(({ path }) => path),
      ['b', 'c'],
    );
    assert.equal(fitted.prefix, sampleRequest().prefix);
  });

  it('law: fits any text, never splits a character, and only cuts the far ends', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 500 }), (prefix, suffix, tokens) => {
        const fitted = fitRequest(sampleRequest({ prefix, suffix }), tokens);
        assert.ok(prefix.endsWith(fitted.prefix) && suffix.startsWith(fitted.suffix));
        const bytes = Buffer.byteLength(fitted.prefix) + Buffer.byteLength(fitted.suffix);
        assert.ok(bytes <= budgetOf(tokens) || fitted.prefix === prefix);
      }),
    );
  });
});
