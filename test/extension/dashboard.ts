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
import { runCommand, startWorkbench, webviewFrame, witnessed } from '../host/workbench.mjs';

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
async function inWindow(
  opening: Promise<Workbench>,
  file: string,
  play: (workbench: Workbench, picture: Picture) => Promise<void>,
): Promise<void> {
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
    await witnessed(workbench.page, `${file}-failure.png`, async () => {
      await workbench.waitForExtension('Failsoft');
      await play(workbench, picture);
      assert.deepEqual(complaints, []);
    });
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
  await frame.locator('.status', { hasText: `the last ${range === '1 hour' ? 'hour' : range}` }).waitFor({ timeout: patience });
}

/** Nothing has been recorded in a window that has just been opened. */
async function empty({ page }: Workbench, picture: Picture): Promise<void> {
  const frame = await opened(page);
  await frame.locator('.notice.empty', { hasText: 'Nothing was recorded in the last 24 hours.' }).waitFor({ timeout: patience });
  assert.equal(await frame.locator('[data-section=overview]').isVisible(), false);
  await frame.locator('.card', { hasText: team.sourceId }).locator('.badge', { hasText: 'asked first' }).waitFor({ timeout: patience });
  await picture('empty');
}

async function full(workbench: Workbench, picture: Picture): Promise<void> {
  const { page } = workbench;
  const frame = webviewFrame(page);
  await choose(frame, '7 days');
  await choose(frame, '24 hours');
  assert.equal(await bigOf(frame, 'Incidents'), '5');
  assert.match(await frame.locator('.notice.partial').innerText(), /Left out: 1 file of the journal/);
  await asTables(frame);
  await byKeys(page, frame);
  await whole(page, frame, () => picture(''));
  await failing(frame, picture);
  await liveAndBack(page, frame);
  await reloaded(page, picture);
}

async function bigOf(frame: Frame, tile: string): Promise<string> {
  return frame.locator('.tile', { hasText: tile }).locator('.big').innerText();
}

/** What a screen reader gets is there before it is wanted, and says what the picture shows. */
async function asTables(frame: Frame): Promise<void> {
  for (const name of ['incidents', 'answers', 'latency', 'outcomes', 'memory', 'lag']) {
    const figure = frame.locator(`[data-figure=${name}]`);
    assert.equal(await figure.locator('.picture').getAttribute('aria-hidden'), 'true', name);
    const rows = await figure.locator('tbody tr').count();
    // Five incidents and the window that ended uncleanly; else a row for each bin with a value.
    assert.ok(name === 'incidents' ? rows === 6 : rows > 30, `${name}: ${rows} rows`);
    await figure.locator('button.switch').click();
    assert.equal(await figure.locator('.picture').isVisible(), false, name);
    assert.equal(await figure.locator('thead').isVisible(), true, name);
    if (name !== 'incidents') await figure.locator('button.switch').click();
  }
  const incidents = await frame.locator('[data-figure=incidents] tbody').innerText();
  assert.match(incidents, /team-server, qwen2\.5-coder-14b\s+degraded, then at capacity, then backend failing, then recovering/);
  await frame.locator('[data-figure=incidents] button.switch').click();
}

/** Everything can be reached and chosen without a mouse. */
async function byKeys(page: Page, frame: Frame): Promise<void> {
  await frame.locator('input[value="24h"]').focus();
  await page.keyboard.press('ArrowRight');
  await frame.locator('.status', { hasText: 'the last 7 days' }).waitFor({ timeout: patience });
  await page.keyboard.press('ArrowLeft');
  await frame.locator('.status', { hasText: 'the last 24 hours' }).waitFor({ timeout: patience });
  await frame.locator('[role=tab][aria-selected=true]', { hasText: team.sourceId }).focus();
  await page.keyboard.press('ArrowRight');
  await frame.locator('[role=tab][aria-selected=true]:focus', { hasText: hosted.sourceId }).waitFor({ timeout: patience });
  assert.match(await frame.locator('[data-figure=latency] caption').innerText(), /mistral, codestral-2501/);
  await page.keyboard.press('ArrowRight');
  const cancelled = (isPressed: boolean) => frame.locator(`[data-series=cancelled][aria-pressed=${isPressed}]`);
  await cancelled(false).focus({ timeout: patience });
  await page.keyboard.press('Enter');
  await cancelled(true).waitFor({ timeout: patience });
  await page.keyboard.press('Enter');
  await cancelled(false).waitFor({ timeout: patience });
}

