import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import type { Attempt } from './attempt.ts';
import type { CompletionSource } from './completion.ts';
import type { FailureKind, RefusalReason } from './failure.ts';

/** Why a breaker opened, kept so that "at capacity" and "broken" can be told apart. */
export interface TripCause {
  readonly kind: FailureKind;
  /** One line for a person. */
  readonly message: string;
}

/** The breaker, with only the data that each state has. */
export type BreakerState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly since: EpochMillis; readonly probeAt: EpochMillis; readonly cause: TripCause }
  | { readonly kind: 'half-open'; readonly since: EpochMillis; readonly cause: TripCause };

/**
 * A pause that is not the breaker's business (law 7): one that the backend's answer asks for, or the breath between two requests to
 * the last backend there is, whose breaker is kept closed. `until` is absent when a person has to act, or when the source
 * tells the end.
 */
export interface CoolDown {
  readonly kind: FailureKind;
  readonly message: string;
  /** The failure's code, where it had one. */
  readonly code?: string;
  readonly since: EpochMillis;
  readonly until?: EpochMillis;
  /** Who says so: the backend's own header or body, or our default. */
  readonly source: 'backend' | 'default';
}

/** Why a source is not asked although nothing is known to be wrong with it. */
export interface Veto {
  /** `boundary-not-allowed`: nothing is sent at all, our own probes neither. `offline`: probes only. */
  readonly reason: Extract<RefusalReason, 'boundary-not-allowed' | 'offline'>;
  readonly message: string;
}

/** What is known of one guarded source at an instant. */
export interface GuardSnapshot {
  readonly sourceId: string;
  readonly model: string;
  readonly breaker: BreakerState;
  readonly coolDown?: CoolDown;
  readonly veto?: Veto;
  readonly inFlight: number;
  /** Current concurrency limit, 1…2. */
  readonly limit: number;
}

/** Whether a source may be asked right now, and if not, why and until when. */
export type Availability =
  | { readonly kind: 'available' }
  | { readonly kind: 'unavailable'; readonly cause: RefusalReason; readonly reason: string; readonly until?: EpochMillis };

/** A source behind a guard. */
export interface GuardedSource extends CompletionSource {
  readonly model: string;
  /** Fires after each attempt on the real source, probes included; never for our own refusals. */
  readonly onDidAttempt: Event<Attempt>;
  /** Fires when the breaker, the cool-down, or what is in flight changes. */
  readonly onDidChange: Event<GuardSnapshot>;
  availability(): Availability;
  snapshot(): GuardSnapshot;
  /** A person asks to try again now: clears cool-downs and sends one probe. Resolves when the probe has ended. */
  retryNow(): Promise<void>;
  /** Sends one probe now, whatever the breaker's own time; cool-downs stay. Resolves when it has ended. */
  probe(): Promise<void>;
  dispose(): void;
}

/** Latency quantiles as the guard and the router need them. `samples` says how much they rest on. */
export interface LatencyFigures {
  readonly p50: Millis;
  readonly p95: Millis;
  readonly p99: Millis;
  /** Completed plus censored attempts in the window. 0: the figures are the configured prior. */
  readonly samples: number;
}
