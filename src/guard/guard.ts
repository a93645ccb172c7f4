import type { Clock, Millis } from '../base/clock.ts';
import { Emitter } from '../base/event.ts';
import type { Random } from '../base/random.ts';
import { type Attempt, isInterrupted } from '../domain/attempt.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import type { Failure, RefusalReason } from '../domain/failure.ts';
import type { Availability, CoolDown, GuardedSource, GuardSnapshot, LatencyFigures, TripCause, Veto } from '../domain/guarded.ts';
import { runAttempt, type Ended } from './attemptRun.ts';
import { Breaker } from './breaker.ts';
import { ConcurrencyLimit } from './concurrencyLimit.ts';
import { coolDownDefaults, coolDownFor } from './coolDown.ts';
import type { Deadlines } from './deadlines.ts';
import { aliveKinds, probeRequest } from './probe.ts';
import { HostWatch } from './hostWatch.ts';
import { SilenceWatch } from './silence.ts';
import { tripRules, verdictOn, type Verdict } from './verdict.ts';

/** What a guard has to know of the source behind it. */
export interface GuardOptions {
  readonly model: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly deadlines: (trigger: CompletionRequest['trigger']) => Deadlines;
  /** What is usual for this backend and model; used to tell a hang from a short wait. */
  readonly usual: () => LatencyFigures;
  /** Why nothing may be sent although the backend may be well. Looked at before each request and each probe. */
  readonly veto?: () => Veto | undefined;
  /** True when nothing at all would answer without this source: then its breaker does not open, and requests come with pauses. */
  readonly isLastResort?: () => boolean;
}

/** Puts a source behind a breaker, deadlines, a concurrency limit and cool-downs. The only way a backend is called. */
export function guard(source: CompletionSource, options: GuardOptions): GuardedSource {
  return new Guard(source, options);
}

class Guard implements GuardedSource {
  readonly id: string;
  readonly model: string;
  readonly #source: CompletionSource;
  readonly #options: GuardOptions;
  readonly #breaker: Breaker;
  readonly #limit = new ConcurrencyLimit();
  readonly #silence = new SilenceWatch();
  readonly #attempted = new Emitter<Attempt>();
  readonly #changed = new Emitter<GuardSnapshot>();
  readonly #host: HostWatch;
  readonly #disposal = new AbortController();
  #coolDown: CoolDown | undefined;
  #hardInARow = 0;
  #sameKindInARow = 0;
  #lastKind: string | undefined;
  #capacityAt: Millis[] = [];
  #probes = 0;

  readonly onDidAttempt = this.#attempted.event;
  readonly onDidChange = this.#changed.event;

