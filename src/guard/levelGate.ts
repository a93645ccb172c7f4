import type { Millis } from '../base/clock.ts';
import { type PressureLevel, pressureLevels } from '../domain/pressure.ts';

/** From which value on each level holds; a level without one is never entered. */
export type Thresholds = Partial<Readonly<Record<Exclude<PressureLevel, 'normal'>, number>>>;

/** How levels are entered and left; figures and reasons in docs/settings.md. */
export const gateDefaults = {
  /** Looks in a row that must say so before elevated or high is entered: one may be a moment before the collector runs. */
  looks: 2,
  /** The same for critical: there is no time to wait for another one. */
  looksForCritical: 1,
  /** A level is left below this share of the value it is entered at. */
  leaveBelow: 0.9,
  /** And when the value has stayed there for so long, in ms. */
  calm: 30_000,
} as const;

const rank = (level: PressureLevel): number => pressureLevels.indexOf(level);

/**
 * One figure and the level that follows from it. A level is entered by looks in a row and left only after a calm time below a lower
 * value, so that a figure at the border does not make it flap.
 */
export class LevelGate {
  readonly #thresholds: Thresholds;
  readonly #looks: number;
  #level: PressureLevel = 'normal';
  /** What each of the last looks asked for, as long as they asked for more than what holds. */
  #asked: PressureLevel[] = [];
  #calm: { readonly since: Millis; highest: PressureLevel } | undefined;

  /** @param looks in a row, for elevated and high */
  constructor(thresholds: Thresholds, looks: number = gateDefaults.looks) {
    this.#thresholds = thresholds;
    this.#looks = looks;
  }

  get level(): PressureLevel {
    return this.#level;
  }

  /** One look. @param value `undefined`: not known, which is as good as calm @param now monotonic */
  look(value: number | undefined, now: Millis): PressureLevel {
    const asked = this.#levelAt(value ?? 0);
    if (rank(asked) > rank(this.#level)) this.#rise(asked);
    else this.#asked = [];
    this.#fall(this.#levelAt((value ?? 0) / gateDefaults.leaveBelow), now);
    return this.#level;
  }

  #rise(asked: PressureLevel): void {
    this.#asked = [...this.#asked, asked].slice(-this.#looks);
    const isCritical = this.#asked.slice(-gateDefaults.looksForCritical).every((each) => each === 'critical');
    const least = pressureLevels.find((level) => this.#asked.includes(level));
    if (isCritical) this.#level = 'critical';
    else if (this.#asked.length >= this.#looks && least) this.#level = least;
    else return;
    this.#asked = this.#asked.filter((each) => rank(each) > rank(this.#level));
  }

  /** @param held the highest level that the value is not below yet */
  #fall(held: PressureLevel, now: Millis): void {
    if (rank(held) >= rank(this.#level)) {
      this.#calm = undefined;
      return;
    }
    this.#calm ??= { since: now, highest: held };
    if (rank(held) > rank(this.#calm.highest)) this.#calm.highest = held;
    if (now - this.#calm.since < gateDefaults.calm) return;
    this.#level = this.#calm.highest;
    this.#calm = undefined;
  }

  #levelAt(value: number): PressureLevel {
    const reached = pressureLevels.filter((level) => level !== 'normal' && value >= (this.#thresholds[level] ?? Infinity));
    return reached.at(-1) ?? 'normal';
  }
}
