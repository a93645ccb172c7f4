import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createScrubber } from '../../../src/backend/scrub.ts';
import { failed } from '../../../src/domain/completion.ts';
import { sampleRequest } from '../../fakes/request.ts';

describe('what a server says of a request with context', () => {
  it('loses what it repeats of other files, also as comments', () => {
    const text = 'export const canaryOfAnother = file();\nconst canaryAgain = other();';
    const request = sampleRequest({ context: [{ kind: 'open-file', path: 'a.ts', text, score: 1 }] });
    const message = `bad prompt: // ${text.replace('\n', '\n// ')}`;
    const outcome = createScrubber()(failed({ kind: 'bad_request', message }), undefined, request);
    assert.ok(!outcome.ok);
    assert.match(outcome.failure.message, /^bad prompt/);
    assert.doesNotMatch(outcome.failure.message, /canary/);
  });
});
