import type { Millis } from '../base/clock.ts';
import type { LatencyFigures } from '../domain/guarded.ts';

/** When looks at the latency become a state; formulas in docs/health.md. */
export const troubleDefaults = {
  /** So many looks in a row above the limit of the baseline are slow. */
  looks: 2,
  /** A look below this times the usual P95 is calm. */
  calmBelow: 1.2,
  /** Calm for so long ends slow, and without a long tail for so long ends degraded. */
  calmFor: 60_000,
  /** A tail is long when P99 is surely above this times the usual P99 … */
  tailFactor: 2,
  /** … and above this. */
  tailFloor: 800,
} as const;

/** One look: at least 15 s and 20 attempts, probes excluded. */
export interface Look extends Pick<LatencyFigures, 'p50' | 'p95' | 'p99'> {
  readonly from: Millis;
  readonly to: Millis;
  /** P95 is above the limit of the baseline. */
  readonly isTrouble: boolean;
  /** The lower bound of P99 is above the limit of the tail. */
  readonly hasLongTail: boolean;
  /** P95 is below `calmBelow` of the usual. */
  readonly isCalm: boolean;
}

/** Folds looks into "slow" and "a long tail", each left only after a calm minute, so that neither flaps. */
export class LatencyTrouble {
  #inARow = 0;
  #slow: string | undefined;
  #tail: string | undefined;
  #calmSince: Millis | undefined;
  #shortSince: Millis | undefined;

  /** @param usual what the look was compared with */
  add(look: Look, usual: LatencyFigures): void {
    this.#inARow = look.isTrouble ? this.#inARow + 1 : 0;
    this.#calmSince = look.isCalm ? (this.#calmSince ?? look.from) : undefined;
    this.#shortSince = look.hasLongTail ? undefined : (this.#shortSince ?? look.from);
    if (this.#inARow >= troubleDefaults.looks) this.#slow = `P95 is ${inMillis(look.p95)}, usual is ${inMillis(usual.p95)}`;
    if (look.hasLongTail) this.#tail = `P99 is ${inMillis(look.p99)}, usual is ${inMillis(usual.p99)}`;
    if (this.#calmSince !== undefined && look.to - this.#calmSince >= troubleDefaults.calmFor) this.#slow = undefined;
    if (this.#shortSince !== undefined && look.to - this.#shortSince >= troubleDefaults.calmFor) this.#tail = undefined;
  }

  /** Why it is slow. */
  get slow(): string | undefined {
    return this.#slow;
  }

  /** Why its tail is long. */
  get tail(): string | undefined {
    return this.#tail;
  }
}

function inMillis(latency: Millis): string {
  return `${Math.round(latency)} ms`;
}
