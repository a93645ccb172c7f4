import type { EpochMillis, Millis } from '../base/clock.ts';
import type { Pressure } from '../domain/pressure.ts';
import type { HealthState } from '../domain/snapshot.ts';

/** Memory that only keeps growing may be anybody's for a while: so many times as long of it are taken for high. */
const growthFor = 10;

/**
 * So long memory has been high, as the gate `memory` reads it. From high to critical and back it has not stopped. A late event loop is
 * none of it: models are not what makes another extension slow.
 */
export class HighMemory {
  #kind: 'high' | 'growth' | undefined;
  #since: EpochMillis = 0;

  /** Has to be told of every change. */
  see(pressure: Pressure | undefined): void {
    const kind = kindOf(pressure);
    if (kind !== this.#kind) this.#since = pressure?.since ?? 0;
    this.#kind = kind;
  }

  /** 0 while it is not high. */
  highFor(now: EpochMillis): Millis {
    if (this.#kind === undefined) return 0;
    const passed = Math.max(0, now - this.#since);
    return this.#kind === 'growth' ? passed / growthFor : passed;
  }
}

function kindOf(pressure: Pressure | undefined): 'high' | 'growth' | undefined {
  if (!pressure || pressure.cause === 'lag') return undefined;
  if (pressure.level === 'high' || pressure.level === 'critical') return 'high';
  return pressure.cause === 'growth' ? 'growth' : undefined;
}

/** Whether copies may be made: nothing is scarce, and the baseline is well as far as anybody knows. */
export function isFitForCopies(pressure: Pressure | undefined, baseline: HealthState | undefined): boolean {
  return !pressure && (baseline === undefined || baseline === 'healthy' || baseline === 'unknown');
}
