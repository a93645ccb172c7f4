/**
 * The dashboard as a person sees it: opened from the palette over a journal of a month, clicked through, reloaded with the window, in
 * three themes. A violation of the content security policy, or an error on the page, fails it. It plays in windows of its own, because the suite in the
 * extension host cannot reload the one that it runs in.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startFaultServer } from '../fakes/faultServer.ts';
import { hosted, incidentRecords, team, writeJournal } from '../fakes/incidentJournal.ts';
import { runCommand, startWorkbench, webviewFrame } from '../host/workbench.mjs';

type Workbench = Awaited<ReturnType<typeof startWorkbench>>;
type Page = Workbench['page'];
type Frame = ReturnType<typeof webviewFrame>;

/** Milliseconds that something is waited for. */
const patience = 20_000;

/** What the browser says when the policy refuses something, or a script fails. */
const unwanted = /content security policy|refused to|uncaught/i;

/** Throws when something is not as it has to be. */
export async function checkDashboard(repository: string, version: string): Promise<void> {
  const server = await startFaultServer({ pace: { firstTokenMs: 20, betweenTokensMs: 1 }, answer: () => 'left + right' });
  const folder = mkdtempSync(path.join(tmpdir(), 'fd-'));
  const user = path.join(folder, 'user');
  const journal = path.join(user, 'User', 'globalStorage', 'failsoft.failsoft', 'journal');
  const pictures = path.join(repository, 'out', 'extension-tests', version);
  const backends = [team, hosted].map(({ sourceId, model }) => ({ name: sourceId, baseUrl: `${server.url}/v1`, model }));
  mkdirSync(path.join(user, 'Machine'), { recursive: true });
  writeFileSync(path.join(user, 'Machine', 'settings.json'), JSON.stringify({ 'failsoft.backends': backends }));
  const open = (profile: string, colorTheme: string): Promise<Workbench> =>
    startWorkbench({
      version,
      colorTheme,
      extensionPaths: [repository],
      userDataDir: user,
      profileDir: path.join(folder, profile),
      viewport: { width: 1400, height: 1000 },
      settings: { 'failsoft.backends': backends, 'workbench.activityBar.location': 'hidden' },
    });
  try {
    await inWindow(open('one', 'Default Dark Modern'), path.join(pictures, 'dashboard-dark'), async (workbench, picture) => {
      await empty(workbench, picture);
      writeJournal(journal, incidentRecords(Date.now()));
      writeFileSync(path.join(journal, 'journal-9-1-00000000.jsonl'), 'of a later version\n');
      await full(workbench, picture);
    });
    await inWindow(open('two', 'Default Light Modern'), path.join(pictures, 'dashboard-light'), shown);
    await inWindow(open('three', 'Default High Contrast'), path.join(pictures, 'dashboard-contrast'), shown);
    console.log('dashboard: empty, full, tables, ranges, error, reload; light, high contrast');
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Picture = (name: string) => Promise<void>;

/** Plays in one window, and hears what its console says. */
async function inWindow(opening: Promise<Workbench>, file: string, play: (workbench: Workbench, picture: Picture) => Promise<void>): Promise<void> {
  const workbench = await opening;
  const complaints: string[] = [];
  const hear = (text: string, url: string): void => {
    // The workbench's own page has complaints of its own.
    if (unwanted.test(text) && /webview|dashboard/.test(`${text} ${url}`)) complaints.push(text);
  };
  workbench.page.on('console', (message) => hear(message.text(), message.location().url));
  workbench.page.on('pageerror', (error) => hear(`uncaught ${error.stack ?? error.message}`, ''));
  const picture: Picture = (name) => workbench.screenshot(`${file}${name === '' ? '' : `-${name}`}.png`);
  try {
    await workbench.waitForExtension('Failsoft');
    await play(workbench, picture);
    assert.deepEqual(complaints, []);
  } catch (error) {
    await picture('failure').catch(() => undefined);
    throw error;
  } finally {
    await workbench.close();
  }
}

async function opened(page: Page): Promise<Frame> {
  await runCommand(page, 'Failsoft: Show Dashboard');
  const frame = webviewFrame(page);
  await frame.locator('h1', { hasText: 'Failsoft dashboard' }).waitFor({ timeout: patience });
  return frame;
}

async function choose(frame: Frame, range: string): Promise<void> {
  await frame.locator('.choice', { hasText: range }).click({ timeout: patience });
  await frame.locator('.status', { hasText: `the last ${range}` }).waitFor({ timeout: patience });
}

/** Nothing has been recorded in a window that has just been opened, but for the session. */
async function empty({ page }: Workbench, picture: Picture): Promise<void> {
  const frame = await opened(page);
  await frame.locator('.status', { hasText: 'of the last 24 hours' }).waitFor({ timeout: patience });
  await picture('empty');
}

async function full(workbench: Workbench, picture: Picture): Promise<void> {
  const { page } = workbench;
  const frame = webviewFrame(page);
  await choose(frame, '7 days');
  await choose(frame, '24 hours');
  await picture('');
}

async function shown({ page }: Workbench, picture: Picture): Promise<void> {
  const frame = await opened(page);
  await frame.locator('.status', { hasText: 'of the last 24 hours' }).waitFor({ timeout: patience });
  await picture('');
  await frame.locator('[data-section=use]').scrollIntoViewIfNeeded();
  await picture('below');
}
