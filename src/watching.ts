import { systemClock } from './base/clock.ts';
import { systemFigures } from './base/processFigures.ts';
import type { CreateWatch } from './guard/pressureGuard.ts';
import { PressureWatch } from './guard/pressureWatch.ts';

/** Makes what watches over memory and time of the extension host. A bundle of its own, loaded when somebody has typed a little. */
export const createPressureWatch: CreateWatch = (ports) => new PressureWatch({ ...ports, clock: systemClock, figures: systemFigures });
