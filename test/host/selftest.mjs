// @ts-check
/**
 * Tests the test host by itself: `node test/host/selftest.mjs [name of a case …]`. A sample extension and its suites are
 * written to a temporary folder. FAILSOFT_VSCODE_VERSION selects the version, FAILSOFT_SELFTEST_PICTURES a folder to keep
 * the pictures in.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { SHIM } from './electron.mjs';
import { ensureBrowser, ensureServer } from './install.mjs';

const HERE = import.meta.dirname;
const GHOST = 'answer(42);';

/** @param {string} folder writes the sample extension, its suites and a folder to open; returns nothing */
function writeSample(folder) {
  cpSync(path.join(HERE, 'sample'), folder, { recursive: true });
  mkdirSync(path.join(folder, 'project'), { recursive: true });
  mkdirSync(path.join(folder, 't'), { recursive: true });
  writeFileSync(path.join(folder, 'project', 'a.ts'), 'let first = 1;\n');
}

/**
 * @typedef {object} Outcome
 * @property {number | null} code
 * @property {string} output
 * @property {number} seconds
 */

/**
 * Runs the shim with one suite.
 * @param {string} folder @param {string} suite @param {NodeJS.ProcessEnv} [env]
 * @param {(child: import('node:child_process').ChildProcess, output: string) => void} [onOutput]
 * @returns {Promise<Outcome>}
 */
function runSuite(folder, suite, env = {}, onOutput = () => {}) {
  const started = Date.now();
  const child = spawn(
    SHIM,
    [
      '--no-sandbox',
      '--disable-updates',
      '--skip-welcome',
      `--extensionDevelopmentPath=${folder}`,
      `--extensionTestsPath=${path.join(folder, 'suite', 'index.cjs')}`,
      '--user-data-dir',
      path.join(folder, `user-${suite}`),
      `--extensions-dir=${path.join(folder, 'extensions')}`,
      path.join(folder, 'project'),
    ],
    { env: { ...process.env, ...suiteEnvironment(folder, suite), ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
      onOutput(child, output);
    });
  }
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, output, seconds: (Date.now() - started) / 1000 }));
  });
}

/** Inherited by everything a run starts, so that what is left over can be found. */
const RUN = randomBytes(8).toString('hex');

/** @param {string} folder @param {string} suite */
function suiteEnvironment(folder, suite) {
  return {
    SELFTEST_RUN: RUN,
    SELFTEST_SUITE: suite,
    SELFTEST_GHOST: GHOST,
    SELFTEST_PICTURE: path.join(folder, `${suite}.png`),
    SELFTEST_MOCHA: createRequire(import.meta.url).resolve('mocha'),
    TMPDIR: path.join(folder, 't'),
  };
}

/** @returns {string[]} command lines of live processes of this self-test */
function leftOver() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SELFTEST_RUN=${RUN}`)) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')].filter((command) => command !== '');
      } catch {
        return [];
      }
    });
}

/** @param {string} file */
function assertPicture(file) {
  assert.ok(existsSync(file), `${file} was not written`);
  const head = readFileSync(file);
  assert.equal(head.subarray(1, 4).toString(), 'PNG');
  assert.ok(head.length > 10_000, `${file} has only ${head.length} bytes`);
}

/** @type {Readonly<Record<string, (folder: string) => Promise<Outcome>>>} */
const CASES = {
  async pass(folder) {
    const outcome = await runSuite(folder, 'pass');
    assert.equal(outcome.code, 0, outcome.output);
    assertPicture(path.join(folder, 'pass.png'));
    const numbers = [...outcome.output.matchAll(/^line (\d+)$/gm)].map((match) => Number(match[1]));
    assert.deepEqual(
      numbers,
      Array.from({ length: 100 }, (_, index) => index),
      'console output is whole and in order',
    );
    return outcome;
  },
  async fail(folder) {
    const outcome = await runSuite(folder, 'fail');
    assert.equal(outcome.code, 1, outcome.output);
    assert.match(outcome.output, /1 failing/);
    return outcome;
  },
  async exit(folder) {
    const outcome = await runSuite(folder, 'exit');
    assert.equal(outcome.code, 73, outcome.output);
    assert.match(outcome.output, /last words/);
    return outcome;
  },
  async kill(folder) {
    const outcome = await runSuite(folder, 'kill');
    assert.equal(outcome.code, 73, outcome.output);
    assert.match(outcome.output, /last words/);
    return outcome;
  },
  async missing(folder) {
    const outcome = await runSuite(folder, 'none');
    assert.equal(outcome.code, 1, outcome.output);
    return outcome;
  },
  async hang(folder) {
    const outcome = await runSuite(folder, 'hang', { VSCODE_HOST_TIMEOUT_MS: '15000' });
    assert.equal(outcome.code, 124, outcome.output);
    const picture = /A picture of the window: (.*\.png)/.exec(outcome.output)?.[1];
    assert.ok(picture, outcome.output);
    assertPicture(picture);
    rmSync(picture);
    return outcome;
  },
  async interrupt(folder) {
    let sent = false;
    const outcome = await runSuite(folder, 'hang', {}, (child, output) => {
      if (!sent && output.includes('hanging')) sent = child.kill('SIGINT');
    });
    assert.equal(outcome.code, 130, outcome.output);
    return outcome;
  },
  async runTests(folder) {
    const started = Date.now();
    const { default: electron } = await import('@vscode/test-electron');
    const code = await electron.runTests({
      vscodeExecutablePath: SHIM,
      extensionDevelopmentPath: folder,
      extensionTestsPath: path.join(folder, 'suite', 'index.cjs'),
      extensionTestsEnv: suiteEnvironment(folder, 'pass'),
      launchArgs: [
        path.join(folder, 'project'),
        '--user-data-dir',
        path.join(folder, 'user-runTests'),
        `--extensions-dir=${path.join(folder, 'extensions')}`,
      ],
    });
    assert.equal(code, 0);
    return { code, output: '', seconds: (Date.now() - started) / 1000 };
  },
};

const server = await ensureServer();
ensureBrowser();
const wanted = process.argv.slice(2);
let failures = 0;
for (const [name, test] of Object.entries(CASES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fst-'));
  try {
    writeSample(folder);
    const { seconds, code } = await test(folder);
    assert.deepEqual(leftOver(), [], 'processes are left over');
    assert.deepEqual(readdirSync(path.join(folder, 't')), [], 'temporary files are left over');
    const pictures = process.env['FAILSOFT_SELFTEST_PICTURES'];
    if (pictures && existsSync(path.join(folder, `${name}.png`))) {
      mkdirSync(pictures, { recursive: true });
      cpSync(path.join(folder, `${name}.png`), path.join(pictures, `${name}-${server.vscode}.png`));
    }
    process.stdout.write(`ok    ${server.vscode} ${name} → ${code} (${seconds.toFixed(1)} s)\n`);
  } catch (error) {
    failures += 1;
    process.stdout.write(`FAIL  ${server.vscode} ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = failures === 0 ? 0 : 1;
