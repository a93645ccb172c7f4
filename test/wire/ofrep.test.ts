import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { RolloutFlag } from '../../src/rollout/assignment.ts';
import { flagServerBounds } from '../../src/rollout/ofrepFetch.ts';
import type { ServerMemory } from '../../src/rollout/serverMemory.ts';
import { type AssignmentBench, flagsSaying, startAssignment, until } from '../fakes/assignmentBench.ts';
import { type OfrepBehaviour, type OfrepServer, startOfrepServer } from '../fakes/ofrepServer.ts';

const second = 1000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-ofrep-'));
const file = path.join(folder, 'flags.json');
after(() => rmSync(folder, { recursive: true, force: true }));

const said = (flag: RolloutFlag): string => `${flag.assignment().arm} by ${flag.assignment().source}`;

describe('a flag server in a process of its own', function () {
  this.timeout(40_000);
  let bench: AssignmentBench;
  let server: ChildProcess | undefined;

  /** Starts the process; its address is known when it says it. */
  async function start(port = 0): Promise<string> {
    server = spawn(process.execPath, ['--import=tsx', 'test/fakes/ofrepServerCli.ts', '--file', file, '--port', `${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.ok(server.stdout);
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
    return line;
  }
  async function kill(): Promise<void> {
    if (server?.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }

  beforeEach(() => (bench = startAssignment()));
  afterEach(async () => {
    bench.dispose();
    await kill();
  });

  it('decides, is killed, comes back and decides again; what it said holds meanwhile', async () => {
    writeFileSync(file, flagsSaying('candidate'));
    const url = await start();
    const { flag } = bench;
    flag.setStage(0);
    flag.setSettings({ assignment: 'auto', ofrep: { url, interval: second } });
    assert.match(flag.assignment().note ?? '', /has not answered yet/);
    await until(() => said(flag) === 'candidate by ofrep', 2 * second);
    assert.equal(flag.assignment().note, undefined);

    writeFileSync(file, flagsSaying('baseline'));
    const flip = await until(() => said(flag) === 'baseline by ofrep', 2 * second);
    assert.ok(flip <= 2 * second, `${flip} ms`);
    writeFileSync(file, flagsSaying(true));
    await until(() => said(flag) === 'candidate by ofrep', 2 * second);

    await kill();
    await until(() => flag.problems().length > 0, 3 * second);
    assert.equal(said(flag), 'candidate by ofrep');
    assert.match(flag.assignment().note ?? '', /does not answer: ECONN(REFUSED|RESET); what it said \d+ s ago holds/);
    await new Promise((resolve) => setTimeout(resolve, 2.5 * second));
    assert.equal(flag.problems().length, 1);

    writeFileSync(file, flagsSaying('baseline'));
    assert.equal(await start(Number(new URL(url).port)), url);
    await until(() => said(flag) === 'baseline by ofrep', 3 * second);
    assert.deepEqual(flag.problems(), []);
    assert.deepEqual(bench.announced.slice(-2), ['candidate by ofrep', 'baseline by ofrep']);
  });

  it('that is away at the start decides when it comes', async () => {
    writeFileSync(file, flagsSaying('candidate'));
    const url = await start();
    await kill();
    bench.flag.setSettings({ assignment: 'auto', ofrep: { url, interval: second } });
    await until(() => bench.flag.problems().length > 0, 2 * second);
    assert.equal(said(bench.flag), 'baseline by built-in');
    await start(Number(new URL(url).port));
    await until(() => said(bench.flag) === 'candidate by ofrep', 3 * second);
  });
});

describe('a flag server', function () {
  this.timeout(30_000);
  let server: OfrepServer;
  let bench: AssignmentBench;

  before(async () => {
    writeFileSync(file, flagsSaying('candidate'));
    server = await startOfrepServer(file);
  });
  after(() => server.close());
  beforeEach(() => {
    server.behave('honest');
    writeFileSync(file, flagsSaying('candidate'));
    bench = startAssignment();
  });
  afterEach(() => bench.dispose());

  const ask = (interval = second): void => bench.flag.setSettings({ assignment: 'auto', ofrep: { url: server.url, interval } });

  it('is told a random id, the version and the platform, and nothing else', async () => {
    ask();
    await until(() => said(bench.flag) === 'candidate by ofrep', 2 * second);
    const { headers, body } = server.requests.at(-1) ?? { headers: {}, body: '' };
    assert.deepEqual(JSON.parse(body), { context: { targetingKey: 'u1', extensionVersion: '0.1.0', platform: 'linux' } });
    assert.deepEqual(Object.keys(headers).sort(), ['connection', 'content-length', 'content-type', 'host']);
  });

  it('is asked each interval, once at a time', async () => {
    const before = server.requests.length;
    ask();
    await new Promise((resolve) => setTimeout(resolve, 3.5 * second));
    const times = server.requests.slice(before).map(({ at }) => at);
    assert.ok(times.length >= 3 && times.length <= 4, `${times.length} requests in 3.5 s`);
    for (const [index, at] of times.slice(1).entries()) assert.ok(at - (times[index] ?? 0) <= 2 * second);
  });

  it('is asked no more often because settings are read again, and as often as the last ones say', async () => {
    const before = server.requests.length;
    for (let index = 0; index < 5; index++) ask(60 * second);
    await until(() => said(bench.flag) === 'candidate by ofrep', 2 * second);
    for (let index = 0; index < 5; index++) ask(60 * second);
    await new Promise((resolve) => setTimeout(resolve, 0.3 * second));
    assert.equal(server.requests.length, before + 1);
    ask(second);
    assert.equal(said(bench.flag), 'candidate by ofrep', 'what it has said still holds');
    await until(() => server.requests.length >= before + 3, 3 * second);
  });

  it('is not asked any more once it is not set', async () => {
    ask();
    await until(() => said(bench.flag) === 'candidate by ofrep', 2 * second);
    bench.flag.setSettings({ assignment: 'auto' });
    assert.equal(said(bench.flag), 'baseline by built-in');
    const before = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 1.5 * second));
    assert.equal(server.requests.length, before);
  });

  const lies: readonly (readonly [OfrepBehaviour, RegExp])[] = [
    ['html', /answers with text\/html, expected is application\/json/],
    ['html-as-json', /answers with broken JSON/],
    ['broken-json', /answers with broken JSON/],
    ['no-flags', /JSON that is no list of flags/],
    ['flags-of-null', /JSON that is no list of flags/],
    ['huge', /sent more than 1024 KiB/],
    ['redirect', /sends somewhere else \(status 302\), which is not followed/],
    ['unauthorised', /refuses to answer without a key \(status 401\)/],
    ['forbidden', /refuses to answer without a key \(status 403\)/],
    ['rate-limited', /asks to wait \(status 429\)/],
    ['not-found', /has no OFREP at this address \(status 404\)/],
    ['error', /answers with status 500/],
    ['cut', /does not answer: (ECONNRESET|aborted)/],
    ['hang', /did not answer within 5 s/],
    ['stall', /did not answer within 5 s/],
    ['wrong-type', /its flag next is neither a text nor a boolean/],
    ['wrong-key', /it has no flag next/],
    ['unknown-variant', /its flag next is "canary", allowed is baseline, candidate, true or false/],
    ['switched-off', /its flag next is switched off/],
  ];
  /** A server of its own that tells the truth, then lies, then tells the truth; what became of it at each step. */
  async function live(behaviour: OfrepBehaviour): Promise<{ problems: readonly string[]; lied: string[]; note: string; after: unknown[] }> {
    const own = path.join(folder, `${behaviour}.json`);
    writeFileSync(own, flagsSaying('candidate'));
    const liar = await startOfrepServer(own);
    const [one, other] = [startAssignment('u1'), startAssignment('u2')];
    const patience = flagServerBounds.deadline + 4 * second;
    const settings = { assignment: 'auto', ofrep: { url: liar.url, interval: second } } as const;
    try {
      one.flag.setStage(0);
      one.flag.setSettings(settings);
      await until(() => said(one.flag) === 'candidate by ofrep', patience);
      liar.behave(behaviour);
      // The first word of such a server is none either.
      other.flag.setStage(0);
      other.flag.setSettings(settings);
      await until(() => one.flag.problems().length > 0 && other.flag.problems().length > 0, patience);
      const problems = one.flag.problems();
      const lied = [said(one.flag), said(other.flag)];
      const note = one.flag.assignment().note ?? '';
      // And it is believed again when it tells the truth.
      writeFileSync(own, flagsSaying('baseline'));
      liar.behave('honest');
      await until(() => said(one.flag) === 'baseline by ofrep' && said(other.flag) === 'baseline by ofrep', patience);
      return { problems, lied, note, after: [one.flag.problems(), other.flag.problems()] };
    } finally {
      one.dispose();
      other.dispose();
      await liar.close();
    }
  }

  // All at once: each of them waits for seconds.
  const lives = new Map<OfrepBehaviour, ReturnType<typeof live>>();
  before(() => {
    for (const [behaviour] of lies) {
      const running = live(behaviour);
      running.catch(() => undefined);
      lives.set(behaviour, running);
    }
  });

  for (const [behaviour, words] of lies) {
    it(`that does this changes nothing, and is told once: ${behaviour}`, async () => {
      const outcome = await lives.get(behaviour);
      assert.deepEqual(outcome?.lied, ['candidate by ofrep', 'baseline by built-in']);
      assert.match(outcome.problems.join('\n'), words);
      assert.equal(outcome.problems.length, 1);
      assert.match(outcome.note, /what it said \d+ s ago holds/);
      assert.deepEqual(outcome.after, [[], []]);
    });
  }

  it('that says nothing is new is believed', async () => {
    ask();
    await until(() => said(bench.flag) === 'candidate by ofrep', 2 * second);
    server.behave('nothing-new');
    const before = server.requests.length;
    await until(() => server.requests.length > before + 1, 4 * second);
    assert.deepEqual([said(bench.flag), bench.flag.problems()], ['candidate by ofrep', []]);
  });

  it('that asks to wait is left alone for as long', async () => {
    server.behave('rate-limited');
    ask();
    await until(() => bench.flag.problems().length > 0, 2 * second);
    const first = server.requests.at(-1)?.at ?? 0;
    const count = server.requests.length;
    await until(() => server.requests.length > count, 4 * second);
    const waited = (server.requests.at(-1)?.at ?? 0) - first;
    assert.ok(waited >= 1.95 * second, `${waited} ms`);
  });

  it('sends a gigabyte in vain: it is not read to its end', async () => {
    ask();
    await until(() => said(bench.flag) === 'candidate by ofrep', 2 * second);
    server.behave('huge');
    const before = process.memoryUsage().rss;
    await until(() => bench.flag.problems().length > 0, 3 * second);
    const grown = (process.memoryUsage().rss - before) / 1024 / 1024;
    assert.ok(grown < 200, `${grown} MB`);
  });

  it('whose word is kept holds after a restart without it', async () => {
    let kept: unknown;
    let saves = 0;
    const memory: ServerMemory = {
      load: () => kept,
      save: (word) => {
        saves++;
        kept = JSON.parse(JSON.stringify(word));
      },
    };
    const first = startAssignment('u1', { memory });
    writeFileSync(file, flagsSaying('baseline'));
    first.flag.setSettings({ assignment: 'auto', ofrep: { url: server.url, interval: second } });
    await until(() => said(first.flag) === 'baseline by ofrep', 2 * second);
    const asked = server.requests.length;
    await until(() => server.requests.length > asked + 1, 4 * second);
    first.dispose();
    assert.equal(saves, 1, 'a word that is only repeated is not written each time');
    assert.equal((kept as { key: string }).key, `${server.url} next`, 'the word about one rollout is none about another');
    server.behave('hang');
    const next = startAssignment('u1', { memory });
    next.flag.setStage(100);
    next.flag.setSettings({ assignment: 'auto', ofrep: { url: server.url, interval: second } });
    assert.equal(said(next.flag), 'baseline by ofrep');
    next.dispose();
  });
});
