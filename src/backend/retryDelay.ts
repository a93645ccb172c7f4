import type { EpochMillis, Millis } from '../base/clock.ts';
import type { ErrorBody } from './errorBody.ts';
import { messageLength } from './messageText.ts';

/** No backend may keep us away longer than this on its word alone; a quota has its own time. */
export const retryDelayCap: Millis = 15 * 60_000;

/** A quota comes back with the next month at the latest: 31 days, and one for time zones. */
export const quotaResetCap: Millis = 32 * 24 * 60 * 60_000;

/** Hugging Face estimates minutes; asked again after this at the latest. */
export const estimatedTimeCap: Millis = 20_000;

/** Headers, names in lower case. */
type Headers = Readonly<Record<string, string>>;

/**
 * How long a failed answer asks us to wait, uncapped and ≥ 0; `undefined` when it does not say. Sources in order: millisecond
 * headers, `Retry-After` (seconds or HTTP date), the body.
 *
 * @see RFC 9110 section 10.2.3
 */
export function askedDelay(headers: Headers, error: ErrorBody, now: EpochMillis): Millis | undefined {
  const delay =
    milliseconds(headers['retry-after-ms']) ??
    milliseconds(headers['x-ms-retry-after-ms']) ??
    retryAfter(headers['retry-after'], now) ??
    error.retryDelay ??
    inMessage(error.message) ??
    (error.resetsAt === undefined ? undefined : error.resetsAt - now) ??
    (error.estimatedTime === undefined ? undefined : Math.min(error.estimatedTime, estimatedTimeCap));
  return delay === undefined ? undefined : Math.max(0, delay);
}

/**
 * When the limit that ran out is whole again, as a wait ≥ 0, from the rate-limit headers. They come with good answers too, so they
 * say something only beside a rate limit or a quota. Of several limits those with nothing remaining count; where no header says so,
 * all. The latest counts, because all of them have to be whole.
 */
export function resetDelay(headers: Headers, now: EpochMillis): Millis | undefined {
  const limits = limitNames.flatMap(([remaining, reset]) => {
    const delay = resetIn(headers[reset], now);
    return delay === undefined ? [] : [{ delay, isSpent: Number(headers[remaining] ?? Number.NaN) <= 0 }];
  });
  const spent = limits.filter(({ isSpent }) => isSpent);
  const delays = (spent.length > 0 ? spent : limits).map(({ delay }) => delay);
  return delays.length === 0 ? undefined : Math.max(0, ...delays);
}

/** Header of what remains and of when it is whole again. OpenAI and others; GitHub and OpenRouter; Anthropic. */
const limitNames: readonly (readonly [remaining: string, reset: string])[] = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
  ...['requests', 'tokens', 'input-tokens', 'output-tokens'].map(
    (limit) => [`anthropic-ratelimit-${limit}-remaining`, `anthropic-ratelimit-${limit}-reset`] as const,
  ),
];

function milliseconds(value: string | undefined): Millis | undefined {
  if (value === undefined || !/^\s{0,8}\d{1,15}(\.\d{1,9})?\s{0,8}$/.test(value)) return undefined;
  return Number(value);
}

function retryAfter(value: string | undefined, now: EpochMillis): Millis | undefined {
  const seconds = milliseconds(value);
  return seconds === undefined ? untilDate(value, now) : seconds * 1000;
}

/** An HTTP date or RFC 3339. A date has letters ("Fri, 31 Dec …", "…T…Z"); `Date.parse` would also take "-5" for a year. */
function untilDate(value: string | undefined, now: EpochMillis): Millis | undefined {
  if (value === undefined || value.length > 64 || !/[a-z]{3}|\dT\d/i.test(value)) return undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : date - now;
}

const waitWords =
  /\b(?:try again in|retry in|retry after) (?:about )?(\d[\dhms.]{0,20})(?: ?(milliseconds?|seconds?|minutes?|ms|s|min)\b)?/i;

/** "Please try again in 11.05s", "in 6m0s", "in 20 ms"; "Please retry after 8 seconds". A bare number is seconds. */
function inMessage(message: string): Millis | undefined {
  const [, said = '', unit = 's'] = waitWords.exec(message.slice(0, messageLength)) ?? [];
  const value = said.replace(/\.{1,20}$/, '');
  const number = milliseconds(value);
  if (number === undefined) return duration(value);
  const lower = unit.toLowerCase();
  return number * (lower.startsWith('min') ? 60_000 : lower.startsWith('m') ? 1 : 1000);
}

/** A duration, seconds from now, Unix seconds, Unix milliseconds, or RFC 3339. */
function resetIn(value: string | undefined, now: EpochMillis): Millis | undefined {
  const number = milliseconds(value);
  if (number !== undefined) return number < 1e9 ? number * 1000 : number < 1e11 ? number * 1000 - now : number - now;
  return duration(value) ?? untilDate(value, now);
}

/** OpenAI's durations: `1s`, `6m0s`, `120ms`. */
function duration(value: string | undefined): Millis | undefined {
  if (value === undefined || value.length > 32) return undefined;
  const match = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(value.trim());
  if (!match || match[0] === '') return undefined;
  const [, hours = 0, minutes = 0, seconds = 0, millis = 0] = match;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(millis);
}
