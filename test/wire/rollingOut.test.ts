import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { createRollingOut, type RollingOut } from '../../src/rollingOut.ts';
import { emptyCounts } from '../../src/rollout/evidence.ts';
import { fetchFleet } from '../../src/rollout/fleetCounts.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { until } from '../fakes/assignmentBench.ts';
import { failed } from '../../src/domain/completion.ts';
import { sampleRequest } from '../fakes/request.ts';
import { firstIn, RolloutBench } from '../fakes/rolloutBench.ts';

/** What the issue allows for a change to be seen everywhere; in milliseconds. */
const soon = 2000;

const policy = {
  ...{ version: 1, name: 'coder-2', baseline: { backend: 'team', model: 'coder-1' }, candidate: { backend: 'team', model: 'coder-2' } },
  readiness: Object.fromEntries(
    ['benchmark', 'capacity', 'prompt-compatibility', 'rollback-rehearsal', 'shadow'].map((check) => [check, 'warn']),
  ),
};

describe('the rollout of a window, with its files', function () {
  this.timeout(20_000);
  let folder: string;
  let opened: RollingOut[];
  let rolloutSettings: Record<string, unknown>;
  let mayCopy = true;
  beforeEach(() => {
    mayCopy = true;
    folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-test-rolling-'));
    opened = [];
    rolloutSettings = { policy: path.join(folder, 'policy.json') };
  });
  afterEach(() => {
    for (const each of opened) each.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  function start(model = 'coder-1', backend = 'team'): RollingOut {
    const rolling = createRollingOut({
      ...{ clock: systemClock, random: Math.random, logger: silentLogger, installation: firstIn, version: '0.1.0' },
      folder: path.join(folder, 'state'),
      settings: () =>
        parseSettings({ backends: [{ name: backend, baseUrl: 'http://127.0.0.1:9/v1', model }], rollout: rolloutSettings }).settings,
      usual: () => undefined,
      memoryHighFor: () => 0,
      dirtyExits: () => 0,
      mayCopy: () => mayCopy,
    });
    opened.push(rolling);
    return rolling;
  }
  let asked = 0;
  const arms = ({ rollout }: RollingOut): string =>
    [...new Set(Array.from({ length: 40 }, () => rollout.armFor({ id: `r${++asked}`, languageId: 'go', trigger: 'automatic' })))]
      .toSorted()
      .join();
  const planned = ({ rollout }: RollingOut): string | undefined => rollout.plan?.model;
  const problems = ({ rollout }: RollingOut): string => rollout.problems.join('\n');
  async function toFirstStage({ rollout }: RollingOut): Promise<void> {
    await rollout.ask({ action: 'override', subject: 'shadow', reason: 'a test has no copies' });
    assert.equal(await rollout.ask({ action: 'begin', reason: '' }), undefined);
  }

  it('follows the policy, keeps the last good one while the file is broken, and over a restart', async () => {
    write('policy.json', JSON.stringify(policy));
    const window = start();
    await until(() => window.rollout.plan !== undefined, soon);
    await toFirstStage(window);
    assert.equal(arms(window), 'baseline,candidate');
    write('policy.json', '{ "version": 1, "name": ');
    await until(() => problems(window) !== '', soon);
    assert.match(problems(window), /policy\.json:1:\d+: .*\n?the last good policy holds until that is mended/s);
    assert.equal(arms(window), 'baseline,candidate');
    window.dispose();
    const again = start();
    await until(() => again.rollout.plan !== undefined, soon);
    assert.match(problems(again), /the last good policy holds/);
    assert.equal(again.rollout.snapshot()?.phase.kind, 'stage');
    write('policy.json', JSON.stringify(policy));
    await until(() => problems(again) === '', soon);
    assert.equal(arms(again), 'baseline,candidate');
  });

  it('has no rollout without its policy: one that is not there is told, and everybody has the baseline', async () => {
    const window = start();
    await until(() => problems(window) !== '', soon);
    assert.match(problems(window), /the policy .*policy\.json is not there/);
    assert.match(String(await window.rollout.ask({ action: 'begin', reason: '' })), /is not there/);
    write('policy.json', JSON.stringify(policy));
    await until(() => window.rollout.plan !== undefined, soon);
    await toFirstStage(window);
    rmSync(path.join(folder, 'policy.json'));
    await until(() => window.rollout.plan === undefined, soon);
    assert.equal(arms(window), 'baseline');
  });

  it('does not read a policy that is far too long, and says so', async () => {
    write('policy.json', ' '.repeat(70_000));
    const window = start();
    await until(() => problems(window) !== '', soon);
    assert.match(problems(window), /it has 70000 bytes, 65536 are allowed/);
    assert.equal(planned(window), undefined);
    write('policy.json', JSON.stringify(policy));
    await until(() => window.rollout.plan !== undefined, soon);
    write('policy.json', ' '.repeat(80_000));
    await until(() => problems(window) !== '', soon);
    assert.equal(planned(window), 'coder-2', 'the last good one holds');
  });

  it('takes the last good policy of one file for none of another', async () => {
    write('policy.json', JSON.stringify(policy));
    const window = start();
    await until(() => window.rollout.plan !== undefined, soon);
    window.dispose();
    write('other.json', '{');
    rolloutSettings = { policy: path.join(folder, 'other.json') };
    const other = start();
    await until(() => problems(other) !== '', soon);
    assert.equal(planned(other), undefined);
  });

  it('ends with its window: what becomes of the policy later is nothing to it', async () => {
    write('policy.json', JSON.stringify(policy));
    const window = start();
    await until(() => window.rollout.plan !== undefined, soon);
    window.dispose();
    assert.equal(planned(window), undefined);
    write('policy.json', JSON.stringify({ ...policy, soak: '2 days' }));
    await new Promise((resolve) => setTimeout(resolve, soon));
    assert.equal(planned(window), undefined);
  });

  it('says what is wrong with a policy whose backend is not configured, or asks another model', async () => {
    write('policy.json', JSON.stringify(policy));
    const [other, newer] = [start('coder-1', 'mine'), start('coder-9')];
    await until(() => problems(other) !== '' && problems(newer) !== '', soon);
    assert.match(problems(other), /its backend team is not among failsoft\.backends \(mine\)/);
    assert.match(problems(newer), /its baseline is coder-1, but the backend team asks coder-9/);
    assert.deepEqual([arms(other), arms(newer)], ['baseline', 'baseline']);
  });

  it('hears no more of a policy that the settings no longer name, and ends with none', async () => {
    write('policy.json', JSON.stringify(policy));
    const next = { ...policy, candidate: { backend: 'team', model: 'coder-3' } };
    write('next.json', JSON.stringify(next));
    const window = start();
    await until(() => window.rollout.plan?.model === 'coder-2', soon);
    rolloutSettings = { policy: path.join(folder, 'next.json') };
    window.settled();
    await until(() => window.rollout.plan?.model === 'coder-3', soon);
    write('policy.json', JSON.stringify({ ...policy, soak: '2 days' }));
    const end = performance.now() + soon;
    while (performance.now() < end) {
      assert.equal(window.rollout.plan?.model, 'coder-3');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    rolloutSettings = {};
    window.settled();
    assert.deepEqual([window.rollout.plan, window.rollout.problems], [undefined, []]);
  });

  it('sends no copies while its window says so', async () => {
    write('policy.json', JSON.stringify({ ...policy, shadow: { share: 1 } }));
    const window = start();
    await until(() => window.rollout.plan !== undefined, soon);
    assert.equal(await window.rollout.ask({ action: 'begin', reason: '' }), undefined);
    let copies = 0;
    const copied = async (): Promise<number> => {
      window.rollout.answered({
        request: sampleRequest(),
        text: 'x',
        ask: () => {
          copies++;
          return Promise.resolve(failed({ kind: 'cancelled', message: '' }));
        },
      });
      await new Promise((resolve) => setTimeout(resolve, 200));
      return copies;
    };
    mayCopy = false;
    assert.equal(await copied(), 0);
    mayCopy = true;
    assert.equal(await copied(), 1);
  });

  it('honours the kill switch with the next request after the settings have changed', async () => {
    write('policy.json', JSON.stringify(policy));
    const window = start();
    await until(() => window.rollout.plan !== undefined, soon);
    await toFirstStage(window);
    assert.equal(arms(window), 'baseline,candidate');
    rolloutSettings = { ...rolloutSettings, killSwitch: true };
    window.settled();
    assert.equal(arms(window), 'baseline');
    rolloutSettings = { ...rolloutSettings, killSwitch: false };
    window.settled();
    assert.equal(arms(window), 'baseline,candidate');
  });

  it('honours a flip of the flag file within two seconds, both ways', async () => {
    const flag = (arm: string): string =>
      JSON.stringify({
        flags: {
          'coder-2': {
            state: 'ENABLED',
            variants: { on: 'candidate', off: 'baseline' },
            defaultVariant: arm === 'candidate' ? 'on' : 'off',
          },
        },
      });
    write('flags.json', flag('baseline'));
    write('policy.json', JSON.stringify(policy));
    rolloutSettings = { ...rolloutSettings, flagFile: path.join(folder, 'flags.json') };
    const window = start();
    await until(() => window.rollout.snapshot()?.assignment.source === 'flag-file', 2 * soon);
    assert.equal(arms(window), 'baseline');
    write('flags.json', flag('candidate'));
    await until(() => arms(window) === 'baseline,candidate', soon);
    assert.equal(window.rollout.snapshot()?.history[0]?.by, 'flag');
    write('flags.json', flag('baseline'));
    await until(() => arms(window) === 'baseline', soon);
  });

  it('is heard of in another window within two seconds that nobody types in', async () => {
    const bench = new RolloutBench();
    const [one, other] = [bench.window('one'), bench.window('other')];
    await one.toFirstStage();
    let [stopped, told] = [false, ''];
    await until(() => other.where().startsWith('stage'), soon);
    other.rollout.onDidStop(() => (stopped = true));
    other.rollout.onDidChange((snapshot) => (told = snapshot?.phase.kind ?? ''));
    await one.rollout.ask({ action: 'roll-back', reason: '' });
    await until(() => stopped && told === 'rolled-back', soon);
    bench.dispose();
  });
});

describe('the counts of a fleet, over the wire', function () {
  this.timeout(20_000);
  const arm = { ...emptyCounts, requests: 10 };
  const good = JSON.stringify({ candidate: arm, control: arm, more: 'is of no interest' });

  async function fetched(answer: (response: ServerResponse) => void): Promise<string> {
    const server: Server = createServer((_request, response) => answer(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const http = createHttpClient();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/counts`;
    try {
      const { candidate, control } = await fetchFleet(http, systemClock, url);
      return `${candidate.requests} ${control.requests}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      http.dispose();
      server.close();
      server.closeAllConnections();
    }
  }

  it('are read as they are', async () => assert.equal(await fetched((response) => response.end(good)), '10 10'));

  it('are refused from a server that fails, sends people elsewhere, says something else or lies', async () => {
    const status =
      (code: number, headers = {}) =>
      (response: ServerResponse) =>
        response.writeHead(code, headers).end(good);
    const body = (text: string) => (response: ServerResponse) => response.end(text);
    assert.match(await fetched(status(500)), /^status 500, 200 is allowed/);
    assert.match(await fetched(status(302, { location: 'http://127.0.0.1:1/' })), /^status 302/);
    assert.match(await fetched(body('<html><body>Please sign in</body></html>')), /no JSON/);
    assert.match(await fetched(body('')), /no JSON/);
    assert.match(await fetched(body('[]')), /no "candidate" and "control"/);
    for (const lie of [{ slow: 5 }, { timed: -1 }, { requests: '10' }, { errors: 1e308 }]) {
      const text = JSON.stringify({ candidate: { ...arm, ...lie }, control: arm });
      assert.match(await fetched(body(text)), /no "candidate" and "control" with counts/, text);
    }
    assert.match(await fetched(body(`${' '.repeat(300 * 1024)}${good}`)), /more than 256 KiB/);
    assert.doesNotMatch(await fetched((response) => response.destroy()), /^\d/);
  });

  it('are not waited for for longer than five seconds', async () => {
    const begin = performance.now();
    assert.match(await fetched((response) => void response.write(' ')), /no answer within 5 s|abort/);
    assert.ok(performance.now() - begin < 8000);
  });
});
