// @ts-check
/**
 * A real VS Code workbench in a page: server, extension host and Chromium, started and ended as one thing.
 *
 * @example
 * const workbench = await startWorkbench({ folder: '/tmp/project', extensionPaths: ['/path/of/extension'] });
 * await workbench.openFile('/tmp/project/a.ts');
 * await workbench.close();
 */
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { answerSecretKey, injectDevelopmentOptions, openBrowser } from './browserPage.mjs';
import { ensureServer } from './install.mjs';
import { endMarkedProcesses, killMarkedProcesses, markedProcesses } from './processes.mjs';
import { openFile, waitForStatusBar } from './recipes.mjs';
import { startServer } from './server.mjs';
import { writeSettings } from './settings.mjs';

export * from './recipes.mjs';

/** Milliseconds until the workbench must be on the page; 2 to 5 s on a free machine. */
const READY_TIMEOUT_MS = 90_000;

/**
 * @typedef {object} WorkbenchOptions
 * @property {string} [version] 1.139 (default) or 1.100; else `FAILSOFT_VSCODE_VERSION`
 * @property {string} [folder] folder or `.code-workspace` file to open; none: an empty window
 * @property {string} [openFile] file to open with the window
 * @property {readonly string[]} [extensionPaths] folders of extensions under development
 * @property {string} [extensionTestsPath] module with `run()`, run by the extension host once it is up
 * @property {Readonly<Record<string, unknown>>} [settings] user settings, on top of the quiet defaults
 * @property {Readonly<Record<string, string | undefined>>} [env] added to the extension host's environment
 * @property {string} [userDataDir] default: a temporary folder
 * @property {string} [extensionsDir] folder of installed extensions; default: an empty temporary one
 * @property {string} [profileDir] browser profile to keep (open editors, globalState, secrets); default: a fresh one
 * @property {{width: number, height: number}} [viewport] pixels; default 1280 x 800
 * @property {string} [colorTheme] name of a colour theme, default "Default Dark Modern"
 * @property {boolean} [headless] default true; false shows a window and needs a display
 * @property {(code: number) => void} [onTestsExit] called when VS Code wants to exit after `extensionTestsPath`
 * @property {(line: string) => void} [log] told what takes long
 */

/**
 * @typedef {object} Workbench
 * @property {import('playwright-core').Page} page
 * @property {import('playwright-core').BrowserContext} context
 * @property {string} url
 * @property {string} version exact VS Code version
 * @property {number} serverPid
 * @property {Promise<string>} ended resolves with a reason when the server or the window is gone
 * @property {(file: string) => Promise<void>} openFile opens a file by quick open
 * @property {(statusBarText: string, timeout?: number) => Promise<string>} waitForExtension waits for its status bar item
 * @property {(file: string) => Promise<void>} screenshot writes a PNG
 * @property {() => number | undefined} extensionHostPid undefined while none is running
 * @property {() => Promise<void>} close ends everything and removes what was temporary; may be called again
 */

/**
 * Makes the folders of a run; those not given are temporary.
 * @param {WorkbenchOptions} options
 */
function prepareFolders(options) {
  // Sockets are made in it, and Linux allows 107 characters for their path; VS Code's own names take 54.
  const base = os.tmpdir().length > 30 ? '/tmp' : os.tmpdir();
  const temporary = mkdtempSync(path.join(base, 'failsoft-host-'));
  const folders = {
    temporary,
    data: path.join(temporary, 'data'),
    userData: path.resolve(options.userDataDir ?? path.join(temporary, 'user')),
    extensions: path.resolve(options.extensionsDir ?? path.join(temporary, 'extensions')),
    profile: path.resolve(options.profileDir ?? path.join(temporary, 'profile')),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
}

/**
 * Port and secret key of an earlier run in the same profile: the browser keeps the workbench's state by origin, so secrets
 * and open editors come back only on the same port.
 * @param {string | undefined} profileDir
 * @returns {{port: number, key: Buffer, keep: (port: number) => void}}
 */
function recallProfile(profileDir) {
  const file = profileDir === undefined ? undefined : path.join(profileDir, 'failsoft-host.json');
  const known = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const key = known === undefined ? randomBytes(32) : Buffer.from(known.key, 'base64');
  // A port to come back to must lie below those the system hands out to connections, or one of them may hold it.
  const first = file === undefined ? 0 : randomInt(20_000, 30_000);
  return {
    port: known?.port ?? first,
    key,
    keep: (port) => {
      if (file !== undefined) writeFileSync(file, JSON.stringify({ port, key: key.toString('base64') }), { mode: 0o600 });
    },
  };
}

/** @param {string} origin host:port @param {WorkbenchOptions} options @returns {string} */
function workbenchUrl(origin, options) {
  const url = new URL(`http://${origin}/`);
  if (options.folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set(options.folder.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(options.folder));
  if (options.openFile !== undefined) {
    const file = `vscode-remote://${origin}${path.resolve(options.openFile)}`;
    url.searchParams.set('payload', JSON.stringify([['openFile', file]]));
  }
  return url.href;
}

/** @param {import('playwright-core').Page} page waits until a person could work */
async function waitUntilReady(page) {
  await page.locator('.monaco-workbench .part.editor').first().waitFor({ timeout: READY_TIMEOUT_MS });
  await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: READY_TIMEOUT_MS });
}

