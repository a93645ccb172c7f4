// @ts-check
/**
 * Takes the command line of a desktop VS Code and runs the same thing in the test host, so that `runTests` of
 * `@vscode/test-electron` cannot tell the difference. The executable file `code` beside this one starts it.
 *
 * Exit codes: 0 tests passed · 1 tests failed, or the host could not start · 73 the extension host died · 124 no end within
 * VSCODE_HOST_TIMEOUT_MS (a picture is left) · 130 interrupted · 143 terminated.
 *
 * Environment: FAILSOFT_VSCODE_VERSION (1.139, 1.100) · VSCODE_HOST_TIMEOUT_MS · VSCODE_HOST_VIEWPORT, for example 1280x800.
 * The extension host gets VSCODE_HOST_CONTROL, see control.mjs.
 */
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseCommandLine } from './commandLine.mjs';
import { startControl } from './control.mjs';
import { INSTALL_ROOT, ensureServer } from './install.mjs';
import { hasDisplay } from './electron.mjs';
import { installExtension } from './server.mjs';
import { startWorkbench } from './workbench.mjs';

/** @typedef {import('./commandLine.mjs').CommandLine} CommandLine */
/** @typedef {import('./workbench.mjs').Workbench} Workbench */

export const EXIT = Object.freeze({ passed: 0, failed: 1, hostDied: 73, timeout: 124, interrupted: 130, terminated: 143 });

const RUNNER = fileURLToPath(new URL('./runner.cjs', import.meta.url));

/** Milliseconds; longer than the longest suite, shorter than the patience of a build server. */
const DEFAULT_TIMEOUT_MS = 600_000;
/** Milliseconds between looks at the files the extension host writes. */
const POLL_MS = 25;
/** Milliseconds the extension host gets after the tests to deactivate extensions. */
const GOODBYE_MS = 3000;

