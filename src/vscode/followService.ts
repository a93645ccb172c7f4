import type { Disposable } from '../base/clock.ts';
import type { Attempt } from '../domain/attempt.ts';
import type { Observation } from '../domain/observation.ts';
import type { DecisionRecord } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import type { EngineSnapshot } from '../domain/snapshot.ts';
import type { Session } from './session.ts';

/** Hears what the service does, whichever it is. */
export interface ServiceFollower {
  attempted(attempt: Attempt): void;
  observed(observation: Observation): void;
  decided?(decision: DecisionRecord): void;
  changed?(snapshot: EngineSnapshot): void;
}

/** Settings may replace the service; the session says so at once. */
export function followService(session: Pick<Session, 'service' | 'onDidChange'>, on: ServiceFollower): Disposable {
  let followed: Service | undefined;
  let subscriptions: readonly Disposable[] = [];
  const follow = (): void => {
    if (followed === session.service) return;
    for (const each of subscriptions) each.dispose();
    followed = session.service;
    subscriptions = [
      followed.onDidAttempt((attempt) => on.attempted(attempt)),
      followed.onDidObserve((observation) => on.observed(observation)),
      ...(on.decided ? [followed.onDidDecide((decision) => on.decided?.(decision))] : []),
    ];
  };
  follow();
  const changes = session.onDidChange((snapshot) => {
    follow();
    on.changed?.(snapshot);
  });
  return {
    dispose() {
      for (const each of [changes, ...subscriptions]) each.dispose();
    },
  };
}