/** @param {WorkbenchOptions} options refuses paths that do not exist before anything is started */
function checkPaths(options) {
  const paths = [options.folder, options.openFile, options.extensionTestsPath, ...(options.extensionPaths ?? [])];
  for (const file of paths) {
    if (file !== undefined && !existsSync(file)) throw new Error(`"${file}" does not exist; the test host needs an existing path.`);
  }
}

/**
 * What a run has to end, in the order in which it comes to be.
 * @param {string} mark @param {string} temporary @param {boolean} keepsProfile
 */
function createEnding(mark, temporary, keepsProfile) {
  /** @type {import('playwright-core').BrowserContext | undefined} */
  let context;
  /** @type {Promise<void> | undefined} */
  let closing;
  // The server is a process group of its own and would outlive a script that throws or exits without closing.
  const abandon = () => {
    killMarkedProcesses(mark);
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  };
  process.on('exit', abandon);
  const end = async () => {
    // A kept profile: leaving the page makes the workbench write its state, which it else does every few seconds.
    if (keepsProfile)
      await context
        ?.pages()[0]
        ?.goto('about:blank', { timeout: 3000 })
        .catch(() => {});
    // A browser that hangs must not keep us: whatever it leaves is ended by its mark.
    await Promise.race([context?.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 3000).unref())]);
    await endMarkedProcesses(mark);
    await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    process.off('exit', abandon);
  };
  return {
    close: () => (closing ??= end()),
    /** @param {import('playwright-core').BrowserContext} opened */
    own: (opened) => (context = opened),
  };
}

/**
 * Starts server and browser side by side, and loads the workbench.
 * @param {WorkbenchOptions} options
 * @param {import('./install.mjs').InstalledServer} installed
 * @param {ReturnType<typeof prepareFolders>} folders
 * @param {string} mark
 * @param {(context: import('playwright-core').BrowserContext) => void} own told of the browser before anything can fail
 */
async function openWorkbench(options, installed, folders, mark, own) {
  const theme = options.colorTheme === undefined ? {} : { 'workbench.colorTheme': options.colorTheme };
  const settings = writeSettings(folders.userData, { ...theme, ...options.settings });
  const profile = recallProfile(options.profileDir);
  const serverOptions = { dataDir: folders.data, userDataDir: folders.userData, extensionsDir: folders.extensions, mark };
  const trust = settings['security.workspace.trust.enabled'] === true;
  // VS Code and its git extension leave sockets there; so they go with the folder.
  const env = { TMPDIR: folders.temporary, XDG_RUNTIME_DIR: folders.temporary, ...options.env };
  const opening = openBrowser({
    headless: options.headless ?? true,
    profileDir: folders.profile,
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: /light/i.test(options.colorTheme ?? '') ? 'light' : 'dark',
    mark,
  }).then((opened) => {
    own(opened.context);
    return opened;
  });
  // Both are waited for even if one fails, or what starts last would escape the tidying.
  const [server, browser] = await Promise.allSettled([
    startServer(installed, { ...serverOptions, env, port: profile.port, trust }),
    opening,
  ]);
  if (server.status === 'rejected') throw server.reason;
  if (browser.status === 'rejected') throw browser.reason;
  const { page, context } = browser.value;
  const { port } = server.value;
  profile.keep(port);
  const authority = `127.0.0.1:${port}`;
  await answerSecretKey(context, profile.key);
  await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => options.onTestsExit?.(code));
  await page.exposeFunction('codeAutomationLog', () => {});
  await injectDevelopmentOptions(page, {
    authority,
    extensions: (options.extensionPaths ?? []).map((folder) => path.resolve(folder)),
    ...(options.extensionTestsPath === undefined ? {} : { testsPath: path.resolve(options.extensionTestsPath) }),
  });
  const url = workbenchUrl(authority, options);
  await page.goto(url, { waitUntil: 'commit', timeout: READY_TIMEOUT_MS });
  await waitUntilReady(page);
  return { server: server.value, page, context, url };
}

/**
 * Starts a workbench and waits until it can be used (the extension may still be starting: see `waitForExtension`).
 * @param {WorkbenchOptions} [options]
 * @returns {Promise<Workbench>}
 * @throws {Error} with the server's output when it does not come up; nothing is left running then
 */
export async function startWorkbench(options = {}) {
  checkPaths(options);
  const installed = await ensureServer(options.version, options.log);
  const mark = randomBytes(8).toString('hex');
  const folders = prepareFolders(options);
  const ending = createEnding(mark, folders.temporary, options.profileDir !== undefined);
  try {
    const { server, page, context, url } = await openWorkbench(options, installed, folders, mark, ending.own);
    const gone = new Promise((resolve) => context.once('close', () => resolve('the window was closed')));
    return {
      page,
      context,
      url,
      version: installed.vscode,
      serverPid: server.pid,
      ended: /** @type {Promise<string>} */ (Promise.race([gone, server.ended.then((reason) => `the server ${reason}`)])),
      openFile: (file) => openFile(page, path.resolve(file)),
      waitForExtension: (text, timeout = READY_TIMEOUT_MS) => waitForStatusBar(page, text, timeout),
      screenshot: async (file) => {
        mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
        await page.screenshot({ path: file });
      },
      extensionHostPid: () =>
        markedProcesses(mark)
          .filter(({ command }) => command.includes('--type=extensionHost'))
          .at(-1)?.pid,
      close: ending.close,
    };
  } catch (error) {
    await ending.close();
    throw error;
  }
}
