import type { Millis } from '../base/clock.ts';

/** How one modelled inference server behaves: a continuous batch with a place in the KV cache for each running request. */
export interface ServerShape {
  /** Requests that run at once, ≥ 1: the KV cache has room for no more. */
  readonly slots: number;
  /** Requests that may wait for a slot, ≥ 0; one more is refused with 503. */
  readonly queue: number;
  /** One decode step takes `stepBase + stepPerRequest · batch`: the weights are read once, and each request adds its own work. */
  readonly stepBase: Millis;
  readonly stepPerRequest: Millis;
  /** Decode steps of a request: Gamma distributed with this mean, > 0, … */
  readonly meanSteps: number;
  /** … and this shape, a whole number ≥ 1: the greater, the more alike requests are. */
  readonly stepsShape: number;
  /** What is added to each answer outside of the batch: network, tokenizing, scheduling. */
  readonly fixed: Millis;
}

/** One decode step of a batch. @param batch requests that run, ≥ 0; @returns milliseconds */
export function stepTime(shape: ServerShape, batch: number): Millis {
  return shape.stepBase + shape.stepPerRequest * batch;
}

/** Requests per second that a server completes with all slots taken; more than that arrive only for a while. */
export function capacityOf(shape: ServerShape): number {
  return (1000 * shape.slots) / (shape.meanSteps * stepTime(shape, shape.slots));
}

/** How many times as much load a version is at most, for servers of the other: `kappa`. */
export function costRatio(version: ServerShape, other: ServerShape): number {
  return capacityOf(other) / capacityOf(version);
}

/**
 * Load of servers that hold both versions, when a share of the requests goes to the new one. Both arms of a rollout see it, so a
 * comparison between them shows nothing.
 *
 * @param load of the old version alone, ≥ 0
 * @param share 0…1
 * @param kappa as from `costRatio`
 */
export function sharedPoolLoad(load: number, share: number, kappa: number): number {
  return load * (1 - share + share * kappa);
}
