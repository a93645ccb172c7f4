/**
 * What the suite in the extension host cannot see: VS Code refuses modal dialogues while it runs extension tests. So this plays
 * them in a window of its own, by real keys.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startFaultServer } from '../fakes/faultServer.ts';
import { answerInput, pickQuickPick, runCommand, startWorkbench, tried, waitForStatusBar, witnessed } from '../host/workbench.mjs';

type Workbench = Awaited<ReturnType<typeof startWorkbench>>;
type Page = Workbench['page'];
type Picture = (name: string) => Promise<void>;
type FaultServer = Awaited<ReturnType<typeof startFaultServer>>;

/** Milliseconds that something is waited for. */
const patience = 20_000;
const widget = '.quick-input-widget:visible';

/** A failed test is diagnosed; Cancel adds nothing, Try Again goes on; removing asks first. Throws when it is not so. */
export async function checkDialogs(repository: string, version: string): Promise<void> {
  const server = await startFaultServer({ pace: { firstTokenMs: 20, betweenTokensMs: 1 }, answer: () => 'left + right' });
  const folder = mkdtempSync(path.join(tmpdir(), 'fs-dialogs-'));
  const workbench = await startWorkbench({ version, extensionPaths: [repository], userDataDir: folder });
  const { page } = workbench;
  const file = (name: string): string => path.join(repository, 'out', 'extension-tests', version, `${name}.png`);
  const picture: Picture = (name) => workbench.screenshot(file(name));
  try {
    await witnessed(page, file('dialogs-failure'), async () => {
      const settings = path.join(folder, 'Machine', 'settings.json');
      await play(workbench, server, settings, picture);
      await notSaved(workbench, server, settings, picture);
    });
    console.log('dialogues: diagnosed, cancelled, tried again, removed, not saved and saved');
  } finally {
    await workbench.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play({ page, waitForExtension }: Workbench, server: FaultServer, settings: string, picture: Picture): Promise<void> {
  await waitForExtension('Failsoft: local');
  await server.set({ kind: 'error', status: 401, body: 'invalidKey' });
  await fillIn(page, server.url);
  const text = await dialogText(page);
  await picture('add-backend-diagnosis');
  assert.match(text, /refused the key.*Likely cause:.*What to do:/s);
  await press(page, 'Cancel');
  await waitForStatusBar(page, 'Failsoft: local');
  assert.ok(!isAdded(settings), 'cancelled is cancelled');

  await fillIn(page, server.url);
  await dialogText(page);
  await server.set({ kind: 'healthy' });
  await tryAgain(page, settings);
  await told(page, 'second is added');
  await page.locator('.statusbar-item:has-text("Failsoft: local")').waitFor({ state: 'detached', timeout: patience });

  await runCommand(page, 'Failsoft: Manage Backends…');
  await pickQuickPick(page, '1. second');
  await pickQuickPick(page, 'Remove');
  assert.match(await dialogText(page), /Remove second\?.*A key for http:\/\/127\.0\.0\.1:\d+ is stored/s);
  await picture('remove-backend');
  await press(page, 'Remove with Its Key');
  await waitForStatusBar(page, 'Failsoft: local');
}

/** A settings file with a mistake in it takes nothing; what was typed is saved once it is mended. */
async function notSaved({ page }: Workbench, server: FaultServer, settings: string, picture: Picture): Promise<void> {
  const toast = page.locator('.notifications-toasts .notification-list-item');
  await runCommand(page, 'Notifications: Clear All Notifications');
  await toast.first().waitFor({ state: 'detached', timeout: patience });
  const before = readFileSync(settings, 'utf8');
  writeFileSync(settings, '{ "editor.tabSize": 2, ');
  await fillIn(page, server.url);
  const refused = toast.filter({ hasText: 'the backend was not saved' });
  await refused.waitFor({ timeout: patience });
  await picture('add-backend-not-saved');
  assert.equal(readFileSync(settings, 'utf8'), '{ "editor.tabSize": 2, ', 'the mistake is left to the person');
  writeFileSync(settings, before);
  const added = toast.filter({ hasText: 'second is added' });
  // VS Code may still hold the text with the mistake.
  const again = (): Promise<void> => refused.locator('.monaco-button', { hasText: 'Try Again' }).click({ timeout: patience });
  await tried(again, added);
  assert.ok(isAdded(settings));
}

/** Whether the backend stands in the settings file. */
function isAdded(settings: string): boolean {
  return existsSync(settings) && readFileSync(settings, 'utf8').includes('"name": "second"');
}

/** Adds the server with a key, up to the test. */
async function fillIn(page: Page, url: string): Promise<void> {
  await runCommand(page, 'Failsoft: Add Backend…');
  await page.locator(`${widget} input`).last().fill('Another OpenAI-compatible server');
  await pickQuickPick(page, 'with POST {base URL}/completions');
  await page.locator(`${widget} .quick-input-message:has-text("Base URL")`).waitFor({ timeout: patience });
  await answerInput(page, `${url}/v1`);
  await page.locator(`${widget} input[type=password]`).waitFor({ timeout: patience });
  await answerInput(page, 'canary-key-dialog');
  await page.locator(`${widget} .monaco-list-row:has-text("fault-model")`).waitFor({ timeout: patience });
  await page.keyboard.press('Enter');
  await page.locator(`${widget} .quick-input-message:has-text("Name of this backend")`).waitFor({ timeout: patience });
  await answerInput(page, 'second');
}

/** Until the backend is added: an answer that comes later than somebody who types would wait for it is a diagnosis, too. */
async function tryAgain(page: Page, settings: string): Promise<void> {
  const dialog = page.locator('.monaco-dialog-box');
  for (let tries = 1; ; tries++) {
    await press(page, 'Try Again');
    await dialog.waitFor({ state: 'detached', timeout: patience });
    for (const end = Date.now() + patience; !isAdded(settings) && !(await dialog.isVisible()) && Date.now() < end;) {
      await page.waitForTimeout(100);
    }
    if (isAdded(settings)) return;
    assert.match(await dialog.innerText({ timeout: 1000 }), /second answers, but.*The first text came after/s);
    assert.ok(tries < 3, 'a server that answers at once was slow three times');
  }
}

/** Waits for a message. Of those that come close together VS Code shows three; its list has them all. */
async function told(page: Page, message: string): Promise<void> {
  await runCommand(page, 'Notifications: Show Notifications');
  await page.locator('.notifications-center .notification-list-item', { hasText: message }).waitFor({ timeout: patience });
  await runCommand(page, 'Notifications: Hide Notifications');
}

async function dialogText(page: Page): Promise<string> {
  const box = page.locator('.monaco-dialog-box').first();
  await box.waitFor({ timeout: patience });
  return box.innerText();
}

async function press(page: Page, button: string): Promise<void> {
  await page
    .locator(`.monaco-dialog-box .monaco-button:has-text(${JSON.stringify(button)})`)
    .first()
    .click({ timeout: patience });
}
