import type { EpochMillis, Millis } from '../base/clock.ts';

/** The four deadlines of an attempt; see `DeadlineSettings`. `probe` bounds the breaker's own probe as a whole. */
export type DeadlineName = 'connect' | 'first-token' | 'idle' | 'total' | 'probe';

/** What went wrong on the way, for a failure of kind `network`. `incomplete`: the stream ended without its end mark. */
export type NetworkCause = 'dns' | 'refused' | 'unreachable' | 'reset' | 'connect-timeout' | 'tls' | 'proxy' | 'incomplete' | 'other';

/** Why we ourselves did not send a request. Never a failure of the backend (law 7). */
export type RefusalReason =
  'breaker-open' | 'cooling-down' | 'concurrency-limit' | 'auth-needed' | 'retired' | 'disposed' | 'boundary-not-allowed' | 'offline';

interface FailureBase {
  /** One line for a person; never source text, never a key. */
  readonly message: string;
  /** HTTP status, 100…599, where there was one. */
  readonly status?: number;
  /** The provider's machine-readable code or type, as it was sent. */
  readonly code?: string;
  /** The provider's request id, for a support request. */
  readonly requestId?: string;
  /** How long the backend asked us to stay away. Capped and ≥ 0. */
  readonly retryAfter?: Millis;
}

/**
 * Why an attempt brought no text. The kinds and what follows from each are those of the failure taxonomy in
 * `docs/failures.md`; a new kind is a compile error wherever one is switched on.
 */
export type Failure =
  | (FailureBase & { readonly kind: 'capacity' })
  | (FailureBase & { readonly kind: 'rate_limit' })
  | (FailureBase & { readonly kind: 'quota'; readonly resetsAt?: EpochMillis })
  | (FailureBase & { readonly kind: 'auth' })
  | (FailureBase & { readonly kind: 'bad_request' })
  | (FailureBase & { readonly kind: 'context_length'; readonly promptTokens?: number; readonly contextTokens?: number })
  | (FailureBase & { readonly kind: 'content_filter' })
  | (FailureBase & { readonly kind: 'server' })
  | (FailureBase & { readonly kind: 'network'; readonly cause: NetworkCause })
  /** `theirs`: a deadline of the server's or of a gateway, which it answered about. */
  | (FailureBase & { readonly kind: 'timeout'; readonly deadline: DeadlineName | 'theirs'; readonly after?: Millis })
  | (FailureBase & { readonly kind: 'model_retired' })
  | (FailureBase & { readonly kind: 'loading' })
  | (FailureBase & { readonly kind: 'client_unsupported' })
  | (FailureBase & { readonly kind: 'cancelled'; readonly overtakenBy?: string })
  | (FailureBase & { readonly kind: 'refused'; readonly reason: RefusalReason; readonly until?: EpochMillis })
  | (FailureBase & { readonly kind: 'internal' });

export type FailureKind = Failure['kind'];

/** `code` of a `capacity` failure: the server's machine has too little memory for the model, which passes slowly. */
export const outOfMemory = 'out_of_memory';

/** `code` of a `loading` failure: the source itself sees when the model is there, so no time has to be guessed. */
export const watchedLoading = 'watched';

/** `code` of an `auth` failure: the editor has not been allowed yet to let us use its models; a key is no help. */
export const consentNeeded = 'consent_needed';

/** Aborts an attempt because a deadline passed. The name of the reason is what tells it from a cancellation (law 10). */
export class DeadlineError extends Error {
  readonly deadline: DeadlineName;
  readonly after: Millis;

  constructor(deadline: DeadlineName, after: Millis) {
    super(`no answer within the ${deadline} deadline of ${Math.round(after)} ms`);
    this.name = 'DeadlineError';
    this.deadline = deadline;
    this.after = after;
  }
}

/** Aborts an attempt because the person typed on, moved away or switched us off. */
export class CancelledByEditor extends Error {
  constructor() {
    super('cancelled by the editor');
    this.name = 'CancelledByEditor';
  }
}

/**
 * Aborts an attempt because another backend was asked beside it and answered first. A cancellation: silence that proves nothing yet.
 * `wasSilent`: this one had been asked first, and its patience had passed; else it was itself the one asked beside.
 */
export class Overtaken extends Error {
  /** Source id of the one that answered. */
  readonly by: string;
  readonly wasSilent: boolean;

  constructor(by: string, wasSilent: boolean, after: Millis) {
    super(wasSilent ? `no answer within ${Math.round(after)} ms, when ${by} had answered` : `no longer needed: ${by} answered`);
    this.name = 'Overtaken';
    this.by = by;
    this.wasSilent = wasSilent;
  }
}

/**
 * The failure that an abort reason of ours stands for; `undefined` when the reason is not ours. Known by name: a bundle that is
 * loaded later has classes of its own.
 */
export function failureOfAbort(reason: unknown): Failure | undefined {
  if (isNamed<DeadlineError>(reason, 'DeadlineError')) {
    return { kind: 'timeout', deadline: reason.deadline, after: reason.after, message: reason.message };
  }
  if (isNamed<CancelledByEditor>(reason, 'CancelledByEditor')) return { kind: 'cancelled', message: reason.message };
  if (isNamed<Overtaken>(reason, 'Overtaken')) {
    return { kind: 'cancelled', ...(reason.wasSilent ? { overtakenBy: reason.by } : {}), message: reason.message };
  }
  return undefined;
}

function isNamed<T extends Error>(reason: unknown, name: T['name']): reason is T {
  return reason instanceof Error && reason.name === name;
}
