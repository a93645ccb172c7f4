import fc from 'fast-check';
import type { AttemptOutcome } from '../../../src/domain/attempt.ts';
import type { AttemptRecord, DecisionRecord, JournalRecord, StateRecord } from '../../../src/domain/record.ts';

/** 21 November 2026, 12:34:56 UTC. */
export const now = Date.UTC(2026, 10, 21, 12, 34, 56);

export const clock = { now: () => now };

export const minute = 60_000;
export const hour = 60 * minute;

/** An attempt so long ago. */
export function attempt(ago: number, change: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    kind: 'attempt',
    at: now - ago,
    requestId: 'r1',
    sourceId: 'first',
    model: 'm',
    trigger: 'automatic',
    outcome: 'ok',
    elapsed: 200,
    censored: false,
    stage: 'done',
    bytes: 10,
    ...change,
  };
}

/** What a keystroke was answered with, so long ago. */
export function decision(ago: number, origin: DecisionRecord['origin'], sourceId = 'first'): DecisionRecord {
  return { kind: 'decision', at: now - ago, requestId: 'r1', languageId: 'go', trigger: 'automatic', origin, sourceId, elapsed: 9 };
}

/** A change of state so long ago. */
export function state(ago: number, before: StateRecord['before'], after: StateRecord['state'], sourceId = 'first'): StateRecord {
  return { kind: 'state', at: now - ago, sourceId, model: 'm', before, state: after };
}

export const outcomes: readonly AttemptOutcome[] = [
  ...['ok', 'empty', 'capacity', 'rate_limit', 'quota', 'auth', 'bad_request', 'context_length', 'content_filter', 'server'],
  ...['network', 'timeout', 'model_retired', 'loading', 'client_unsupported', 'cancelled', 'refused', 'internal'],
] as AttemptOutcome[];

const ago = fc.integer({ min: 0, max: 40 * 24 * hour });

/** Any records of the last forty days, in any order. */
export const anyRecords: fc.Arbitrary<JournalRecord[]> = fc.array(
  fc.oneof(
    fc
      .tuple(ago, fc.constantFrom(...outcomes), fc.integer({ min: 1, max: 90_000 }), fc.boolean(), fc.constantFrom('first', 'second'))
      .chain(([at, outcome, elapsed, censored, sourceId]) =>
        fc.constantFrom('automatic', 'manual', 'probe').map((trigger) => attempt(at, { outcome, elapsed, censored, sourceId, trigger })),
      ),
    fc
      .tuple(ago, fc.constantFrom('model', 'local', 'cache', 'nothing'), fc.constantFrom('first', 'second'))
      .map(([at, origin, sourceId]) => decision(at, origin, sourceId)),
    fc
      .tuple(ago, fc.constantFrom('healthy', 'open', 'slow', 'unknown', 'offline'), fc.constantFrom('healthy', 'open', 'unknown'))
      .map(([at, after, before]) => state(at, before, after)),
    fc
      .tuple(ago, fc.integer({ min: 1, max: 1e9 }), fc.constantFrom('normal', 'elevated', 'high'))
      .map(([at, heap, level]): JournalRecord => ({
        ...{ kind: 'process', at: now - at, heap, heapLimit: 2e9, rss: heap * 2, ledger: 5, index: 6, lagMax: 9, lagP99: 3 },
        level,
      })),
    fc.tuple(ago, fc.integer({ min: 0, max: 100 }), fc.constantFrom(30, 120, 7)).map(([at, percent, afterSeconds]): JournalRecord => ({
      kind: 'observation',
      at: now - at,
      observation: {
        ...{ at: now - at, id: 'r1', languageId: 'go', origin: 'model', sourceId: 'first', model: 'm', trigger: 'automatic' },
        ...{ kind: 'kept', afterSeconds, similarity: percent / 100 },
      },
    })),
  ),
  { maxLength: 200 },
);
