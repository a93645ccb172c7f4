import type { Millis } from '../base/clock.ts';

/** What is known of a person's typing; figures and reasons in docs/settings.md. */
export const rhythmDefaults = {
  /** Gaps that are remembered. */
  gaps: 30,
  /** A longer gap is a pause to think and says nothing about the rhythm. In ms. */
  longest: 1000,
  /** Below so many gaps the rhythm is not known yet. */
  least: 5,
} as const;

/** The gaps between a person's last keys. */
export class Rhythm {
  #gaps: Millis[] = [];
  #pressedAt: Millis | undefined;

  /** A key was pressed. @returns the time since the one before; infinite for the first */
  press(at: Millis): Millis {
    const gap = this.#pressedAt === undefined ? Infinity : at - this.#pressedAt;
    this.#pressedAt = at;
    if (gap < rhythmDefaults.longest) this.#gaps = [...this.#gaps, gap].slice(-rhythmDefaults.gaps);
    return gap;
  }

  /** The gap that a share of all gaps stays below; `undefined` while too few are known. @param share 0…1 */
  quantile(share: number): Millis | undefined {
    if (this.#gaps.length < rhythmDefaults.least) return undefined;
    const sorted = [...this.#gaps].sort((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }
}
