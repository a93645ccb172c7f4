import { type CapacityRun, type DayCount, emptyRecord, retirementDefaults, type RetirementRecord } from './retirement.ts';

/** The latest instant that a date can be written for. */
const lastEpoch = 253_402_300_799_999;
const noticeLength = 200;

/** Reads what an earlier session stored, whatever is there now: what does not have the right shape counts as not stored. */
export function parseRecord(value: unknown): RetirementRecord {
  if (!isObject(value)) return emptyRecord;
  const { days, notice, shutdown } = value;
  const run = parseRun(value['run']);
  return {
    days: (Array.isArray(days) ? days : [])
      .slice(-retirementDefaults.historyDays)
      .flatMap((count): DayCount[] => {
        const read = isObject(count) ? count : {};
        const { day, capacity, good } = read;
        return isCount(day) && isCount(capacity) && isCount(good) ? [{ day, capacity, good }] : [];
      })
      .sort((one, other) => one.day - other.day)
      .filter((count, index, all) => count.day !== all[index - 1]?.day),
    ...(run ? { run } : {}),
    ...(typeof notice === 'string' && /^[\x20-\x7e]+$/.test(notice) && notice.length <= noticeLength ? { notice } : {}),
    ...(isEpoch(shutdown) ? { shutdown } : {}),
  };
}

function parseRun(value: unknown): CapacityRun | undefined {
  if (!isObject(value)) return undefined;
  const { since, lastHour, hours } = value;
  return isEpoch(since) && isCount(lastHour) && isCount(hours) ? { since, lastHour, hours } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isEpoch(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= lastEpoch;
}

/** True for an object that is no array. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
