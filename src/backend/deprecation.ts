import type { EpochMillis } from '../base/clock.ts';
import { says, wordsOf } from './messageText.ts';

/**
 * What an answer, good or failed, says about the end of its model: one line of our own words, at most 200 characters, so that nothing
 * of the request can be in it; `undefined` when it says nothing. A hint and no proof: the headers may speak of the address as well.
 *
 * @param headers names in lower case
 * @param message of a failed answer
 * @see RFC 9745 (Deprecation), RFC 8594 (Sunset), RFC 9111 section 5.5 (Warning)
 */
export function deprecationOf(headers: Readonly<Record<string, string>>, message?: string): string | undefined {
  const said = [
    deprecationHeader(headers['deprecation']),
    sunsetHeader(headers['sunset']),
    isDeprecation(headers['warning']) ? 'a Warning header calls the model deprecated' : undefined,
    isDeprecation(message) ? 'an error message calls the model deprecated' : undefined,
  ].filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.join('; ');
}

/** `@1735689600`, seconds since 1970; before the RFC a date or `true`. */
function deprecationHeader(value: string | undefined): string | undefined {
  const text = value?.slice(0, 64).trim() ?? '';
  if (text === '' || text === 'false') return undefined;
  const seconds = /^@(\d{1,12})$/.exec(text)?.[1];
  const at = dayOf(seconds === undefined ? httpDate(text) : Number(seconds) * 1000);
  return at === undefined ? 'a Deprecation header' : `a Deprecation header with the date ${at}`;
}

function sunsetHeader(value: string | undefined): string | undefined {
  const at = dayOf(value === undefined ? Number.NaN : httpDate(value.slice(0, 64)));
  return at === undefined ? undefined : `a Sunset header: gone after ${at}`;
}

function httpDate(text: string): EpochMillis {
  return /[a-z]{3}|\dT\d|^\d{4}-\d\d-\d\d$/i.test(text) ? Date.parse(text) : Number.NaN;
}

/** `2026-06-30`, UTC; `undefined` where it is no time or beyond the year 9999. */
function dayOf(at: EpochMillis): string | undefined {
  const last = 253_402_300_799_999;
  return at >= 0 && at <= last ? new Date(at).toISOString().slice(0, 10) : undefined;
}

const endWords = ['deprecated', 'deprecation', 'decommissioned', 'retired', 'end of life', 'end of its life', 'will be shut down'];

function isDeprecation(message: string | undefined): boolean {
  if (message === undefined) return false;
  const text = wordsOf(message);
  return endWords.some((phrase) => says(text, phrase)) && ['model', 'models', 'deployment'].some((phrase) => says(text, phrase));
}
