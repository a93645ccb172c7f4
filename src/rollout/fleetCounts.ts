import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { messageOf } from '../base/logger.ts';
import type { Evidence } from './evidence.ts';

export const fleetDefaults = {
  /** A fleet's counts change slowly. */
  askEvery: 60_000 as Millis,
  /** Older counts are no evidence: the fleet may have met something since. */
  goodFor: 300_000 as Millis,
} as const;

/** The counts that a fleet has put together, asked for while somebody types. */
export class FleetCounts implements Disposable {
  readonly #clock: Clock;
  readonly #fetch: ((url: string) => Promise<Evidence>) | undefined;
  #known: { readonly counts: Evidence; readonly at: Millis } | undefined;
  #askedAt: Millis = -Infinity;
  #isDisposed = false;

  /** Why there are none, in one line. */
  problem: string | undefined;

  constructor({ clock, fleet }: { readonly clock: Clock; readonly fleet?: (url: string) => Promise<Evidence> }) {
    this.#clock = clock;
    this.#fetch = fleet;
  }

  /** The last good counts; asks for new ones when these are a minute old. */
  latest(url: string): Evidence | undefined {
    const now = this.#clock.monotonic();
    if (this.#fetch && now - this.#askedAt >= fleetDefaults.askEvery) {
      this.#askedAt = now;
      void this.#ask(this.#fetch, url);
    }
    return this.#known && now - this.#known.at < fleetDefaults.goodFor ? this.#known.counts : undefined;
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  async #ask(fetch: (url: string) => Promise<Evidence>, url: string): Promise<void> {
    try {
      const counts = await fetch(url);
      if (this.#isDisposed) return;
      this.#known = { counts, at: this.#clock.monotonic() };
      this.problem = undefined;
    } catch (error) {
      this.problem = `the counts of the fleet could not be had: ${messageOf(error)}`;
    }
  }
}
