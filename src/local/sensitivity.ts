import type { Sensitivity } from '../settings/settings.ts';

/** The least chance at which a text is shown while typing. The confidence is calibrated, so these are chances. */
export const leastConfidences = { quiet: 0.65, balanced: 0.35, eager: 0.15 } as const;

/** The least chance at which a text is shown while typing. */
export function leastOf(sensitivity: Sensitivity): number {
  return leastConfidences[sensitivity];
}
