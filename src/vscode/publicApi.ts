import type * as api from '../../api/index.d.ts';
import type { Clock } from '../base/clock.ts';
import type { EngineSnapshot } from '../domain/snapshot.ts';
import { attemptOf } from './apiInput.ts';
import type { RegisteredSources } from './registeredSources.ts';
import type { Session } from './session.ts';

/** What other extensions get; its promises are in api/index.d.ts. */
export function createPublicApi(session: Session, sources: RegisteredSources, clock: Clock): api.FailsoftApi {
  return {
    version: 1,
    health: () => healthOf(session.snapshot()),
    onDidChangeHealth: (listener) => session.onDidChange((snapshot) => listener(healthOf(snapshot))),
    registerCompletionSource: (source) => sources.add(source),
    reportAttempt(report) {
      const all = session.snapshot().sources;
      const attempt = attemptOf(report, clock.now(), (id) => all.find(({ sourceId }) => sourceId === id)?.model ?? '');
      if (session.service.report(attempt)) return;
      const allowed = all.map(({ sourceId }) => sourceId).join(', ') || 'none, no model is configured';
      throw new Error(`Failsoft: report.sourceId is ${JSON.stringify(attempt.sourceId.slice(0, 60))}; allowed is ${allowed}`);
    },
  };
}

function healthOf({ at, mode, serving, sources }: EngineSnapshot): api.Health {
  return {
    at,
    mode,
    serving,
    sources: sources.map(({ sourceId, model, state, since, reason, nextTryAt, latency: { p50, p95, p99, samples } }) => ({
      id: sourceId,
      model,
      state,
      since,
      reason,
      ...(nextTryAt === undefined ? {} : { nextTryAt }),
      latency: { p50, p95, p99, samples },
    })),
  };
}
