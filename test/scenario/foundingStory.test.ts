import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { queueFigures } from '../../src/simulator/queueModel.ts';
import { story as fleet, storyArrivals, storyServer, storyServers } from '../../src/simulator/story.ts';
import { StoryRollout } from '../fakes/storyRollout.ts';
import { withVirtualTime } from '../fakes/virtualTime.ts';

const hour = 3_600_000;

async function told(watchesCapacity: boolean, test: (story: StoryRollout) => Promise<void>): Promise<void> {
  await withVirtualTime(async (time) => {
    const story = new StoryRollout(time, watchesCapacity);
    try {
      await test(story);
    } finally {
      story.dispose();
    }
    await time.tickAsync(100);
    assert.equal(time.countTimers(), 0, 'a timer is left');
  });
}

/** The P99 of the new version at a stage, as a multiple of the old one's. */
function slowness(percent: number): number {
  const before = queueFigures(storyServer(1), fleet.arrivalsPerServer).p99;
  return queueFigures(storyServer(fleet.newSize), storyArrivals(percent) / storyServers(percent)).p99 / before;
}

describe('the founding story', function () {
  this.timeout(60_000);

  it('is promoted at 5 % without the capacity check, and taken back at 25 % within ten of its requests', () =>
    told(false, async (story) => {
      assert.equal(await story.goesOn(2 * hour), true);
      assert.equal(story.percent, 25);
      assert.equal(await story.goesOn(hour), true);
      assert.deepEqual(story.timeline, [
        '00:00:00: advance, by person',
        '00:30:00 after 392 requests: advance, by gates',
        '00:30:48 after 10 requests: roll-back, by gates (latency)',
      ]);
      assert.match(story.state.reason, /^10 of 10 requests took longer than 400 ms/);
      assert.equal(story.percent, 0);
      // The very next request.
      assert.match(await story.request(), /^baseline model: answer/);
    }));

  it('is stopped at 5 % by the capacity check, which sees from there what nobody feels yet', () =>
    told(true, async (story) => {
      assert.equal(await story.goesOn(2 * hour), true);
      assert.deepEqual(story.timeline, ['00:00:00: advance, by person', '00:30:00 after 392 requests: pause, by gates (readiness)']);
      assert.match(story.state.reason, /^the check capacity has failed/);
      assert.equal(story.percent, 5);
      const [, next] = story.findings().forecast.stages;
      assert.ok(next?.load && next.serversNeeded);
      assert.equal(next.verdict, 'no');
      // 36 slots, of which 39 would be needed.
      assert.ok(next.load.low > 0.7 && next.load.low < 1.077 && next.load.high > 1.077, JSON.stringify(next.load));
      assert.ok(next.serversNeeded.low > 25, JSON.stringify(next.serversNeeded));
      assert.equal(await story.goesOn(hour / 4), false);
    }));

  it('has a person see nothing at 5 %: a P99 of 1.3 times the old one, where 25 % has 4 times', () =>
    told(false, async (story) => {
      await story.goesOn(2 * hour);
      const { candidate } = story.latencies;
      const p99 = candidate.toSorted((one, other) => one - other)[Math.floor(0.99 * candidate.length)] ?? 0;
      assert.ok(p99 > 200 && p99 < 1.5 * 200, String(p99));
      assert.ok(Math.abs(slowness(5) - 1.32) < 0.02, String(slowness(5)));
      assert.ok(Math.abs(slowness(25) - 4) < 0.05, String(slowness(25)));
    }));
});
