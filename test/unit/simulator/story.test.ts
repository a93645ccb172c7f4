import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../src/base/random.ts';
import { type PoolFigures, poolFigures, type PoolRun, runPool } from '../../../src/simulator/pool.ts';
import { queueFigures } from '../../../src/simulator/queueModel.ts';
import { capacityOf, costRatio, sharedPoolLoad } from '../../../src/simulator/serverShape.ts';
import { story, storyArrivals, storyServer, storyServers } from '../../../src/simulator/story.ts';

const oldVersion = storyServer(1);
const newVersion = storyServer(story.newSize);

/** Servers of a pool with random routing are alike and know nothing of each other, so that one of them is enough. */
function simulated(size: number, perServer: number, changes: Partial<PoolRun> = {}): PoolFigures {
  return poolFigures({
    shape: storyServer(size),
    servers: 1,
    arrivals: perServer,
    routing: 'random',
    requests: 60_000,
    warmUp: 5000,
    random: seededRandom(1),
    ...changes,
  });
}

/** Within a share of what it should be. */
function near(value: number, wanted: number, share: number, what: string): void {
  assert.ok(Math.abs(value - wanted) <= share * wanted, `${what} is ${value.toFixed(2)} instead of ${wanted}`);
}

function assertFigures(figures: PoolFigures, [p50, p95, p99]: readonly [number, number, number], share: number): void {
  near(figures.p50, p50, share, 'P50');
  near(figures.p95, p95, share, 'P95');
  near(figures.p99, p99, share, 'P99');
}

const at5 = storyArrivals(5) / storyServers(5);

describe('the fleet of the story', () => {
  it('has 109 slots with the old version and 36 with the new one, which costs 2.6 times as much', () => {
    assert.deepEqual([oldVersion.slots, newVersion.slots], [109, 36]);
    near(costRatio(newVersion, oldVersion), 2.6, 0.01, 'kappa');
  });

  const table: readonly (readonly [string, number, number, readonly [number, number, number], number])[] = [
    ['5.0 for everybody', 1, story.arrivalsPerServer, [93, 161, 200], 0.41],
    ['5.3 at 5 % on 8 servers', story.newSize, at5, [121, 213, 266], 0.67],
    ['5.3 at 25 % on 25 servers', story.newSize, storyArrivals(25) / storyServers(25), [635, 747, 803], 1.08],
  ];
  for (const [name, size, perServer, latencies, load] of table) {
    it(`is computed and simulated alike: ${name}`, () => {
      const computed = queueFigures(storyServer(size), perServer);
      near(computed.load, load, 0.01, 'load');
      assertFigures(computed, latencies, 0.02);
      assertFigures(simulated(size, perServer), latencies, 0.03);
    });
  }

  it('passes a gate of twice the P99 at 5 %, and is four times as slow at 25 %', () => {
    const before = queueFigures(oldVersion, story.arrivalsPerServer).p99;
    near(simulated(story.newSize, at5).p99 / before, 1.32, 0.03, 'ratio at 5 %');
    const later = simulated(story.newSize, story.arrivalsPerServer);
    near(later.p99 / before, 4.02, 0.03, 'ratio at 25 %');
    assert.ok(later.refused > 0.055 && later.refused < 0.08, String(later.refused));
    assert.ok(simulated(story.newSize, at5).refused < 0.001);
  });

  it('shows the trouble of 25 % with 1.6 requests for each real one, which is what shadow traffic can do', () => {
    const rows = [0.2, 0.4, 0.6, 0.8].map((copies) => simulated(story.newSize, storyArrivals(5, copies) / storyServers(5)));
    for (const [index, load] of [0.81, 0.94, 1.08, 1.21].entries()) near(rows[index]?.load ?? 0, load, 0.01, 'load');
    for (const [index, p99] of [280, 337, 800, 812].entries()) near(rows[index]?.p99 ?? 0, p99, 0.04, 'P99');
    assert.ok((rows[1]?.refused ?? 1) < 0.002 && (rows[2]?.refused ?? 0) > 0.055 && (rows[3]?.refused ?? 0) > 0.15);
  });

  it('has its cliff between 1.3 and 1.4 times the size', () => {
    const p99 = [1.1, 1.2, 1.3, 1.4, 1.5].map((size) => queueFigures(storyServer(size), story.arrivalsPerServer).p99);
    for (const [index, wanted] of [226, 253, 283, 803, 1272].entries()) near(p99[index] ?? 0, wanted, 0.02, `P99 of ${index}`);
  });

  it('needs 154 servers for a load of 0.7', () => {
    assert.equal(Math.ceil((story.servers * story.arrivalsPerServer) / capacityOf(newVersion) / 0.7), 154);
  });

  it('slows both arms alike where they share servers', () => {
    const kappa = costRatio(newVersion, oldVersion);
    const loads = [0.05, 0.25, 0.5, 1].map((share) => sharedPoolLoad(0.45, share, kappa));
    for (const [index, load] of [0.49, 0.63, 0.81, 1.17].entries()) near(loads[index] ?? 0, load, 0.01, 'load');
    near(sharedPoolLoad(0.35, 1, kappa), 0.91, 0.01, 'load');
  });

  it('is counted to the last request, the slowest and the refused included', () => {
    const full = storyArrivals(25) / storyServers(25);
    const run = { shape: newVersion, servers: 2, arrivals: 2 * full, routing: 'random', requests: 20_000, warmUp: 5000 } as const;
    let [answered, refused] = [0, 0];
    const meanBatch = runPool({ ...run, random: seededRandom(1) }, ({ latency }) => (latency === undefined ? refused++ : answered++));
    assert.equal(answered + refused, run.requests);
    const figures = poolFigures({ ...run, random: seededRandom(1) });
    assert.deepEqual([figures.refused, figures.meanBatch], [refused / run.requests, meanBatch]);
    near(meanBatch, newVersion.slots, 0.02, 'mean batch of a server that is full');
  });

  it('is computed and simulated alike in its means, too, and refuses what it does not complete', () => {
    for (const perServer of [at5, story.arrivalsPerServer]) {
      const computed = queueFigures(newVersion, perServer);
      const seen = simulated(story.newSize, perServer);
      near(computed.mean, seen.mean, 0.03, 'mean');
      near(computed.meanBatch, seen.meanBatch, 0.03, 'mean batch');
      assert.ok(Math.abs(computed.refused - seen.refused) < 0.02, `${computed.refused} and ${seen.refused}`);
    }
    // Little's law, with so many slots that the chances of the states pass any number.
    const wide = { ...newVersion, slots: 1000, stepBase: 5, stepPerRequest: 0 };
    near(queueFigures(wide, 7500).meanBatch, 7.5 * wide.meanSteps * wide.stepBase, 0.001, 'mean batch');
  });

  it('loses most of its tail near saturation when requests choose the emptier of two servers', () => {
    const arrivals = 8 * 0.97 * capacityOf(newVersion);
    const run = { servers: 8, arrivals, requests: 60_000 };
    const random = simulated(story.newSize, arrivals, run);
    const chosen = simulated(story.newSize, arrivals, { ...run, routing: 'two-choices' });
    assert.ok(chosen.p99 < 0.85 * random.p99, `${chosen.p99} of ${random.p99}`);
  });
});
