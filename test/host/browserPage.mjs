// @ts-check
/** Opens the workbench's page in Chromium: nothing leaves the machine, secrets survive a reload, tests are handed in. */
import { randomBytes } from 'node:crypto';
import { chromium } from 'playwright-core';
import { ensureBrowser } from './install.mjs';
import { serverEnvironment } from './server.mjs';

/** Names resolve nowhere but here; the strictest possible "offline". */
const RESOLVER_RULES = 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';

/**
 * @typedef {object} PageOptions
 * @property {boolean} headless
 * @property {string} profileDir folder of the browser profile; the workbench keeps its own state in it
 * @property {{width: number, height: number}} viewport
 * @property {string} mark mark of the run, see processes.mjs
 * @property {'dark' | 'light'} colorScheme
 */

/**
 * A browser with one page, nothing loaded yet.
 * @param {PageOptions} options
 * @returns {Promise<{context: import('playwright-core').BrowserContext, page: import('playwright-core').Page}>}
 */
export async function openBrowser(options) {
  const executablePath = ensureBrowser({ headless: options.headless });
  const context = await chromium.launchPersistentContext(options.profileDir, {
    executablePath,
    headless: options.headless,
    viewport: options.headless ? options.viewport : null,
    colorScheme: options.colorScheme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    // Playwright would end this process on a signal before anything is tidied up.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    env: /** @type {Record<string, string>} */ (serverEnvironment(options.mark, {})),
    args: [
      `--host-resolver-rules=${RESOLVER_RULES}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      '--force-color-profile=srgb',
      ...(options.headless ? [] : ['--app=data:text/html,Failsoft', `--window-size=${options.viewport.width},${options.viewport.height}`]),
    ],
  });
  return { context, page: context.pages()[0] ?? (await context.newPage()) };
}

/**
 * Answers the request for the key that encrypts SecretStorage. The plain server has no such route, so without an answer
 * secrets are kept in memory and a reload loses them.
 * @param {import('playwright-core').BrowserContext} context
 * @param {Buffer} [key] 32 bytes; the same key reads the secrets of an earlier run in the same profile
 */
export async function answerSecretKey(context, key = randomBytes(32)) {
  await context.route('**/mint-key', (route) => route.fulfill({ status: 200, contentType: 'application/octet-stream', body: key }));
}

/**
 * Hands the workbench its development options through the page's configuration element, before its script reads it.
 * The URL payload would need the smoke test driver (1.139), and that silences every notification.
 * @param {import('playwright-core').Page} page
 * @param {{extensions?: readonly string[], testsPath?: string, authority: string}} options absolute paths; authority: host:port
 */
export async function injectDevelopmentOptions(page, options) {
  /** @param {string} path */
  const uri = (path) => ({ $mid: 1, scheme: 'vscode-remote', authority: options.authority, path });
  const developmentOptions = {
    ...(options.extensions && options.extensions.length > 0 ? { extensions: options.extensions.map(uri) } : {}),
    ...(options.testsPath === undefined ? {} : { extensionTestsPath: uri(options.testsPath) }),
  };
  if (Object.keys(developmentOptions).length === 0) return;
  await page.addInitScript((added) => {
    const id = 'vscode-workbench-web-configuration';
    const change = () => {
      const element = document.getElementById(id);
      const text = element?.getAttribute('data-settings');
      if (!element || !text) return false;
      const settings = JSON.parse(text);
      settings.developmentOptions = { ...settings.developmentOptions, ...added };
      element.setAttribute('data-settings', JSON.stringify(settings));
      return true;
    };
    // The script runs in every frame and before the document is parsed; the element appears a moment later.
    if (window.top !== window || change()) return;
    const observer = new MutationObserver(() => {
      if (change()) observer.disconnect();
    });
    observer.observe(document, { childList: true, subtree: true });
  }, developmentOptions);
}
