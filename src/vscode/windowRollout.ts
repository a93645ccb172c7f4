import { Emitter, type Event } from '../base/event.ts';
import type { Disposable } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { RolloutControl, RolloutSnapshot } from '../domain/rollout.ts';
import type { CandidatePlan, RolloutPort } from '../domain/rolloutPort.ts';
import { followService } from './followService.ts';
import type { LoadRollout, RolloutChecks, RolloutParts, WindowRolloutPorts } from './rolloutPorts.ts';
import type { Session } from './session.ts';

/** The rollout of this window. Until a policy is named there is none, and nothing of it is loaded: everybody has the baseline. */
export interface WindowRollout extends RolloutPort, RolloutControl, Disposable {
  /** What the engine has to build for it. */
  readonly plan: CandidatePlan | undefined;
  readonly onDidPlan: Event<void>;
  readonly checks: RolloutChecks;
  /** Begins to follow a session. */
  follow(session: Session): Disposable;
  /** The settings have changed. Never rejects. */
  settled(): Promise<void>;
}

/** The rollout of this window, loaded when a setting names a policy. @param load its code */
export function createWindowRollout(ports: WindowRolloutPorts, load: LoadRollout): WindowRollout {
  const [stopped, changed, planned] = [new Emitter<void>(), new Emitter<RolloutSnapshot | undefined>(), new Emitter<void>()];
  let session: Session | undefined;
  let loading: Promise<void> | undefined;
  let loaded: RolloutParts | undefined;
  let rollout: RolloutParts['rollout'] | undefined;
  let isDisposed = false;
  const start = async (on: Session): Promise<void> => {
    try {
      const module = await load();
      if (isDisposed) return;
      loaded = module.createRolloutParts(ports, on);
      ({ rollout } = loaded);
      rollout.onDidStop(() => stopped.fire());
      rollout.onDidChange((snapshot) => changed.fire(snapshot));
      rollout.onDidPlan(() => planned.fire());
      if (rollout.plan) planned.fire();
    } catch (error) {
      ports.log.error(`rollout: ${messageOf(error)}`);
    }
  };
  const wake = async (): Promise<void> => {
    if (session?.settings.rollout.policy !== undefined && !isDisposed) await (loading ??= start(session));
  };
  const none = 'no rollout is planned';
  return {
    armFor: (request) => rollout?.armFor(request) ?? 'baseline',
    get isShown() {
      return rollout?.isShown === true;
    },
    onDidStop: stopped.event,
    answered: (offer) => rollout?.answered(offer),
    snapshot: () => rollout?.snapshot(),
    onDidChange: changed.event,
    get problems() {
      return rollout?.problems ?? [];
    },
    possible: () => rollout?.possible() ?? [],
    ask: async (wish) => (rollout ? rollout.ask(wish) : none),
    get plan() {
      return rollout?.plan;
    },
    onDidPlan: planned.event,
    checks: { run: async (check, options) => loaded?.run(check, options) ?? { kind: 'impossible', reason: none } },
    follow(followed) {
      session = followed;
      void wake();
      const attempted: RolloutParts['rollout']['attempted'] = (attempt) => rollout?.attempted(attempt);
      return followService(followed, { attempted, observed: (observation) => rollout?.observed(observation) });
    },
    async settled() {
      await wake();
      loaded?.settled();
    },
    dispose() {
      isDisposed = true;
      for (const part of [loaded, stopped, changed, planned]) part?.dispose();
    },
  };
}
