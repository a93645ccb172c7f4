import type { Attempt, AttemptOutcome } from '../../../src/domain/attempt.ts';

/** A finished attempt of 100 ms. */
export function attemptOf(outcome: AttemptOutcome, more: Partial<Attempt> = {}): Attempt {
  return {
    ...{ at: 0, requestId: 'r', sourceId: 's', model: 'm', trigger: 'automatic', outcome, elapsed: 100 },
    ...{ censored: outcome === 'cancelled' || outcome === 'timeout', stage: 'done', bytes: 0, reason: `it was ${outcome}` },
    ...more,
  };
}
