// @ts-check
/** Chooses the VS Code that tests and the demo run in. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { INSTALL_ROOT } from './install.mjs';
import { SERVER_BUILDS, selectVersion } from './versions.mjs';

/** Executable that behaves like a desktop VS Code and is none. */
export const SHIM = path.join(path.dirname(fileURLToPath(import.meta.url)), 'code');

/** Milliseconds without any progress after which the download is given up; offline it fails at once. */
const DOWNLOAD_STALL_MS = 5000;

/**
 * @typedef {object} ResolvedVSCode
 * @property {'desktop' | 'server'} kind desktop: Electron; server: npm's VS Code server in a Chromium
 * @property {string} executable absolute path, for `vscodeExecutablePath` of `runTests`
 * @property {string} version for example 1.139.1; "unknown" when an executable does not tell
 */

/** @returns {boolean} whether a window could be shown */
export function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/** @param {string} executable @returns {string} */
function askVersion(executable) {
  // The Electron binary would open a window on --version unless it runs as its own command line; the script beside it does.
  const script = path.join(path.dirname(executable), 'bin', 'code');
  const result = spawnSync(existsSync(script) ? script : executable, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return /^\d+\.\d+\.\d+\S*/m.exec(result.stdout ?? '')?.[0] ?? 'unknown';
}

/** @param {string} version @returns {Promise<string | undefined>} executable of a downloaded desktop VS Code, if one can be had */
async function downloadDesktop(version) {
  try {
    const electron = await import('@vscode/test-electron');
    const { downloadAndUnzipVSCode, SilentReporter } = electron.default ?? electron;
    return await downloadAndUnzipVSCode({
      version,
      cachePath: INSTALL_ROOT,
      reporter: new SilentReporter(),
      timeout: DOWNLOAD_STALL_MS,
    });
  } catch {
    // Offline, or not installed: the server build takes over.
    return undefined;
  }
}

/**
 * In this order: the executable named by FAILSOFT_VSCODE; with a display, a desktop VS Code by `@vscode/test-electron`;
 * else the server from npm.
 * @param {{version?: string, needsWindow?: boolean}} [options] version: default FAILSOFT_VSCODE_VERSION;
 *   needsWindow (default: whether there is a display): false never tries a desktop download
 * @returns {Promise<ResolvedVSCode>}
 */
export async function resolveVSCode({ version, needsWindow = hasDisplay() } = {}) {
  const named = process.env['FAILSOFT_VSCODE'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) {
      throw new Error(`FAILSOFT_VSCODE is "${named}", which does not exist; it must be the path of a VS Code executable.`);
    }
    return { kind: path.resolve(named) === SHIM ? 'server' : 'desktop', executable: path.resolve(named), version: askVersion(named) };
  }
  const exact = SERVER_BUILDS[selectVersion(version)].vscode;
  // A desktop VS Code can only draw where there is a display.
  const desktop = needsWindow && hasDisplay() ? await downloadDesktop(exact.replace(/\.\d+$/, '.0')) : undefined;
  if (desktop !== undefined) return { kind: 'desktop', executable: desktop, version: askVersion(desktop) };
  return { kind: 'server', executable: SHIM, version: exact };
}
