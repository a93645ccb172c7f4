import type { EpochMillis } from '../base/clock.ts';
import { isObject } from './retirementRecord.ts';

/**
 * The end that a list of models names for one of them; `undefined` when it names none or is no such list. Never throws.
 *
 * @param list the parsed answer of `GET /v1/models`
 * @see https://developers.openai.com/api/docs/deprecations `shutdown_date`: `YYYY-MM-DD` or null
 * @see https://docs.mistral.ai/api/#tag/models `deprecation`: a date with time or null
 */
export function shutdownDateIn(list: unknown, model: string): EpochMillis | undefined {
  const entries: unknown = isObject(list) ? list['data'] : list;
  if (!Array.isArray(entries)) return undefined;
  const entry: unknown = entries.find((each) => isObject(each) && each['id'] === model);
  if (!isObject(entry)) return undefined;
  return dateOf(entry['shutdown_date']) ?? dateOf(entry['deprecation']);
}

function dateOf(value: unknown): EpochMillis | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T[\d:.+Z-]{1,32})?$/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}
