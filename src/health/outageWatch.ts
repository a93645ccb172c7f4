import type { Clock, EpochMillis } from '../base/clock.ts';
import type { GuardSnapshot } from '../domain/guarded.ts';
import { type HealthState, type LikeOutages, type OutageKind, outageKinds } from '../domain/snapshot.ts';
import type { UsualWatch } from './usual.ts';

/**
 * Tells how long a backend was out, and what earlier outages of the same kind say about this one. Out means that its breaker is not
 * closed or that it has a cool-down; one answer of "at capacity" alone is none. The kind is the last one seen.
 */
export class OutageWatch {
  readonly #clock: Clock;
  readonly #usual: UsualWatch;
  #since: EpochMillis | undefined;
  #kind: OutageKind | undefined;
  #isSpoilt = false;

  constructor(clock: Clock, usual: UsualWatch) {
    this.#clock = clock;
    this.#usual = usual;
  }

  /** This machine slept: how long the outage really was nobody knows. */
  interrupted(): void {
    this.#isSpoilt = this.#since !== undefined;
  }

  /** @returns what is known of outages like the one that is on */
  seen(state: HealthState, guard: GuardSnapshot): LikeOutages | undefined {
    const kind = outageKinds.find((each) => each === state);
    const isOut = guard.breaker.kind !== 'closed' || guard.coolDown !== undefined;
    if (kind !== undefined && isOut) {
      this.#since ??= this.#clock.now();
      this.#kind = kind;
    } else if (!isOut) {
      this.#ended();
    } else if (state !== 'probing' && state !== 'offline') {
      // A key, a quota or a retirement: a person ends that, at any time.
      this.#since = undefined;
    }
    return this.#since === undefined || this.#kind === undefined ? undefined : this.#usual.like(this.#kind);
  }

  #ended(): void {
    const length = this.#since === undefined ? 0 : this.#clock.now() - this.#since;
    if (length > 0 && this.#kind !== undefined && !this.#isSpoilt) this.#usual.outageEnded(this.#kind, length);
    this.#since = undefined;
    this.#isSpoilt = false;
  }
}
