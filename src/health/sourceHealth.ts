import type { Clock, EpochMillis, Millis } from '../base/clock.ts';
import type { Attempt, AttemptOutcome } from '../domain/attempt.ts';
import type { GuardSnapshot, LatencyFigures } from '../domain/guarded.ts';
import type { HealthState, SourceHealth } from '../domain/snapshot.ts';
import { baselineDefaults, LatencyBaseline } from './baseline.ts';
import { LatencyHistogram } from './latencyHistogram.ts';
import { RetirementMemory, type RetirementWatch } from './retirementMemory.ts';

/** Numbers of the health state machine; formulas and evidence in docs/health.md. */
export const healthDefaults = {
  rateWindow: 30_000,
  /** Failure rate above which a backend counts as degraded. */
  degradedAbove: 0.1,
  /** Slow at once: so many of the last `recent` took longer than the usual P95 (by chance: 3 in 100 000). */
  recent: 5,
  slowOfRecent: 4,
  /** Bad requests in a row after which the person is told: something about the address or the model's settings is wrong. */
  badRequestsInARow: 3,
} as const;

/** Folds the attempts of one (backend, model) into its health. Holds no text. */
export class SourceHealthFold {
  readonly #clock: Clock;
  readonly #histogram = new LatencyHistogram();
  readonly #baseline: LatencyBaseline;
  readonly #retirement: RetirementWatch;
  #recent: { readonly at: Millis; readonly attempt: Attempt }[] = [];
  #since: EpochMillis;
  #state: HealthState = 'unknown';
  #lastSuccessAt: EpochMillis | undefined;
  #badRequests = 0;
  #seen = 0;
  #lastReason = '';
  #wasAtCapacity = false;
  /** Another backend, asked beside this one, answered first, and nothing has come from this one since. */
  #overtaken: string | undefined;

  /** @param retirement of this backend and model; without it nothing is remembered between sessions */
  constructor(clock: Clock, retirement: RetirementWatch = new RetirementMemory(clock).watch('', '')) {
    this.#clock = clock;
    this.#retirement = retirement;
    this.#baseline = new LatencyBaseline(clock);
    this.#since = clock.now();
  }

  add(attempt: Attempt): void {
    this.#retirement.add(attempt);
    const at = this.#clock.monotonic();
    // A probe that was answered ends the outage: what failed before it says nothing about now.
    if (attempt.trigger === 'probe' && isSuccess(attempt)) this.#recent = [];
    this.#recent = [...this.#recent.filter((entry) => at - entry.at <= healthDefaults.rateWindow), { at, attempt }].slice(-200);
    const succeeded = isSuccess(attempt);
    if (succeeded || attempt.censored) {
      this.#histogram.add(at, attempt.elapsed, attempt.censored);
      if (attempt.trigger !== 'probe') this.#baseline.add(attempt.elapsed, attempt.censored);
    }
    if (attempt.outcome !== 'cancelled') this.#seen++;
    if (succeeded) this.#lastSuccessAt = this.#clock.now();
    if (attempt.outcome === 'bad_request') this.#badRequests++;
    else if (attempt.outcome !== 'cancelled') this.#badRequests = 0;
    if (attempt.overtakenBy !== undefined) this.#overtaken = attempt.reason;
    else if (attempt.outcome !== 'cancelled') this.#overtaken = undefined;
    if (attempt.outcome !== 'cancelled') this.#wasAtCapacity = attempt.outcome === 'capacity';
    if (attempt.reason !== undefined && attempt.outcome !== 'cancelled') this.#lastReason = attempt.reason;
  }

  /** @param list the parsed answer of `GET /v1/models`, whatever it is */
  modelsListed(list: unknown): void {
    this.#retirement.listed(list);
  }

  /** Quantiles of the last 5 minutes; the prior while they rest on too little. */
  latency(): LatencyFigures {
    const at = this.#clock.monotonic();
    const samples = this.#histogram.samples(at);
    const { prior } = baselineDefaults;
    if (samples < baselineDefaults.minimumSamples) return { ...prior, samples: 0 };
    const [p50, p95, p99] = this.#histogram.quantiles(at, [0.5, 0.95, 0.99]);
    return { p50: p50 ?? prior.p50, p95: p95 ?? prior.p95, p99: p99 ?? prior.p99, samples };
  }

  /** What is usual here, troubled times left out. */
  usual(): LatencyFigures {
    return this.#baseline.figures();
  }

  /** True when the last request that was waited for brought no text: the next one is not worth a long wait. */
  get isUnanswered(): boolean {
    const waited = this.#recent.filter(({ attempt }) => isSuccess(attempt) || attempt.elapsed > this.usual().p95).at(-1);
    return waited !== undefined && waited.attempt.censored && waited.attempt.firstTextAfter === undefined;
  }

