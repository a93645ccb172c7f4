import type { Clock, EpochMillis, Millis } from '../base/clock.ts';
import { type Attempt, isInterrupted } from '../domain/attempt.ts';
import type { GuardSnapshot, LatencyFigures } from '../domain/guarded.ts';
import type { HealthState, SourceHealth } from '../domain/snapshot.ts';
import { baselineDefaults, LatencyBaseline } from './baseline.ts';
import { FailureRate } from './failureRate.ts';
import { healthDefaults } from './healthDefaults.ts';
import { LatencyHistogram } from './latencyHistogram.ts';
import { LatencyTrouble } from './latencyTrouble.ts';
import { OutageWatch } from './outageWatch.ts';
import { RetirementMemory, type RetirementWatch } from './retirementMemory.ts';
import { UsualMemory, type UsualWatch } from './usual.ts';

/** Folds the attempts of one (backend, model) into its health. Holds no text. */
export class SourceHealthFold {
  readonly #clock: Clock;
  readonly #histogram = new LatencyHistogram();
  readonly #baseline: LatencyBaseline;
  readonly #retirement: RetirementWatch;
  readonly #rate = new FailureRate();
  readonly #trouble = new LatencyTrouble();
  readonly #outages: OutageWatch;
  #recent: { readonly at: Millis; readonly attempt: Attempt }[] = [];
  #since: EpochMillis;
  #state: HealthState = 'unknown';
  #lastSuccessAt: EpochMillis | undefined;
  #badRequests = 0;
  #seen = 0;
  #lastReason = '';
  #wasAtCapacity = false;
  #capacityAt: Millis = -Infinity;
  #capacityUntil: Millis = -Infinity;
  #wasSlow = false;
  /** Another backend, asked beside this one, answered first, and nothing has come from this one since. */
  #overtaken: string | undefined;

  /**
   * @param retirement of this backend and model; without it nothing is remembered between sessions
   * @param usual as above
   */
  constructor(
    clock: Clock,
    retirement: RetirementWatch = new RetirementMemory(clock).watch('', ''),
    usual: UsualWatch = new UsualMemory(clock).watch('', ''),
  ) {
    this.#clock = clock;
    this.#retirement = retirement;
    this.#outages = new OutageWatch(clock, usual);
    this.#baseline = new LatencyBaseline(clock, {
      learnt: usual.figures(),
      onLook: (look, before) => {
        this.#trouble.add(look, before);
        const figures = this.#baseline.figures();
        if (figures.samples > 0) usual.learn(figures);
      },
    });
    this.#since = clock.now();
  }

  add(attempt: Attempt): void {
    if (attempt.interrupted !== undefined) this.#outages.interrupted();
    // Nothing that happened while this machine slept is the backend's doing.
    if (isInterrupted(attempt)) return;
    this.#retirement.add(attempt);
    const at = this.#clock.monotonic();
    const succeeded = isSuccess(attempt);
    // A probe that was answered ends the outage: what failed before it says nothing about now.
    if (attempt.trigger === 'probe' && succeeded) this.#forgetTrouble();
    this.#recent = [...this.#recent.filter((entry) => at - entry.at <= healthDefaults.rateWindow), { at, attempt }].slice(-200);
    this.#rate.add(at, attempt, this.usual().p95);
    if ((succeeded || attempt.censored) && attempt.interrupted === undefined) {
      this.#histogram.add(at, attempt.elapsed, attempt.censored);
      if (attempt.trigger !== 'probe') this.#baseline.add(attempt.elapsed, attempt.censored);
    }
    if (succeeded) this.#lastSuccessAt = this.#clock.now();
    if (attempt.outcome === 'cancelled') {
      if (attempt.overtakenBy !== undefined) this.#overtaken = attempt.reason;
      return;
    }
    this.#seen++;
    this.#badRequests = attempt.outcome === 'bad_request' ? this.#badRequests + 1 : 0;
    this.#overtaken = attempt.overtakenBy === undefined ? undefined : attempt.reason;
    this.#wasAtCapacity = attempt.outcome === 'capacity';
    if (this.#wasAtCapacity) this.#atCapacity(at);
    if (attempt.reason !== undefined) this.#lastReason = attempt.reason;
  }

  #atCapacity(at: Millis): void {
    if (at - this.#capacityAt <= healthDefaults.rateWindow) this.#capacityUntil = at + healthDefaults.rateWindow;
    this.#capacityAt = at;
  }

  #forgetTrouble(): void {
    this.#capacityAt = -Infinity;
    this.#recent = [];
    this.#rate.clear();
    this.#capacityUntil = -Infinity;
    this.#wasSlow = false;
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
    const failureRate = this.#rate.share(this.#clock.monotonic());
    const likeOutages = this.#outages.seen(state, guard);
    const retirement = this.#retirement.suspicion();
    return {
      sourceId: guard.sourceId,
      model: guard.model,
      state,
      since: this.#since,
      reason,
      latency: this.latency(),
      guard,
      ...(this.#baseline.isLearnt ? { usual: this.usual() } : {}),
      ...(likeOutages === undefined ? {} : { likeOutages }),
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
    const at = this.#clock.monotonic();
    // Its last word; a route that goes on elsewhere has nothing newer.
    if (this.#wasAtCapacity || at < this.#capacityUntil) return { state: 'at-capacity', reason: this.#lastReason };
    if (this.#badRequests >= healthDefaults.badRequestsInARow) return { state: 'degraded', reason: this.#lastReason };
    if (this.#rate.isDegraded(at)) return { state: 'degraded', reason: this.#lastReason || this.#rate.words(at) };
    const slow = this.#overtaken ?? this.#slowReason() ?? this.#trouble.slow;
    if (slow !== undefined) return { state: 'slow', reason: slow };
    // After slow: where most answers are late, the tail is no news.
    if (this.#trouble.tail !== undefined) return { state: 'degraded', reason: this.#trouble.tail };
    return { state: this.#seen === 0 ? 'unknown' : 'healthy', reason: '' };
  }

  #slowReason(): string | undefined {
    const limit = Math.max(this.usual().p95, baselineDefaults.prior.p95);
    const last = this.#recent
      .map((entry) => entry.attempt)
      // One that was given up before the limit says nothing about it.
      .filter((attempt) => !attempt.censored || attempt.elapsed > limit)
      .filter((attempt) => isSuccess(attempt) || attempt.censored)
      .slice(-healthDefaults.recent);
    const slow = last.filter((attempt) => attempt.elapsed > limit).length;
    this.#wasSlow = slow >= healthDefaults.slowOfRecent || (this.#wasSlow && slow > healthDefaults.calmOfRecent);
    return this.#wasSlow ? `${slow} of the last ${last.length} answers took longer than ${Math.round(limit)} ms` : undefined;
  }
}

function isSuccess(attempt: Attempt): boolean {
  return attempt.outcome === 'ok' || attempt.outcome === 'empty';
}

function nextTryOf(guard: GuardSnapshot): Pick<SourceHealth, 'nextTryAt' | 'nextTrySource'> | undefined {
  if (guard.breaker.kind === 'open') return { nextTryAt: guard.breaker.probeAt, nextTrySource: 'breaker' };
  if (guard.coolDown?.until !== undefined) return { nextTryAt: guard.coolDown.until, nextTrySource: guard.coolDown.source };
  return undefined;
}
