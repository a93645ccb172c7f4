import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { capacity } from '../../src/cli/capacity.ts';
import { runCommandLine } from '../../src/cli/commandLine.ts';
import type { CapacityFindings } from '../../src/evaluation/capacityCheck.ts';
import { rampDefaults, type RampLimits } from '../../src/evaluation/capacityRamp.ts';
import type { ServerShape } from '../../src/simulator/serverShape.ts';
import { type CommandRun, runWords } from '../fakes/commandRun.ts';
import { type FaultServer, startFaultServer } from '../fakes/faultServer.ts';
import { FakeTerminal } from '../fakes/terminal.ts';
import { type ModelledServer, type ModelledServerOptions, startModelledServer } from '../fakes/modelledServer.ts';

const commands = [capacity];

/** A patient ramp, in which people think. */
function slowRamp(url: string, ...more: readonly string[]): Promise<CommandRun> {
  return runWords(['capacity', '--candidate-url', `${url}/v1`, '--candidate-model', 'qwen2.5-coder', ...more], commands);
}

function ramp(url: string, ...more: readonly string[]): Promise<CommandRun> {
  return slowRamp(url, '--max-rate', '400', '--think', '5', ...more);
}

function findingsOf({ out, err }: CommandRun): CapacityFindings {
  assert.ok(out.startsWith('{'), `${out} ${err}`);
  return JSON.parse(out) as CapacityFindings;
}

async function withFaults(test: (server: FaultServer) => Promise<void>): Promise<void> {
  const server = await startFaultServer();
  try {
    await test(server);
    await server.idle(2000);
  } finally {
    await server.close();
  }
}

const shape: ServerShape = { slots: 5, queue: 40, stepBase: 3, stepPerRequest: 0.1, meanSteps: 16, stepsShape: 6, fixed: 1 };

