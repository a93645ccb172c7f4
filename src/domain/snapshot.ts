import type { EpochMillis, Millis } from '../base/clock.ts';
import type { LocalBasis, Origin } from './completion.ts';
import type { GuardSnapshot, LatencyFigures } from './guarded.ts';
import type { Pressure } from './pressure.ts';

/** Health of one (backend, model), in order of how much a person has to know: the first that applies is shown. */
export const healthStates = [
  'not-allowed',
  'retired',
  'auth-needed',
  'quota',
  'offline',
  'open',
  'probing',
  'at-capacity',
  'rate-limited',
  'loading',
  'degraded',
  'slow',
  'healthy',
  'unknown',
] as const;

export type HealthState = (typeof healthStates)[number];

/** What takes a backend out for a while and ends by itself. */
export const outageKinds = ['open', 'at-capacity', 'rate-limited', 'loading'] as const satisfies readonly HealthState[];

export type OutageKind = (typeof outageKinds)[number];

/** How long earlier outages of the same kind lasted on this backend. */
export interface LikeOutages {
  /** How many are known. */
  readonly count: number;
  /** In ms. */
  readonly median: Millis;
}

/** Signs that a model is about to go, or has gone without saying so. Shown as a suspicion; decides nothing (law 9). */
export interface RetirementSuspicion {
  /** One line each, at least one; our own words. */
  readonly evidence: readonly string[];
}

/** Health of one (backend, model) with the facts behind it. */
export interface SourceHealth {
  readonly sourceId: string;
  readonly model: string;
  readonly state: HealthState;
  readonly since: EpochMillis;
  /** One line for a person; empty when healthy or unknown. */
  readonly reason: string;
  /** When it is tried again, where something supports a time (Retry-After, the breaker's probe). */
  readonly nextTryAt?: EpochMillis;
  /** Who said so. `route`: the way back of a backend that another one stands in for. */
  readonly nextTrySource?: 'backend' | 'breaker' | 'default' | 'route';
  readonly latency: LatencyFigures;
  /** What is usual here; absent until that was learnt. */
  readonly usual?: LatencyFigures;
  /** While it is out: how long earlier outages of this kind lasted, where enough are known. */
  readonly likeOutages?: LikeOutages;
  /** Share of failing attempts in the last 30 s, 0…1; `undefined` below 1 attempt. */
  readonly failureRate?: number;
  readonly lastSuccessAt?: EpochMillis;
  readonly guard: GuardSnapshot;
  readonly retirement?: RetirementSuspicion;
}

/** What the service as a whole is doing. `off` and `paused` are the person's choice; `local-only`: no backend is configured or allowed. */
export type ServiceMode = 'starting' | 'on' | 'paused' | 'off' | 'local-only';

/** One place where code may go, and whether the person wants that in this workspace. */
export interface BoundarySnapshot {
  /** `local`, `private` or `vendor:<name>`. */
  readonly boundary: string;
  /** `not-needed`: no wider than that of the first backend, which the person put there. `undecided` counts as no. */
  readonly permission: Permission;
  /** Ids of the sources beyond it, in the order of the route. */
  readonly sources: readonly string[];
}

export type Permission = 'not-needed' | 'allowed' | 'denied' | 'undecided';

/** Where a text came from. */
export interface ServedFrom {
  readonly origin: Origin;
  /** Of `cache`: what once made it. */
  readonly sourceId: string;
  /** Of local text only. */
  readonly basis?: LocalBasis;
}

/** Everything the status bar, the tooltip and the log need: one immutable value. */
export interface EngineSnapshot {
  readonly at: EpochMillis;
  readonly mode: ServiceMode;
  /** Why the mode is `local-only`. */
  readonly modeReason?: string;
  /** When a pause ends; absent: when the person resumes. */
  readonly pausedUntil?: EpochMillis;
  /** In the order of the route. */
  readonly sources: readonly SourceHealth[];
  /** Each boundary of the route once, in its order. */
  readonly boundaries: readonly BoundarySnapshot[];
  /** An undecided boundary that a fallback has wanted to go to; what a question is asked about. */
  readonly wantedBoundary?: string;
  /** Requests of the person's that run right now. */
  readonly working: number;
  /** Source id that the next keystroke would ask first; `local` when no model is eligible. Changes at most once within a keystroke. */
  readonly serving: string;
  /** Problems with the settings, each one line; completions go on without the setting. */
  readonly problems: readonly string[];
  readonly counts: ServedCounts;
  /** Memory or time of the extension host is scarce; absent while it is not. */
  readonly pressure?: Pressure;
  /** The text that was served last; absent before the first. */
  readonly lastServed?: ServedFrom;
}

/** What was served since the start of the window. */
export interface ServedCounts {
  readonly model: number;
  readonly local: number;
  readonly cache: number;
  readonly nothing: number;
  readonly accepted: number;
  /** Attempts sent to backends by keystrokes (no probes). */
  readonly requests: number;
  /** Attempts sent ahead of the person, for what follows a text on the screen; not among `requests`. */
  readonly speculative: number;
}

export const noCounts: ServedCounts = { model: 0, local: 0, cache: 0, nothing: 0, accepted: 0, requests: 0, speculative: 0 };
