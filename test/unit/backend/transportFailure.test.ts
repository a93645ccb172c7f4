import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { transportFailure } from '../../../src/backend/transportFailure.ts';

const page = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('### By transport'), page.indexOf('## Retired or overloaded'));
/** `codes | cause | evidence` of the document; `…` stands for any rest. */
const rows = [...section.matchAll(/^\| ([A-Z_, …]+) \| ([a-z-]+)[^|]* \| (.+) \|$/gm)].map(([, codes = '', cause = '', evidence = '']) => ({
  codes: codes.split(', '),
  cause,
  evidence,
}));

describe('a failure of the transport', () => {
  it('has its rows in docs/failures.md', () => assert.ok(rows.length >= 8, `${rows.length}`));

  for (const { codes, cause, evidence } of rows) {
    for (const code of codes) {
      it(`${evidence} ${code} is ${cause}, also as the cause of another error`, () => {
        const thrown = Object.assign(new Error('x'), {
          code: code.replace('…', 'SOMETHING').replace('DEPTH_ZEROSOMETHING', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
        });
        for (const error of [thrown, new Error('fetch failed', { cause: thrown })]) {
          const failure = transportFailure(error);
          assert.ok(failure.kind === 'network' && failure.cause === cause, JSON.stringify(failure));
        }
      });
    }
  }

  it('is a short line of anything that can be thrown', () => {
    const loop: { cause?: unknown } = {};
    loop.cause = loop;
    for (const thrown of [undefined, null, 7, 'x'.repeat(5000), {}, loop, Object.create(null), { code: 7 }, new Error('line\nbreak')]) {
      const failure = transportFailure(thrown);
      assert.ok(
        failure.kind === 'network' && failure.cause === 'other' && failure.message.length <= 200 && !failure.message.includes('\n'),
      );
    }
  });
});
