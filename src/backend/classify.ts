import type { EpochMillis } from '../base/clock.ts';
import type { Failure } from '../domain/failure.ts';
import { proxyMessage } from './proxyMessage.ts';
import { retryDelayOf } from './retryDelay.ts';

/** The kinds that an answer of a server can have; the others are ours. */
export type AnsweredKind = Exclude<Failure['kind'], 'network' | 'timeout' | 'cancelled' | 'refused' | 'internal'>;

/** A failed answer as it came in. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's text, or the data of the error event inside a 200 stream. */
  readonly body: string;
  readonly now: EpochMillis;
}

/** Codes and types by their exact names. Evidence for each row: docs/failures.md. */
const byCode: Readonly<Record<string, AnsweredKind>> = {
  server_is_overloaded: 'capacity',
  service_unavailable_error: 'capacity',
  overloaded_error: 'capacity',
  overloaded: 'capacity',
  service_tier_capacity_exceeded: 'capacity',
  capacity_exceeded: 'capacity',
  provider_overloaded: 'capacity',
  '3505': 'capacity',
  rate_limit_exceeded: 'rate_limit',
  rate_limit_error: 'rate_limit',
  rate_limited: 'rate_limit',
  slow_down: 'rate_limit',
  insufficient_quota: 'quota',
  credit_balance_exhausted: 'quota',
  organization_spend_limit_exceeded: 'quota',
  project_spend_limit_exceeded: 'quota',
  organization_usage_limit_exceeded: 'quota',
  usage_limit_reached: 'quota',
  usage_not_included: 'quota',
  billing_error: 'quota',
  invalid_api_key: 'auth',
  ip_not_authorized: 'auth',
  authentication_error: 'auth',
  permission_error: 'auth',
  model_not_found: 'model_retired',
  model_decommissioned: 'model_retired',
  unknown_model: 'model_retired',
  DeploymentNotFound: 'model_retired',
  context_length_exceeded: 'context_length',
  exceed_context_size_error: 'context_length',
  content_policy_violation: 'content_filter',
  content_filter: 'content_filter',
  invalid_prompt: 'content_filter',
};

/** Words of the message field, in this order: quota before rate, because "quota" messages speak of limits too. */
const byMessage: readonly (readonly [AnsweredKind, RegExp])[] = [
  ['loading', /loading model|currently (loading|scaling)/i],
  [
    'capacity',
    /at capacity|over ?loaded|high demand|server busy|maximum pending|capacity[ _]exceeded|no (available )?slot|context size has been exceeded|requires more system memory/i,
  ],
  ['quota', /quota|billing|credit|spend limit|insufficient balance|usage limit/i],
  ['context_length', /context (length|size|window)|maximum context|too (many|long).{0,20}tokens|prompt is too long/i],
  ['rate_limit', /rate[ _-]?limit|too many requests/i],
];

const retiredMessage = /deprecated|decommission|retired|does not exist|not found|end of (its )?life/i;
const retiredStatus: ReadonlySet<number> = new Set([400, 404, 410]);

const byStatus: Readonly<Record<number, AnsweredKind>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  408: 'server',
  409: 'server',
  424: 'server',
  410: 'model_retired',
  413: 'bad_request',
  429: 'rate_limit',
  498: 'capacity',
  503: 'server',
  529: 'capacity',
};

/**
 * The failure that a server's answer stands for, looked up in the order of law 10: code, then type, then message field, then
 * status, then content type. Echoed prompts are never searched: only the message field is.
 */
export function classifyAnswer(answer: FailedAnswer): Failure {
  const error = readError(answer.body);
  const base = baseOf(answer, error);
  const html = /text\/html/i.test(answer.headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(answer.body);
  if (
    answer.status === 407 ||
    answer.status === 511 ||
    (answer.status >= 300 && answer.status < 400) ||
    ((answer.status === 200 || answer.status === 403) && html)
  ) {
    return { ...base, kind: 'network', cause: 'proxy', message: proxyMessage(answer.status, answer.headers['location']) };
  }
  const kind = kindOf(answer.status, error);
  if (kind === 'context_length') {
    return {
      ...base,
      kind,
      ...(error.promptTokens === undefined ? {} : { promptTokens: error.promptTokens }),
      ...(error.contextTokens === undefined ? {} : { contextTokens: error.contextTokens }),
    };
  }
  if (kind === 'quota' && error.resetsAt !== undefined) return { ...base, kind, resetsAt: error.resetsAt };
  return { ...base, kind };
}

function kindOf(status: number, error: ErrorBody): AnsweredKind {
  // A llama.cpp that reads its model says 503 with a general type; only its message tells.
  if (status === 503 && /loading model/i.test(error.message)) return 'loading';
  // `slow_down` with a 503 means overload, with a 429 that we went too fast.
  if (status === 503 && (error.code === 'slow_down' || error.type === 'slow_down')) return 'capacity';
  const named = lookUp(error.code) ?? lookUp(error.type);
  if (named) return named;
  for (const [kind, pattern] of byMessage) if (pattern.test(error.message)) return kind;
  if (retiredStatus.has(status) && retiredMessage.test(error.message) && /model|deployment/i.test(error.message)) return 'model_retired';
  const known = byStatus[status];
  if (known) return known;
  if (status >= 400 && status < 500) return 'bad_request';
  return 'server';
}

function lookUp(name: string | undefined): AnsweredKind | undefined {
  return name !== undefined && Object.hasOwn(byCode, name) ? byCode[name] : undefined;
}

interface ErrorBody {
  readonly message: string;
  readonly code?: string;
  readonly type?: string;
  readonly promptTokens?: number;
  readonly contextTokens?: number;
  readonly resetsAt?: EpochMillis;
}

/** Finds the error object in its known places: `error` as object or text, an array's element, `response.error`, or the body itself. */
function readError(body: string): ErrorBody {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Plain text is a message as long as it is not a page.
    return { message: body.length <= 500 && !body.trimStart().startsWith('<') ? body.trim() : '' };
  }
  if (Array.isArray(value)) value = value[0];
  if (typeof value === 'string') return { message: value };
  if (!isRecord(value)) return { message: '' };
  const response = isRecord(value['response']) ? value['response'] : undefined;
  const inner = value['error'] ?? response?.['error'] ?? value;
  if (typeof inner === 'string') return { message: inner };
  if (!isRecord(inner)) return { message: '' };
  const resetsAt = numberOf(inner['resets_at']);
  return {
    message: textOf(inner['message']) ?? textOf(value['message']) ?? '',
    ...optional('code', textOf(inner['code'])),
    ...optional('type', textOf(inner['type'])),
    ...optional('promptTokens', numberOf(inner['n_prompt_tokens'])),
    ...optional('contextTokens', numberOf(inner['n_ctx'])),
    ...optional('resetsAt', resetsAt === undefined ? undefined : resetsAt * 1000),
  };
}

function baseOf(
  answer: FailedAnswer,
  error: ErrorBody,
): { message: string; status: number; code?: string; requestId?: string; retryAfter?: number } {
  const said = error.message.replace(/\s+/g, ' ').slice(0, 200);
  const code = error.code ?? error.type;
  return {
    message: said === '' ? `HTTP ${answer.status}` : said,
    status: answer.status,
    ...optional('code', code),
    ...optional('requestId', answer.headers['x-request-id'] ?? answer.headers['request-id']),
    ...optional('retryAfter', retryDelayOf(answer.headers, error.message, answer.now)),
  };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
