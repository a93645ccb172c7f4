import type { EpochMillis, Millis } from '../base/clock.ts';
import type { PressureLevel } from '../domain/pressure.ts';
import type { HealthState } from '../domain/snapshot.ts';
import type { AnswerClass, OutcomeClass } from './outcomeClass.ts';
import type { Bins, RangeName } from './range.ts';

/** One value a bin; `null` where there is none. */
export type Series = readonly (number | null)[];

/** A quantile in ms; `isAtLeast`: the longest wait does not settle it. */
export interface Figure {
  readonly value: Millis;
  readonly isAtLeast: boolean;
}

/** One (backend, model) over the range. Our own probes are not counted, except in `probes`. */
export interface ModelView {
  readonly sourceId: string;
  readonly model: string;
  readonly attempts: number;
  /** Answered with text or an orderly nothing, of all that were not cancelled; 0…1, `null` of none. */
  readonly answered: number | null;
  readonly probes: number;
  readonly p50: Series;
  readonly p95: Series;
  readonly p99: Series;
  /** Of the latency samples those that were given up before the answer, 0…1. */
  readonly censored: Series;
  /** Over the whole range; absent without a sample. */
  readonly overall?: {
    readonly p50: Figure;
    readonly p95: Figure;
    readonly p99: Figure;
    readonly censored: number;
    readonly samples: number;
  };
  /** Attempts a bin. */
  readonly outcomes: Readonly<Record<OutcomeClass, Series>>;
}

/** What keystrokes were answered with. */
export interface AnswersView {
  readonly series: Readonly<Record<AnswerClass, Series>>;
  readonly total: Readonly<Record<AnswerClass, number>>;
  /** Of these, those that fell into a time when the first backend was unwell. */
  readonly whileUnwell: Readonly<Record<AnswerClass, number>>;
  /** How long the first backend was unwell, in ms. */
  readonly unwellFor: Millis;
  /** Its id; absent where there is none. */
  readonly first?: string;
}

/** What became of the texts of one model, or in one language. */
export interface UseRow {
  readonly name: string;
  readonly shown: number;
  /** Taken whole. */
  readonly accepted: number;
  readonly partly: number;
  /** Typed by the person. */
  readonly typed: number;
  readonly rejected: number;
  /** How much of accepted text was still there, on average, in the order of `keptAfter`; 0…1. */
  readonly kept: readonly { readonly share: number | null; readonly texts: number }[];
}

/** When retention is looked at, in seconds after the acceptance; those of `KeptWatch`. */
export const keptAfter = [30, 120, 300, 600] as const;

/** The extension host. Of each bin the worst. */
export interface ProcessView {
  readonly heap: Series;
  readonly rss: Series;
  readonly ledger: Series;
  readonly index: Series;
  readonly lagP99: Series;
  readonly lagMax: Series;
  readonly worst?: PressureLevel;
  /** The largest `heapLimit` seen, in bytes. */
  readonly heapLimit?: number;
}

/** A stretch of one state. */
export interface IncidentPart {
  readonly state: HealthState;
  readonly from: EpochMillis;
  readonly to: EpochMillis;
}

/** A run of unwell states of one (backend, model). */
export interface Incident {
  readonly sourceId: string;
  readonly model: string;
  readonly from: EpochMillis;
  readonly to: EpochMillis;
  readonly isOngoing: boolean;
  /** The one that a person has to know most of. */
  readonly worst: HealthState;
  readonly parts: readonly IncidentPart[];
}

/** Who was asked first, and when. */
export interface RoutePart {
  readonly serving: string;
  readonly from: EpochMillis;
  readonly to: EpochMillis;
}

/** Something that happened to a window. */
export interface Mark {
  readonly at: EpochMillis;
  readonly kind: 'unclean-end' | 'safe-mode';
}

/** Everything that the dashboard shows of the journal, for one range. */
export interface DashboardView {
  readonly range: RangeName;
  readonly bins: Bins;
  readonly to: EpochMillis;
  /** Records that fell into the range. */
  readonly records: number;
  /** The one with the most attempts first. */
  readonly models: readonly ModelView[];
  readonly answers: AnswersView;
  readonly byModel: readonly UseRow[];
  readonly byLanguage: readonly UseRow[];
  readonly process: ProcessView;
  /** In the order of their beginning. */
  readonly incidents: readonly Incident[];
  readonly route: readonly RoutePart[];
  readonly marks: readonly Mark[];
}
