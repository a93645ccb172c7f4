import type { Millis } from './clock.ts';

/** Range and precision: 1 ms…60 s in counters 4 % wide, so that a value is off by at most 2 %. */
const lowest: Millis = 1;
const highest: Millis = 60_000;
const growth = 1.04;
const logGrowth = Math.log(growth);
const counters = Math.ceil(Math.log(highest / lowest) / logGrowth) + 1;

/** A latency, and whether it is only known to be at least that long. */
export interface Quantile {
  readonly value: Millis;
  readonly isAtLeast: boolean;
}

/** Latencies in counters of a fixed relative width, those that were given up apart; 2.2 KB, however many there are. */
export class LatencyCounts {
  readonly completed = new Uint32Array(counters);
  readonly censored = new Uint32Array(counters);
  #samples = 0;
  #given = 0;

  /** @param elapsed the latency, or with `censored` the time after which it was given up */
  add(elapsed: Millis, censored: boolean): void {
    const counts = censored ? this.censored : this.completed;
    const index = indexOf(elapsed);
    counts[index] = (counts[index] ?? 0) + 1;
    this.#samples++;
    if (censored) this.#given++;
  }

  /** Completed plus censored. */
  get samples(): number {
    return this.#samples;
  }

  /** Of the samples those that were given up. */
  get censoredSamples(): number {
    return this.#given;
  }
}

/**
 * The latency below which each of the given shares of requests would be answered if none were given up; `undefined` without a sample.
 * Where even the longest wait does not settle a share, the longest wait is the answer, as "at least this".
 *
 * @param parts counted together
 * @param shares ascending, each in (0, 1)
 * @see Kaplan & Meier 1958, "Nonparametric estimation from incomplete observations"
 */
export function quantilesOf(parts: readonly LatencyCounts[], shares: readonly number[]): readonly (Quantile | undefined)[] {
  let atRisk = parts.reduce((total, { samples }) => total + samples, 0);
  if (atRisk === 0) return shares.map(() => undefined);
  const result: Quantile[] = [];
  let survival = 1;
  let last = 0;
  for (let index = 0; index < counters && atRisk > 0 && result.length < shares.length; index++) {
    const completed = sumAt(parts, 'completed', index);
    const censored = sumAt(parts, 'censored', index);
    if (completed + censored === 0) continue;
    last = valueOf(index);
    survival *= 1 - completed / atRisk;
    atRisk -= completed + censored;
    while (result.length < shares.length && 1 - survival >= (shares[result.length] ?? 1) - 1e-12) {
      result.push({ value: last, isAtLeast: false });
    }
  }
  while (result.length < shares.length) result.push({ value: last, isAtLeast: true });
  return result;
}

/**
 * Whether surely more than a share of the requests take longer than a limit: the lower end of Greenwood's interval (one-sided 95 %) of
 * the Kaplan-Meier estimate is above the share.
 *
 * @param parts counted together
 * @see Greenwood 1926, "The natural duration of cancer": the variance of such an estimate
 */
export function surelyExceeds(parts: readonly LatencyCounts[], limit: Millis, share: number): boolean {
  let atRisk = parts.reduce((total, { samples }) => total + samples, 0);
  let survival = 1;
  let spread = 0;
  for (let index = 0; index <= indexOf(limit) && atRisk > 0; index++) {
    const completed = sumAt(parts, 'completed', index);
    if (completed === atRisk) return false;
    survival *= 1 - completed / atRisk;
    spread += completed / (atRisk * (atRisk - completed));
    atRisk -= completed + sumAt(parts, 'censored', index);
  }
  // Nobody waited beyond the limit: nothing is known of what is there.
  return atRisk > 0 && survival * (1 - 1.645 * Math.sqrt(spread)) > share;
}

function sumAt(parts: readonly LatencyCounts[], kind: 'completed' | 'censored', index: number): number {
  let total = 0;
  for (const part of parts) total += part[kind][index] ?? 0;
  return total;
}

function indexOf(elapsed: Millis): number {
  const clamped = Math.min(highest, Math.max(lowest, elapsed));
  return Math.min(counters - 1, Math.round(Math.log(clamped / lowest) / logGrowth));
}

function valueOf(index: number): Millis {
  return lowest * growth ** index;
}
