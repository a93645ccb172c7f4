import { testRequest, type TestResult } from '../domain/backendTest.ts';
import type { DeadlineName, Failure, FailureKind, NetworkCause, RefusalReason } from '../domain/failure.ts';
import { oneLine } from './plainText.ts';
import { durationText, latencyText } from './times.ts';

/** The step of the add-backend command in which the cause can be put right. */
export type FixStep = 'address' | 'key' | 'model';

/** What went wrong with a backend, in words for the person who sets it up. */
export interface Diagnosis {
  readonly what: string;
  readonly cause: string;
  readonly advice: string;
  /** Absent: nothing that was typed is wrong. */
  readonly fix?: FixStep;
}

/** What is known of the backend that failed. */
export interface Diagnosed {
  /** Absent: it has no address. */
  readonly baseUrl?: string;
  readonly model: string;
  readonly hasKey: boolean;
}

/** One text for each kind and cause; a kind without one is a compile error. */
export function diagnose(failure: Failure, about: Diagnosed): Diagnosis {
  if (failure.kind === 'network') return networkTexts[failure.cause](about);
  if (failure.kind === 'timeout')
    return timeoutTexts[failure.deadline](failure.after === undefined ? 'its own deadline' : durationText(failure.after), about);
  if (failure.kind === 'refused') return refusalTexts[failure.reason];
  return answerTexts[failure.kind](failure, about);
}

type Answered = Exclude<FailureKind, 'network' | 'timeout' | 'refused'>;

const answerTexts: { readonly [Kind in Answered]: (failure: Failure, about: Diagnosed) => Diagnosis } = {
  capacity: (failure) =>
    text(
      said(failure, 'The server is at capacity.'),
      'Too many requests at once, or not enough memory.',
      'Nothing to change: add it, and Failsoft asks the next backend until it has room.',
    ),
  rate_limit: (failure) =>
    text(
      said(failure, 'The server wants fewer requests.'),
      'The rate limit of the key or the account is reached.',
      `Try again ${failure.retryAfter === undefined ? 'in a minute' : `in ${durationText(failure.retryAfter)}`}.`,
    ),
  quota: (failure) =>
    text(
      said(failure, 'The quota or credit is used up.'),
      'The account has nothing left to spend.',
      "Look at the account's billing page, then try again.",
    ),
  auth: (failure, { hasKey }) =>
    hasKey
      ? text(
          said(failure, 'The server refused the key.'),
          'The key is mistyped, expired, or for another service.',
          'Enter the key again.',
          'key',
        )
      : text(said(failure, 'The server wants a key.'), 'None was given.', 'Enter a key.', 'key'),
  bad_request: (failure, about) =>
    failure.status === 404 || failure.status === 405
      ? text(
          said(failure, `The server does not know the address (HTTP ${failure.status}).`),
          missingPath(about),
          'Correct the base URL.',
          'address',
        )
      : text(
          said(failure, 'The server did not take the request.'),
          'The server, or this model, does not support what was asked, such as filling in the middle.',
          'Choose another model, or another kind of server for this address.',
          'model',
        ),
  context_length: (failure) =>
    text(
      said(failure, 'The test was too long for the model.'),
      'The server runs the model with a very small context.',
      'Start the server with a context of 4096 tokens or more.',
    ),
  content_filter: (failure) =>
    text(
      said(failure, "The provider's filter stopped the answer."),
      'A content filter is set very strictly.',
      'Choose another model, or ask the provider about the filter.',
      'model',
    ),
  server: (failure) =>
    text(
      said(failure, 'The server failed.'),
      failure.status === undefined ? 'Its answer cannot be read as one of this protocol.' : `It answered with HTTP ${failure.status}.`,
      'Look at its log, or choose another kind of server for this address.',
      'address',
    ),
  model_retired: (failure, { model }) =>
    text(
      said(failure, `The server does not have the model "${oneLine(model, 60)}".`),
      'It is not installed there, or no longer offered.',
      "Choose one of the server's list.",
      'model',
    ),
  loading: (failure) =>
    text(
      said(failure, 'The model is still loading.'),
      'The server has just started, or has just been told to load it.',
      'Wait a moment, then try again.',
    ),
  client_unsupported: (failure) =>
    text(
      said(failure, 'The server refuses this client.'),
      'It serves its own programs only, or wants another version of the protocol.',
      'Choose another kind of server for this address.',
      'address',
    ),
  cancelled: () => text('The test was stopped.', 'You stopped it.', 'Try again when you like.'),
  internal: (failure) =>
    text('Failsoft itself failed.', `A mistake in Failsoft: ${oneLine(failure.message)}.`, 'Please report this with the log.'),
};

