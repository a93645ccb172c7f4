/**
 * What the suite in the extension host cannot see: VS Code refuses modal dialogues while it runs extension tests. So this plays
 * them in a window of its own, by real keys.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { startFaultServer } from '../fakes/faultServer.ts';
import { answerInput, pickQuickPick, runCommand, startWorkbench, waitForStatusBar } from '../host/workbench.mjs';

type Page = Awaited<ReturnType<typeof startWorkbench>>['page'];

/** Milliseconds that something is waited for. */
const patience = 20_000;
const widget = '.quick-input-widget:visible';

/** A failed test is diagnosed; Cancel adds nothing, Try Again goes on; removing asks first. Throws when it is not so. */
export async function checkDialogs(repository: string, version: string): Promise<void> {
  const server = await startFaultServer({ pace: { firstTokenMs: 20, betweenTokensMs: 1 }, answer: () => 'left + right' });
  const workbench = await startWorkbench({ version, extensionPaths: [repository] });
  const { page } = workbench;
  const picture = (name: string): Promise<void> =>
    workbench.screenshot(path.join(repository, 'out', 'extension-tests', version, `${name}.png`));
  try {
    await workbench.waitForExtension('Failsoft: local');
    await server.set({ kind: 'error', status: 401, body: 'invalidKey' });
    await fillIn(page, server.url);
    const text = await dialogText(page);
    await picture('add-backend-diagnosis');
    assert.match(text, /refused the key.*Likely cause:.*What to do:/s);
    await press(page, 'Cancel');
    await waitForStatusBar(page, 'Failsoft: local');

    await fillIn(page, server.url);
    await dialogText(page);
    await server.set({ kind: 'healthy' });
    await press(page, 'Try Again');
    await page.locator('.notifications-toasts:has-text("second is added")').waitFor({ timeout: patience });
    await page.locator('.statusbar-item:has-text("Failsoft: local")').waitFor({ state: 'detached', timeout: patience });

    await runCommand(page, 'Failsoft: Manage Backends…');
    await pickQuickPick(page, '1. second');
    await pickQuickPick(page, 'Remove');
    assert.match(await dialogText(page), /Remove second\?.*A key for http:\/\/127\.0\.0\.1:\d+ is stored/s);
    await picture('remove-backend');
    await press(page, 'Remove with Its Key');
    await waitForStatusBar(page, 'Failsoft: local');
    console.log('dialogues: diagnosed, cancelled, tried again, removed');
  } catch (error) {
    await picture('dialogs-failure').catch(() => undefined);
    throw error;
  } finally {
    await workbench.close();
    await server.close();
  }
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
