// @ts-check
/**
 * Runs the steps of the tests one after the other, all of them even when one fails, and closes with a line
 * `N passed, N failed`: tests of mocha are counted each, a step without tests counts as one.
 *
 *     node test/run.mjs                everything
 *     node test/run.mjs unit wire      only these
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** How long a step may take before it and everything it started are ended, in milliseconds. The longest, the extension tests in two versions, takes about eighteen minutes on two cores. */
const stepLimit = 45 * 60 * 1000;
/** Between asking politely and ending for good, in milliseconds. The test host needs some to end its server and browser. */
const grace = 5000;

/** @typedef {{ commands: readonly (readonly string[])[], hasTests: boolean }} Step commands: arguments of `node`, run in order */

const bin = (/** @type {string} */ file) => path.join('node_modules', file);

/** @param {string} folder @returns {Step} */
const mocha = (folder) => ({
  commands: [
    [
      bin('mocha/bin/mocha.js'),
      '--import=tsx',
      // A test that hangs ends; one that computes on a busy machine may take longer than mocha's 2 s.
      '--timeout=10000',
      '--reporter-option',
      'endsWithin=30',
      '--reporter',
      './test/countingReporter.cjs',
      '--forbid-only',
      `test/${folder}/**/*.test.ts`,
    ],
  ],
  hasTests: true,
});

/** What is unchanged since the last run is not checked again. @param {string} project */
const types = (project) => [
  bin('typescript/bin/tsc'),
  '-p',
  project,
  '--incremental',
  '--tsBuildInfoFile',
  bin(`.cache/types/${project === '.' ? 'src' : project.replaceAll('/', '-')}.json`),
];

/** @type {Readonly<Record<string, Step>>} */
const steps = {
  types: { commands: [types('.'), types('src/webview'), types('test')], hasTests: false },
  lint: { commands: [[bin('eslint/bin/eslint.js'), '.', '--max-warnings=0']], hasTests: false },
  format: { commands: [[bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']], hasTests: false },
  layers: {
    commands: [[bin('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.mjs', 'src', 'test']],
    hasTests: false,
  },
  unused: { commands: [[bin('knip/bin/knip.js')]], hasTests: false },
  unit: mocha('unit'),
  scenario: mocha('scenario'),
  wire: mocha('wire'),
  extension: { commands: [['--import=tsx', 'test/extension/run.ts']], hasTests: true },
};

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** The process groups that run now. */
const running = /** @type {Set<import('node:child_process').ChildProcess>} */ (new Set());

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
function killGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    // A negative id is the group, that is the child and all it started; Windows has none.
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} counts file for the counts of mocha
 * @param {number} limit milliseconds
 * @returns {Promise<string | undefined>} what went wrong
 */
function runNode(args, counts, limit) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: repository,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, FAILSOFT_TEST_COUNTS: counts },
      detached: process.platform !== 'win32',
    });
    running.add(child);
    let isLate = false;
    /** @type {NodeJS.Timeout | undefined} */
    let last;
    const timer = setTimeout(() => {
      isLate = true;
      killGroup(child, 'SIGTERM');
      last = setTimeout(() => killGroup(child, 'SIGKILL'), grace);
    }, limit);
    /** @param {string | undefined} problem */
    const end = (problem) => {
      clearTimeout(timer);
      clearTimeout(last);
      running.delete(child);
      // What outlives its parent would hold ports and memory of the next step.
      killGroup(child, 'SIGKILL');
      resolve(problem);
    };
    child.once('error', (error) => end(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      if (isLate) end(`was ended after its limit of ${seconds(limit)}`);
      else end(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`);
    });
  });
}

/** @param {string} file @returns {{ passed: number, failed: number, pending: number, failures: string[] }} the sum of the runs that wrote to it */
function readCounts(file) {
  const sum = { passed: 0, failed: 0, pending: 0, failures: /** @type {string[]} */ ([]) };
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // No run got to its end.
  }
  for (const line of text.split('\n').filter(Boolean)) {
    const { passed, failed, pending = 0, failures = [] } = JSON.parse(line);
    sum.passed += passed;
    sum.failed += failed;
    sum.pending += pending;
    sum.failures.push(...failures);
  }
  return sum;
}

/** @typedef {{ name: string, passed: number, failed: number, pending: number, took: number, problem: string | undefined, failures: readonly string[] }} Result */

/** @param {string} name @param {Step} step @param {string} folder for temporary files @returns {Promise<Result>} */
async function runStep(name, step, folder) {
  console.log(`\n── ${name}`);
  const began = performance.now();
  const counts = path.join(folder, name);
  /** @type {string | undefined} */
  let problem;
  for (const command of step.commands) {
    const left = Math.max(1, stepLimit - (performance.now() - began));
    problem = (await runNode(command, counts, left)) ?? problem;
  }
  const took = performance.now() - began;
  if (!step.hasTests) return { name, passed: problem ? 0 : 1, failed: problem ? 1 : 0, pending: 0, took, problem, failures: [] };
  const sum = readCounts(counts);
  if (problem === undefined && sum.passed + sum.failed === 0) problem = 'ran no tests';
  if (problem === undefined && sum.failed > 0) problem = 'reported success with failed tests';
  // A run that breaks down without a failed test has failed all the same.
  const failed = problem !== undefined && sum.failed === 0 ? 1 : sum.failed;
  return { name, passed: sum.passed, failed, pending: sum.pending, took, problem, failures: sum.failures };
}

/** @param {readonly Result[]} results @returns {number} exit code */
function report(results) {
  console.log('');
  for (const { name, passed, failed, pending, took, problem } of results) {
    const counted = `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${pending > 0 ? `, ${pending} pending` : ''}`;
    console.log(
      `${problem === undefined ? '✓' : '✗'} ${name.padEnd(10)} ${seconds(took).padStart(8)}  ${counted}${problem === undefined ? '' : `  (${problem})`}`,
    );
  }
  // At the very end, where they are found without reading it all.
  for (const { name, failures } of results) for (const failure of failures) console.log(`\n✗ ${name}: ${failure}`);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** @returns {string[]} the names asked for, in the order of the table; empty when one is unknown */
function selectedSteps() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) {
    console.error(`unknown step ${unknown.map((name) => `"${name}"`).join(', ')}; allowed: ${Object.keys(steps).join(', ')}`);
    return [];
  }
  return Object.keys(steps).filter((name) => asked.length === 0 || asked.includes(name));
}

async function main() {
  const names = selectedSteps();
  if (names.length === 0) return 2;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-test-'));
  try {
    /** @type {Result[]} */
    const results = [];
    for (const name of names) {
      const step = steps[name];
      if (step) results.push(await runStep(name, step, folder));
    }
    return report(results);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    // Own groups do not get the terminal's Ctrl+C.
    for (const child of running) killGroup(child, 'SIGTERM');
    setTimeout(() => {
      for (const child of running) killGroup(child, 'SIGKILL');
      process.exit(1);
    }, 1000);
  });
}
process.exitCode = await main();