const networkTexts: { readonly [Cause in NetworkCause]: (about: Diagnosed) => Diagnosis } = {
  dns: (about) =>
    text(
      `The host name ${hostOf(about)} is not known.`,
      'It is mistyped, or known only within a VPN that is not connected.',
      'Correct the address, or connect the VPN.',
      'address',
    ),
  refused: (about) =>
    text(
      `Nothing answers at ${hostOf(about)}.`,
      'The server is not running, or listens on another port.',
      'Start the server, or correct the port.',
      'address',
    ),
  unreachable: (about) =>
    text(
      `The host ${hostOf(about)} cannot be reached.`,
      'This machine is offline, or a VPN or firewall is in the way.',
      'Check the network, then try again.',
    ),
  reset: (about) =>
    text(
      `The server at ${hostOf(about)} closed the connection.`,
      'The server crashed, restarted, or speaks https where http was asked for (or the other way round).',
      'Check http or https in the address, and the log of the server.',
      'address',
    ),
  'connect-timeout': (about) =>
    text(
      `No connection to ${hostOf(about)}.`,
      'The host is off, or a firewall drops what is sent.',
      'Check the address and the network.',
      'address',
    ),
  tls: (about) =>
    text(
      `The certificate of ${hostOf(about)} was not accepted.`,
      'It is self-signed, expired, or of a company authority that Node does not know.',
      'Add the authority to the system and keep http.systemCertificates on; for a server on this machine use http.',
      'address',
    ),
  proxy: (about) =>
    text(
      `A web page answered instead of ${hostOf(about)}.`,
      'A proxy or login page is in between, or the address is that of a web site.',
      'Sign in at the proxy, or correct the address.',
      'address',
    ),
  incomplete: (about) =>
    text(
      `The server at ${hostOf(about)} broke off in the middle of the answer.`,
      'The server ended, or a proxy cuts streams.',
      'Try again; then look at the log of the server.',
    ),
  other: (about) =>
    text(`The connection to ${hostOf(about)} failed.`, 'The log says the code of the error.', 'Try again; then look at the log.'),
};

const timeoutTexts: { readonly [Name in DeadlineName | 'theirs']: (after: string, about: Diagnosed) => Diagnosis } = {
  connect: (after, about) =>
    text(
      `No connection to ${hostOf(about)} within ${after}.`,
      'The host is off, or a firewall drops what is sent.',
      'Check the address and the network.',
      'address',
    ),
  'first-token': (after) =>
    text(
      `The server took the request and sent no text within ${after}.`,
      'The model is being loaded, is too large for the machine, or all its slots are busy.',
      'Try again in a moment; if it stays slow, choose a smaller model.',
      'model',
    ),
  idle: (after) =>
    text(
      `The text stopped for ${after} in the middle of the answer.`,
      'The server is overloaded.',
      'Try again; if it happens often, choose a smaller model.',
      'model',
    ),
  total: (after) =>
    text(
      `The answer was not finished within ${after}.`,
      'The model is being loaded, or is too slow on this machine.',
      'Try again in a moment; if it stays slow, choose a smaller model.',
      'model',
    ),
  probe: (after) =>
    text(`The probe was not answered within ${after}.`, 'The server is overloaded or loading its model.', 'Try again in a moment.'),
  theirs: () =>
    text('The server itself gave up waiting.', 'What stands behind it is overloaded or loading its model.', 'Try again in a moment.'),
};

