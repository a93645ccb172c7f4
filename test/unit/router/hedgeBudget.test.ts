import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Clock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { hedgeDefaults, HedgeBudget } from '../../../src/router/hedgeBudget.ts';
import { createRouter } from '../../../src/router/router.ts';
import { answerOf, FakeGuarded } from '../../fakes/guardedSource.ts';
import { answered } from '../../fakes/answered.ts';
import { quietCall, sampleRequest } from '../../fakes/request.ts';

/** A clock on which every wait is over in the next turn of the event loop's microtasks. */
const hastyClock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  after(_delay, callback) {
    let isDisposed = false;
    queueMicrotask(() => isDisposed || callback());
    return { dispose: () => (isDisposed = true) };
  },
};

describe('the budget of second requests', () => {
  it('never gives more than its share, once the loan of the beginning is paid, whatever is asked of it when', () => {
    const loanPaid = Math.ceil(hedgeDefaults.burst / hedgeDefaults.share);
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 600 }), (wanted) => {
        const budget = new HedgeBudget();
        let taken = 0;
        for (const [index, isWanted] of wanted.entries()) {
          budget.earn();
          if (isWanted && budget.take()) taken++;
          const allowed = index + 1 < loanPaid ? hedgeDefaults.burst : (index + 1) * hedgeDefaults.share + 1e-6;
          assert.ok(taken <= allowed, `${taken} after ${index + 1}`);
        }
      }),
    );
  });

  it('gives three at once after a quiet time, and not more', () => {
    const budget = new HedgeBudget();
    for (let key = 0; key < 1000; key++) budget.earn();
    assert.deepEqual([budget.take(), budget.take(), budget.take(), budget.take()], [true, true, true, false]);
  });

  it('holds over 10 000 keystrokes of a route whose first backend is always late', async () => {
    const slow = new FakeGuarded('slow', async () => {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      return answerOf('slow');
    });
    const spare = new FakeGuarded('spare', () => new Promise(() => undefined));
    const router = createRouter({
      sources: [slow, spare],
      local: undefined,
      clock: hastyClock,
      random: seededRandom(1),
      softDeadline: () => 400,
      hedgeAfter: () => 400,
      clean: (text) => text,
      onNotAllowed: () => undefined,
    });
    for (let key = 0; key < 10_000; key++) await answered(router, sampleRequest({ trigger: 'manual' }), quietCall());
    assert.equal(slow.asked, 10_000);
    assert.ok(spare.asked >= 490 && spare.asked <= 500, `${spare.asked} hedges`);
  });
}).timeout(30_000);
