// @ts-check
/** Finds the Chromium that shows the workbench, and installs it where that is possible without asking anybody. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

/** Draws no window and starts fastest: saves 2 s of processor time for each start. */
const HEADLESS_ONLY = ['chromium-headless-shell', 'chrome-headless-shell'];
const WITH_WINDOW = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** Debian's chromium only recommends fonts; without any, every picture shows boxes for letters. */
const FONTS = 'fonts-dejavu-core';

/** @param {string} name @returns {string | undefined} absolute path */
function findOnPath(name) {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** @param {boolean} headless @returns {string | undefined} */
function findBrowser(headless) {
  for (const name of headless ? [...HEADLESS_ONLY, ...WITH_WINDOW] : WITH_WINDOW) {
    const file = findOnPath(name);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** @param {readonly string[]} args @returns {{ok: boolean, output: string}} */
function aptGet(args) {
  // The lock is waited for: a second test run may be installing the same.
  const result = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-q', '-y', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return { ok: result.status === 0, output: `${result.stderr ?? ''}${result.stdout ?? ''}` };
}

/**
 * The executable of a Chromium; on Debian and as root it is installed when missing.
 * @param {{headless?: boolean, log?: (line: string) => void}} [options] headless (default true): one without windows will do
 * @returns {string} absolute path
 * @throws {Error} says what to install, when there is none and it cannot be installed from here
 */
export function ensureBrowser({ headless = true, log = (line) => process.stderr.write(`${line}\n`) } = {}) {
  const chosen = process.env['FAILSOFT_BROWSER'];
  if (chosen !== undefined && chosen !== '') {
    if (existsSync(chosen)) return chosen;
    throw new Error(`FAILSOFT_BROWSER is "${chosen}", which does not exist; it must be the path of a Chromium or Chrome executable.`);
  }
  const found = findBrowser(headless);
  if (found !== undefined) return found;

  const advice =
    'No Chromium found. Install one ("apt-get install chromium" on Debian, "snap install chromium" on Ubuntu), ' +
    'or set FAILSOFT_BROWSER to the path of a Chromium or Chrome executable.';
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw new Error(advice);

  log('Installing Chromium with apt-get, once …');
  const update = aptGet(['update']);
  // The shell (64 MB) is a package of its own on Debian 12 and later only.
  for (const name of headless ? ['chromium-headless-shell', 'chromium'] : ['chromium']) {
    const install = aptGet(['install', '--no-install-recommends', name, FONTS]);
    const installed = findBrowser(headless);
    if (install.ok && installed !== undefined) return installed;
    if (name === 'chromium') throw new Error(`${advice} apt-get said:\n${(update.output + install.output).slice(-2000)}`);
  }
  throw new Error(advice);
}
