import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { seededRandom } from '../../../src/base/random.ts';
import { forecastCapacity, type ForecastInput, type KnownSlots, type StageForecast } from '../../../src/evaluation/capacityForecast.ts';
import { findKnee } from '../../../src/evaluation/capacityKnee.ts';
import { type SeenAnswer, windowsOf } from '../../../src/evaluation/seenAnswers.ts';
import { fitService, isEnough, type LoadWindow, type ServiceLaw, withoutQueue } from '../../../src/evaluation/serviceLaw.ts';
import { runPool } from '../../../src/simulator/pool.ts';
import { story, storyArrivals, storyServer, storyServers } from '../../../src/simulator/story.ts';
import { fitLatencyOnly } from '../../fakes/latencyOnlyFit.ts';
import { seenAtFivePercent } from '../../fakes/storyDay.ts';

const minute = 60_000;
const slots = (value: number, error = 0): KnownSlots => ({ value, low: value - error, high: value + error, source: 'server' });
const fleet = storyArrivals(100);

function forecast(changes: Partial<ForecastInput> = {}): ReturnType<typeof forecastCapacity> {
  return forecastCapacity({
    windows: windowsOf(seenAtFivePercent(), minute / 20),
    overhead: story.fixed,
    slots: slots(36),
    load: { kind: 'rate', perSecond: fleet },
    servers: storyServers,
    percents: [5, 25, 50, 100],
    random: seededRandom(1),
    ...changes,
  });
}

function at({ stages }: ReturnType<typeof forecastCapacity>, percent: number): StageForecast {
  const stage = stages.find((each) => each.percent === percent);
  assert.ok(stage);
  return stage;
}

describe('a forecast of capacity from 5 %', () => {
  it('sees the cliff of 25 % that nobody feels yet, and says how many servers are missing', () => {
    const seen = forecast();
    const later = at(seen, 25);
    assert.ok(later.load && later.slotsNeeded);
    assert.equal(at(seen, 5).verdict, 'holds');
    assert.equal(later.verdict, 'no');
    assert.ok(Math.abs(later.load.value - 1.077) < 0.05, JSON.stringify(later.load));
    assert.ok(later.load.low < 1.077 && later.load.high > 1.077, JSON.stringify(later.load));
    assert.ok(Math.abs(later.slotsNeeded.value - 38.8) < 1.8, JSON.stringify(later.slotsNeeded));
    const all = at(seen, 100).serversNeeded;
    assert.ok(all && all.low <= 154 && all.high >= 154, JSON.stringify(all));
    assert.equal(later.meanLatency, undefined);
    assert.equal(seen.verdict, 'no');
  });

  it('tells the mean of the stage it is at, so that one can see that it knows the server', () => {
    const mean = at(forecast(), 5).meanLatency ?? 0;
    assert.ok(Math.abs(mean - 127) < 6, String(mean));
  });

  it('needs no rate where the mean batch of a server is known', () => {
    const batch = at(forecast({ load: { kind: 'batch', meanBatch: 21.4, percent: 5 } }), 25);
    assert.ok(batch.load && Math.abs(batch.load.value - 1.077) < 0.05, JSON.stringify(batch.load));
    assert.equal(batch.verdict, 'no');
  });

  it('catches what a latency that is extrapolated misses', () => {
    const shape = storyServer(story.newSize);
    const mean = (share: number): number => {
      const latencies: number[] = [];
      const arrivals = share * story.arrivalsPerServer;
      const run = { shape, servers: 1, arrivals, routing: 'random' as const, requests: 30_000, warmUp: 2000, random: seededRandom(2) };
      runPool(run, ({ latency }) => latency !== undefined && latencies.push(latency));
      return latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length;
    };
    const fit = fitLatencyOnly([0.3, mean(0.3)], [0.625, mean(0.625)]);
    // It promises room for three times everybody, where the slots end at 93 %.
    assert.ok(fit.saturation > 2.5, String(fit.saturation));
    assert.ok(fit.at(1) < 170 && mean(1) > 600, `${fit.at(1)} instead of ${mean(1)}`);
    assert.equal(at(forecast(), 25).verdict, 'no');
  });

  it('holds for a server that has room', () => {
    const seen = forecast({ load: { kind: 'rate', perSecond: 0.4 * fleet } });
    assert.deepEqual(
      seen.stages.map(({ verdict }) => verdict),
      ['holds', 'holds', 'holds', 'holds'],
    );
  });

  it('counts what needs no slot as if it did where nobody says how much it is', () => {
    const careful = at(forecast({ overhead: 0 }), 25).load;
    assert.ok(careful && careful.value > 1.1 && careful.value < 1.25, JSON.stringify(careful));
  });

  it('is unsure, and says so, where slots or answers are few', () => {
    const wide = at(forecast({ slots: slots(36, 14), load: { kind: 'rate', perSecond: 0.6 * fleet } }), 25);
    assert.equal(wide.verdict, 'unknown');
    const load = (seen: readonly SeenAnswer[]): number => {
      const { low = 0, high = 0 } = at(forecast({ windows: windowsOf(seen, minute / 20) }), 25).load ?? {};
      return high - low;
    };
    const all = seenAtFivePercent();
    const some = all.filter((_, index) => index % 40 === 0);
    assert.ok(load(some) > 3 * load(all), `${load(some)} and ${load(all)}`);
  });

  it('says what is missing', () => {
    const unknown = forecast({ slots: undefined });
    assert.equal(unknown.verdict, 'unknown');
    assert.match(unknown.missing ?? '', /slots/);
  });

  it('knows nothing from few answers, from one load alone, or without the load to come', () => {
    const few: readonly LoadWindow[] = [
      { batch: 1, latencies: [100] },
      { batch: 4, latencies: [120] },
    ];
    const alike: readonly LoadWindow[] = [{ batch: 20, latencies: Array.from({ length: 100 }, () => 120) }];
    for (const windows of [few, alike, []]) assert.match(forecast({ windows }).missing ?? '', /too few/);
    assert.match(forecast({ load: undefined }).missing ?? '', /busiest/);
  });
});

