import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, afterEach, before, describe, it } from 'mocha';
import { commands } from '../../src/cli/commands.ts';
import { type FaultServer, startFaultServer } from '../fakes/faultServer.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const program = path.join(repository, 'dist/cli.cjs');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('the built command line, as a process of its own', function () {
  this.timeout(60_000);
  let server: FaultServer;
  let child: ChildProcess | undefined;
  before(async () => {
    const built = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: repository, encoding: 'utf8' });
    assert.equal(built.status, 0, built.stderr);
    server = await startFaultServer({ answer: () => 'value', pace: { firstTokenMs: 1, betweenTokensMs: 0 } });
  });
  afterEach(() => void child?.kill('SIGKILL'));
  after(() => server.close());

  function run(words: readonly string[], onStart: (started: ChildProcess) => void = () => undefined): Promise<Ended> {
    return new Promise((resolve) => {
      const started = spawn(process.execPath, [program, ...words], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      let [out, err] = ['', ''];
      started.stdout.on('data', (text: Buffer) => (out += text.toString()));
      started.stderr.on('data', (text: Buffer) => (err += text.toString()));
      started.on('close', (code) => resolve({ code, out, err }));
      onStart(started);
    });
  }
  const sides = (): string[] =>
    ['baseline', 'candidate'].flatMap((arm) => [`--${arm}-url`, `${server.url}/v1`, `--${arm}-model`, `of-${arm}`]);

  it('is built without the editor, and is what the package names', () => {
    const text = readFileSync(program, 'utf8');
    assert.doesNotMatch(text, /require\(["']vscode["']\)/);
    assert.ok(text.startsWith('#!/usr/bin/env node\n'));
    const { bin, version } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as { bin: object; version: string };
    assert.deepEqual(bin, { failsoft: './dist/cli.cjs' });
    assert.equal(spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8' }).stdout, `failsoft ${version}\n`);
  });

  it('helps, in general and with each command', async () => {
    const { code, out, err } = await run(['--help']);
    assert.deepEqual([code, err], [0, '']);
    for (const { name } of commands) {
      assert.ok(out.includes(`  ${name}`), name);
      assert.equal((await run([name, '--help'])).code, 0);
    }
  });

  it('ends with 2 and one line for a wrong command, flag or file', async () => {
    for (const words of [
      ['bnech'],
      ['bench', '--josn'],
      ['bench', '--settings', 'no/such.json'],
      ['bench', '--settings', 'README.md', '--baseline', 'x'],
    ]) {
      const { code, out, err } = await run(words);
      assert.deepEqual([code, out, err.trim().split('\n').length], [2, '', 1], `${words.join(' ')}: ${err}`);
    }
  });

  it('ends with 3 where too little is known, and prints JSON alone', async () => {
    const { code, out, err } = await run(['bench', ...sides(), '--positions', '30', '--json']);
    assert.deepEqual([code, err], [3, '']);
    assert.equal((JSON.parse(out) as { verdict: string }).verdict, 'inconclusive');
  });

  it('ends with 3 where nobody listens', async () => {
    const { code, out, err } = await run([
      'bench',
      '--baseline-url',
      'http://127.0.0.1:1/v1',
      '--baseline-model',
      'm',
      ...sides().slice(4),
    ]);
    assert.deepEqual([code, out], [3, '']);
    assert.match(err, /the baseline cannot be asked/);
  });

  it('ends as it would have, although nobody reads what it says on the way', async () => {
    await server.reset();
    // Two lines of progress at least: the second meets a pipe that is closed.
    const { code } = await run(['bench', ...sides(), '--positions', '3'], ({ stdout, stderr }) => {
      stdout?.destroy();
      stderr?.destroy();
    });
    assert.equal(code, 3);
    assert.equal((await run(['--help'], ({ stdout }) => stdout?.destroy())).code, 0, 'a reader that has seen enough is no error');
  });

  it('leaves a folder, a device and another file of the call as they are', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft test \u00fc-'));
    const listening = net.createServer();
    try {
      const sandbox = path.join(folder, 'here');
      mkdirSync(sandbox);
      const device = path.join(folder, 'socket');
      await new Promise<void>((resolve) => listening.listen(device, resolve));
      await server.reset();
      for (const report of [sandbox, device]) {
        const { code, out, err } = await run(['bench', ...sides(), '--positions', '1', '--report', report]);
        assert.deepEqual([code, out, err], [2, '', `failsoft bench: --report ${report} cannot be written: it is no file\n`]);
      }
      assert.equal(server.requests.length, 0, 'nobody is asked before');
      assert.ok(statSync(device).isSocket());
      assert.deepEqual(readdirSync(folder).toSorted(), ['here', 'socket']);
      const { code, err } = await run(['bench', '--settings', folder, '--baseline', 'x']);
      assert.deepEqual([code, err], [2, `failsoft bench: --settings ${folder} cannot be read: it is a folder\n`]);
    } finally {
      await new Promise((resolve) => listening.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says that a full disk has no room for what it found', async () => {
    const full = openSync('/dev/full', 'w');
    const ended = spawnSync(process.execPath, [program, '--help'], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    assert.equal(ended.status, 3);
    assert.match(ended.stderr, /^failsoft: the result could not be written: ENOSPC/);
  });

  it('leaves nothing of a rehearsal behind when its terminal is closed', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-test-'));
    const started = spawn(process.execPath, [program, 'rehearse'], { env: { ...process.env, TMPDIR: folder }, stdio: 'ignore' });
    child = started;
    const ended = new Promise((resolve) => started.on('close', resolve));
    while (readdirSync(folder).length === 0) await pause(20);
    started.kill('SIGHUP');
    assert.equal(await ended, 130);
    assert.deepEqual(readdirSync(folder), []);
    rmSync(folder, { recursive: true });
  });

  it('ends with 130 at Ctrl+C, although it waits for a server that says nothing', async () => {
    await server.reset();
    await server.set({ kind: 'hangAfterHeaders' });
    const { code, out, err } = await run(['bench', ...sides()], (started) => {
      void server.waitFor(() => true).then(() => started.kill('SIGINT'));
    });
    assert.deepEqual([code, out], [130, '']);
    assert.match(err, /failsoft bench: interrupted\n$/);
  });
});
