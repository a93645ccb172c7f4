import type { Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { drawGamma, drawGap } from './draws.ts';
import { InferenceServer } from './inferenceServer.ts';
import { capacityOf, type ServerShape } from './serverShape.ts';

/** Which server of a pool gets a request: any, or the one with less to do of two drawn at random. */
export type Routing = 'random' | 'two-choices';

/** A pool and its load. */
export interface PoolRun {
  readonly shape: ServerShape;
  /** How many servers, ≥ 1. */
  readonly servers: number;
  /** Requests per second at the whole pool, > 0; they come one by one and independently. */
  readonly arrivals: number;
  readonly routing: Routing;
  /** Requests that count, ≥ 1. */
  readonly requests: number;
  /** Requests before them, which find the pool still filling and do not count. */
  readonly warmUp: number;
  readonly random: Random;
}

/** What people saw of a pool. */
export interface PoolFigures {
  /** Arrivals over what the pool can complete. */
  readonly load: number;
  readonly p50: Millis;
  readonly p95: Millis;
  readonly p99: Millis;
  readonly mean: Millis;
  /** Share of the requests that were refused, 0…1. */
  readonly refused: number;
  /** Requests that run at once on a server, averaged over time. */
  readonly meanBatch: number;
}

/** One request of a run as it ended. A refused one has no latency. */
export interface PoolAnswer {
  readonly arrivedAt: Millis;
  readonly latency: Millis | undefined;
  /** Requests that ran on its server when it arrived, itself included. */
  readonly batch: number;
}

interface Job {
  readonly arrivedAt: Millis;
  readonly batch: number;
  readonly counts: boolean;
}

/** Runs a pool and tells of each request that counts, in the order in which they end. @returns the mean batch of a server */
export function runPool(run: PoolRun, onAnswer: (answer: PoolAnswer) => void): number {
  const { shape, random } = run;
  const end = (job: Job, at: Millis): void => {
    if (job.counts) onAnswer({ arrivedAt: job.arrivedAt, batch: job.batch, latency: at - job.arrivedAt + shape.fixed });
  };
  const servers = Array.from({ length: run.servers }, () => new InferenceServer<Job>(shape, end));
  const batchTime = (until: Millis): number => servers.reduce((sum, server) => (server.advance(until), sum + server.batchTime), 0);
  let at = 0;
  let before = { at: 0, batchTime: 0 };
  for (let index = 0; index < run.warmUp + run.requests; index++) {
    at += drawGap(run.arrivals, random);
    if (index === run.warmUp) before = { at, batchTime: batchTime(at) };
    const server = choose(servers, at, run.routing, random);
    server.advance(at);
    const job = { arrivedAt: at, batch: server.running + 1, counts: index >= run.warmUp };
    const admission = server.offer(at, drawGamma(shape.meanSteps, shape.stepsShape, random), job);
    if (admission === 'refused' && job.counts) onAnswer({ arrivedAt: at, batch: job.batch, latency: undefined });
  }
  const meanBatch = (batchTime(at) - before.batchTime) / (at - before.at) / run.servers;
  // Requests still under way count too: left out, the slowest would be missing.
  for (const server of servers) server.advance(Infinity);
  return meanBatch;
}

/** The server that gets the next request. @throws RangeError for a pool without a server */
function choose(servers: readonly InferenceServer<Job>[], at: Millis, routing: Routing, random: Random): InferenceServer<Job> {
  const draw = (): InferenceServer<Job> => {
    const server = servers[Math.floor(random() * servers.length)];
    if (!server) throw new RangeError('a pool has 0 servers; allowed are 1 and more');
    return server;
  };
  const one = draw();
  if (routing === 'random') return one;
  const other = draw();
  one.advance(at);
  other.advance(at);
  return other.running + other.waiting < one.running + one.waiting ? other : one;
}

/** The figures of such a run. */
export function poolFigures(run: PoolRun): PoolFigures {
  const latencies: Millis[] = [];
  let refused = 0;
  const meanBatch = runPool(run, ({ latency }) => {
    if (latency === undefined) refused++;
    else latencies.push(latency);
  });
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): Millis => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return {
    load: run.arrivals / (run.servers * capacityOf(run.shape)),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    mean: sorted.reduce((sum, latency) => sum + latency, 0) / sorted.length,
    refused: refused / run.requests,
    meanBatch,
  };
}
