import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Failure } from '../domain/failure.ts';
import { readErrorBody, type ErrorBody } from './errorBody.ts';
import type { FailureRow } from './failureRow.ts';
import { findRow } from './failureTable.ts';
import { optional } from './json.ts';
import { lineOf } from './messageText.ts';
import { proxyMessage } from './proxyMessage.ts';
import { askedDelay, quotaResetCap, resetDelay, retryDelayCap } from './retryDelay.ts';

/** A failed answer as it came in. */
export interface FailedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's text, or the data of the error event inside a 200 stream. */
  readonly body: string;
  readonly now: EpochMillis;
}

/**
 * The failure that a server's answer stands for, by the table of `docs/failures.md` in the order of law 10: code, type, details,
 * words of the message field, status, content. Echoed prompts are never searched. Never throws, whatever comes.
 */
export function classifyAnswer(answer: FailedAnswer): Failure {
  const { status, headers, now } = answer;
  const error = readErrorBody(answer.body, headers);
  const asked = askedDelay(headers, error, now);
  const row = findRow(status === 200 ? statusInside(error) : status, headers, error, asked);
  const { kind } = row;
  const delay = asked ?? (kind === 'rate_limit' || kind === 'quota' ? resetDelay(headers, now) : undefined);
  const base = baseOf(answer, error, delay);
  switch (kind) {
    case 'network':
      return { ...base, kind, cause: 'proxy', message: proxyMessage(status, headers['location']) };
    case 'timeout':
      return { ...base, kind, deadline: 'theirs' };
    case 'context_length':
      return { ...base, kind, ...optional('promptTokens', error.promptTokens), ...optional('contextTokens', error.contextTokens) };
    case 'quota':
      return { ...base, kind, ...optional('resetsAt', quotaReset(row, error, delay, now)) };
    case 'capacity':
    case 'rate_limit':
    case 'auth':
    case 'bad_request':
    case 'content_filter':
    case 'server':
    case 'model_retired':
    case 'loading':
    case 'client_unsupported':
      return { ...base, kind };
  }
}

/** An error inside a stream has no status of its own, but its code may be one. */
function statusInside(error: ErrorBody): number {
  const code = Number(error.codes.find((name) => /^[45]\d\d$/.test(name)));
  return Number.isNaN(code) ? 200 : code;
}

/** When a quota is whole again, at most `quotaResetCap` from now; `undefined` when nothing says. */
function quotaReset(row: FailureRow, error: ErrorBody, delay: Millis | undefined, now: EpochMillis): EpochMillis | undefined {
  const said = row.resets === 'next-month' ? nextMonth(now) : (error.resetsAt ?? regained(error.message));
  const at = said ?? (delay === undefined ? undefined : now + delay);
  return at === undefined ? undefined : Math.min(now + quotaResetCap, Math.max(now, at));
}

/** The first instant of the next month, UTC: Anthropic's limits are per calendar month. */
function nextMonth(now: EpochMillis): EpochMillis {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** "You will regain access on 2026-02-01 at 00:00 UTC." */
function regained(message: string): EpochMillis | undefined {
  const found = /regain access on (\d{4}-\d\d-\d\d)/i.exec(message.slice(0, 1000))?.[1];
  const at = found === undefined ? Number.NaN : Date.parse(found);
  return Number.isNaN(at) ? undefined : at;
}

/** The provider's own name of the request, where it gives one. */
const requestIdHeaders = ['x-request-id', 'request-id', 'x-github-request-id', 'x-amzn-requestid', 'apim-request-id'];

function baseOf(
  answer: FailedAnswer,
  error: ErrorBody,
  delay: Millis | undefined,
): { message: string; status: number; code?: string; requestId?: string; retryAfter?: Millis } {
  const said = lineOf(error.message);
  return {
    message: said === '' ? `HTTP ${answer.status}` : said,
    status: answer.status,
    ...optional('code', firstLine([...error.codes, ...error.types], 60)),
    ...optional(
      'requestId',
      firstLine(
        requestIdHeaders.map((name) => answer.headers[name] ?? ''),
        100,
      ),
    ),
    ...optional('retryAfter', delay === undefined ? undefined : Math.min(retryDelayCap, delay)),
  };
}

/** The first that is not empty, as one line. */
function firstLine(values: readonly string[], length: number): string | undefined {
  return values.map((value) => lineOf(value, length)).find((line) => line !== '');
}
