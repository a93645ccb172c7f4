import type { Sensitivity } from '../settings/settings.ts';

/**
 * A text that is less likely is not shown while typing. Calibrated chances, so that of what is shown at least 65, 50 and 35 % are
 * right: docs/local-engine.md has the table.
 */
export const leastChances: Readonly<Record<Sensitivity, number>> = { quiet: 0.5, balanced: 0.3, eager: 0.15 };

/** Where no model says anything more is shown, unless the person wants it quiet: a guess is better than nothing then. */
export function leastChance(sensitivity: Sensitivity, isAlone: boolean): number {
  return leastChances[isAlone && sensitivity === 'balanced' ? 'eager' : sensitivity];
}
