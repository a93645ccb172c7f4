// @ts-check
/**
 * What a person does in the workbench, by real keys and mouse on the page. Nothing here waits for a time: each recipe waits
 * for what the person would see.
 *
 * @typedef {import('playwright-core').Page} Page
 */

/** Milliseconds a recipe waits for what it expects; generous, because a busy machine is several times slower. */
const TIMEOUT = 20_000;

/** Ghost text inside a line, and the lines below it that the editor shows in a view zone. */
export const GHOST_TEXT = '.ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text, .ghost-text';

/** @param {string} text @returns {string} selector of a status bar item */
export const statusBarItem = (text) => `.statusbar-item:has-text(${JSON.stringify(text)})`;

/** @param {string} text @returns {string} text as a person reads it: editors draw spaces as no-break spaces */
const readable = (text) => text.replaceAll('\u00a0', ' ').replaceAll('\u200b', '');

/**
 * Types into whatever has the focus.
 * @param {Page} page @param {string} text
 * @param {{delay?: number}} [options] delay: milliseconds between keys; default 30, a fast typist
 */
export async function typeText(page, text, { delay = 30 } = {}) {
  await page.keyboard.type(text, { delay });
}

/**
 * Puts the cursor of the active editor somewhere, with the focus in it.
 * @param {Page} page @param {number} line from 1 @param {number} [column] from 1
 */
export async function goTo(page, line, column = 1) {
  await search(page, 'Control+g', `:${line}:${column}`);
  await page.keyboard.press('Enter');
  await waitForCursor(page, line, column);
}

/**
 * Waits until the window shows the cursor there. A selection set from an extension reaches the window later than keys do,
 * so this comes before typing.
 * @param {Page} page @param {number} line @param {number} column
 */
export async function waitForCursor(page, line, column) {
  await page
    .locator(statusBarItem(`Ln ${line}, Col ${column}`))
    .first()
    .waitFor({ timeout: TIMEOUT });
}

/**
 * Does something until what it should bring can be seen; as a person does it again that came too early, or in vain.
 * @param {() => Promise<unknown>} action
 * @param {import('playwright-core').Locator} wanted
 */
export async function tried(action, wanted) {
  for (let tries = 1; ; tries++) {
    await action();
    try {
      await wanted.first().waitFor({ timeout: TIMEOUT / 4 });
      return;
    } catch (error) {
      if (tries === 4) throw error;
    }
  }
}

/** @param {Page} page @returns {Promise<import('playwright-core').Locator>} the input of the open palette or quick pick */
async function openQuickInput(page) {
  const input = page.locator('.quick-input-widget:visible input').last();
  await input.waitFor({ timeout: TIMEOUT });
  return input;
}

/**
 * Chooses a row of the open quick pick.
 * @param {Page} page @param {string} text part of the row's text
 */
export async function pickQuickPick(page, text) {
  const row = page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: text }).first();
  await row.waitFor({ timeout: TIMEOUT });
  await row.click();
}

/**
 * Fills the open input box, or filters the open quick pick, and accepts.
 * @param {Page} page @param {string} text
 */
export async function answerInput(page, text) {
  await (await openQuickInput(page)).fill(text);
  await page.keyboard.press('Enter');
}

/**
 * Opens the palette, or quick open, and types into it. Keys that are pressed in a page within the window reach VS Code late, or never while
 * the page is drawn anew: so the focus leaves it before.
 * @param {Page} page @param {string} key @param {string} text
 */
async function search(page, key, text) {
  const input = page.locator('.quick-input-widget:visible input').last();
  for (let tries = 1; ; tries++) {
    await page.evaluate(() => document.activeElement instanceof HTMLIFrameElement && document.activeElement.blur());
    await page.keyboard.press(key);
    try {
      await input.fill(text, { timeout: TIMEOUT / 4 });
      return;
    } catch (error) {
      if (tries === 4) throw error;
    }
  }
}

/**
 * Opens the command palette and types into it.
 * @param {Page} page @param {string} title
 */
export const searchCommand = (page, title) => search(page, 'F1', `>${title}`);

/**
 * Runs a command by the palette.
 * @param {Page} page @param {string} title as the palette shows it, for example "Failsoft: Show Dashboard"
 */
export async function runCommand(page, title) {
  const row = page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: title }).first();
  for (let tries = 1; ; tries++) {
    await searchCommand(page, title);
    try {
      await row.click({ timeout: 3000 });
      return;
    } catch (error) {
      // A page that has just been opened takes the focus when it is drawn, and the palette closes.
      if (tries === 5) throw error;
    }
  }
}

/**
 * Opens a file by quick open and waits for its tab.
 * @param {Page} page @param {string} file absolute path
 */
export async function openFile(page, file) {
  const name = file.slice(file.lastIndexOf('/') + 1);
  await search(page, 'Control+p', file);
  await page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: name }).first().waitFor({ timeout: TIMEOUT });
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').filter({ hasText: name }).waitFor({ timeout: TIMEOUT });
  await page.locator('.editor-group-container.active .monaco-editor .view-lines').first().waitFor({ timeout: TIMEOUT });
}

