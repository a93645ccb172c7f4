import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Attempt } from '../domain/attempt.ts';

/** When capacity errors become a suspicion that the model is being retired; reasons in docs/settings.md. */
export const retirementDefaults = {
  /** Days that are remembered. */
  historyDays: 14,
  /** Persistent: capacity answers in so many different hours, without one good answer in between. */
  persistentHours: 6,
  /** Recurring: so many of the last `recurringWithin` days were bad. */
  recurringDays: 4,
  recurringWithin: 7,
  /** A bad day has at least so many capacity answers … */
  badDayAnswers: 5,
  /** … and they are at least this share of those and the good ones. */
  badDayShare: 0.2,
} as const;

/** The answers of one day. */
export interface DayCount {
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  readonly capacity: number;
  readonly good: number;
}

/** Capacity answers since the last good one. */
export interface CapacityRun {
  readonly since: EpochMillis;
  /** Hours since 1970 of the latest. */
  readonly lastHour: number;
  /** Different hours in which there was one; a machine that is switched off at night counts none. */
  readonly hours: number;
}

/** What is remembered of one (backend, model), also between sessions. Holds numbers, dates and our own words only. */
export interface RetirementRecord {
  /** Ascending, at most `historyDays`. */
  readonly days: readonly DayCount[];
  readonly run?: CapacityRun;
  /** What the latest answers said of a deprecation. */
  readonly notice?: string;
  /** The end that the list of models names. */
  readonly shutdown?: EpochMillis;
}

export const emptyRecord: RetirementRecord = { days: [] };

const day: Millis = 86_400_000;
const hour: Millis = 3_600_000;

/** The record after one more attempt; the same object when the attempt says nothing. */
export function withAttempt(record: RetirementRecord, attempt: Attempt, now: EpochMillis): RetirementRecord {
  const isGood = attempt.outcome === 'ok' || attempt.outcome === 'empty';
  if (!isGood && attempt.outcome !== 'capacity') {
    return attempt.deprecation === undefined || attempt.deprecation === record.notice ? record : { ...record, notice: attempt.deprecation };
  }
  const { run, notice, ...rest } = record;
  // A good answer without a word of it takes an earlier notice back.
  const said = attempt.deprecation ?? (isGood ? undefined : notice);
  return {
    ...rest,
    days: counted(record.days, isGood, now),
    ...(isGood ? {} : { run: prolonged(run, now) }),
    ...(said === undefined ? {} : { notice: said }),
  };
}

/** The record with the end that the list of models names, or with none. */
export function withShutdown(record: RetirementRecord, shutdown: EpochMillis | undefined): RetirementRecord {
  if (shutdown === record.shutdown) return record;
  const { days, run, notice } = record;
  return {
    days,
    ...(run ? { run } : {}),
    ...(notice === undefined ? {} : { notice }),
    ...(shutdown === undefined ? {} : { shutdown }),
  };
}

/** What speaks for a retirement, one line each; empty when nothing does. A suspicion, never a fact. */
export function evidenceIn(record: RetirementRecord, now: EpochMillis): readonly string[] {
  const { persistentHours, recurringDays, recurringWithin, badDayAnswers, badDayShare } = retirementDefaults;
  const evidence: string[] = [];
  if (record.shutdown !== undefined) evidence.push(`the list of models names ${dateText(record.shutdown)} as its end`);
  if (record.notice !== undefined) evidence.push(record.notice);
  const { run } = record;
  if (run && run.hours >= persistentHours) {
    evidence.push(`at capacity in ${run.hours} different hours since ${dateText(run.since)} and not one good answer`);
  }
  const today = Math.floor(now / day);
  const bad = record.days.filter(
    (count) =>
      count.day > today - recurringWithin &&
      count.day <= today &&
      count.capacity >= badDayAnswers &&
      count.capacity >= badDayShare * (count.capacity + count.good),
  );
  if (bad.length >= recurringDays) evidence.push(`at capacity on ${bad.length} of the last ${recurringWithin} days`);
  return evidence;
}

/** Whether nothing in it could become evidence any more. */
export function isForgotten(record: RetirementRecord, now: EpochMillis): boolean {
  return !record.run && record.notice === undefined && record.shutdown === undefined && recent(record.days, now).length === 0;
}

/** Days that are remembered; a clock that was set back leaves no days of the future. */
export function recent(days: readonly DayCount[], now: EpochMillis): readonly DayCount[] {
  const today = Math.floor(now / day);
  return days.filter((count) => count.day > today - retirementDefaults.historyDays && count.day <= today);
}

function counted(days: readonly DayCount[], isGood: boolean, now: EpochMillis): readonly DayCount[] {
  const today = Math.floor(now / day);
  const before = recent(days, now);
  const count = before.find((each) => each.day === today) ?? { day: today, capacity: 0, good: 0 };
  const next = isGood ? { ...count, good: count.good + 1 } : { ...count, capacity: count.capacity + 1 };
  return [...before.filter((each) => each.day !== today), next];
}

function prolonged(run: CapacityRun | undefined, now: EpochMillis): CapacityRun {
  const thisHour = Math.floor(now / hour);
  if (!run) return { since: now, lastHour: thisHour, hours: 1 };
  return run.lastHour === thisHour ? run : { since: run.since, lastHour: thisHour, hours: run.hours + 1 };
}

function dateText(at: EpochMillis): string {
  return new Date(at).toISOString().slice(0, 10);
}
