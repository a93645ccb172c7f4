import type { EpochMillis, Millis } from '../base/clock.ts';
import type { GateName, GateReading, RolloutPhase } from '../domain/rollout.ts';
import type { Evidence } from './evidence.ts';
import type { Manifest } from './policy.ts';

/** The baseline as it was when the rollout began; shares 0…1. */
export interface FrozenBaseline {
  readonly p99: Millis;
  readonly errorRate: number;
  readonly filterRate: number;
  readonly badRequestRate: number;
}

/** What the gates are read from. The counts are those of the present phase only: see `RolloutState.evidenceFrom`. */
export interface GateInput extends Evidence {
  readonly policy: Manifest;
  readonly frozen: FrozenBaseline;
  readonly phase: RolloutPhase;
  /** When the phase began: `RolloutState.since`. */
  readonly since: EpochMillis;
  readonly now: EpochMillis;
  /** So long memory pressure has been at `high` without a pause; 0 while it is not. */
  readonly memoryHighFor: Millis;
  /** Unclean ends of this extension host since the phase began. */
  readonly dirtyExits: number;
}

/** What follows from the gates. */
export type Verdict =
  | { readonly kind: 'roll-back' | 'pause'; readonly gate: GateName; readonly reason: string; readonly figures: Readonly<Record<string, number>> }
  | { readonly kind: 'may-advance'; readonly reason: string; readonly figures: Readonly<Record<string, number>> }
  | { readonly kind: 'collecting'; readonly reason: string };

/** Every gate that is not switched off, as it stands; empty where nothing is being rolled out. */
export function readGates(_input: GateInput): readonly GateReading[] {
  throw new Error('not built yet');
}

/** What follows: harm before doubt before patience. */
export function verdictOf(_readings: readonly GateReading[]): Verdict {
  throw new Error('not built yet');
}