/** The page takes the word of the extension only; what it does not know it passes over. */
async function failing(frame: Frame, picture: Picture): Promise<void> {
  const say = (message: unknown): Promise<void> => frame.locator('main').evaluate((_, each) => window.postMessage(each, '*'), message);
  await say({ version: 1, kind: 'song', words: [] });
  await say({ version: 2, kind: 'error', message: 'of another version' });
  await say({ version: 1, kind: 'view', view: { range: '24h' }, progress: 1, skipped: { lines: 0, files: 0 } });
  const failed = frame.locator('.notice.error', { hasText: 'The journal could not be read: EIO: i/o error.' });
  // Whatever is recorded meanwhile brings a view without the error.
  for (let tries = 1, isTried = false; !isTried; tries++) {
    await say({ version: 1, kind: 'error', message: 'EIO: i/o error' });
    try {
      await failed.waitFor({ timeout: patience / 4 });
      await picture('error');
      await frame.locator('button', { hasText: 'Try again' }).click({ timeout: patience / 4 });
      isTried = true;
    } catch (error) {
      if (tries === 4) throw error;
    }
  }
  await frame.locator('.status', { hasText: 'of the last 24 hours' }).waitFor({ timeout: patience });
  assert.equal(await bigOf(frame, 'Incidents'), '5');
}

/** What this window does is added while nobody looks, and there when somebody does; the page remembers its range. */
async function liveAndBack(page: Page, frame: Frame): Promise<void> {
  await choose(frame, '1 hour');
  const count = async (): Promise<number> => Number(/^[\d,]+/.exec(await frame.locator('.status').innerText())?.[0].replaceAll(',', ''));
  const before = await count();
  await runCommand(page, 'File: New Untitled Text File');
  await page.locator('.monaco-editor.focused').waitFor({ timeout: patience });
  for (const word of ['const first = ', 'second', ' + third']) {
    await page.keyboard.type(word, { delay: 20 });
    await page.waitForTimeout(700);
  }
  await page.locator('.tab', { hasText: 'Failsoft Dashboard' }).click();
  await frame.locator('.status', { hasText: 'of the last hour' }).waitFor({ timeout: patience });
  // The page says what it said before until it has been told.
  for (const end = Date.now() + patience; (await count()) <= before && Date.now() < end;) await page.waitForTimeout(100);
  assert.ok((await count()) > before, `more than ${before} records`);
  await frame.locator('.card.well', { hasText: team.sourceId }).waitFor({ timeout: patience });
}

/** The panel survives the window, with what was chosen on it. */
async function reloaded(page: Page, picture: Picture): Promise<void> {
  // By VS Code's own command: it writes down its state first, which a reload of the page may cut off.
  await page.locator('.tab', { hasText: 'Untitled-1' }).click();
  await Promise.all([page.waitForEvent('domcontentloaded'), runCommand(page, 'Developer: Reload Window')]);
  await page.locator('.tab', { hasText: 'Failsoft Dashboard' }).click({ timeout: 3 * patience });
  const frame = webviewFrame(page);
  await frame.locator('.status', { hasText: 'of the last hour' }).waitFor({ timeout: 3 * patience });
  assert.equal(await frame.locator('input[value="1h"]').isChecked(), true);
  await picture('reloaded');
}

/** First paint is of the page itself: what the window needs to make room for it is not ours. */
async function shown({ page }: Workbench, picture: Picture): Promise<void> {
  const frame = await opened(page);
  await frame.locator('.status', { hasText: 'of the last 24 hours' }).waitFor({ timeout: patience });
  // The browser tells of a paint after it.
  await frame.locator('main').evaluate(async () => {
    for (let look = 0; look < 100 && performance.getEntriesByName('first-contentful-paint').length === 0; look++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  const marks = await frame
    .locator('main')
    .evaluate(() =>
      [...performance.getEntriesByType('paint'), ...performance.getEntriesByType('mark')].map(({ name, startTime }) => [
        name,
        Math.round(startTime),
      ]),
    );
  const after = Object.fromEntries(marks) as Record<string, number>;
  console.log(`dashboard: ${JSON.stringify(after)} ms after its page began to load`);
  const painted = Number(after['first-contentful-paint']);
  // 300 ms is the target, on a machine that does nothing else.
  assert.ok(painted < 1000, 'something is painted at once');
  assert.ok(painted < Number(after['figures']), 'and before the journal is read');
  await whole(page, frame, () => picture(''));
}

/** All of the page in one picture. */
async function whole(page: Page, frame: Frame, take: () => Promise<void>): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 1400, height: 2140 });
  await frame.locator('main').evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await frame.locator('main').evaluate(() => window.scrollTo(0, 0));
  // The charts are drawn again at their new width in the next frame.
  await page.waitForTimeout(500);
  await take();
  if (before) await page.setViewportSize(before);
}
