import type { Millis } from '../base/clock.ts';
import type { Attempt, AttemptOutcome } from '../domain/attempt.ts';
import { healthDefaults } from './healthDefaults.ts';

/** Most outcomes that are kept; more do not come in 30 s. */
const kept = 200;

/** Outcomes that say nothing about how well the backend is. */
const neutral: ReadonlySet<string> = new Set<AttemptOutcome>([
  'cancelled',
  'rate_limit',
  'quota',
  'auth',
  'bad_request',
  'context_length',
  'content_filter',
  'model_retired',
  'loading',
  'client_unsupported',
  'refused',
  'internal',
]);

/** The share of failures of the last 30 s, and whether that is degraded: entered above 10 %, left after 30 s below 5 %. */
export class FailureRate {
  #outcomes: { readonly at: Millis; readonly failed: boolean }[] = [];
  #degradedUntil: Millis | undefined;

  /** @param usualP95 tells a request that was given up late, and counts as failed, from one that says nothing */
  add(at: Millis, attempt: Attempt, usualP95: Millis): void {
    const isLong = attempt.outcome === 'cancelled' && attempt.firstTextAfter === undefined;
    const hangs = isLong && attempt.elapsed > Math.max(2 * usualP95, healthDefaults.hangFloor);
    if (neutral.has(attempt.outcome) && !hangs) return;
    const failed = attempt.outcome !== 'ok' && attempt.outcome !== 'empty';
    this.#outcomes = [...this.#outcomes.filter((entry) => at - entry.at <= healthDefaults.rateWindow), { at, failed }].slice(-kept);
    this.isDegraded(at);
  }

  /** A probe was answered: what failed before it says nothing about now. */
  clear(): void {
    this.#outcomes = [];
    this.#degradedUntil = undefined;
  }

  /** @returns 0…1, or `undefined` where nothing in the window says anything */
  share(at: Millis): number | undefined {
    const last = this.#outcomes.filter((entry) => at - entry.at <= healthDefaults.rateWindow);
    return last.length === 0 ? undefined : last.filter(({ failed }) => failed).length / last.length;
  }

  /** For a person, where no failure has a reason of its own: a request that was given up has none. */
  words(at: Millis): string {
    const last = this.#outcomes.filter((entry) => at - entry.at <= healthDefaults.rateWindow);
    const failed = last.filter((entry) => entry.failed).length;
    return `${failed} of the last ${last.length} ${last.length === 1 ? 'request' : 'requests'} failed or brought nothing in time`;
  }

  isDegraded(at: Millis): boolean {
    const share = this.share(at) ?? 0;
    const isOn = this.#degradedUntil !== undefined && at < this.#degradedUntil;
    if (share > (isOn ? healthDefaults.wellBelow : healthDefaults.degradedAbove)) this.#degradedUntil = at + healthDefaults.rateWindow;
    return this.#degradedUntil !== undefined && at < this.#degradedUntil;
  }
}
