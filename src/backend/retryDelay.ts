import type { EpochMillis, Millis } from '../base/clock.ts';

/** No backend may keep us away longer than this on its word alone; a quota has its own time. */
export const retryDelayCap: Millis = 15 * 60_000;

/** Headers, names in lower case. */
type Headers = Readonly<Record<string, string>>;

/**
 * How long a failed answer asks us to wait, 0…`retryDelayCap`; `undefined` when it does not say.
 * Sources in order: millisecond headers, `Retry-After` (seconds or HTTP date), the body, rate-limit reset headers.
 *
 * @see RFC 9110 section 10.2.3
 */
export function retryDelayOf(headers: Headers, message: string, now: EpochMillis): Millis | undefined {
  const delay =
    milliseconds(headers['retry-after-ms']) ??
    milliseconds(headers['x-ms-retry-after-ms']) ??
    retryAfter(headers['retry-after'], now) ??
    inMessage(message) ??
    resetDuration(headers['x-ratelimit-reset-requests']) ??
    resetDuration(headers['x-ratelimit-reset-tokens']);
  return delay === undefined ? undefined : Math.min(retryDelayCap, Math.max(0, delay));
}

function milliseconds(value: string | undefined): Millis | undefined {
  if (value === undefined || !/^\s*\d{1,12}(\.\d+)?\s*$/.test(value)) return undefined;
  return Number(value);
}

function retryAfter(value: string | undefined, now: EpochMillis): Millis | undefined {
  if (value === undefined) return undefined;
  const seconds = milliseconds(value);
  if (seconds !== undefined) return seconds * 1000;
  // A date needs letters ("Fri, 31 Dec …"); Date.parse would also take "-5" for a year.
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date - now;
}

function inMessage(message: string): Millis | undefined {
  const match = /try again in (\d{1,6}(?:\.\d{1,3})?) ?(ms|s|seconds?|m|minutes?)\b/i.exec(message);
  if (!match) return undefined;
  const unit = match[2]?.toLowerCase() ?? 's';
  return Number(match[1]) * (unit === 'ms' ? 1 : unit.startsWith('m') ? 60_000 : 1000);
}

/** OpenAI's durations: `1s`, `6m0s`, `120ms`. */
function resetDuration(value: string | undefined): Millis | undefined {
  if (value === undefined || value.length > 32) return undefined;
  const match = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(value.trim());
  if (!match || match[0] === '') return undefined;
  const [, hours = 0, minutes = 0, seconds = 0, millis = 0] = match;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(millis);
}
