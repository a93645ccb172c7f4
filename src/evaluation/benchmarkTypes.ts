import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { CompletionRequest, Outcome } from '../domain/completion.ts';
import type { FailureKind } from '../domain/failure.ts';
import type { Arm, ModelVersion } from '../domain/rollout.ts';
import type { Interval, QuantileFigure } from './pairedStatistics.ts';

/** What one model version answered to one request. */
export interface Asked {
  readonly attempt: Attempt;
  /** As the source gave it. */
  readonly outcome: Outcome;
  /** As a person would see it: through the filters of the pipeline. '' after a failure. */
  readonly text: string;
}

/** Asks one model version, under the deadlines of a keystroke. Never rejects. */
export type Ask = (request: CompletionRequest, signal: AbortSignal) => Promise<Asked>;

/** A place in a finished text, with what truly stands there. */
export interface Position {
  /** Unique in a run, and the same in the next one: it decides the order. */
  readonly id: string;
  readonly set: 'own' | 'shipped';
  readonly languageId: string;
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
  /** What was taken out at the cursor. */
  readonly expected: string;
}

/** One answer, as much of it as figures need, and as it goes into a recorded run. */
export interface Answer {
  readonly outcome: Attempt['outcome'];
  /** As a person would see it. */
  readonly text: string;
  readonly elapsed: Millis;
  /** `elapsed` is only a lower bound. */
  readonly censored: boolean;
  readonly firstTextAfter?: Millis;
  /** This machine slept or stood still meanwhile: its times say nothing. */
  readonly interrupted?: boolean;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}

/** One position with both answers. */
export interface Pair {
  readonly position: Position;
  readonly answers: Readonly<Record<Arm, Answer>>;
}

/** Price of a model, in any currency for a million tokens. */
export interface Price {
  readonly prompt: number;
  readonly completion: number;
}

/** Everything that was asked; figures are a fold over it, now or from a recording later. */
export interface BenchmarkRun {
  readonly at: EpochMillis;
  readonly took: Millis;
  readonly versions: Readonly<Record<Arm, ModelVersion>>;
  readonly seed: number;
  /** In the order of their ids. */
  readonly pairs: readonly Pair[];
  /** Positions that were not asked about any more. */
  readonly left: number;
  /** Why it ended before all positions were asked about. */
  readonly stopped?: string;
}

/** What is compared; of all of them more is better. */
export const metricNames = ['answered', 'not-empty', 'exact', 'first-line', 'similarity', 'syntax', 'known-names'] as const;
export type MetricName = (typeof metricNames)[number];

/** What a comparison says. */
export type Verdict = 'passed' | 'failed' | 'inconclusive';

/** One metric of both sides, over the pairs in which it can be told for both. Shares and means are 0…1, differences candidate less baseline. */
export interface Comparison extends Interval {
  readonly metric: MetricName;
  readonly pairs: number;
  readonly baseline: number;
  readonly candidate: number;
  readonly difference: number;
  /** The chance of so uneven a split by accident, for shares. */
  readonly p?: number;
  readonly verdict: Verdict;
  /** About so many pairs would be enough for a verdict, were the difference as it is. */
  readonly needed?: number;
}

/** Latency of one side, in ms; an answer that was given up counts with the time until then. */
export interface LatencyFigure {
  readonly samples: number;
  /** Of those only a lower bound is known. */
  readonly censored: number;
  readonly p50?: QuantileFigure;
  readonly p95?: QuantileFigure;
  readonly p99?: QuantileFigure;
}

/** What was seen of one side alone. */
export interface SideFigures {
  readonly asked: number;
  readonly failures: Partial<Readonly<Record<FailureKind, number>>>;
  readonly latency: LatencyFigure;
  readonly firstText: LatencyFigure;
  /** Sums over the answers whose server counted. */
  readonly tokens: { readonly prompt: number; readonly completion: number; readonly counted: number };
  /** Of the answers whose tokens were counted, where a price is known; in the price's currency. */
  readonly cost?: { readonly total: number; readonly perThousand: number };
}

/** How much slower the candidate typically is: the geometric mean over pairs of its latency by the baseline's. */
export interface LatencyComparison extends Interval {
  readonly pairs: number;
  readonly ratio: number;
  /** More than this is too slow. */
  readonly limit: number;
  readonly verdict: Verdict;
}

/** A language with its own comparisons; their intervals are wider, so that many languages do not make one look bad by accident. */
export interface LanguageFigures {
  readonly languageId: string;
  readonly pairs: number;
  readonly comparisons: readonly Comparison[];
}

/** What came out of a benchmark. Holds no source text. */
export interface BenchmarkReport {
  readonly kind: 'failsoft-benchmark';
  readonly at: EpochMillis;
  readonly took: Millis;
  readonly versions: BenchmarkRun['versions'];
  readonly seed: number;
  /** Share by which the candidate may be worse. */
  readonly margin: number;
  readonly verdict: Verdict;
  /** One line for a person. */
  readonly summary: string;
  /** Each thing that keeps it from having passed, one line each. */
  readonly reasons: readonly string[];
  readonly pairs: number;
  readonly own: number;
  readonly shipped: number;
  readonly stopped?: string;
  readonly comparisons: readonly Comparison[];
  readonly latency: LatencyComparison;
  readonly sides: Readonly<Record<Arm, SideFigures>>;
  readonly languages: readonly LanguageFigures[];
}
