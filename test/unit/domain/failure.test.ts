import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancelledByEditor, DeadlineError, failureOfAbort, Overtaken } from '../../../src/domain/failure.ts';

/** As a bundle that is loaded later throws it: of a class of the same name, which is another one. */
function foreign(error: Error): Error {
  return Object.assign(new Error(error.message), Object.fromEntries(Object.entries(error)), { name: error.name });
}

describe('a reason of ours to abort', () => {
  const reasons: readonly (readonly [Error, string])[] = [
    [new DeadlineError('total', 2000), 'timeout'],
    [new CancelledByEditor(), 'cancelled'],
    [new Overtaken('other', true, 300), 'cancelled'],
  ];
  for (const [reason, kind] of reasons) {
    it(`is known as ${kind}, also of another bundle: ${reason.name}`, () => {
      assert.equal(failureOfAbort(reason)?.kind, kind);
      assert.deepEqual(failureOfAbort(foreign(reason)), failureOfAbort(reason));
    });
  }

  it('is nobody else’s', () => {
    for (const reason of [undefined, 'CancelledByEditor', new Error('x'), { name: 'DeadlineError' }]) {
      assert.equal(failureOfAbort(reason), undefined);
    }
  });
});
