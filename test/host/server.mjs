// @ts-check
/** Starts VS Code's server process and answers for its end. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './install.mjs';
import { MARK } from './processes.mjs';

/** Milliseconds to wait for "listening"; it takes 0.3 s on a free machine. */
const START_TIMEOUT_MS = 60_000;

/** Milliseconds a wished port is waited for. */
const PORT_PATIENCE_MS = 5000;

/**
 * The environment of a server: the caller's, without what would tie it to a VS Code it is started from.
 * @param {string} mark @param {NodeJS.ProcessEnv} extra
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment(mark, extra) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ...extra };
  for (const name of Object.keys(env)) {
    if (name.startsWith('VSCODE_IPC_HOOK') || name.startsWith('VSCODE_GIT_') || name === 'VSCODE_CWD') delete env[name];
  }
  // Empty, not absent: without it the workbench asks a gallery on the internet.
  return { ...env, [MARK]: mark, EXTENSIONS_GALLERY: '{}' };
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/**
 * The wished port, or 0 when it stays taken: the sockets of a server that has just ended keep it for a moment.
 * @param {number} wish
 */
async function claimPort(wish) {
  for (const until = Date.now() + PORT_PATIENCE_MS; wish !== 0 && Date.now() < until; await delay(100)) {
    if (await isFree(wish)) return wish;
  }
  return 0;
}

/**
 * @typedef {object} RunningServer
 * @property {number} pid
 * @property {number} port
 * @property {() => string} output what it printed; for error messages
 * @property {Promise<string>} ended resolves with the reason when the process is gone
 */

/**
 * Starts the server on 127.0.0.1 and waits until it listens.
 * @param {import('./install.mjs').InstalledServer} installed
 * @param {{dataDir: string, userDataDir: string, extensionsDir: string, mark: string, env: NodeJS.ProcessEnv, port: number, trust: boolean}} options
 *   trust: whether workspaces have to be trusted first · port: 0 for any; another number is a wish that is dropped when taken
 * @returns {Promise<RunningServer>}
 */
export async function startServer(installed, options) {
  const port = await claimPort(options.port);
  const args = [
    installed.main,
    '--host=127.0.0.1',
    `--port=${port}`,
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(options.trust ? [] : ['--disable-workspace-trust']),
    '--disable-telemetry',
    '--force-disable-user-env',
    `--server-data-dir=${options.dataDir}`,
    `--user-data-dir=${options.userDataDir}`,
    `--extensions-dir=${options.extensionsDir}`,
  ];
  const child = spawn(installed.node, args, {
    cwd: options.dataDir,
    env: serverEnvironment(options.mark, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started with ${installed.node}: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
  });
  /** @type {Promise<number>} */
  const listening = new Promise((resolve) => {
    /** @param {unknown} chunk */
    const read = (chunk) => {
      output = (output + String(chunk)).slice(-64_000);
      const found = /Extension host agent listening on (\d+)/.exec(output);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const failure = new Promise((_resolve, reject) => {
    const message = () => `VS Code's server did not listen within ${START_TIMEOUT_MS} ms:\n${output}`;
    timer = setTimeout(() => reject(new Error(message())), START_TIMEOUT_MS);
    void ended.then((reason) => reject(new Error(`VS Code's server ${reason}:\n${output}`)));
  });
  failure.catch(() => {});
  try {
    const actual = /** @type {number} */ (await Promise.race([listening, failure]));
    return { pid: child.pid ?? 0, port: actual, output: () => output, ended };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Installs a packaged extension into a folder, as a user does.
 * @param {import('./install.mjs').InstalledServer} installed
 * @param {{vsix: string, extensionsDir: string, dataDir: string}} options absolute paths; dataDir: a temporary folder
 * @returns {Promise<string>} what VS Code printed
 */
export function installExtension(installed, { vsix, extensionsDir, dataDir }) {
  const folders = [`--extensions-dir=${extensionsDir}`, `--server-data-dir=${dataDir}`];
  const args = [installed.main, ...folders, '--accept-server-license-terms', '--force', `--install-extension=${vsix}`];
  return run(installed.node, args, { cwd: dataDir, env: serverEnvironment('install', {}) });
}
