import type { EpochMillis, Millis } from '../base/clock.ts';
import { firstObject, isObject, numberIn, optional, textIn, type JsonObject } from './json.ts';

/** What an error answer says, wherever in the body it says it. */
export interface ErrorBody {
  readonly message: string;
  /** The narrowest first; numbers as text. */
  readonly codes: readonly string[];
  readonly types: readonly string[];
  /** Ids of exhausted quotas, reasons, inner codes: what the provider adds in details. */
  readonly details: readonly string[];
  /** `json` also where the JSON holds no error; `page` is HTML; `none`: there is no body. */
  readonly content: 'json' | 'page' | 'text' | 'none';
  readonly promptTokens?: number;
  readonly contextTokens?: number;
  /** When the quota is whole again. */
  readonly resetsAt?: EpochMillis;
  /** What the body asks us to wait. */
  readonly retryDelay?: Millis;
  /** How long loading the model may take. */
  readonly estimatedTime?: Millis;
}

/** A plain text is a message up to this length; a longer one is a page or a dump. In UTF-16 units. */
const plainTextLength = 500;

/**
 * Finds the error in its known places: `error` as object, text or JSON inside a text, an array's element, `response.error`, an event
 * member of Bedrock's stream, or the body itself. Never throws; what cannot be read is empty.
 */
export function readErrorBody(body: string, headers: Readonly<Record<string, string>>): ErrorBody {
  const isPage = /text\/html/i.test(headers['content-type'] ?? '') || /^\s{0,64}<(!doctype|html)/i.test(body.slice(0, 80));
  const value = parse(body);
  if (value === undefined) {
    const text = body.length <= plainTextLength && !isPage ? body.trim() : '';
    return { ...nothing, types: headerTypes(headers), message: text.startsWith('<') ? '' : text, content: contentOf(body, isPage) };
  }
  const outer: unknown = Array.isArray(value) ? value[0] : value;
  const read = readValue(outer);
  const beside = isObject(outer) ? outer : {};
  return {
    ...read,
    content: 'json',
    types: [...read.types, ...typesBeside(beside), ...headerTypes(headers)],
    ...optional('estimatedTime', read.estimatedTime ?? secondsOf(beside['estimated_time'])),
  };
}

const nothing = { message: '', codes: [], types: [], details: [] } as const;

function readValue(outer: unknown): Omit<ErrorBody, 'content'> {
  if (typeof outer === 'string') return { ...nothing, message: outer };
  if (!isObject(outer)) return nothing;
  const response = isObject(outer['response']) ? outer['response'] : undefined;
  const inner = outer['error'] ?? response?.['error'] ?? eventMember(outer) ?? outer;
  if (typeof inner === 'string') return readText(inner);
  if (!isObject(inner)) return nothing;
  const details = detailsOf(inner);
  return {
    message: messageIn(inner) ?? messageIn(outer) ?? '',
    codes: texts(inner['code'], member(inner['details'], 'error_code'), member(inner['metadata'], 'error_type')),
    types: texts(inner['type'], inner['status'], inner['error_type']),
    details: details.flatMap(factsIn).concat(texts(member(inner['innererror'], 'code'), member(inner['metadata'], 'limit_source'))),
    ...optional('promptTokens', numberIn(inner['n_prompt_tokens'])),
    ...optional('contextTokens', numberIn(inner['n_ctx'])),
    ...optional('resetsAt', epochOf(inner['resets_at'])),
    ...optional('retryDelay', retryInfo(details) ?? secondsOf(inner['resets_in_seconds'])),
    ...optional('estimatedTime', secondsOf(inner['estimated_time'])),
  };
}

/** Ollama hands on what the server behind it said as a text that is JSON again. */
function readText(text: string): Omit<ErrorBody, 'content'> {
  const value = text.startsWith('{') ? parse(text) : undefined;
  const error = isObject(value) ? value['error'] : undefined;
  return isObject(error) ? readValue({ error }) : { ...nothing, message: text };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Names that stand beside the error: TGI's `error_type`, AWS's `__type` with its namespace, the name of an event's member. */
function typesBeside(outer: JsonObject): readonly string[] {
  const [name = ''] = Object.keys(outer);
  const event = eventMember(outer) && `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return texts(outer['error_type'], textIn(outer['__type'])?.split('#').at(-1), event);
}

/** `ThrottlingException:http://…` in Bedrock's header. */
function headerTypes(headers: Readonly<Record<string, string>>): readonly string[] {
  return texts(headers['x-amzn-errortype']?.split(':')[0]);
}

/** `{"throttlingException": {"message": …}}`: an exception as the one member of an event. */
function eventMember(value: JsonObject): JsonObject | undefined {
  const [entry, ...more] = Object.entries(value);
  return entry && more.length === 0 && entry[0].endsWith('Exception') && isObject(entry[1]) ? entry[1] : undefined;
}

/** A message as text; FastAPI calls it `detail` and may make a list of it, Portkey `html-message`. */
function messageIn(value: JsonObject): string | undefined {
  const detail = value['detail'];
  return (
    textIn(value['message']) ??
    textIn(value['Message']) ??
    textIn(detail) ??
    textIn(firstObject(detail)?.['msg']) ??
    textIn(value['html-message'])
  );
}

function detailsOf(error: JsonObject): readonly JsonObject[] {
  const details = error['details'];
  return Array.isArray(details) ? details.slice(0, 20).filter(isObject) : [];
}

/** `ErrorInfo.reason` and the ids of `QuotaFailure.violations`. @see https://google.aip.dev/193 */
function factsIn(detail: JsonObject): readonly string[] {
  const violations = detail['violations'];
  const ids = Array.isArray(violations) ? violations.slice(0, 20).map((violation) => member(violation, 'quotaId')) : [];
  return texts(detail['reason'], ...ids);
}

/** `RetryInfo.retryDelay`: a duration of protocol buffers in JSON, `37s` or `1.5s`. */
function retryInfo(details: readonly JsonObject[]): Millis | undefined {
  for (const detail of details) {
    const delay = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(textIn(detail['retryDelay']) ?? '');
    if (delay) return Number(delay[1]) * 1000;
  }
  return undefined;
}

/** Unix seconds, or milliseconds where the number is too large for seconds. */
function epochOf(value: unknown): EpochMillis | undefined {
  const number = numberIn(value);
  if (number === undefined || number <= 0) return undefined;
  return number < 1e11 ? number * 1000 : number;
}

function secondsOf(value: unknown): Millis | undefined {
  const number = numberIn(value);
  return number === undefined || number < 0 ? undefined : number * 1000;
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

/** Those that are text or a number, as text. */
function texts(...values: readonly unknown[]): readonly string[] {
  return values.flatMap((value) => {
    const text = textIn(value) ?? numberIn(value)?.toString();
    return text === undefined ? [] : [text];
  });
}

function contentOf(body: string, isPage: boolean): ErrorBody['content'] {
  if (isPage) return 'page';
  return /^\s{0,64}$/.test(body.slice(0, 65)) ? 'none' : 'text';
}
