/** Behaviours and phases as they arrive from outside: checked field by field, refused with what was allowed. */

import type { Behaviour, BehaviourKind, Phase } from './behaviour.ts';
import { errorBodyNames } from './errorBody.ts';

/** A value from outside that is not allowed; the message says which, and what would have been. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

interface Check {
  /** Finishes the sentence "allowed: …". */
  readonly allowed: string;
  isValid(value: unknown): boolean;
}

interface Field extends Check {
  readonly isRequired?: boolean;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= least;
}

function oneOf(...values: readonly string[]): Check {
  return { allowed: values.join(', '), isValid: (value) => typeof value === 'string' && values.includes(value) };
}

function whole(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return {
    allowed: `a whole number ${range}`,
    isValid: (value) => isNumber(value, least) && Number.isInteger(value) && value <= most,
  };
}

const millis: Check = { allowed: 'milliseconds, 0 or more', isValid: (value) => isNumber(value, 0) };
const text: Check = { allowed: 'a text', isValid: (value) => typeof value === 'string' };
const yesNo: Check = { allowed: 'true or false', isValid: (value) => typeof value === 'boolean' };
const latency: Check = {
  allowed: 'milliseconds, 0 or more, or {"p50": ms, "p99": ms} with 0 < p50 <= p99',
  isValid: (value) =>
    isNumber(value, 0) || (isObject(value) && isNumber(value['p50'], Number.MIN_VALUE) && isNumber(value['p99'], value['p50'])),
};
const texts: Check = {
  allowed: 'an object of texts',
  isValid: (value) => isObject(value) && Object.values(value).every((entry) => typeof entry === 'string'),
};
const retryAfter: Check = {
  allowed: '{"seconds": n}, {"httpDateInSeconds": n} or {"milliseconds": n}',
  isValid: (value) =>
    isObject(value) &&
    Object.keys(value).length === 1 &&
    ['seconds', 'httpDateInSeconds', 'milliseconds'].some((key) => isNumber(value[key], 0)),
};

const required = (check: Check): Field => ({ ...check, isRequired: true });

const pace = { firstTokenMs: latency, betweenTokensMs: millis };
const reach = { scope: oneOf('inference', 'all') };
const signature = oneOf('both', 'message', 'code');

/** What each behaviour may say about itself. */
const fieldsByKind: Readonly<Record<BehaviourKind, Readonly<Record<string, Field>>>> = {
  healthy: pace,
  slow: { ...pace, factor: required({ allowed: 'a number of at least 0', isValid: (value) => isNumber(value, 0) }) },
  error: {
    ...reach,
    status: required(whole(300, 599)),
    body: oneOf(...errorBodyNames),
    rawBody: text,
    retryAfter,
    headers: texts,
  },
  capacity: { ...reach, status: whole(300, 599), signature, retryAfter },
  capacityInStream: { ...pace, afterTokens: whole(0), prelude: oneOf('none', 'emptyText', 'pings'), signature },
  hangBeforeHeaders: reach,
  hangAfterHeaders: { pingEveryMs: millis },
  stall: { ...pace, afterTokens: required(whole(0)), pingEveryMs: millis },
  cut: { ...pace, afterTokens: required(whole(0)), how: oneOf('fin', 'reset') },
  endWithoutDone: { ...pace, afterTokens: whole(0), finishEvent: yesNo },
  resetBeforeHeaders: reach,
  refused: {},
  html: { ...reach, status: whole(200, 599) },
  brokenSse: { ...pace, fault: required(oneOf('badJson', 'splitUtf8', 'crlf', 'splitEvents', 'joinedEvents')) },
  endlessLine: { bytesPerSecond: whole(1), totalBytes: whole(1) },
  hugeBody: { bytesPerSecond: whole(1), totalBytes: whole(1) },
  slots: { slots: required(whole(1)), serviceMs: required(millis), queueLimit: whole(0) },
  empty: pace,
  noChoices: { choices: oneOf('missing', 'empty') },
};

/** All names of behaviours. */
export const behaviourKinds = Object.keys(fieldsByKind) as readonly BehaviourKind[];

function isKind(value: unknown): value is BehaviourKind {
  return typeof value === 'string' && Object.hasOwn(fieldsByKind, value);
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

/**
 * Checks a behaviour from outside.
 * @param where how to name it in a message, for example `phases[2].behaviour`.
 * @throws NotAllowed with the field, its value and what was allowed.
 */
export function parseBehaviour(value: unknown, where = 'behaviour'): Behaviour {
  const object = typeof value === 'string' ? { kind: value } : value;
  if (!isObject(object)) {
    throw new NotAllowed(`${where} is ${show(value)}; allowed: an object with a kind, or the kind alone`);
  }
  const { kind, ...rest } = object;
  if (!isKind(kind)) {
    throw new NotAllowed(`${where}.kind is ${show(kind)}; allowed: ${behaviourKinds.join(', ')}`);
  }
  const fields = fieldsByKind[kind];
  for (const key of Object.keys(rest)) {
    if (!Object.hasOwn(fields, key)) {
      const known = Object.keys(fields).join(', ');
      throw new NotAllowed(`${where}.${key} is not known to ${kind}; allowed: ${known === '' ? 'no fields' : known}`);
    }
  }
  for (const [key, field] of Object.entries(fields)) {
    const isLeftOut = rest[key] === undefined && field.isRequired !== true;
    if (!isLeftOut && !field.isValid(rest[key])) {
      throw new NotAllowed(`${where}.${key} is ${show(rest[key])}; allowed: ${field.allowed}`);
    }
  }
  // Every field of this kind was checked above against the same table that the type is written from.
  return object as unknown as Behaviour;
}

/** Checks a list of phases from outside. @throws NotAllowed */
export function parsePhases(value: unknown): Phase[] {
  if (!Array.isArray(value)) {
    throw new NotAllowed(`phases is ${show(value)}; allowed: a list of {behaviour, forMs or forRequests}`);
  }
  return value.map((entry: unknown, index) => {
    const where = `phases[${index}]`;
    if (!isObject(entry)) {
      throw new NotAllowed(`${where} is ${show(entry)}; allowed: {behaviour, forMs or forRequests}`);
    }
    const { behaviour, forMs, forRequests, ...unknown } = entry;
    const [stray] = Object.keys(unknown);
    if (stray !== undefined || (forMs !== undefined && forRequests !== undefined)) {
      throw new NotAllowed(`${where} has ${stray ?? 'both forMs and forRequests'}; allowed: behaviour and one of forMs, forRequests`);
    }
    const parsed = parseBehaviour(behaviour, `${where}.behaviour`);
    if (forMs !== undefined) {
      if (!isNumber(forMs, 0)) {
        throw new NotAllowed(`${where}.forMs is ${show(forMs)}; allowed: ${millis.allowed}`);
      }
      return { behaviour: parsed, forMs };
    }
    if (forRequests !== undefined) {
      if (!isNumber(forRequests, 1) || !Number.isInteger(forRequests)) {
        throw new NotAllowed(`${where}.forRequests is ${show(forRequests)}; allowed: ${whole(1).allowed}`);
      }
      return { behaviour: parsed, forRequests };
    }
    return { behaviour: parsed };
  });
}