/** @param {string} name @param {number} fallback @returns {number} positive milliseconds */
function milliseconds(name, fallback) {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} is "${text}"; it must be a number of milliseconds above 0.`);
  return value;
}

/** @returns {{width: number, height: number} | undefined} */
function viewport() {
  const text = process.env['VSCODE_HOST_VIEWPORT'];
  if (text === undefined || text === '') return undefined;
  const found = /^(\d+)x(\d+)$/.exec(text);
  if (!found) throw new Error(`VSCODE_HOST_VIEWPORT is "${text}"; it must look like 1280x800.`);
  return { width: Number(found[1]), height: Number(found[2]) };
}

/** @param {string} file @returns {() => void} copies to stdout what was added to the file since the last call */
function createTail(file) {
  const buffer = Buffer.alloc(65_536);
  let position = 0;
  return () => {
    if (!existsSync(file)) return;
    const handle = openSync(file, 'r');
    try {
      for (let length; (length = readSync(handle, buffer, 0, buffer.length, position)) > 0; position += length) {
        process.stdout.write(Buffer.from(buffer.subarray(0, length)));
      }
    } finally {
      closeSync(handle);
    }
  };
}

/** @param {Workbench | undefined} workbench @returns {Promise<string>} a sentence about the picture of a window that hangs */
async function pictureOfHang(workbench) {
  if (workbench === undefined) return 'There is no picture, because the window was not open yet.';
  const file = path.join(INSTALL_ROOT, `hang-${process.pid}.png`);
  const taken = await Promise.race([
    workbench.screenshot(file).then(
      () => true,
      () => false,
    ),
    delay(5000, false),
  ]);
  return taken ? `A picture of the window: ${file}` : 'The window did not let a picture be taken.';
}

/**
 * Waits for the end of the tests.
 * @param {object} run
 * @param {string} run.report folder the runner writes to
 * @param {() => void} run.tail
 * @param {() => boolean} run.exitWanted whether VS Code wants to exit
 * @param {() => Workbench | undefined} run.workbench undefined until the window is open
 * @param {() => string | undefined} run.lost why server or window are gone
 * @returns {Promise<number>} exit code
 */
async function waitForEnd(run) {
  const done = path.join(run.report, 'done');
  const limit = milliseconds('VSCODE_HOST_TIMEOUT_MS', DEFAULT_TIMEOUT_MS);
  const deadline = Date.now() + limit;
  for (;;) {
    run.tail();
    if (existsSync(done)) {
      for (const until = Date.now() + GOODBYE_MS; !run.exitWanted() && Date.now() < until;) await delay(POLL_MS);
      run.tail();
      return readFileSync(done, 'utf8') === '0' ? EXIT.passed : EXIT.failed;
    }
    // VS Code also "exits with 0" when its extension host is gone; only the file tells success.
    const lost = run.exitWanted() ? 'the extension host ended before the tests did' : run.lost();
    if (lost !== undefined) {
      await delay(100);
      if (existsSync(done)) continue;
      run.tail();
      process.stderr.write(`\nTest host: ${lost} (exit code ${EXIT.hostDied}).\n`);
      return EXIT.hostDied;
    }
    if (Date.now() > deadline) {
      process.stderr.write(`\nTest host: no end within ${limit} ms (VSCODE_HOST_TIMEOUT_MS). ${await pictureOfHang(run.workbench())}\n`);
      return EXIT.timeout;
    }
    await delay(POLL_MS);
  }
}

/** @param {CommandLine} options @returns {import('./workbench.mjs').WorkbenchOptions} */
function workbenchOptions(options) {
  const size = viewport();
  return {
    extensionPaths: options.extensionPaths,
    headless: options.extensionTestsPath !== undefined || !hasDisplay(),
    ...(size === undefined ? {} : { viewport: size }),
    ...(options.folder === undefined ? {} : { folder: options.folder }),
    ...(options.openFile === undefined ? {} : { openFile: options.openFile }),
    ...(options.userDataDir === undefined ? {} : { userDataDir: options.userDataDir }),
    ...(options.disableExtensions || options.extensionsDir === undefined ? {} : { extensionsDir: options.extensionsDir }),
    ...(options.extensionTestsPath === undefined ? {} : { extensionTestsPath: RUNNER }),
  };
}

/**
 * Opens a window and stays until the tests end, or without tests until it is closed.
 * @param {CommandLine} options @param {string} temporary folder for what the extension host reports
 * @returns {Promise<number>} exit code
 */
async function runWindow(options, temporary) {
  /** @type {Workbench | undefined} */
  let workbench;
  /** @type {string | undefined} */
  let lost;
  let exitWanted = false;
  const control = await startControl(() => workbench?.page);
  const tests = options.extensionTestsPath;
  const color = process.stdout.isTTY && !process.env['NO_COLOR'] ? { FORCE_COLOR: '1' } : {};
  const stopped = /** @type {Promise<number>} */ (
    new Promise((resolve) => {
      process.once('SIGINT', () => resolve(EXIT.interrupted));
      process.once('SIGTERM', () => resolve(EXIT.terminated));
      process.once('SIGHUP', () => resolve(EXIT.terminated));
    })
  );
  const starting = startWorkbench({
    ...workbenchOptions(options),
    env: { ...color, VSCODE_HOST_CONTROL: control.url, VSCODE_HOST_REPORT: temporary, ...(tests && { VSCODE_HOST_TESTS: tests }) },
    onTestsExit: () => (exitWanted = true),
  });
  starting.catch(() => {});
  const ready = starting.then((opened) => {
    workbench = opened;
    void opened.ended.then((reason) => (lost = reason));
    return opened;
  });
  const ending =
    tests === undefined
      ? ready.then((opened) => opened.ended).then(() => EXIT.passed)
      : Promise.race([
          ready.then(() => new Promise(() => {})),
          waitForEnd({
            report: temporary,
            tail: createTail(path.join(temporary, 'output')),
            exitWanted: () => exitWanted,
            workbench: () => workbench,
            lost: () => lost,
          }),
        ]);
  try {
    return await Promise.race([stopped, ending]);
  } finally {
    control.close();
    // Interrupted while it starts: what is half started has to be ended too.
    await starting.then(
      (opened) => opened.close(),
      () => {},
    );
  }
}

/**
 * @param {readonly string[]} args the desktop's command line
 * @returns {Promise<number>} exit code
 */
export async function main(args) {
  const options = parseCommandLine(args);
  const installed = await ensureServer();
  if (options.version) {
    process.stdout.write(`${installed.vscode}\n`);
    return EXIT.passed;
  }
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'failsoft-launcher-'));
  try {
    for (const vsix of options.installExtensions) {
      if (options.extensionsDir === undefined) throw new Error('--install-extension needs --extensions-dir here.');
      process.stdout.write(await installExtension(installed, { vsix, extensionsDir: options.extensionsDir, dataDir: temporary }));
    }
    return options.installExtensions.length > 0 ? EXIT.passed : await runWindow(options, temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`Test host: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  });
  // Playwright's pipes may keep the process; everything is closed by now.
  process.stdout.write('', () => process.exit());
}
