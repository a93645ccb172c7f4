import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { capacityKnownBeyond } from '../../../src/domain/rollout.ts';
import { ollamaAsking } from '../../../src/evaluation/askOllamaTimings.ts';
import { loadLimit } from '../../../src/evaluation/capacityForecast.ts';
import { answersLong, seenWindows } from '../../../src/evaluation/seenAnswers.ts';
import { rampDefaults } from '../../../src/evaluation/capacityRamp.ts';
import { pollEvery } from '../../../src/evaluation/serverMetrics.ts';
import { leastAnswers } from '../../../src/evaluation/serviceLaw.ts';
import { queueFigures } from '../../../src/simulator/queueModel.ts';
import { capacityOf } from '../../../src/simulator/serverShape.ts';
import { story, storyArrivals, storyServer, storyServers } from '../../../src/simulator/story.ts';

const page = readFileSync(new URL('../../../docs/capacity.md', import.meta.url), 'utf8');

/** The rows of the table under such a head, as cells. */
function rowsUnder(head: string): readonly (readonly string[])[] {
  const from = page.indexOf(head);
  assert.ok(from >= 0, head);
  const lines = page.slice(from).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/capacity.md', () => {
  it('has the defaults of the code', () => {
    const { levels, think, perLevel, perRequest, mostRequests, mostPerSecond, slowerBy, leastGain } = rampDefaults;
    const timed = [ollamaAsking.tokens, ollamaAsking.patience, ollamaAsking.loading];
    const wanted = [levels.join(', '), think, perLevel, perRequest, mostRequests, mostPerSecond, slowerBy, leastGain];
    const others = [pollEvery, ...timed, loadLimit, capacityKnownBeyond, leastAnswers, seenWindows, answersLong];
    assert.deepEqual(
      rowsUnder('| figure | default |').map(([, value]) => value),
      [...wanted, ...others].map(String),
    );
  });

  it('has the parameters of the model', () => {
    const { arrivalsPerServer, weights, queue, memory, perRequest, stepBase, stepPerRequest, meanSteps, fixed, servers, leastServers } =
      story;
    const step = `${stepBase} + ${stepPerRequest} for each request`;
    const wanted = [arrivalsPerServer, weights, queue, memory, perRequest, step, meanSteps, fixed, servers, leastServers];
    assert.deepEqual(
      rowsUnder('| figure | value | from |').map(([, value]) => value),
      wanted.map(String),
    );
  });

  it('has the figures that are computed', () => {
    const at = (size: number, percent: number, copies = 0): readonly string[] => {
      const figures = queueFigures(storyServer(size), storyArrivals(percent, copies) / storyServers(percent));
      return [figures.load.toFixed(2), ...[figures.p50, figures.p95, figures.p99].map((time) => time.toFixed(0))];
    };
    const stages = rowsUnder('| | slots | load |').map(([, , load = '', times = '']) => [load, ...times.replace(' ms', '').split(' / ')]);
    assert.deepEqual(stages, [at(1, 100), at(story.newSize, 5), at(story.newSize, 25)]);
    const copies = rowsUnder('| requests for each | load |').map(([times, load, p99]) => [times, load, p99]);
    assert.deepEqual(
      copies,
      [0.2, 0.4, 0.6, 0.8].map((more) => {
        const [load, , , p99 = ''] = at(story.newSize, 5, more);
        return [String(1 + more), load, `${p99} ms`];
      }),
    );
    const sizes = [1.1, 1.2, 1.3, 1.4, 1.5];
    assert.deepEqual(rowsUnder('| size | 1.1 |'), [
      ['slots', ...sizes.map((size) => String(storyServer(size).slots))],
      ['P99', ...sizes.map((size) => `${queueFigures(storyServer(size), story.arrivalsPerServer).p99.toFixed(0)} ms`)],
    ]);
    const [old, other] = [storyServer(1), storyServer(story.newSize)].map((shape) => capacityOf(shape).toFixed(0));
    assert.match(page, new RegExp(`completes ${other} requests per second instead of ${old}`));
  });
});
