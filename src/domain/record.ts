import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Attempt } from './attempt.ts';
import type { Origin } from './completion.ts';
import type { Observation } from './observation.ts';
import type { PressureLevel } from './pressure.ts';
import type { HealthState } from './snapshot.ts';

/** One call of a source. Without the reason, which may quote the server. */
export type AttemptRecord = { readonly kind: 'attempt' } & Omit<Attempt, 'reason'>;

/** The displayed state of one (backend, model) changed. */
export interface StateRecord {
  readonly kind: 'state';
  readonly at: EpochMillis;
  readonly sourceId: string;
  readonly model: string;
  readonly before: HealthState;
  readonly state: HealthState;
  /** When it is tried again, as it was known then. */
  readonly nextTryAt?: EpochMillis;
}

/** What a keystroke or an explicit trigger was answered with. */
export interface DecisionRecord {
  readonly kind: 'decision';
  readonly at: EpochMillis;
  readonly requestId: string;
  readonly languageId: string;
  readonly trigger: 'automatic' | 'manual';
  /** `nothing`: there was no text to offer. */
  readonly origin: Origin | 'nothing';
  /** What made the text; of `nothing` the backend that would have been asked. */
  readonly sourceId: string;
  /** From the key to the answer. */
  readonly elapsed: Millis;
}

/** The source that the next keystroke asks first changed; `local`: none may be asked. */
export interface RouteRecord {
  readonly kind: 'route';
  readonly at: EpochMillis;
  readonly before: string;
  readonly serving: string;
}

/** What the extension host looked like; at most one a minute, none while nobody types. */
export interface ProcessRecord {
  readonly kind: 'process';
  readonly at: EpochMillis;
  /** In bytes. */
  readonly heap: number;
  readonly heapLimit: number;
  readonly rss: number;
  /** All stores of ours together, the local index apart. */
  readonly ledger: number;
  readonly index: number;
  /** Longest and 99 % delay of the event loop since the last such record. */
  readonly lagMax: Millis;
  readonly lagP99: Millis;
  readonly level: PressureLevel;
}

/** A window began, ended, or was found to have ended without saying so. */
export interface SessionRecord {
  readonly kind: 'session';
  readonly at: EpochMillis;
  readonly phase: 'start' | 'end' | 'unclean-end' | 'safe-mode' | 'safe-mode-left';
  /** Of the extension. */
  readonly version: string;
  /** What the window that ended uncleanly was doing: model in use, level, phase. */
  readonly model?: string;
  readonly level?: PressureLevel;
  readonly during?: string;
}

/** What became of a text. */
export interface ObservationRecord {
  readonly kind: 'observation';
  readonly at: EpochMillis;
  readonly observation: Observation;
}

/**
 * One line of the journal.
 * Invariant: holds no source text, no path and no key (laws 13 and 14).
 */
export type JournalRecord = AttemptRecord | StateRecord | DecisionRecord | RouteRecord | ProcessRecord | SessionRecord | ObservationRecord;
