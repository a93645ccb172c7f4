/** The faults that every backend calls by the same name. */

import type { FailureKind } from '../../src/domain/failure.ts';
import type { Behaviour } from '../fakes/faultServer.ts';

/** A fault and the kind of failure that it is: name, what the server does, kind. */
export type ContractRow = readonly [name: string, behaviour: Behaviour, kind: FailureKind];

/** The same for all, whoever words them. */
export const faults: readonly ContractRow[] = [
  ['a 503 that says capacity', { kind: 'capacity' }, 'capacity'],
  ['capacity by message alone', { kind: 'capacity', signature: 'message', status: 503 }, 'capacity'],
  ['capacity by code alone, even with 500', { kind: 'capacity', signature: 'code', status: 500 }, 'capacity'],
  ['capacity as the first event of a 200 stream', { kind: 'capacityInStream' }, 'capacity'],
  ['capacity after pings in a 200 stream', { kind: 'capacityInStream', prelude: 'pings' }, 'capacity'],
  ['capacity after an empty text in a 200 stream', { kind: 'capacityInStream', prelude: 'emptyText' }, 'capacity'],
  ['capacity after three texts of a 200 stream', { kind: 'capacityInStream', afterTokens: 3 }, 'capacity'],
  ['a 529', { kind: 'error', status: 529, body: 'overloaded' }, 'capacity'],
  ['a full queue (Ollama)', { kind: 'error', status: 503, body: 'serverBusy' }, 'capacity'],
  ['an overloaded engine', { kind: 'error', status: 503, body: 'engineOverloaded' }, 'capacity'],
  ['a 429', { kind: 'error', status: 429, body: 'rateLimit' }, 'rate_limit'],
  ['a 429 that means quota', { kind: 'error', status: 429, body: 'quota' }, 'quota'],
  ['a 402', { kind: 'error', status: 402, body: 'insufficientBalance' }, 'quota'],
  ['a 401', { kind: 'error', status: 401, body: 'invalidKey' }, 'auth'],
  ['a 403', { kind: 'error', status: 403, body: 'forbidden' }, 'auth'],
  ['an unknown model', { kind: 'error', status: 404, body: 'modelNotFound' }, 'model_retired'],
  ['an unknown route', { kind: 'error', status: 404, body: 'notFound' }, 'bad_request'],
  ['a prompt that is too long', { kind: 'error', status: 400, body: 'contextLength' }, 'context_length'],
  ['a bad request', { kind: 'error', status: 400, body: 'badRequest' }, 'bad_request'],
  ['a 500', { kind: 'error', status: 500, body: 'serverError' }, 'server'],
  ['a model that is loading', { kind: 'error', status: 503, body: 'loading' }, 'loading'],
  ['a 502 page', { kind: 'html', status: 502 }, 'server'],
  ['a login page with 200', { kind: 'html', status: 200 }, 'network'],
  ['a reset before headers, twice', { kind: 'resetBeforeHeaders' }, 'network'],
  ['a cut in mid-stream', { kind: 'cut', afterTokens: 2 }, 'network'],
  ['a reset in mid-stream', { kind: 'cut', afterTokens: 2, how: 'reset' }, 'network'],
  ['a stream that ends in good order without its end mark', { kind: 'endWithoutDone', afterTokens: 2 }, 'network'],
  ['an event that is not JSON', { kind: 'brokenSse', fault: 'badJson' }, 'server'],
  ['one endless line', { kind: 'endlessLine', bytesPerSecond: 20_000_000 }, 'server'],
  ['an answer without choices', { kind: 'noChoices' }, 'server'],
];

/** How a server says when to come back, in ms. */
export const delays: readonly (readonly [string, Behaviour, number])[] = [
  ['seconds', { kind: 'capacity', retryAfter: { seconds: 12 } }, 12_000],
  ['an HTTP date', { kind: 'error', status: 429, retryAfter: { httpDateInSeconds: 30 } }, 30_000],
  ['milliseconds', { kind: 'error', status: 429, retryAfter: { milliseconds: 2500 } }, 2500],
];