  constructor(source: CompletionSource, options: GuardOptions) {
    this.id = source.id;
    this.model = options.model;
    this.#source = source;
    this.#options = options;
    this.#host = new HostWatch(options.clock);
    this.#breaker = new Breaker({
      name: `${source.id} ${options.model}`,
      clock: options.clock,
      random: options.random,
      onProbe: () => void this.#probe(),
      onChange: () => this.#fireChange(),
    });
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    const refusal = this.#refusal();
    // Our own refusals leave no attempt and are told to nobody (law 7).
    if (refusal) return failed(refusal);
    const generation = this.#breaker.generation;
    const ended = await this.#run(request, call);
    if (!this.#disposal.signal.aborted) this.#judge(ended, generation);
    return ended.outcome;
  }

  availability(): Availability {
    const refusal = this.#refusal();
    if (refusal?.kind !== 'refused') return { kind: 'available' };
    return {
      kind: 'unavailable',
      cause: refusal.reason,
      reason: refusal.message,
      ...(refusal.until === undefined ? {} : { until: refusal.until }),
    };
  }

  snapshot(): GuardSnapshot {
    const coolDown = this.#activeCoolDown();
    const veto = this.#options.veto?.();
    return {
      sourceId: this.id,
      model: this.model,
      breaker: this.#breaker.state,
      ...(coolDown === undefined ? {} : { coolDown }),
      ...(veto === undefined ? {} : { veto }),
      inFlight: this.#limit.inFlight,
      limit: this.#limit.limit,
    };
  }

  async retryNow(): Promise<void> {
    if (!this.#mayProbe()) return;
    this.#coolDown = undefined;
    this.#fireChange();
    await this.probe();
  }

  async probe(): Promise<void> {
    if (!this.#mayProbe()) return;
    if (this.#breaker.state.kind === 'closed') {
      const generation = this.#breaker.generation;
      this.#judge(await this.#run(probeRequest(this.id, ++this.#probes), { signal: this.#disposal.signal }), generation);
      return;
    }
    this.#breaker.probeNow();
    await this.#runningProbe;
  }

  dispose(): void {
    this.#disposal.abort(new Error('disposed'));
    this.#breaker.dispose();
    this.#attempted.dispose();
    this.#changed.dispose();
  }

  #refusal(): Failure | undefined {
    const refuse = (reason: RefusalReason, message: string, until?: number): Failure => ({
      kind: 'refused',
      reason,
      message,
      ...(until === undefined ? {} : { until }),
    });
    if (this.#disposal.signal.aborted) return refuse('disposed', 'this backend was removed');
    const veto = this.#options.veto?.();
    if (veto) return refuse(veto.reason, veto.message);
    const { state } = this.#breaker;
    if (state.kind === 'open') return refuse('breaker-open', state.cause.message, state.probeAt);
    if (state.kind === 'half-open') return refuse('breaker-open', state.cause.message);
    const coolDown = this.#activeCoolDown();
    if (coolDown) {
      const reason = coolDown.kind === 'auth' ? 'auth-needed' : coolDown.kind === 'model_retired' ? 'retired' : 'cooling-down';
      return refuse(reason, coolDown.message, coolDown.until);
    }
    if (this.#limit.isFull) return refuse('concurrency-limit', `${this.#limit.inFlight} requests are running already`);
    return undefined;
  }

  #activeCoolDown(): CoolDown | undefined {
    const until = this.#coolDown?.until;
    if (until !== undefined && until <= this.#options.clock.now()) this.#coolDown = undefined;
    return this.#coolDown;
  }

  async #run(request: CompletionRequest, call: CompletionCall): Promise<Ended> {
    const release = this.#limit.take();
    this.#fireChange();
    return runAttempt(request, call, {
      source: this.#source,
      model: this.model,
      clock: this.#options.clock,
      deadlines: this.#options.deadlines(request.trigger),
      host: this.#host,
      onRealEnd: () => {
        release();
        this.#fireChange();
      },
    });
  }

  /** Learns from an ended attempt, then tells it to whoever listens. */
  #judge(ended: Ended, generation: number): void {
    const verdict = this.#learn(ended);
    // An attempt that began before the breaker changed state says nothing about the new state (law 6).
    if (generation === this.#breaker.generation) {
      if (!ended.outcome.ok) this.#cool(ended.outcome.failure);
      else if (ended.attempt.outcome !== 'empty') this.#coolDown = undefined;
      this.#apply(verdict, ended, generation);
    }
    this.#attempted.fire(ended.attempt);
    this.#fireChange();
  }

  #learn(ended: Ended): Verdict {
    // It was this machine that slept.
    if (isInterrupted(ended.attempt)) return { kind: 'nothing' };
    const verdict = verdictOn(ended.outcome, ended.attempt.elapsed, ended.hadText, this.#options.usual());
    if (verdict.kind === 'success') this.#limit.succeeded();
    const kind = ended.attempt.outcome;
    if (kind === 'capacity' || kind === 'timeout') this.#limit.overloaded();
    if (kind !== 'cancelled') {
      this.#sameKindInARow = kind === this.#lastKind ? this.#sameKindInARow + 1 : 1;
      this.#lastKind = kind;
    }
    return verdict;
  }

  #cool(failure: Failure): void {
    const coolDown = coolDownFor(failure, this.#options.clock.now(), Math.max(0, this.#sameKindInARow - 1), this.#options.random);
    if (coolDown) this.#coolDown = coolDown;
  }

  #apply(verdict: Verdict, ended: Ended, generation: number): void {
    const { clock } = this.#options;
    const failure = ended.outcome.ok ? undefined : ended.outcome.failure;
    const retryAfter = failure?.retryAfter ?? 0;
    switch (verdict.kind) {
      case 'success':
        this.#hardInARow = 0;
        this.#silence.signOfLife();
        this.#breaker.report(undefined, generation);
        return;
      case 'failure': {
        if (ended.attempt.outcome !== 'cancelled' && ended.attempt.outcome !== 'timeout') this.#silence.signOfLife();
        this.#hardInARow = verdict.isHard ? this.#hardInARow + 1 : 0;
        if (verdict.isCapacity)
          this.#capacityAt = [...this.#capacityAt, clock.monotonic()].filter((at) => clock.monotonic() - at <= tripRules.capacityWindow);
        const tooManyHard = this.#hardInARow >= tripRules.hardInARow;
        const atCapacity = verdict.isCapacity && this.#capacityAt.length >= tripRules.capacity;
        if (tooManyHard || atCapacity) this.#trip(verdict.cause, generation, retryAfter);
        // The failure rate must not open it either.
        else if (!this.#options.isLastResort?.()) this.#breaker.report(verdict.cause, generation);
        return;
      }
      case 'silent':
        if (this.#silence.cancelled(verdict.elapsed, this.#options.usual())) {
          this.#trip({ kind: 'timeout', message: 'no answer to any of the last requests' }, generation, 0);
        }
        return;
      case 'neutral':
        this.#hardInARow = 0;
        this.#silence.signOfLife();
        if (failure?.kind === 'rate_limit' && this.#sameKindInARow >= tripRules.rateLimitsInARow) {
          this.#trip({ kind: failure.kind, message: failure.message }, generation, retryAfter);
        }
        return;
      case 'nothing':
        return;
    }
  }

  #trip(cause: TripCause, generation: number, atLeast: Millis): void {
    if (this.#options.isLastResort?.()) return this.#pause(cause);
    this.#hardInARow = 0;
    this.#capacityAt = [];
    this.#silence.signOfLife();
    this.#breaker.trip(cause, generation, atLeast);
  }

  /** Instead of opening: what has been counted stays, so that the next failure pauses again. A longer cool-down stays, too. */
  #pause(cause: TripCause): void {
    if (this.#activeCoolDown()) return;
    const since = this.#options.clock.now();
    this.#coolDown = { ...cause, since, until: since + coolDownDefaults.lastResort, source: 'default' };
  }

  /** A probe carries nothing of the person's, but it tells the server that we are here: not beyond a boundary that is not allowed. */
  #mayProbe(): boolean {
    return !this.#disposal.signal.aborted && this.#options.veto?.()?.reason !== 'boundary-not-allowed';
  }

  #runningProbe: Promise<void> = Promise.resolve();

  #probe(): Promise<void> {
    this.#runningProbe = this.#runProbe();
    return this.#runningProbe;
  }

  /** One synthetic call, never a person's keystroke (law 5). Anything that shows the server serving again closes the breaker. */
  async #runProbe(): Promise<void> {
    const { state } = this.#breaker;
    if (!this.#mayProbe()) return this.#breaker.probeEnded(state.kind === 'closed' ? undefined : state.cause);
    const ask = (): Promise<Ended> => this.#run(probeRequest(this.id, ++this.#probes), { signal: this.#disposal.signal });
    const first = await ask();
    // A question during which this machine slept is put once more.
    const ended = isInterrupted(first.attempt) && !this.#disposal.signal.aborted ? await ask() : first;
    if (this.#disposal.signal.aborted) return;
    const { outcome } = ended;
    this.#learn(ended);
    const failure = outcome.ok ? undefined : outcome.failure;
    const isAlive = failure === undefined || aliveKinds.has(failure.kind);
    this.#coolDown = failure && isAlive ? coolDownFor(failure, this.#options.clock.now(), 0, this.#options.random) : undefined;
    this.#silence.signOfLife();
    this.#hardInARow = 0;
    this.#breaker.probeEnded(isAlive ? undefined : { kind: failure.kind, message: failure.message }, failure?.retryAfter ?? 0);
    this.#attempted.fire(ended.attempt);
  }

  #fireChange(): void {
    if (!this.#disposal.signal.aborted) this.#changed.fire(this.snapshot());
  }
}
