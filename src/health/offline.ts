import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { type Attempt, type AttemptOutcome, isInterrupted } from '../domain/attempt.ts';

/** When it is our network that is gone, and how often we look whether it is back. */
export const offlineDefaults = {
  /** Transport failures of this many different hosts … */
  hosts: 2,
  /** … within this. */
  window: 5000,
  /** First look; each next one comes after twice the time, … */
  probeAfter: 5000,
  /** … but no later than this. */
  probeCap: 60_000,
} as const;

/** What follows from being offline and from being back. */
export interface OfflineOptions {
  readonly clock: Clock;
  /** One probe of any remote host is wanted. */
  readonly onProbe: () => void;
  /** A remote host answered again. */
  readonly onBack: () => void;
}

/** Tells "the network is gone" from "one server is gone". Servers on this machine do not count. */
export class OfflineDetector implements Disposable {
  readonly #options: OfflineOptions;
  readonly #failedAt = new Map<string, Millis>();
  #isOffline = false;
  #probe: Disposable | undefined;

  constructor(options: OfflineOptions) {
    this.#options = options;
  }

  /** @param remoteHost the backend's host, or `undefined` for one on this machine */
  add(attempt: Attempt, remoteHost: string | undefined): void {
    if (remoteHost === undefined || isInterrupted(attempt)) return;
    if (isUnreached(attempt)) this.#failed(remoteHost);
    else if (!saysNothing.has(attempt.outcome)) this.#answered();
  }

  /** True from the second host's failure until any remote host answers. */
  get isOffline(): boolean {
    return this.#isOffline;
  }

  dispose(): void {
    this.#probe?.dispose();
  }

  #failed(host: string): void {
    const now = this.#options.clock.monotonic();
    this.#failedAt.set(host, now);
    const recent = [...this.#failedAt.values()].filter((at) => now - at <= offlineDefaults.window);
    if (this.#isOffline || recent.length < offlineDefaults.hosts) return;
    this.#isOffline = true;
    this.#probeIn(offlineDefaults.probeAfter);
  }

  #answered(): void {
    this.#failedAt.clear();
    if (!this.#isOffline) return;
    this.#isOffline = false;
    this.#probe?.dispose();
    this.#options.onBack();
  }

  #probeIn(wait: Millis): void {
    this.#probe = this.#options.clock.after(wait, () => {
      // Set first: an answer to the probe takes it away again.
      this.#probeIn(Math.min(offlineDefaults.probeCap, wait * 2));
      this.#options.onProbe();
    });
  }
}

/** No byte of an answer came, and it was the way there that failed. */
function isUnreached(attempt: Attempt): boolean {
  const isTransport = attempt.outcome === 'network' || (attempt.outcome === 'timeout' && attempt.stage === 'waiting');
  return isTransport && (attempt.stage === 'waiting' || attempt.stage === 'connected');
}

/** Outcomes that do not show that a host was reached. */
const saysNothing: ReadonlySet<string> = new Set<AttemptOutcome>(['cancelled', 'timeout', 'internal', 'network', 'refused']);