  health(guard: GuardSnapshot): SourceHealth {
    const { state, reason } = this.#decide(guard);
    if (state !== this.#state) {
      this.#state = state;
      this.#since = this.#clock.now();
    }
    const nextTry = nextTryOf(guard);
    const failureRate = this.#failureRate();
    const retirement = this.#retirement.suspicion();
    return {
      sourceId: guard.sourceId,
      model: guard.model,
      state,
      since: this.#since,
      reason,
      latency: this.latency(),
      guard,
      ...(nextTry ?? {}),
      ...(retirement === undefined ? {} : { retirement }),
      ...(failureRate === undefined ? {} : { failureRate }),
      ...(this.#lastSuccessAt === undefined ? {} : { lastSuccessAt: this.#lastSuccessAt }),
    };
  }

  /** The first state that applies, in the order of `healthStates`; a breaker that capacity opened shows as capacity. */
  #decide(guard: GuardSnapshot): { state: HealthState; reason: string } {
    const { coolDown, breaker, veto } = guard;
    if (veto?.reason === 'boundary-not-allowed') return { state: 'not-allowed', reason: veto.message };
    if (coolDown?.kind === 'model_retired') return { state: 'retired', reason: coolDown.message };
    if (coolDown?.kind === 'auth' || coolDown?.kind === 'client_unsupported') return { state: 'auth-needed', reason: coolDown.message };
    if (coolDown?.kind === 'quota') return { state: 'quota', reason: coolDown.message };
    if (veto?.reason === 'offline') return { state: 'offline', reason: this.#lastReason || veto.message };
    if (breaker.kind !== 'closed') {
      const { cause } = breaker;
      if (breaker.kind === 'half-open') return { state: 'probing', reason: cause.message };
      if (cause.kind === 'capacity') return { state: 'at-capacity', reason: cause.message };
      if (cause.kind === 'rate_limit') return { state: 'rate-limited', reason: cause.message };
      return { state: 'open', reason: cause.message };
    }
    if (coolDown?.kind === 'capacity') return { state: 'at-capacity', reason: coolDown.message };
    if (coolDown?.kind === 'rate_limit') return { state: 'rate-limited', reason: coolDown.message };
    if (coolDown?.kind === 'loading') return { state: 'loading', reason: coolDown.message };
    return this.#decideClosed();
  }

  #decideClosed(): { state: HealthState; reason: string } {
    // Its last word; a route that goes on elsewhere has nothing newer.
    if (this.#wasAtCapacity) return { state: 'at-capacity', reason: this.#lastReason };
    if (this.#badRequests >= healthDefaults.badRequestsInARow) return { state: 'degraded', reason: this.#lastReason };
    const rate = this.#failureRate();
    if (rate !== undefined && rate > healthDefaults.degradedAbove) return { state: 'degraded', reason: this.#lastReason };
    if (this.#overtaken !== undefined) return { state: 'slow', reason: this.#overtaken };
    const slow = this.#slowReason();
    if (slow !== undefined) return { state: 'slow', reason: slow };
    return { state: this.#seen === 0 ? 'unknown' : 'healthy', reason: '' };
  }

  #slowReason(): string | undefined {
    const limit = Math.max(this.usual().p95, baselineDefaults.prior.p95);
    const last = this.#recent
      .map((entry) => entry.attempt)
      // One that was given up before the limit says nothing about it.
      .filter((attempt) => !attempt.censored || attempt.elapsed > limit)
      .filter((attempt) => attempt.outcome === 'ok' || attempt.outcome === 'empty' || attempt.censored)
      .slice(-healthDefaults.recent);
    const slow = last.filter((attempt) => attempt.elapsed > limit).length;
    if (slow < healthDefaults.slowOfRecent) return undefined;
    return `${slow} of the last ${last.length} answers took longer than ${Math.round(limit)} ms`;
  }

  #failureRate(): number | undefined {
    const at = this.#clock.monotonic();
    const last = this.#recent.filter((entry) => at - entry.at <= healthDefaults.rateWindow && !neutral.has(entry.attempt.outcome));
    if (last.length === 0) return undefined;
    const failures = last.filter(({ attempt }) => attempt.outcome !== 'ok' && attempt.outcome !== 'empty').length;
    return failures / last.length;
  }
}

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

function isSuccess(attempt: Attempt): boolean {
  return attempt.outcome === 'ok' || attempt.outcome === 'empty';
}

function nextTryOf(guard: GuardSnapshot): Pick<SourceHealth, 'nextTryAt' | 'nextTrySource'> | undefined {
  if (guard.breaker.kind === 'open') return { nextTryAt: guard.breaker.probeAt, nextTrySource: 'breaker' };
  if (guard.coolDown?.until !== undefined) return { nextTryAt: guard.coolDown.until, nextTrySource: guard.coolDown.source };
  return undefined;
}
