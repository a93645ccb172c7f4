import type { Clock, EpochMillis, Millis } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { Attempt, Interruption, Stage } from '../domain/attempt.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { CancelledByEditor, failureOfAbort } from '../domain/failure.ts';
import { DeadlineWatch, type Deadlines } from './deadlines.ts';
import type { HostWatch } from './hostWatch.ts';

/** After an abort a source gets this long to end by itself; then we settle without it (law 1: deadline + 50 ms). */
const grace: Millis = 25;

/** An attempt that has ended for the caller. */
export interface Ended {
  readonly outcome: Outcome;
  readonly attempt: Attempt;
  readonly hadText: boolean;
}

/** What one attempt runs on. */
export interface AttemptOptions {
  readonly source: CompletionSource;
  readonly model: string;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Knows whether this machine slept. Without it every wait is the backend's. */
  readonly host?: HostWatch;
  /** The real call has ended, possibly long after we gave up waiting (law 3). */
  readonly onRealEnd: () => void;
}

/** Runs one attempt on the real source under its deadlines. Settles always; aborts only this attempt. */
export async function runAttempt(request: CompletionRequest, call: CompletionCall, options: AttemptOptions): Promise<Ended> {
  const { clock } = options;
  const at: EpochMillis = clock.now();
  const started = clock.monotonic();
  const began = options.host?.begin() ?? 0;
  const controller = new AbortController();
  let stage: Stage = 'waiting';
  let firstTextAfter: Millis | undefined;
  let text = '';

  const watch = new DeadlineWatch(clock, options.deadlines, (error) => controller.abort(error));
  const cancel = (): void => controller.abort(failureOfAbort(call.signal.reason) ? call.signal.reason : new CancelledByEditor());
  if (call.signal.aborted) cancel();
  else call.signal.addEventListener('abort', cancel, { once: true });

  const real = start(options.source, request, {
    signal: controller.signal,
    ...(call.enough ? { enough: call.enough } : {}),
    onStage: (reached) => {
      stage = reached;
      watch.reached(reached);
    },
    onText: (soFar) => {
      firstTextAfter ??= clock.monotonic() - started;
      stage = 'text';
      text = soFar;
      watch.text();
      if (!controller.signal.aborted) call.onText?.(soFar);
    },
  });
  void real.then(options.onRealEnd);
  const outcome = withPartial(ours(await Promise.race([real, abandoned(controller.signal, clock)]), controller.signal), text);

  watch.dispose();
  call.signal.removeEventListener('abort', cancel);
  const elapsed = clock.monotonic() - started;
  const interrupted = options.host?.interruption(began, watch.lateness);
  return {
    outcome,
    hadText: firstTextAfter !== undefined,
    attempt: record(request, options, outcome, { at, elapsed, firstTextAfter, stage, interrupted }),
  };
}

/** Law: a source never throws. If one does all the same, that is a bug of ours and not a failure of the backend. */
async function start(source: CompletionSource, request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
  try {
    return await source.complete(request, call);
  } catch (error) {
    return failed({ kind: 'internal', message: `${source.id} threw: ${messageOf(error)}` });
  }
}

/** Resolves a little after an abort, for a source that does not hear it. */
function abandoned(signal: AbortSignal, clock: Clock): Promise<Outcome> {
  return new Promise((resolve) => {
    const giveUp = (): void => {
      clock.after(grace, () => {
        resolve(failed(failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'given up' }));
      });
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** An attempt that failed after we aborted it failed for our reason, whatever the transport calls it (law 10). */
function ours(outcome: Outcome, signal: AbortSignal): Outcome {
  if (outcome.ok || !signal.aborted) return outcome;
  const failure = failureOfAbort(signal.reason);
  return failure ? failed(failure, outcome.bytes) : outcome;
}

/** What had come of a failed answer may still be of use; after a cancellation nobody wants it. */
function withPartial(outcome: Outcome, text: string): Outcome {
  return outcome.ok || text === '' || outcome.failure.kind === 'cancelled' ? outcome : { ...outcome, partial: text };
}

interface Course {
  readonly at: EpochMillis;
  readonly elapsed: Millis;
  readonly firstTextAfter: Millis | undefined;
  readonly stage: Stage;
  readonly interrupted: Interruption | undefined;
}

function record(request: CompletionRequest, options: AttemptOptions, outcome: Outcome, course: Course): Attempt {
  const failure = outcome.ok ? undefined : outcome.failure;
  const tokens = outcome.ok ? outcome.usage?.completionTokens : undefined;
  const providerRequestId = outcome.ok ? outcome.requestId : failure?.requestId;
  return {
    at: course.at,
    requestId: request.id,
    sourceId: options.source.id,
    model: options.model,
    trigger: request.trigger,
    outcome: outcome.ok ? (outcome.text === '' ? 'empty' : 'ok') : outcome.failure.kind,
    elapsed: course.elapsed,
    censored: failure?.kind === 'cancelled' || failure?.kind === 'timeout',
    stage: outcome.ok ? 'done' : course.stage,
    bytes: outcome.bytes ?? 0,
    ...(course.interrupted === undefined ? {} : { interrupted: course.interrupted }),
    ...(request.speculative ? { speculative: true } : {}),
    ...(request.isShadow ? { isShadow: true } : {}),
    ...(course.firstTextAfter === undefined ? {} : { firstTextAfter: course.firstTextAfter }),
    ...(tokens === undefined ? {} : { completionTokens: tokens }),
    ...(failure?.status === undefined ? {} : { status: failure.status }),
    ...(failure?.code === undefined ? {} : { code: failure.code.slice(0, 60) }),
    ...(providerRequestId === undefined ? {} : { providerRequestId }),
    ...(outcome.deprecation === undefined ? {} : { deprecation: outcome.deprecation }),
    ...(failure === undefined ? {} : { reason: failure.message }),
    ...(failure?.kind === 'cancelled' && failure.overtakenBy !== undefined ? { overtakenBy: failure.overtakenBy } : {}),
  };
}
