import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { storeShares } from '../../../src/domain/byteStore.ts';
import type { SuggestionFacts } from '../../../src/domain/observation.ts';
import { KeptWatch } from '../../../src/observation/keptWatch.ts';
import { observationDefaults, SuggestionLedger } from '../../../src/observation/suggestionLedger.ts';
import type { Problem } from '../../../src/observation/unknownNames.ts';
import { withVirtualTime } from '../../fakes/virtualTime.ts';

const factsOf = (id: string): SuggestionFacts => ({
  id,
  languageId: 'typescript',
  origin: 'model',
  sourceId: 'main',
  trigger: 'automatic',
});

describe('what is kept to see what becomes of suggestions', () => {
  it('holds no more than its share in documents with a thousand problems, and leaves no timer', () =>
    withVirtualTime((time) => {
      const problems: Problem[] = Array.from({ length: 1000 }, (_, index) => ({
        severity: 'error',
        code: `${index}`,
        message: `Cannot find name 'name${index}'. ${'Did you mean another one? '.repeat(8)}`,
        start: 0,
        end: 1,
      }));
      const kept = new KeptWatch({
        clock: systemClock,
        view: { textOf: () => '', problems: () => problems, isDefined: () => Promise.resolve(false) },
        onDidObserve: () => undefined,
      });
      for (let index = 0; index < 20; index++) {
        kept.taken({ facts: factsOf(`k${index}`), documentId: 'file:///a.ts', start: 10 * index, text: 'text' });
        assert.ok(kept.bytes <= storeShares.accepted, `${kept.bytes}`);
      }
      assert.ok(kept.bytes > storeShares.accepted / 2);
      kept.evict(0);
      assert.deepEqual([kept.bytes, time.countTimers()], [0, 0]);
      return Promise.resolve();
    }));

  it('gives up texts that the person has left before the one on the screen', () =>
    withVirtualTime(async (time) => {
      const ledger = new SuggestionLedger({
        clock: systemClock,
        isInView: () => true,
        mayBeSent: () => true,
        onDidObserve: () => undefined,
        pipeline: { shown: () => undefined, rejected: () => undefined, accepted: () => undefined },
        onDidTake: () => undefined,
      });
      const offer = (id: string, anchor: number): void =>
        ledger.offered({
          documentId: 'file:///a.ts',
          anchor,
          typed: '',
          requestId: id,
          candidates: [{ text: `${id}${'x'.repeat(100_000)}`, facts: factsOf(id) }],
        });
      for (let index = 0; index < 2 * observationDefaults.pending; index++) {
        offer(`k${index}`, index);
        // Goes away from it, so that it waits.
        ledger.moved('file:///a.ts', { offset: 1_000_000 - index, lineStart: 0, lineEnd: 2_000_000 });
        assert.ok(ledger.bytes <= storeShares.offered, `${ledger.bytes}`);
      }
      await time.tickAsync(1000);
      assert.ok(ledger.bytes > storeShares.offered / 2);
      ledger.evict(0);
      assert.ok(ledger.bytes > 200_000 && ledger.bytes < 201_000, `${ledger.bytes}`);
      ledger.dispose();
      assert.equal(time.countTimers(), 0);
    }));
});
