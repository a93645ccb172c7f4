import { gammaQuantile } from './draws.ts';
import type { PoolFigures } from './pool.ts';
import { capacityOf, type ServerShape, stepTime } from './serverShape.ts';

/** Requests are taken in so many sizes, each as likely: enough for three digits of a P99. */
const sizes = 400;

/**
 * The figures of one server in the long run, computed instead of simulated. Up to its slots it shares its work among all requests, so
 * that only the mean of their sizes matters for how many are there; beyond, the queue is geometric, its ratio corrected for how much
 * sizes vary.
 *
 * A little too high for refusals just below a load of 1: use the simulation there.
 *
 * @param arrivals requests per second, > 0
 * @see Cohen 1979, "The multiple phase service network with generalized processor sharing", for the first part
 * @see Allen 1990, "Probability, Statistics and Queueing Theory", for the correction (1 + C²)/2 of Allen and Cunneen
 */
export function queueFigures(shape: ServerShape, arrivals: number): PoolFigures {
  const load = arrivals / capacityOf(shape);
  const present = presence(shape, arrivals);
  const completedPerSecond = present.reduce((sum, share, n) => sum + share * completionRate(shape, n), 0);
  const samples = latenciesOf(shape, present);
  const admitted = samples.reduce((sum, { weight }) => sum + weight, 0);
  return {
    load,
    p50: weightedQuantile(samples, 0.5 * admitted),
    p95: weightedQuantile(samples, 0.95 * admitted),
    p99: weightedQuantile(samples, 0.99 * admitted),
    mean: samples.reduce((sum, { value, weight }) => sum + value * weight, 0) / admitted,
    // What arrives and is not completed was refused.
    refused: Math.max(0, 1 - completedPerSecond / arrivals),
    meanBatch: present.reduce((sum, share, n) => sum + share * Math.min(n, shape.slots), 0),
  };
}

/** Requests per second that are completed while `n` are there. */
function completionRate(shape: ServerShape, n: number): number {
  const batch = Math.min(n, shape.slots);
  return (1000 * batch) / (shape.meanSteps * stepTime(shape, batch));
}

/** How often 0, 1, 2 … requests are there, up to the last that may wait. */
function presence(shape: ServerShape, arrivals: number): readonly number[] {
  const load = arrivals / capacityOf(shape);
  const variability = (1 + 1 / shape.stepsShape) / 2;
  // The ratio of a geometric queue whose mean is that of exponential sizes times the correction.
  const room = 1 - load + load * variability;
  const ratio = room > 0 ? Math.min(10, (load * variability) / room) : 10;
  const weights = [1];
  let weight = 1;
  let sum = 1;
  for (let n = 1; n <= shape.slots + shape.queue; n++) {
    weight *= n <= shape.slots ? arrivals / completionRate(shape, n) : ratio;
    weights.push(weight);
    sum += weight;
    if (weight > 1e200) {
      for (let index = 0; index < weights.length; index++) weights[index] = (weights[index] ?? 0) / weight;
      sum /= weight;
      weight = 1;
    }
  }
  return weights.map((each) => each / sum);
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/** What requests that arrive at each state will take; who arrives at the last one is refused. */
function latenciesOf(shape: ServerShape, present: readonly number[]): readonly Weighted[] {
  const steps = Array.from({ length: sizes }, (_, index) => gammaQuantile(shape.meanSteps, shape.stepsShape, (index + 0.5) / sizes));
  const full = capacityOf(shape);
  return present.slice(0, -1).flatMap((weight, n) => {
    if (weight < 1e-9) return [];
    const step = stepTime(shape, Math.min(n + 1, shape.slots));
    const wait = n < shape.slots ? 0 : (1000 * (n - shape.slots + 1)) / full;
    return steps.map((each) => ({ value: shape.fixed + wait + each * step, weight: weight / sizes }));
  });
}

function weightedQuantile(samples: readonly Weighted[], below: number): number {
  const sorted = samples.toSorted((one, other) => one.value - other.value);
  let sum = 0;
  for (const { value, weight } of sorted) {
    sum += weight;
    if (sum >= below) return value;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}