describe('the law of a batch', () => {
  const window = (batch: number, latency: number, count = 20): LoadWindow => ({
    batch,
    latencies: Array.from({ length: count }, () => latency),
  });

  it('is a line whose windows weigh as much as they have answers, never falling and never below the origin', () => {
    const near = ({ alone, perRequest }: ServiceLaw, [wanted, each]: readonly [number, number]): void =>
      assert.ok(Math.abs(alone - wanted) < 1e-6 && Math.abs(perRequest - each) < 1e-6, `${alone} ${perRequest}`);
    near(fitService([window(1, 110), window(3, 130)], 10), [90, 10]);
    near(fitService([window(1, 120), window(3, 100)], 0), [110, 0]);
    near(fitService([window(1, 10), window(3, 90)], 0), [0, 25]);
    // Of 1, 2 and 3 the last was seen a hundred times as often.
    const { alone, perRequest } = fitService([window(1, 100), window(2, 150, 1), window(3, 140, 100)], 0);
    assert.ok(Math.abs(alone + 3 * perRequest - 140) < 0.5, `${alone} ${perRequest}`);
  });

  it('needs answers at several loads, or near to all slots', () => {
    assert.equal(isEnough([window(20, 100, 40)], 22), true);
    assert.equal(isEnough([window(20, 100, 40)], 36), false);
    assert.equal(isEnough([window(20, 100, 40), window(25, 100, 40)], 100), true);
  });

  it('leaves out what was waited for: only the time in a slot is the law’s', () => {
    assert.deepEqual(withoutQueue([window(2, 110, 1), window(8, 210, 1)], 4, 10), [window(2, 110, 1), window(4, 110, 1)]);
    const waited = [window(1, 110), window(2, 120), window(4, 140), window(8, 280)];
    const { law } = forecast({ windows: waited, slots: slots(4), overhead: 0 });
    assert.ok(law && Math.abs(law.alone - 100) < 1e-6 && Math.abs(law.perRequest - 10) < 1e-6, JSON.stringify(law));
  });

  it('has ranges on both sides, and whole servers, rather one more', () => {
    const { load, serversNeeded } = at(forecast(), 25);
    assert.ok(load && serversNeeded && load.low < load.value && load.value < load.high);
    assert.equal(serversNeeded.value, Math.ceil((load.value * 25) / 0.7));
    assert.equal(forecast({ percents: [] }).verdict, 'unknown');
  });
});

describe('the bend of a curve', () => {
  const level = (batch: number, latency: number, noise: () => number, much = 0.1): LoadWindow => ({
    batch,
    latencies: Array.from({ length: 20 }, () => latency * (1 + much * (noise() - 0.5))),
  });
  const line = (batch: number): number => 100 + 5 * batch;

  it('is not seen in a line with noise', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const noise = seededRandom(seed);
      const levels = [1, 2, 4, 8, 16].map((batch) => level(batch, line(batch), noise));
      assert.equal(findKnee(levels, 0, seededRandom(1)), undefined, `seed ${seed}`);
    }
  });

  it('is hardly ever seen in a line with much noise', () => {
    const seen = Array.from({ length: 40 }, (_, seed) => {
      const noise = seededRandom(seed + 1);
      const levels = [1, 2, 4, 8, 16].map((batch) => level(batch, line(batch), noise, 0.6));
      return findKnee(levels, 0, seededRandom(1));
    }).filter((knee) => knee !== undefined).length;
    assert.ok(seen <= 4, `${seen} of 40`);
  });

  it('is not seen where requests were hardly more than before', () => {
    const crowded = [1, 2, 4, 4.3].map((batch) => level(batch, line(batch), () => 0.5));
    assert.equal(findKnee(crowded, 0, seededRandom(1)), undefined);
  });

  it('is seen within one where requests wait', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const noise = seededRandom(seed);
      const levels = [1, 2, 4, 8, 16].map((batch) => level(batch, line(Math.min(batch, 6)) * Math.max(1, batch / 6), noise));
      const knee = findKnee(levels, 0, seededRandom(1));
      assert.ok(knee && Math.abs(knee.slots.value - 6) <= 1, `seed ${seed}: ${JSON.stringify(knee?.slots)}`);
    }
  });
});
