import type { EpochMillis } from '../../../src/base/clock.ts';
import { consentNeeded } from '../../../src/domain/failure.ts';
import { type EngineSnapshot, type HealthState, noCounts, type SourceHealth } from '../../../src/domain/snapshot.ts';

/** The instant of every snapshot in these tests: 14:02:11 of some day, UTC. */
export const now: EpochMillis = Date.UTC(2026, 0, 5, 14, 2, 11);

/** Time of day in UTC, wherever the test runs. */
export const utcTime = (at: EpochMillis): string => new Date(at).toISOString().slice(11, 19);

/** A source in some state since 14 s, with 41 samples and a good answer 40 s ago. */
export function source(name: string, state: HealthState, more: Partial<SourceHealth> = {}): SourceHealth {
  return { ...unanswered(name, state), lastSuccessAt: now - 40_000, ...more };
}

/** The same without a good answer so far. */
export function unanswered(name: string, state: HealthState, more: Partial<SourceHealth> = {}): SourceHealth {
  return {
    sourceId: name,
    model: 'coder-1b',
    state,
    since: now - 14_000,
    reason: '',
    latency: { p50: 230, p95: 610, p99: 1240, samples: 41 },
    guard: { sourceId: name, model: 'coder-1b', breaker: { kind: 'closed' }, inFlight: 0, limit: 2 },
    ...more,
  };
}

/** A model of the editor that the person has not allowed yet. */
export function consentNeeding(name: string, more: Partial<SourceHealth> = {}): SourceHealth {
  const well = source(name, 'auth-needed', more);
  const coolDown = { kind: 'auth', code: consentNeeded, message: '', since: now, source: 'default' } as const;
  return { ...well, guard: { ...well.guard, coolDown } };
}

/** A service that is on and asks the first of its sources. */
export function snapshot(sources: readonly SourceHealth[], more: Partial<EngineSnapshot> = {}): EngineSnapshot {
  return {
    at: now,
    mode: 'on',
    sources,
    boundaries: [],
    working: 0,
    serving: sources[0]?.sourceId ?? 'local',
    problems: [],
    counts: { ...noCounts, model: 12, local: 3, cache: 1, accepted: 5 },
    ...more,
  };
}