/**
 * The ghost text on show, lines joined by line breaks; empty when there is none.
 * @param {Page} page
 * @returns {Promise<string>}
 */
export async function readGhostText(page) {
  const parts = await page.evaluate((selector) => {
    // `.ghost-text-decoration` spans stand inside a line; the view zone below it holds one element for each further line.
    const outer = [...document.querySelectorAll(selector)].filter((element) => !element.parentElement?.closest(selector));
    const lines = [''];
    for (const element of outer) {
      const rows = [...element.querySelectorAll('.view-line')];
      if (rows.length > 0) lines.push(...rows.map((row) => row.textContent ?? ''));
      else lines[0] += element.textContent ?? '';
    }
    return lines;
  }, GHOST_TEXT);
  return readable(parts.join('\n')).replace(/^\n|\n+$/g, '');
}

/**
 * Waits for ghost text and returns it.
 * @param {Page} page
 * @param {{includes?: string, timeout?: number}} [options] includes: text it must contain; timeout in milliseconds
 * @returns {Promise<string>}
 */
export async function waitForGhostText(page, { includes = '', timeout = TIMEOUT } = {}) {
  const deadline = Date.now() + timeout;
  let seen = '';
  while (Date.now() < deadline) {
    seen = await readGhostText(page);
    if (seen.trim() !== '' && seen.includes(includes)) return seen;
    await page.waitForTimeout(30);
  }
  const wanted = includes === '' ? 'ghost text' : `ghost text with ${JSON.stringify(includes)}`;
  throw new Error(`No ${wanted} within ${timeout} ms; seen last: ${JSON.stringify(seen)}`);
}

/** @param {Page} page accepts the ghost text on show */
export async function acceptGhostText(page) {
  await page.keyboard.press('Tab');
}

/**
 * Waits for a status bar item and returns its text.
 * @param {Page} page @param {string} text @param {number} [timeout] milliseconds
 */
export async function waitForStatusBar(page, text, timeout = TIMEOUT) {
  const item = page.locator(statusBarItem(text)).first();
  await item.waitFor({ timeout });
  return readable(await item.innerText());
}

/**
 * Rests the mouse on a status bar item. An item that is drawn anew while the mouse comes to rest shows no hover; then the mouse moves once
 * more.
 * @param {Page} page @param {string} text part of the item's text
 * @returns {Promise<string>} the text of the hover that appears
 */
export async function hoverStatusBar(page, text) {
  const hover = page.locator('.monaco-hover:visible').last();
  await tried(async () => {
    await page.mouse.move(60, 500);
    await page.locator(statusBarItem(text)).first().hover();
  }, hover);
  return readable(await hover.innerText());
}

/**
 * Waits for a notification.
 * @param {Page} page @param {string} [text] part of it
 * @returns {Promise<string>} its whole text
 */
export async function waitForToast(page, text = '') {
  const toast = page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }).first();
  await toast.waitFor({ timeout: TIMEOUT });
  return readable(await toast.innerText());
}

/** What tells a reader of a failed test where the window was: the name, and where it stands. */
const PLACES = /** @type {const} */ ([
  ['dialogue', '.monaco-dialog-box'],
  ['notification', '.notifications-toasts .notification-list-item, .notifications-center .notification-list-item'],
  ['quick input', '.quick-input-widget'],
  ['completions', '.suggest-widget'],
  ['hover', '.monaco-hover'],
  ['tab', '.tab.active'],
  ['status bar', '.part.statusbar'],
]);

/**
 * What a person would see beside the text, for the message of a failed test: of a long output only its end may be kept, and no picture.
 * @param {Page} page
 * @returns {Promise<string>} a line for each thing; says so when the page does not answer
 */
export async function whatIsShown(page) {
  const lines = await Promise.race([
    page.evaluate(
      (places) =>
        places.flatMap(([name, selector]) =>
          [...document.querySelectorAll(selector)]
            .filter((element) => element instanceof HTMLElement && element.checkVisibility() && element.innerText.trim() !== '')
            .map((element) => `${name}: ${/** @type {HTMLElement} */ (element).innerText.replace(/\s+/g, ' ').trim().slice(0, 400)}`),
        ),
      PLACES,
    ),
    new Promise((resolve) => setTimeout(() => resolve(['the page does not answer']), TIMEOUT / 4)),
  ]).catch((/** @type {unknown} */ error) => [`the page cannot be asked: ${error}`]);
  return readable(['The window showed', .../** @type {string[]} */ (lines)].join('\n  '));
}

/**
 * Plays something in a window. When it fails, a picture is taken, and the error says what the window showed.
 * @param {Page} page @param {string} file of the picture, a PNG
 * @param {() => Promise<void>} play
 */
export async function witnessed(page, file, play) {
  try {
    await play();
  } catch (error) {
    await page.screenshot({ path: file }).catch(() => undefined);
    const told = error instanceof Error ? error.stack : String(error);
    throw new Error(`${told}\n${await whatIsShown(page)}`, { cause: error });
  }
}

/**
 * The document inside a webview.
 * @param {Page} page @param {number} [index] which one, from 0
 */
export function webviewFrame(page, index = 0) {
  return page.frameLocator('iframe.webview').nth(index).frameLocator('#active-frame');
}