async function withModel(options: Partial<ModelledServerOptions>, test: (server: ModelledServer) => Promise<void>): Promise<void> {
  const server = await startModelledServer({ shape, steps: 16, ...options });
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

/** Most requests that were at the server at once. */
function mostAtOnce({ requests }: FaultServer): number {
  const changes = requests
    .filter(({ method }) => method === 'POST')
    .flatMap(({ receivedAt, finishedAt }) => [[receivedAt, 1] as const, [finishedAt ?? Infinity, -1] as const]);
  let now = 0;
  return Math.max(...changes.sort(([one, by], [other, otherBy]) => one - other || by - otherBy).map(([, by]) => (now += by)));
}

describe('a capacity check of a real server', function () {
  this.timeout(20_000);

  it('finds the slots of one that lets requests wait, within one, and never asks more than sixteen at once', () =>
    withFaults(async (server) => {
      await server.set({ kind: 'slots', slots: 3, serviceMs: 60 });
      const run = await ramp(server.url, '--json', '--no-metrics');
      const { forecast, end } = findingsOf(run);
      assert.ok(forecast.slots && Math.abs(forecast.slots.value - 3) <= 1, JSON.stringify(forecast.slots));
      assert.ok(['no-gain', 'slow'].includes(end.kind), JSON.stringify(end));
      assert.ok(mostAtOnce(server) <= 16);
      const prompts = server.requests.filter(({ method }) => method === 'POST').map(({ body }) => (body as { prompt: string }).prompt);
      assert.equal(new Set(prompts).size, prompts.length, 'no prompt is found in a cache');
      // Nobody said how many requests there will be.
      assert.equal(run.exit, 3);
    }));

  it('stops at the first 503 and takes back what it still waits for', () =>
    withFaults(async (server) => {
      await server.set({ kind: 'slots', slots: 3, serviceMs: 60, queueLimit: 0 });
      const { forecast, end } = findingsOf(await ramp(server.url, '--json', '--peak-rate', '10'));
      assert.ok(end.kind === 'refused' && end.failure.kind === 'capacity' && end.inFlight === 4, JSON.stringify(end));
      assert.equal(forecast.slots?.value, 3);
      const refused = server.requests.filter(({ respondedStatus }) => respondedStatus === 503);
      const later = server.requests.filter(
        ({ receivedAt, method }) => method === 'POST' && receivedAt > (refused[0]?.finishedAt ?? 0) + 30,
      );
      assert.ok(refused.length === 1 && later.length === 0, `${refused.length} refused, ${later.length} later`);
    }));

  it('stops when the server dies under it, and says what it does not know', () =>
    withFaults(async (server) => {
      await server.set({ kind: 'slots', slots: 8, serviceMs: 40 });
      const running = ramp(server.url, '--peak-rate', '10');
      await server.waitFor(({ index }) => index === 20, 10_000);
      await server.set({ kind: 'refused' });
      const { exit, out } = await running;
      assert.equal(exit, 3);
      assert.match(out, /it ended at an error/);
      assert.match(out, /Not known: nobody knows how many slots/);
    }));

  it('reads the slots of a server that says them, asking it seldom', () =>
    withModel({}, async (server) => {
      const run = await slowRamp(server.url, '--json', '--peak-rate', '30', '--think', '100', '--levels', '1,4,8');
      const { forecast } = findingsOf(run);
      assert.equal(forecast.slots?.value, 5);
      assert.equal(forecast.slots?.source, 'server');
      assert.equal(forecast.verdict, 'holds');
      assert.equal(run.exit, 0);
      const polls = server.asked.filter((path) => path === '/slots').length;
      assert.ok(polls >= 1 && polls <= 6, String(polls));
    }));

  it('believes its own eyes when a server claims many slots, all of them free', () =>
    withModel({ says: { slots: 64, running: 0 } }, async (server) => {
      const { forecast, problems } = findingsOf(await ramp(server.url, '--json', '--peak-rate', '200'));
      assert.ok(forecast.slots && Math.abs(forecast.slots.value - 5) <= 1, JSON.stringify(forecast.slots));
      assert.match(problems.join(), /the server says that there are 64 slots/);
    }));

  it('asks nothing but its one question of a server that claims to be full', () =>
    withModel({ says: { slots: 2, running: 2 } }, async (server) => {
      const run = await ramp(server.url, '--peak-rate', '10');
      assert.equal(run.exit, 3);
      assert.match(run.out, /the server says it is full \(2 running/);
      assert.equal(server.asked.filter((path) => path.endsWith('/completions')).length, 1);
    }));

  it('says no, how many servers are missing, and ends with 1, where people are too many', () =>
    withModel({ says: 'nothing' }, async (server) => {
      const run = await ramp(server.url, '--peak-rate', '400', '--servers', '4', '--stages', '25,100', '--report', 'capacity.md');
      assert.equal(run.exit, 1, run.out);
      assert.match(run.out, /It does not hold: at 25 % the load is .* It needs \d+ servers instead of 1\./);
      assert.match(run.written('/work-folder/capacity.md') ?? '', /^# Capacity of qwen2\.5-coder at http/);
      assert.equal(server.asked.filter((path) => path === '/slots' || path === '/metrics').length, 2);
    }));

  it('goes by its flags', () =>
    withModel({}, async (server) => {
      const load = ['--batch', '1', '--share', '50', '--overhead', '40', '--servers', '3', '--stages', '50,100'];
      const bounds = ['--slower-by', '7', '--max-requests', '60', '--levels', '1,4'];
      const run = await ramp(server.url, '--json', ...load, ...bounds);
      const { limits, forecast, requests } = JSON.parse(run.out) as CapacityFindings & { readonly limits: RampLimits };
      assert.deepEqual(limits, { ...rampDefaults, levels: [1, 4], think: 5, mostPerSecond: 400, slowerBy: 7, mostRequests: 60 });
      assert.ok(requests <= 60);
      const [half] = forecast.stages;
      assert.deepEqual([half?.servers, forecast.slots?.source], [2, 'server']);
      // As it is now: one of five slots, and not what ten times the people would make of it.
      assert.ok(half?.load && half.load.value < 0.5, JSON.stringify(half?.load));
      // An answer takes some 50 ms, of which 40 keep no slot busy.
      assert.ok(forecast.law && forecast.law.alone < 30, JSON.stringify(forecast.law));
    }));

  it('asks a server beyond this machine where the policy says that it may, and believes its slots', () =>
    withModel({}, async (server) => {
      const terminal = new FakeTerminal();
      const versions = { baseline: { backend: 'one', model: 'a' }, candidate: { backend: 'one', model: 'b' } };
      const policy = (ramp: string): string => JSON.stringify({ name: 'next', ...versions, capacity: { slots: 9, peakRate: 1, ramp } });
      // The unspecified address is this machine, and nobody knows it by its name.
      const baseUrl = `${server.url.replace('127.0.0.1', '0.0.0.0')}/v1`;
      terminal.put('/work-folder/settings.json', JSON.stringify({ 'failsoft.backends': [{ name: 'one', baseUrl, model: 'a' }] }));
      const asked = [
        'capacity',
        '--settings',
        'settings.json',
        '--policy',
        'policy.json',
        '--max-rate',
        '400',
        '--think',
        '5',
        '--levels',
        '1,4',
        '--json',
      ];
      try {
        terminal.put('/work-folder/policy.json', policy('this-machine'));
        assert.equal(await runCommandLine(asked, terminal.world, commands), 2);
        assert.deepEqual(server.asked, []);
        terminal.put('/work-folder/policy.json', policy('anywhere'));
        assert.equal(await runCommandLine(asked, terminal.world, commands), 0, terminal.err);
        const { slots } = (JSON.parse(terminal.out) as CapacityFindings).forecast;
        assert.deepEqual([slots?.value, slots?.source], [9, 'person']);
        terminal.out = '';
        // A flag counts more than the policy.
        assert.equal(await runCommandLine([...asked, '--peak-rate', '5000'], terminal.world, commands), 1, terminal.err);
      } finally {
        terminal.dispose();
      }
    }));

  it('goes by the policy where no flag says another', () =>
    withModel({}, async (server) => {
      const terminal = new FakeTerminal();
      const versions = { baseline: { backend: 'one', model: 'a' }, candidate: { backend: 'one', model: 'b' } };
      const capacityOfPolicy = { peakRate: 400, servers: 4, leastServers: 2 };
      terminal.put(
        '/work-folder/policy.json',
        JSON.stringify({ name: 'next', ...versions, stages: [{ percent: 10 }, { percent: 100 }], capacity: capacityOfPolicy }),
      );
      terminal.put(
        '/work-folder/settings.json',
        JSON.stringify({ 'failsoft.backends': [{ name: 'one', baseUrl: `${server.url}/v1`, model: 'a' }] }),
      );
      const asked = ['capacity', '--settings', 'settings.json', '--policy', 'policy.json', '--max-rate', '400', '--think', '5', '--json'];
      try {
        assert.equal(await runCommandLine(asked, terminal.world, commands), 1, terminal.err);
        const stagesOf = (): readonly unknown[] =>
          (JSON.parse(terminal.out) as CapacityFindings).forecast.stages.map(({ percent, servers }) => [percent, servers]);
        assert.deepEqual(stagesOf(), [
          [10, 2],
          [100, 4],
        ]);
        terminal.out = '';
        assert.equal(
          await runCommandLine([...asked, '--peak-rate', '1', '--stages', '50', '--servers', '1'], terminal.world, commands),
          0,
          terminal.err,
        );
        assert.deepEqual(stagesOf(), [[50, 1]]);
      } finally {
        terminal.dispose();
      }
    }));

  it('ends at Ctrl+C at once, with nothing under way', () =>
    withFaults(async (server) => {
      await server.set({ kind: 'slots', slots: 8, serviceMs: 100 });
      const controller = new AbortController();
      const asked = ['--candidate-url', `${server.url}/v1`, '--candidate-model', 'qwen2.5-coder'];
      const running = runWords(['capacity', ...asked], commands, controller.signal);
      await server.waitFor(({ index }) => index === 6, 10_000);
      controller.abort(new Error('interrupted'));
      const { exit, err } = await running;
      assert.equal(exit, 130);
      assert.match(err, /interrupted/);
      await server.idle(1000);
    }));

  it('does not begin with a server that cannot be asked', () =>
    withFaults(async (server) => {
      await server.set({ kind: 'error', status: 401 });
      const run = await ramp(server.url);
      assert.equal(run.exit, 3);
      assert.match(run.err, /the candidate cannot be asked: /);
      assert.equal(server.requests.filter(({ method }) => method === 'POST').length, 1);
    }));
});
