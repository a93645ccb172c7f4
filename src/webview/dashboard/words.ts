import type { EpochMillis, Millis } from '../../base/clock.ts';
import type { AnswerClass, OutcomeClass } from '../../dashboard/outcomeClass.ts';
import type { RangeName } from '../../dashboard/range.ts';
import type { Figure } from '../../dashboard/view.ts';
import { latencyText } from '../../ui/times.ts';

export const rangeWords: Readonly<Record<RangeName, string>> = { '1h': '1 hour', '24h': '24 hours', '7d': '7 days', '30d': '30 days' };

/** Completes "the last …". */
export const pastWords: Readonly<Record<RangeName, string>> = { ...rangeWords, '1h': 'hour' };

export const outcomeWords: Readonly<Record<OutcomeClass, string>> = {
  ok: 'text',
  empty: 'nothing to say',
  capacity: 'at capacity',
  'rate-limit': 'rate limited',
  timeout: 'too late',
  network: 'network',
  server: 'server error',
  'needs-you': 'key, quota or model',
  other: 'other',
  cancelled: 'cancelled by typing',
};

export const answerWords: Readonly<Record<AnswerClass, string>> = {
  first: 'first backend',
  'other-backend': 'another backend',
  local: 'local suggestions',
  cache: 'known already',
  nothing: 'no text',
};

const none = '–';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** A count with its thousands apart. */
export function countText(count: number): string {
  return whole.format(count);
}

/** A share as a person reads it. 100 % means all, and 0 % none. @param share 0…1 */
export function shareText(share: number | null | undefined): string {
  if (share === null || share === undefined) return none;
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.1) return '< 0.1 %';
  if (percent > 99.9) return '> 99.9 %';
  return `${percent < 10 || percent > 99 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** A latency as a person reads it. @param millis `null` where there is none */
export function millisText(millis: Millis | null | undefined): string {
  return millis === null || millis === undefined ? none : latencyText(millis);
}

/** A quantile; `≥` where it is only a lower bound. */
export function figureText({ value, isAtLeast }: Figure): string {
  return `${isAtLeast ? '≥ ' : ''}${latencyText(value)}`;
}

/** An amount of memory. @param bytes `null` where there is none */
export function bytesText(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return none;
  return megabytesText(bytes / 1_048_576);
}

/** An amount of memory. @param megabytes `null` where there is none */
export function megabytesText(megabytes: number | null | undefined): string {
  if (megabytes === null || megabytes === undefined) return none;
  if (megabytes >= 1024) return `${(megabytes / 1024).toFixed(1)} GB`;
  return `${megabytes < 10 && !Number.isInteger(megabytes) ? megabytes.toFixed(1) : megabytes.toFixed(0)} MB`;
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** Hour and minute in the local time zone. */
export function timeText(at: EpochMillis): string {
  return time.format(at);
}

/** Day and month in the local time zone. */
export function dayText(at: EpochMillis): string {
  return day.format(at);
}

/** Day, hour and minute; of a range within a day the day is left out. */
export function momentText(at: EpochMillis, range: RangeName): string {
  return range === '1h' ? time.format(at) : dayAndTime.format(at);
}

/** Numbers with their noun. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
