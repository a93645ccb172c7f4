import type { EpochMillis, Millis } from '../base/clock.ts';

/** A time of day as the person's clock shows it. Passed in, so that a test does not depend on a time zone. */
export type ClockTime = (at: EpochMillis) => string;

/** Hours, minutes and seconds in the local time zone, e.g. `14:02:11`. */
export const localClockTime: ClockTime = (at) => {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
};

/** A duration as a person would say it: `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Rounded up, so that a countdown never ends early. */
export function durationText(duration: Millis): string {
  const seconds = Math.max(0, Math.ceil(duration / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.ceil(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A latency with as many digits as are worth reading: `230 ms`, `1.2 s`. */
export function latencyText(latency: Millis): string {
  return latency < 1000 ? `${Math.round(latency)} ms` : `${(latency / 1000).toFixed(1)} s`;
}

/** A day and a time of day as the person's clock shows them, e.g. `22 Nov 14:02`. Passed in, as `ClockTime` is. */
export type DayTime = (at: EpochMillis) => string;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Day, month, hours and minutes in the local time zone. The year goes without saying: a rollout lasts days. */
export const localDayTime: DayTime = (at) => {
  const date = new Date(at);
  return `${date.getDate()} ${months[date.getMonth()]} ${localClockTime(at).slice(0, -3)}`;
};
