import { seededRandom } from '../../src/base/random.ts';
import type { SeenAnswer } from '../../src/evaluation/seenAnswers.ts';
import { runPool } from '../../src/simulator/pool.ts';
import { story, storyArrivals, storyServer, storyServers } from '../../src/simulator/story.ts';

/** Parts of the busiest rate at which a server was watched: nights are quieter. */
const hours = [0.4, 0.6, 0.8, 1];

/**
 * What is seen of a server of the story at 5 %: for each part of a day some seconds of answers, each with the batch it met.
 *
 * @param requests for each part of the day
 */
export function seenAtFivePercent(requests = 2000, seed = 4): readonly SeenAnswer[] {
  const shape = storyServer(story.newSize);
  const perServer = storyArrivals(5) / storyServers(5);
  const seen: SeenAnswer[] = [];
  for (const [hour, part] of hours.entries()) {
    const random = seededRandom(seed + hour);
    const run = { shape, servers: 1, arrivals: part * perServer, routing: 'random' as const, requests, warmUp: 500, random };
    runPool(run, ({ arrivedAt, batch, latency }) => {
      if (latency !== undefined) seen.push({ at: hour * 3_600_000 + arrivedAt, batch, latency });
    });
  }
  return seen;
}
