import type { Millis } from '../base/clock.ts';
import type { Outcome } from '../domain/completion.ts';
import type { LatencyFigures, TripCause } from '../domain/guarded.ts';

/**
 * What one finished attempt means for the breaker.
 * `success` and `failure` are told to it; `neutral` says nothing about the backend's strength but shows that it is alive;
 * `silent` is an attempt cancelled before any text: alone it says nothing (law 2), a row of them does.
 */
export type Verdict =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly cause: TripCause; readonly isHard: boolean; readonly isCapacity: boolean }
  | { readonly kind: 'neutral' }
  | { readonly kind: 'silent'; readonly elapsed: Millis }
  | { readonly kind: 'nothing' };

/** A cancelled attempt that was silent for longer than max(2·P95, this) is a failure by itself. @see docs/health.md */
export const silentFailureFloor: Millis = 800;

/**
 * Judges one finished attempt.
 *
 * @param elapsed from the call to its end
 * @param hadText whether any real text came
 */
export function verdictOn(outcome: Outcome, elapsed: Millis, hadText: boolean, usual: LatencyFigures): Verdict {
  if (outcome.ok) return { kind: 'success' };
  const { failure } = outcome;
  switch (failure.kind) {
    case 'capacity':
      return { kind: 'failure', cause: { kind: failure.kind, message: failure.message }, isHard: false, isCapacity: true };
    case 'server':
    case 'network':
    case 'timeout':
      return { kind: 'failure', cause: { kind: failure.kind, message: failure.message }, isHard: true, isCapacity: false };
    case 'cancelled': {
      if (hadText) return { kind: 'neutral' };
      if (elapsed <= Math.max(2 * usual.p95, silentFailureFloor)) return { kind: 'silent', elapsed };
      const message = `no answer within ${Math.round(elapsed)} ms, when the request was given up`;
      return { kind: 'failure', cause: { kind: 'timeout', message }, isHard: true, isCapacity: false };
    }
    case 'rate_limit':
    case 'quota':
    case 'auth':
    case 'bad_request':
    case 'context_length':
    case 'content_filter':
    case 'model_retired':
    case 'loading':
    case 'client_unsupported':
      return { kind: 'neutral' };
    case 'refused':
    case 'internal':
      return { kind: 'nothing' };
  }
}

/** When a row of verdicts opens the breaker at once, before the failure rate does. */
export const tripRules = {
  /** Transport, 5xx and deadline failures in a row. */
  hardInARow: 3,
  /** Capacity errors within `capacityWindow`. */
  capacity: 2,
  capacityWindow: 10_000,
  /** 429 answers in a row: the cool-downs do not help. */
  rateLimitsInARow: 3,
} as const;
