import { detectServers } from './backend/detect.ts';
import { listModels, type ModelSource } from './backend/models.ts';
import type { Clock, Disposable } from './base/clock.ts';
import { createHttpClient } from './base/http.ts';
import { type TestResult, testRequest } from './domain/backendTest.ts';
import type { CompletionSource } from './domain/completion.ts';
import { CancelledByEditor } from './domain/failure.ts';
import type { DetectedServer, ModelList } from './domain/discovery.ts';
import { runAttempt } from './guard/attemptRun.ts';
import { bareSource, deadlinesOf, type MemberPorts } from './member.ts';
import { familyOf } from './prompt/fim.ts';
import type { BackendSettings, DeadlineSettings } from './settings/settings.ts';

/** What setting up a backend needs of the world. */
export interface SetupPorts {
  readonly clock: Clock;
  /** Makes the source for a backend. Default: over HTTP. */
  readonly connect?: NonNullable<MemberPorts['connect']>;
}

/** What a test runs with. */
export interface TestOptions {
  readonly deadlines: DeadlineSettings;
  /** The key as typed or stored; not kept. */
  readonly key: string | undefined;
  readonly signal: AbortSignal;
}

/** Everything that is asked of servers while a person sets up a backend, outside of any keystroke. Nothing here rejects. */
export interface Setup extends Disposable {
  /** Looks for model servers on this machine. @param portNumbers default: the well-known ones */
  detect(signal: AbortSignal, portNumbers?: readonly number[]): Promise<readonly DetectedServer[]>;
  listModels(source: ModelSource, signal: AbortSignal): Promise<ModelList>;
  /** Asks for one short completion of made-up code, as a keystroke would be served but as patiently as a manual trigger. */
  test(backend: BackendSettings, options: TestOptions): Promise<TestResult>;
  /** A word on a model by its name: whether its fill-in-the-middle format is known. */
  hint(model: string): string | undefined;
}

/** Opens the connection that the setting-up runs over; dispose it when the person is done. */
export function createSetup(ports: SetupPorts): Setup {
  const http = createHttpClient();
  const { clock } = ports;
  return {
    detect: (signal, portNumbers) => detectServers({ http, clock }, signal, portNumbers),
    listModels: (source, signal) => listModels(source, { http, clock }, signal),
    test(backend, options) {
      const keys = { get: () => Promise.resolve(options.key) };
      const source = bareSource(backend, http, options.deadlines, { ...ports, keys });
      return testSource(source, backend, { ...options, signal: cancelledBy(options.signal) }, clock);
    },
    hint: (model) => (familyOf(model) === undefined ? undefined : 'made for completing code'),
    dispose: () => http.dispose(),
  };
}

/** The signal with the reason that tells a cancellation from a deadline, whoever aborted it and why. */
function cancelledBy(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const cancel = (): void => controller.abort(new CancelledByEditor());
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return controller.signal;
}

async function testSource(source: CompletionSource, backend: BackendSettings, options: TestOptions, clock: Clock): Promise<TestResult> {
  const { outcome, attempt } = await runAttempt(
    { ...testRequest, id: 'test' },
    { signal: options.signal },
    {
      source,
      model: backend.model,
      clock,
      // A server that has to read its model first is slow once; a test that gives up before that says nothing.
      deadlines: deadlinesOf(backend, options.deadlines, 'manual'),
      onRealEnd: () => undefined,
    },
  );
  if (!outcome.ok) return { ok: false, failure: outcome.failure, total: attempt.elapsed };
  return {
    ok: true,
    text: outcome.text,
    total: attempt.elapsed,
    model: outcome.model ?? backend.model,
    typingDeadline: deadlinesOf(backend, options.deadlines, 'automatic').firstToken,
    ...(attempt.firstTextAfter === undefined ? {} : { firstTextAfter: attempt.firstTextAfter }),
  };
}
