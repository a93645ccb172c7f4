import type { ServerShape } from './serverShape.ts';

/**
 * The fleet of the founding story: a new version of a model that is 40 % larger passes its rollout at 5 % and jams at 25 %.
 *
 * Fitted, so that P99 of the old version is 200 ms, the load of the new one 1.08 and its P99 800 ms: `arrivalsPerServer`, `weights`,
 * `queue`. Assumed, because nothing published gives them: the eight servers that the canary begins with, the load of 1.08, one GB of KV
 * cache for a request, the costs of a step, its 12 ms outside. Memory: four A100 of 80 GB, of which 294 GB are usable.
 *
 * @see docs/capacity.md for the figures it gives, and test/unit/simulator for the check
 */
export const story = {
  servers: 100,
  /** A rollout starts on no fewer servers. */
  leastServers: 8,
  /** Requests per second and server of the whole fleet with everybody on one version. */
  arrivalsPerServer: 298.5,
  /** Usable memory of one server, GB. */
  memory: 294,
  /** Weights of the old version, GB. */
  weights: 184.2,
  /** KV cache of a running request, GB. */
  perRequest: 1,
  queue: 145,
  stepBase: 4,
  stepPerRequest: 0.05,
  meanSteps: 16,
  stepsShape: 6,
  fixed: 12,
  /** Size of the new version, relative to the old one. */
  newSize: 1.4,
} as const;

/** A server of the story. @param size of the model relative to the old version: its weights take memory from the slots, its steps take longer */
export function storyServer(size: number): ServerShape {
  return {
    slots: Math.floor((story.memory - story.weights * size) / story.perRequest),
    queue: story.queue,
    stepBase: story.stepBase * size,
    stepPerRequest: story.stepPerRequest * size,
    meanSteps: story.meanSteps,
    stepsShape: story.stepsShape,
    fixed: story.fixed,
  };
}

/** Servers that hold the new version at a stage. @param percent of all requests, 0…100 */
export function storyServers(percent: number): number {
  return Math.max(story.leastServers, Math.ceil((story.servers * percent) / 100));
}

/** Requests per second that the new version gets. @param percent of all requests; @param copies shadow requests for each of them, ≥ 0 */
export function storyArrivals(percent: number, copies = 0): number {
  return (story.servers * story.arrivalsPerServer * percent * (1 + copies)) / 100;
}