const refusalTexts: { readonly [Reason in RefusalReason]: Diagnosis } = {
  'breaker-open': text('It was not asked.', 'It has failed repeatedly just now.', 'Use "Retry now" in the menu of Failsoft.'),
  'cooling-down': text('It was not asked.', 'It has asked for a pause.', 'Try again when the pause is over.'),
  'concurrency-limit': text('It was not asked.', 'All its slots are taken.', 'Try again in a moment.'),
  'auth-needed': text('It was not asked.', 'It needs a key first.', 'Enter a key.', 'key'),
  retired: text('It was not asked.', 'It no longer has the model.', "Choose one of the server's list.", 'model'),
  disposed: text('It was not asked.', 'The settings have just changed.', 'Try again.'),
  'boundary-not-allowed': text(
    'It was not asked.',
    'Code of this workspace may not go there.',
    'Allow it with "Choose Where Code May Go…", if that is what you want.',
  ),
  offline: text('It was not asked.', 'The network cannot be reached.', 'Try again when it is back.'),
};

/** An answer that came but is of little use, or came late; `undefined` when all is well. */
export function flawOf(result: Extract<TestResult, { ok: true }>): Diagnosis | undefined {
  const answer = result.text.trim();
  const choose = 'Choose a model that is made for completing code.';
  if (answer === '')
    return text('The answer is empty.', 'The model does not fill in the middle, or the server built no such prompt.', choose, 'model');
  if (answer.includes(testRequest.suffix.trim()) || answer.includes('def add(')) {
    return text(
      'The answer repeats the code around the cursor.',
      'The model continues text instead of filling in the middle.',
      choose,
      'model',
    );
  }
  if (/<\|?(?:fim|file|end)|<(?:PRE|SUF|MID)>/.test(answer)) {
    return text(
      'The answer holds special tokens.',
      'The fill-in-the-middle format does not belong to this model.',
      'Set "fim" of this backend to the family of the model.',
      'model',
    );
  }
  if (/^```|^(?:sure|here(?:'s| is)|certainly|to complete)\b/i.test(answer)) {
    return text('The answer talks about the code instead of completing it.', 'It is a chat model.', choose, 'model');
  }
  const first = result.firstTextAfter ?? result.total;
  if (first <= result.typingDeadline) return undefined;
  return text(
    `The first text came after ${latencyText(first)}; while you type, Failsoft waits ${latencyText(result.typingDeadline)}.`,
    'The model was being loaded, or is too large for the machine.',
    'Try again now that it is loaded; if it stays slow, choose a smaller model.',
    'model',
  );
}

/** What a passed test says, in one line. */
export function passedText(result: Extract<TestResult, { ok: true }>): string {
  const first = latencyText(result.firstTextAfter ?? result.total);
  return `first text after ${first}, all after ${latencyText(result.total)}`;
}

/** The whole diagnosis as lines, for a dialogue. */
export function diagnosisText({ what, cause, advice }: Diagnosis): string {
  return `${what}\n\nLikely cause: ${cause}\nWhat to do: ${advice}`;
}

/** The server's own words behind ours, where it has any. They may hold anything, so they are cut and cleaned. */
function said(failure: Failure, ours: string): string {
  const theirs = oneLine(failure.message, 120);
  return theirs === '' || /^HTTP \d+$/.test(theirs) ? ours : `${ours} It says: “${theirs}”`;
}

function missingPath({ baseUrl }: Diagnosed): string {
  return baseUrl !== undefined && new URL(baseUrl).pathname === '/'
    ? 'The base URL has no path; most servers want /v1 at its end.'
    : 'The path of the base URL is wrong, or this server speaks another protocol.';
}

function hostOf({ baseUrl }: Diagnosed): string {
  return baseUrl === undefined ? 'VS Code' : new URL(baseUrl).host;
}

function text(what: string, cause: string, advice: string, fix?: FixStep): Diagnosis {
  return { what, cause, advice, ...(fix === undefined ? {} : { fix }) };
}
