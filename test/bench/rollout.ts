import { seededRandom } from '../../src/base/random.ts';
import type { Check, PartResult, Table } from './report.ts';
import { type RunPlan, runMany, type RunSummary, thresholdTrips, type World } from './rolloutRuns.ts';

/** Runs of each world that a target of the rollout speaks of. */
const manyRuns = 10_000;
/** Of the others. */
const fewRuns = 2000;

const watched: RunPlan = { requests: 5000, stopsAt: 'roll-back' };
const staged: RunPlan = { requests: 5000, stopsAt: 'any decision' };

const percent = (share: number): number => Math.round(share * 10_000) / 100;

/** Simulated rollouts through the real evidence, gates and verdict: false alarms, time to detect, promotions. */
export function measureRollout(): Promise<PartResult> {
  const alarms = measureAlarms();
  const harms = measureHarm();
  const promotions = measurePromotions();
  const notes = [
    `latencies are log-normal, P50 93 ms and P99 200 ms; a request each 6 s on average, one of ten to the baseline; seed 1`,
    `"after the minimum" is after 10 requests in at least 30 s, before which nothing is decided, or after the candidate became bad`,
  ];
  return Promise.resolve({
    tables: [alarms.table, harms.table, promotions.table],
    checks: [...alarms.checks, ...harms.checks, ...promotions.checks],
    notes,
  });
}

interface Part {
  readonly table: Table;
  readonly checks: readonly Check[];
}

/** Candidates that may stay. */
function measureAlarms(): Part {
  const worlds: readonly (readonly [what: string, world: World, runs: number, requests: number])[] = [
    ['the same model', { slower: 1 }, fewRuns, 5000],
    ['1.3 times as slow', { slower: 1.3 }, manyRuns, 5000],
    ['1.8 times as slow', { slower: 1.8 }, manyRuns, 5000],
    ['0.8 % of all requests held up by this machine', { slower: 1, stalls: 0.008 }, manyRuns, 5000],
    ['half a minute an hour of a slow network', { slower: 1, outages: 'slow' }, fewRuns, 5000],
    ['half a minute an hour without a network', { slower: 1, outages: 'offline' }, fewRuns, 5000],
  ];
  const rows = worlds.map(([what, world, runs, requests]) => {
    const { rolledBack } = runMany(world, runs, { ...watched, requests }, seededRandom(1));
    const compared = world.outages === undefined ? thresholds(world, requests) : ['', ''];
    return [what, runs, requests, percent(rolledBack), ...compared];
  });
  const figure = (index: number): number => Number(rows[index]?.[3]);
  return {
    table: {
      title: 'candidates that may stay, share taken back (%); beside it what a threshold of twice the P99 would do',
      columns: ['candidate', 'runs', 'requests', 'e-process', 'P99 of the last 200, each 50', 'P99 of the last 100, each request'],
      rows,
    },
    checks: [
      { what: '1.3 times as slow, taken back', value: figure(1), unit: '%', atMost: 0 },
      { what: '1.8 times as slow, taken back', value: figure(2), unit: '%', atMost: 1 },
      { what: '0.8 % held up by this machine, taken back', value: figure(3), unit: '%', atMost: 1 },
    ],
  };
}

/** What the usual detectors do, in percent of 1000 runs. */
function thresholds(world: World, requests: number): readonly number[] {
  const runs = 1000;
  const shareOf = (window: number, every: number): number => {
    const random = seededRandom(1);
    const trips = Array.from({ length: runs }, () => thresholdTrips(world, { requests, window, every }, random));
    return percent(trips.filter((trip) => trip !== undefined).length / runs);
  };
  return [shareOf(200, 50), shareOf(100, 1)];
}

/** Candidates that may not stay. */
function measureHarm(): Part {
  const worlds: readonly (readonly [what: string, world: World, runs: number])[] = [
    ['4 times as slow', { slower: 4 }, manyRuns],
    ['2.5 times as slow', { slower: 2.5 }, manyRuns],
    ['3 % take three seconds longer', { slower: 1, tail: 0.03 }, manyRuns],
    ['30 % errors', { slower: 1, errors: 0.3 }, manyRuns],
    ['10 % errors', { slower: 1, errors: 0.1 }, manyRuns],
    ['5 % errors', { slower: 1, errors: 0.05 }, manyRuns],
    ['both versions 4 times as slow', { slower: 4, isShared: true }, fewRuns],
    ['4 times as slow from request 3000 on', { slower: 4, goodFor: 3000 }, fewRuns],
    ['both so from request 3000 on', { slower: 4, goodFor: 3000, isShared: true }, fewRuns],
    ['30 % errors from request 3000 on', { slower: 1, errors: 0.3, goodFor: 3000 }, fewRuns],
  ];
  const summaries = worlds.map(([, world, runs]) => runMany(world, runs, watched, seededRandom(1)));
  const rows = worlds.map(([what, , runs], index) => {
    const { rolledBack, medianAfterMinimum, p90AfterMinimum } = summaries[index] as RunSummary;
    return [what, runs, percent(rolledBack), medianAfterMinimum, p90AfterMinimum];
  });
  const median = (index: number): number => summaries[index]?.medianAfterMinimum ?? Number.NaN;
  return {
    table: {
      title: 'candidates that may not stay: share taken back within 5000 requests (%), and its requests after the minimum',
      columns: ['candidate', 'runs', 'taken back', 'median', 'P90'],
      rows,
    },
    checks: [
      { what: '4 times as slow, requests after the minimum', value: median(0), unit: '', atMost: 5 },
      { what: '30 % errors, requests after the minimum', value: median(3), unit: '', atMost: 12 },
    ],
  };
}

/** What becomes of a stage. */
function measurePromotions(): Part {
  const worlds: readonly (readonly [what: string, world: World, runs: number])[] = [
    ['the same model', { slower: 1 }, fewRuns],
    ['1.3 times as slow', { slower: 1.3 }, fewRuns],
    ['1.8 times as slow: 0.4 % of its requests are slow', { slower: 1.8 }, fewRuns],
    ['1 % slow: just not allowed', { slower: 1, tail: 0.01 }, fewRuns],
    ['1.5 % slow', { slower: 1, tail: 0.015 }, fewRuns],
    ['2 % slow', { slower: 1, tail: 0.02 }, manyRuns],
    ['2.5 times as slow: 5 % slow', { slower: 2.5 }, manyRuns],
    ['2.5 % errors: just not allowed', { slower: 1, errors: 0.02 }, fewRuns],
    ['3.5 % errors', { slower: 1, errors: 0.03 }, manyRuns],
    ['5.5 % errors', { slower: 1, errors: 0.05 }, manyRuns],
  ];
  const rows = worlds.map(([what, world, runs]) => {
    const { promoted, paused, rolledBack } = runMany(world, runs, staged, seededRandom(1));
    return [what, runs, percent(promoted), percent(paused), percent(rolledBack)];
  });
  const promoted = (index: number): number => Number(rows[index]?.[2]);
  return {
    table: {
      title: 'what becomes of the first stage: 30 min with ten requests each, paused after three times that (% of the runs)',
      columns: ['candidate', 'runs', 'promoted', 'paused', 'taken back'],
      rows,
    },
    checks: [
      { what: '2 % slow, promoted', value: promoted(5), unit: '%', atMost: 1 },
      { what: '2.5 times as slow, promoted', value: promoted(6), unit: '%', atMost: 1 },
      { what: '3.5 % errors, promoted', value: promoted(8), unit: '%', atMost: 1 },
    ],
  };
}
