// @ts-check
/**
 * Makes a fresh clone ready: checks Node, runs `npm ci` when the installed packages are not those of the lock file. Runs
 * before everything else, so it uses nothing but Node; it takes some milliseconds when there is nothing to do.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MINIMUM_NODE } from './versions.mjs';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * @param {string} [version] for example 20.19.0; default: the Node that runs this
 * @throws {Error} when it is too old
 */
export function checkNode(version = process.versions.node) {
  const actual = version.split('.').map(Number);
  for (const [index, least] of MINIMUM_NODE.entries()) {
    const part = actual[index] ?? 0;
    if (part > least) return;
    if (part < least) {
      throw new Error(
        `Node ${version} is too old: Node ${MINIMUM_NODE.join('.')} or later is needed. Get it from nodejs.org or by your version manager.`,
      );
    }
  }
}

/** @param {string} repository @returns {string} changes when other packages have to be installed */
function lockHash(repository) {
  const lock = path.join(repository, 'package-lock.json');
  if (!existsSync(lock)) throw new Error(`${lock} is missing; it comes with the repository ("git checkout package-lock.json").`);
  // The platform too: a folder shared between two systems holds the binaries of one.
  return createHash('sha256').update(readFileSync(lock)).update(`${process.platform}-${process.arch}`).digest('hex');
}

/**
 * Installs the packages of the lock file unless they are installed already. The hash of the lock file is kept inside
 * `node_modules`, so it vanishes with it, and it is written last, so an install that was interrupted is done again.
 * @param {string} [repository]
 * @returns {boolean} whether something was installed
 */
export function ensurePackages(repository = REPOSITORY) {
  const stamp = path.join(repository, 'node_modules', '.failsoft-lock-hash');
  const hash = lockHash(repository);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;

  process.stderr.write('Installing npm packages, once …\n');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const script = process.env['npm_execpath'];
  const usable = script !== undefined && /npm-cli\.[cm]?js$/.test(script) && existsSync(script);
  const [command, first] = usable ? [process.execPath, [script]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const result = spawnSync(command, [...first, ...args], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: command === 'npm.cmd',
    // NODE_ENV=production would leave out the tools the tests need.
    env: { ...process.env, NODE_ENV: '', npm_config_omit: '', npm_config_production: '' },
  });
  if (result.error) throw new Error(`npm could not be started (${result.error.message}); it comes with Node.`);
  if (result.status !== 0) throw new Error(`"npm ci" ended with ${result.signal ?? result.status}; see its messages above.`);
  writeFileSync(`${stamp}.${process.pid}`, hash);
  renameSync(`${stamp}.${process.pid}`, stamp);
  return true;
}

/**
 * All of the above.
 * @returns {boolean} whether something was installed
 */
export function setUp() {
  checkNode();
  return ensurePackages();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setUp();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
