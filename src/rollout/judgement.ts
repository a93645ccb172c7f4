import type { Millis } from '../base/clock.ts';
import type { Attempt } from '../domain/attempt.ts';

/** A request that was given up without any text counts as failed beyond this, if that is more than what is slow. @see docs/health.md */
export const silentFailureFloor: Millis = 800;

/** What one attempt says about the model that was asked. What is absent was not observed. */
export interface Judgement {
  readonly slow?: boolean;
  readonly failed?: boolean;
  /** What kind of answer the model gave, where it gave one. */
  readonly answer?: 'text' | 'empty' | 'filtered' | 'badRequests';
  /** A slow network or a machine of this person's would look the same; what a server answered is its own word. */
  readonly maybeOurs: boolean;
}

const nothing: Judgement = { maybeOurs: false };

/**
 * What an attempt says about latency, errors and answers.
 *
 * A request that was given up is censored (law 2): beyond `slowBeyond` it is known to be slow, before it nothing is known. An answer of
 * the person's account, of our own guard, or of a server that is still reading its model says nothing about the model.
 */
export function judge(attempt: Attempt, slowBeyond: Millis): Judgement {
  const { outcome, elapsed } = attempt;
  switch (outcome) {
    case 'ok':
    case 'empty':
      return { slow: elapsed > slowBeyond, failed: false, answer: outcome === 'ok' ? 'text' : 'empty', maybeOurs: true };
    case 'timeout':
      return { slow: true, failed: true, maybeOurs: true };
    case 'cancelled': {
      if (elapsed <= slowBeyond) return nothing;
      const isHanging = attempt.firstTextAfter === undefined && elapsed > silentFailureFloor;
      return { slow: true, ...(isHanging ? { failed: true } : {}), maybeOurs: true };
    }
    case 'network':
      return { failed: true, maybeOurs: true };
    case 'capacity':
    case 'server':
    case 'model_retired':
      return { failed: true, maybeOurs: false };
    case 'content_filter':
      return { answer: 'filtered', maybeOurs: false };
    case 'bad_request':
    case 'context_length':
    case 'client_unsupported':
      return { answer: 'badRequests', maybeOurs: false };
    case 'rate_limit':
    case 'quota':
    case 'auth':
    case 'loading':
    case 'refused':
    case 'internal':
      return nothing;
  }
}
