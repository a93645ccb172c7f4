import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fitPrompt } from '../../../src/prompt/fitPrompt.ts';
import { sampleRequest } from '../../fakes/request.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'bc', '\n', '😀', ' '), maxLength: 120 });
const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

describe('cutting a prompt', () => {
  it('keeps what is nearest to the cursor, within the bound, and breaks no character', () => {
    fc.assert(
      fc.property(text, text, fc.nat(260), (prefix, suffix, characters) => {
        const fitted = fitPrompt(sampleRequest({ prefix, suffix }), characters);
        assert.ok(fitted.prefix.length + fitted.suffix.length <= characters || (fitted.prefix === prefix && fitted.suffix === suffix));
        assert.ok(prefix.endsWith(fitted.prefix) && suffix.startsWith(fitted.suffix));
        assert.doesNotMatch(fitted.prefix + fitted.suffix, loneSurrogate);
      }),
    );
  });

  it('changes nothing that fits', () => {
    const request = sampleRequest();
    assert.equal(fitPrompt(request, request.prefix.length + request.suffix.length), request);
    assert.equal(fitPrompt(request, Infinity), request);
  });

  it('cuts three to one, on line boundaries', () => {
    const line = '1234567\n';
    const fitted = fitPrompt(sampleRequest({ prefix: `${line.repeat(20)}he`, suffix: `re\n${line.repeat(20)}` }), 100);
    assert.equal(fitted.prefix, `${line.repeat(9)}he`);
    assert.equal(fitted.suffix, `re\n${line.repeat(2)}`);
  });

  it('gives the prefix what the suffix does not need', () => {
    const fitted = fitPrompt(sampleRequest({ prefix: 'x'.repeat(200), suffix: ')' }), 100);
    assert.deepEqual([fitted.prefix.length, fitted.suffix], [99, ')']);
    const other = fitPrompt(sampleRequest({ prefix: 'x', suffix: 'y'.repeat(200) }), 100);
    assert.deepEqual([other.prefix, other.suffix.length], ['x', 99]);
  });

  it('cuts within a line when whole lines would leave too little', () => {
    assert.equal(fitPrompt(sampleRequest({ prefix: `${'x'.repeat(200)}\ny`, suffix: '' }), 100).prefix.length, 100);
  });
});
