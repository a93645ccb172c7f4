import type { Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import {
  type Estimate,
  estimateOf,
  fitService,
  type LoadWindow,
  meanOf,
  replications,
  resampled,
  serviceTime,
  type ServiceLaw,
  withoutQueue,
} from './serviceLaw.ts';

/** Where the slots of a server end, as seen from outside. */
export interface Knee {
  readonly slots: Estimate;
  readonly law: ServiceLaw;
}

/** The slots that are tried stand so close. */
const grid = 0.25;
/** With slots the misfit has to be this much smaller than without, or the bend is none. */
const betterBy = 0.6;
/** Throughput of the last level has stopped growing when it is less than this share above that of the one before, … */
const flat = 1.15;
/** … which counts when the requests grew by at least so much. */
const grown = 1.4;

/**
 * Finds the slots from how latency grows with the requests at once. Up to the slots a batch slows down a little with each request; beyond
 * them requests wait, and latency grows in proportion. Of all numbers of slots the one is taken whose two lines fit best, and `undefined`
 * is the answer where one line does as well: then there are at least as many slots as requests were tried.
 *
 * @param levels of a ramp, their requests waiting in a queue and not refused
 * @param overhead part of each latency that holds no slot
 * @see docs/decisions/0049-slot-law.md for why neither Kneedle nor the universal scalability law
 */
export function findKnee(levels: readonly LoadWindow[], overhead: Millis, random: Random): Knee | undefined {
  const seen = levels.filter(({ latencies }) => latencies.length > 0);
  const best = bestSlots(seen, overhead);
  if (best === undefined) return undefined;
  const repeated = Array.from({ length: replications }, () => bestSlots(resampled(seen, random), overhead)?.slots ?? best.slots);
  return { slots: estimateOf(best.slots, repeated), law: best.law };
}

interface Candidate {
  readonly slots: number;
  readonly law: ServiceLaw;
  readonly misfit: number;
}

function bestSlots(levels: readonly LoadWindow[], overhead: Millis): Candidate | undefined {
  const last = levels.at(-1);
  if (!last || levels.length < 2) return undefined;
  const without = fitted(levels, Infinity, overhead);
  let best: Candidate | undefined;
  for (let slots = 1; slots < last.batch; slots += grid) {
    const candidate = fitted(levels, slots, overhead);
    if (!best || candidate.misfit < best.misfit) best = candidate;
  }
  if (best && best.misfit < betterBy * without.misfit && best.slots < last.batch / 1.05) return best;
  return isFlat(levels) ? (best ?? without) : undefined;
}

/** Whether the last level brought no more answers per second: then the slots ended before it, however the lines fit. */
function isFlat(levels: readonly LoadWindow[]): boolean {
  const [before, last] = levels.slice(-2);
  if (!before || !last || last.batch < grown * before.batch) return false;
  return last.batch / meanOf(last.latencies) < (flat * before.batch) / meanOf(before.latencies);
}

/** The line below so many slots, and how far it is from what was seen, waiting included. */
function fitted(levels: readonly LoadWindow[], slots: number, overhead: Millis): Candidate {
  const law = fitService(withoutQueue(levels, slots, overhead), overhead);
  const misfit = levels.reduce((sum, { batch, latencies }) => {
    const wanted = overhead + serviceTime(law, Math.min(batch, slots)) * Math.max(1, batch / slots);
    // Relative: the slow levels would otherwise be all that counts.
    return sum + latencies.length * ((meanOf(latencies) - wanted) / wanted) ** 2;
  }, 0);
  return { slots, law, misfit };
}
