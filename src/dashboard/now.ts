import type { EpochMillis } from '../base/clock.ts';
import type { BreakerState, LatencyFigures } from '../domain/guarded.ts';
import type { EngineSnapshot, HealthState, ServiceMode } from '../domain/snapshot.ts';

/** One backend of the route at this moment. */
export interface NowSource {
  readonly sourceId: string;
  readonly model: string;
  readonly state: HealthState;
  readonly since: EpochMillis;
  /** Empty when it is well. */
  readonly reason: string;
  readonly breaker: BreakerState['kind'];
  readonly nextTryAt?: EpochMillis;
  readonly inFlight: number;
  readonly limit: number;
  readonly latency: LatencyFigures;
}

/** The route and the breakers at this moment. */
export interface NowView {
  readonly at: EpochMillis;
  readonly mode: ServiceMode;
  /** Id of the source that the next keystroke asks first, or `local`. */
  readonly serving: string;
  /** In the order of the route. */
  readonly sources: readonly NowSource[];
}

/** What the dashboard shows of a snapshot. Pure. */
export function nowView({ at, mode, serving, sources }: EngineSnapshot): NowView {
  return {
    at,
    mode,
    serving,
    sources: sources.map(({ sourceId, model, state, since, reason, guard, nextTryAt, latency }) => ({
      sourceId,
      model,
      state,
      since,
      reason,
      breaker: guard.breaker.kind,
      inFlight: guard.inFlight,
      limit: guard.limit,
      latency: { p50: latency.p50, p95: latency.p95, p99: latency.p99, samples: latency.samples },
      ...(nextTryAt === undefined ? {} : { nextTryAt }),
    })),
  };
}
