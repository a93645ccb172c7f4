import type { Millis } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { quantile } from '../statistics.ts';

/** What was counted while one file was written, with one client. */
export interface SessionFigures {
  /** Keys pressed, the taking of suggestions included. */
  readonly keys: number;
  readonly backspaces: number;
  /** Questions that reached the backend, those asked in advance included. */
  readonly requests: number;
  /** Of these, those of which nothing ever came into view. */
  readonly wasted: number;
  /** Tokens that the backend generated. */
  readonly tokens: number;
  readonly pauses: number;
  readonly pausesWithText: number;
  /** From the key that left no text in view to the text, in ms; only where the person did not type on first. */
  readonly waits: readonly Millis[];
  /** Ghost texts in view long enough to be judged. */
  readonly judged: number;
  readonly taken: number;
  /** Characters of the finished text that were taken over and not typed. */
  readonly charactersKept: number;
  readonly characters: number;
  readonly flickers: number;
  readonly changes: number;
  /** The time it took, in ms. */
  readonly elapsed: Millis;
}

/** The figures of a report. */
export interface TypingFigures {
  readonly requestsPer100Keys: number;
  readonly pausesWithText: number;
  readonly waitP50: Millis;
  readonly waitP95: Millis;
  readonly wastedShare: number;
  readonly tokensPer100Keys: number;
  readonly takenShare: number;
  readonly keptShare: number;
  readonly flickers: number;
  readonly changesPer100Keys: number;
}

/** Folds sessions into figures: sums over sums, so that a long session weighs more. */
export function foldSessions(sessions: readonly SessionFigures[]): TypingFigures {
  const sum = (of: (session: SessionFigures) => number): number => sessions.reduce((total, session) => total + of(session), 0);
  const keys = sum((session) => session.keys);
  const waits = sessions.flatMap((session) => session.waits).toSorted((one, other) => one - other);
  return {
    requestsPer100Keys: (100 * sum((session) => session.requests)) / keys,
    pausesWithText: sum((session) => session.pausesWithText) / sum((session) => session.pauses),
    waitP50: quantile(waits, 0.5),
    waitP95: quantile(waits, 0.95),
    wastedShare:
      sum((session) => session.wasted) /
      Math.max(
        1,
        sum((session) => session.requests),
      ),
    tokensPer100Keys: (100 * sum((session) => session.tokens)) / keys,
    takenShare:
      sum((session) => session.taken) /
      Math.max(
        1,
        sum((session) => session.judged),
      ),
    keptShare: sum((session) => session.charactersKept) / sum((session) => session.characters),
    flickers: sum((session) => session.flickers),
    changesPer100Keys: (100 * sum((session) => session.changes)) / keys,
  };
}

/** A figure and the interval in which 95 % of the resamples lie. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Resamples for an interval. */
const resamples = 400;

/**
 * A figure of two clients' sessions with its confidence interval: the sessions are drawn again with replacement, those of one file
 * and seed together.
 *
 * @param other as long as `own`, in the same order
 * @see Efron, Bootstrap Methods: Another Look at the Jackknife, Annals of Statistics 7, 1979
 */
export function bootstrap(
  own: readonly SessionFigures[],
  other: readonly SessionFigures[],
  figure: (own: TypingFigures, other: TypingFigures) => number,
): Interval {
  const random = seededRandom(1979);
  const values = Array.from({ length: resamples }, () => {
    const drawn = own.map(() => Math.floor(random() * own.length));
    const pick = (from: readonly SessionFigures[]): TypingFigures => foldSessions(drawn.flatMap((index) => from[index] ?? []));
    return figure(pick(own), pick(other));
  }).toSorted((one, two) => one - two);
  return { value: figure(foldSessions(own), foldSessions(other)), low: quantile(values, 0.025), high: quantile(values, 0.975) };
}
