import type { AttemptReport, CompletionFailure, CompletionSource } from '../../api/index.d.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Failure } from '../domain/failure.ts';

/** What other extensions may give; each bound is in api/index.d.ts. */
export const apiBounds = {
  idLength: 30,
  modelLength: 100,
  /** Longest request that can be reported, in ms. */
  elapsed: 600_000,
  /** Longest time that a failure may ask to stay away for, in ms. */
  retryAfter: 3_600_000,
  /** Of the message of a failure, in UTF-16 units. */
  messageLength: 200,
  /** Of an answer, in UTF-16 units; the rest is cut. */
  textLength: 65_536,
} as const;

const failureKinds = [
  'capacity',
  'rate_limit',
  'quota',
  'auth',
  'bad_request',
  'server',
  'timeout',
  'model_retired',
  'loading',
] as const satisfies readonly CompletionFailure['kind'][];

/** Outcomes that can be reported. */
const outcomes: readonly AttemptReport['outcome'][] = ['ok', 'empty', 'cancelled', ...failureKinds];

/**
 * The source as it was given, once it is what the types promise.
 *
 * @throws TypeError: what is wrong, what was given, what is allowed
 */
export function checkedSource(given: unknown): CompletionSource {
  const { id, extensionId, model, complete } = fieldsOf(given, 'source');
  const shape = new RegExp(`^[\\w.-]{1,${apiBounds.idLength}}$`);
  check(
    typeof id === 'string' && shape.test(id),
    'source.id',
    id,
    `1 to ${apiBounds.idLength} of the characters a-z, A-Z, 0-9, ".", "_" and "-"`,
  );
  check(
    typeof extensionId === 'string' && /^[\w-]{1,50}\.[\w-]{1,50}$/.test(extensionId),
    'source.extensionId',
    extensionId,
    'publisher.name',
  );
  const isName = typeof model === 'string' && model.trim() !== '' && model.length <= apiBounds.modelLength;
  check(isName, 'source.model', model, `a name of 1 to ${apiBounds.modelLength} characters`);
  check(typeof complete === 'function', 'source.complete', complete, 'a function');
  return given as CompletionSource;
}

/**
 * The attempt that a report tells of.
 *
 * @param at when it ended
 * @throws TypeError as `checkedSource`
 */
export function attemptOf(given: unknown, at: number, model: (sourceId: string) => string): Attempt {
  const { sourceId, outcome, elapsed } = fieldsOf(given, 'report');
  check(typeof sourceId === 'string', 'report.sourceId', sourceId, 'an id of health().sources');
  const known = outcomes.find((each) => each === outcome);
  check(known !== undefined, 'report.outcome', outcome, outcomes.join(', '));
  const isTime = typeof elapsed === 'number' && elapsed >= 0 && elapsed <= apiBounds.elapsed;
  check(isTime, 'report.elapsed', elapsed, `0 to ${apiBounds.elapsed} ms`);
  return {
    at: at - Number(elapsed),
    requestId: 'reported',
    sourceId: String(sourceId),
    model: model(String(sourceId)),
    trigger: 'automatic',
    outcome: known ?? 'internal',
    elapsed: Number(elapsed),
    censored: known === 'cancelled' || known === 'timeout',
    stage: 'done',
    bytes: 0,
  };
}

/** The failure that a rejection stands for; whatever was thrown is turned into one line of at most `apiBounds.messageLength`. */
export function failureOfRejection(thrown: unknown): Failure {
  const values = typeof thrown === 'object' && thrown !== null ? (thrown as Readonly<Record<string, unknown>>) : {};
  const message = oneLine(typeof values['message'] === 'string' ? values['message'] : 'it failed without a message');
  const kind = failureKinds.find((each) => each === values['kind']) ?? 'server';
  const wait = values['retryAfter'];
  const isWait = typeof wait === 'number' && wait >= 0;
  const base = { message, ...(isWait ? { retryAfter: Math.min(wait, apiBounds.retryAfter) } : {}) };
  return kind === 'timeout' ? { ...base, kind, deadline: 'theirs' } : { ...base, kind };
}

function fieldsOf(given: unknown, what: string): Readonly<Record<string, unknown>> {
  check(typeof given === 'object' && given !== null, what, given, 'an object');
  return given as Readonly<Record<string, unknown>>;
}

function check(isRight: boolean, what: string, given: unknown, allowed: string): void {
  if (isRight) return;
  const shown = typeof given === 'string' ? JSON.stringify(given.slice(0, 60)) : typeof given === 'number' ? String(given) : typeof given;
  throw new TypeError(`Failsoft: ${what} is ${shown}; allowed is ${allowed}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, apiBounds.messageLength);
}
