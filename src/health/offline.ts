import type { Millis } from '../base/clock.ts';
import type { Attempt, AttemptOutcome } from '../domain/attempt.ts';

/** Transport failures of this many different hosts within `window` mean that it is our network, not theirs. */
export const offlineDefaults = { hosts: 2, window: 5000 } as const;

/** Tells "the network is gone" from "one server is gone". Servers on this machine do not count. */
export class OfflineDetector {
  readonly #failedAt = new Map<string, Millis>();

  /** @param remoteHost the backend's host, or `undefined` for one on this machine */
  add(attempt: Attempt, remoteHost: string | undefined, at: Millis): void {
    if (remoteHost === undefined) return;
    const isUnreachable = attempt.outcome === 'network' || (attempt.outcome === 'timeout' && attempt.stage === 'waiting');
    if (isUnreachable && (attempt.stage === 'waiting' || attempt.stage === 'connected')) this.#failedAt.set(remoteHost, at);
    else if (!saysNothing.has(attempt.outcome)) this.#failedAt.clear();
  }

  /** True from the second host's failure until any remote host answers. */
  get isOffline(): boolean {
    const times = [...this.#failedAt.values()].sort((a, b) => b - a);
    const nth = times[offlineDefaults.hosts - 1];
    return nth !== undefined && (times[0] ?? 0) - nth <= offlineDefaults.window;
  }
}

/** Outcomes that do not show that a host was reached. */
const saysNothing: ReadonlySet<string> = new Set<AttemptOutcome>(['cancelled', 'timeout', 'internal', 'network', 'refused']);
