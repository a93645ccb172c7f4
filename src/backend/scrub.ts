import type { CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import type { Failure } from '../domain/failure.ts';

/** Passages of at least this many characters are taken out of what a server says: of the key, and of the person's text. */
export const scrubLengths = { key: 8, source: 16 } as const;

/** A key shorter than this guards nothing; replacing it would only garble messages. */
const shortestKey = 4;

/** Codes and types of every provider known fit this: identifiers, with dots, dashes, slashes or colons. */
const codeShape = /^[\w.:/-]{1,80}$/;

/** What stands for what was taken out. */
const marks = { key: '[key]', source: '[code]' } as const;

/** Texts that look like a key of some service, so that another key than the one sent is not shown either. */
const keyLike: readonly RegExp[] = [
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/gi,
  /\b(?:sk|pk|rk|gsk|xai|hf|nvapi|pplx|csk)[-_][\w-]{12,}/g,
  /\bAIza[\w-]{30,}/g,
  /\b(?:gh[a-z]|github_pat|glpat)[-_]\w{20,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g,
];

/** Scrubs the outcomes of one source. @param key the key that was sent, if any */
export type Scrubber = (outcome: Outcome, key: string | undefined, request: CompletionRequest) => Outcome;

/** A scrubber that remembers the last text of the person's: a probe holds none, but a server may quote the request before. */
export function createScrubber(): Scrubber {
  let last: CompletionRequest | undefined;
  return (outcome, key, request) => {
    if (request.trigger !== 'probe') last = request;
    return scrubbed(outcome, key, last);
  };
}

/** A source that is not ours and has no key of ours, scrubbed as those over HTTP are. */
export function scrubbedSource(source: CompletionSource): CompletionSource {
  const scrub = createScrubber();
  return { id: source.id, complete: async (request, call) => scrub(await source.complete(request, call), undefined, request) };
}

/**
 * The outcome without the key and without the person's text in anything that a server worded: servers quote the key in a 401 and
 * the prompt in a 400, and what they say goes on to the status, the log and the attempt record (law 13).
 *
 * @param key the key that was sent, if any
 * @param request the last request with text of the person's
 */
function scrubbed(outcome: Outcome, key: string | undefined, request: CompletionRequest | undefined): Outcome {
  if (outcome.ok) {
    const { model, requestId } = outcome;
    return {
      ...outcome,
      ...(model === undefined ? {} : { model: withoutKeys(model, key) }),
      ...(requestId === undefined ? {} : { requestId: withoutKeys(requestId, key) }),
    };
  }
  return { ...outcome, failure: scrubbedFailure(outcome.failure, key, request) };
}

/** A failure without the key and the person's text. */
export function scrubbedFailure(whole: Failure, key: string | undefined, request?: CompletionRequest): Failure {
  const { code, ...failure } = whole;
  const others = request?.context?.map(({ text }) => text) ?? [];
  const source = [request?.prefix ?? '', request?.suffix ?? '', ...others].map((text) => text.replace(/\s+/g, ' '));
  const clean = (text: string): string =>
    source.reduce((left, passage) => withoutPassages(left, passage, scrubLengths.source, marks.source), withoutKeys(text, key));
  return {
    ...failure,
    message: clean(failure.message),
    // The log quotes the code, so what does not look like one is dropped.
    ...(code === undefined || !codeShape.test(code) ? {} : { code: clean(code) }),
    ...(failure.requestId === undefined ? {} : { requestId: clean(failure.requestId) }),
  };
}

function withoutKeys(text: string, key: string | undefined): string {
  const known =
    key === undefined || key.length < shortestKey ? text : withoutPassages(text, key, Math.min(scrubLengths.key, key.length), marks.key);
  return keyLike.reduce((left, pattern) => left.replace(pattern, marks.key), known);
}

/** Replaces each longest run of `text` that is made of passages of `source`. A cut or masked quotation loses what is left of it. */
function withoutPassages(text: string, source: string, length: number, mark: string): string {
  let result = '';
  let at = 0;
  while (at < text.length) {
    let end = at + length;
    if (end > text.length || !source.includes(text.slice(at, end))) {
      result += text.charAt(at);
      at += 1;
      continue;
    }
    while (end < text.length && source.includes(text.slice(end + 1 - length, end + 1))) end += 1;
    result += mark;
    at = end;
  }
  return result;
}
