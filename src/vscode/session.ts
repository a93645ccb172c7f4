import type { Disposable } from '../base/clock.ts';
import { type Event, Emitter } from '../base/event.ts';
import { type Logger, messageOf } from '../base/logger.ts';
import type { CompletionCall, CompletionRequest, Outcome } from '../domain/completion.ts';
import type { CandidatePlan } from '../domain/rolloutPort.ts';
import type { Service } from '../domain/service.ts';
import type { EngineSnapshot } from '../domain/snapshot.ts';
import type { ParsedSettings } from '../settings/parse.ts';
import type { Settings } from '../settings/settings.ts';

/** What a service is built from; equal plans need no new service. */
export interface ServicePlan extends ParsedSettings {
  /** Set where the workspace is not trusted. */
  readonly localOnlyReason?: string;
  /** The new version of a model that is to be built beside the backends. */
  readonly rollout?: CandidatePlan;
}

/** The running service, whichever it is: settings and trust may replace it, its users stay. */
export interface Session extends Disposable {
  readonly settings: Settings;
  readonly service: Service;
  readonly onDidChange: Event<EngineSnapshot>;
  complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome>;
  snapshot(): EngineSnapshot;
  /** Looks at settings and trust again and builds a new service when they differ. */
  refresh(): void;
}

/**
 * Starts a session.
 *
 * @param readPlan reads the settings as they are now
 * @param build makes the service
 */
export function createSession(readPlan: () => ServicePlan, build: (plan: ServicePlan) => Service, logger: Logger): Session {
  const changed = new Emitter<EngineSnapshot>((error) => logger.error(`session: ${messageOf(error)}`));
  const tell = once((problem) => logger.warn(`settings: ${problem}`));
  let plan = readPlan();
  let service = start(plan);
  let subscription = service.onDidChange((snapshot) => changed.fire(snapshot));
  let isDisposed = false;

  function start(wanted: ServicePlan): Service {
    for (const problem of wanted.problems) tell(problem);
    return build(wanted);
  }

  function replace(next: ServicePlan): void {
    const before = service.snapshot();
    // Built first: should that fail, the old service goes on.
    const following = start(next);
    subscription.dispose();
    service.dispose();
    plan = next;
    service = following;
    // A pause is the person's word and outlives a change of the settings.
    if (before.mode === 'paused') service.pause(before.pausedUntil);
    subscription = service.onDidChange((snapshot) => changed.fire(snapshot));
    changed.fire(service.snapshot());
  }

  return {
    get settings() {
      return plan.settings;
    },
    get service() {
      return service;
    },
    onDidChange: changed.event,
    complete: (request, call) => service.complete(request, call),
    snapshot: () => service.snapshot(),
    refresh() {
      if (isDisposed) return;
      try {
        const next = readPlan();
        if (JSON.stringify(next) !== JSON.stringify(plan)) replace(next);
      } catch (error) {
        logger.error(`session: the new settings could not be put to use: ${messageOf(error)}`);
      }
    },
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      subscription.dispose();
      service.dispose();
      changed.dispose();
    },
  };
}

/** A problem stays in the status as long as it lasts; the log says it once. */
function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
}
