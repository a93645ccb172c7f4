/**
 * The rollout page in a real browser, over snapshots that a test has made: drawn in three themes and on a narrow column, used by keys,
 * and told things that it must not believe. What the editor gives to a page is played here.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type HostMessage, protocolVersion } from '../../src/dashboard/protocol.ts';
import type { RolloutAction, RolloutSnapshot } from '../../src/domain/rollout.ts';
import { pageHtml } from '../../src/vscode/dashboardHtml.ts';
import { editorThemes } from '../fakes/editorThemes.ts';
import { rolledBack, rolloutSnapshot } from '../fakes/rolloutControl.ts';
import { ensureBrowser } from '../host/install.mjs';

/** Where the files of the page seem to come from; nothing leaves this process. */
const origin = 'http://dashboard.test';

type ThemeName = keyof typeof editorThemes;

const atFive: readonly RolloutAction[] = ['advance', 'pause', 'roll-back', 'pin', 'block', 'override'];

/** Throws when something is not as it has to be. */
export async function checkRolloutPage(repository: string): Promise<void> {
  const pictures = path.join(repository, 'out', 'extension-tests', 'rollout-page');
  mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: ['--force-color-profile=srgb'] });
  try {
    for (const theme of ['dark', 'light', 'contrast'] as const) await inTheme(browser, repository, theme, pictures);
  } finally {
    await browser.close();
  }
  console.log('rollout page: at 5 %, rolled back, none planned, narrow; keys, foreign messages; dark, light, high contrast');
}

async function inTheme(browser: Browser, repository: string, theme: ThemeName, pictures: string): Promise<void> {
  const { page, complaints } = await opened(browser, repository, theme);
  const picture = (name: string): Promise<unknown> =>
    page.screenshot({ path: path.join(pictures, `${theme}-${name}.png`), fullPage: true });
  await say(page, { kind: 'place', place: 'rollout' });
  await empty(page);
  await picture('none');
  await unread(page);
  await picture('unread');
  await tell(page, rolloutSnapshot(), atFive);
  await stagePage(page);
  await picture('stage');
  await buttons(page);
  await focusStays(page);
  await foreign(page);
  await tell(page, rolledBack(), ['reset', 'pin', 'unblock']);
  await taken(page);
  await picture('rolled-back');
  await tell(
    page,
    rolloutSnapshot({
      phase: { kind: 'paused', before: { kind: 'stage', percent: 25 } },
      problems: ['flags.json, line 3: a number was expected'],
    }),
    ['resume'],
  );
  await page.getByRole('listitem').filter({ hasText: '25 %paused here' }).waitFor();
  await picture('paused');
  await narrow(page);
  await picture('narrow');
  assert.deepEqual(complaints, []);
  await page.close();
}

async function opened(browser: Browser, repository: string, theme: ThemeName): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const folder = path.join(repository, 'dist', 'webview', 'dashboard');
  const html = pageHtml({ script: `${origin}/main.js`, style: `${origin}/dashboard.css`, source: origin, nonce: 'of-this-test' });
  await page.route(`${origin}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html });
    if (name === 'favicon.ico') return route.fulfill({ status: 204 });
    return route.fulfill({
      contentType: name.endsWith('.js') ? 'text/javascript' : 'text/css',
      body: readFileSync(path.join(folder, name)),
    });
  });
  // What tsx wraps functions in has to be there too, where they run.
  await page.addInitScript('globalThis.__name = (each) => each');
  await page.addInitScript(editorPart, editorThemes[theme]);
  await page.goto(`${origin}/`);
  await page.getByRole('tab', { name: 'Activity' }).waitFor();
  return { page, complaints };
}

/** Runs in the page before its script: what VS Code gives to it. */
function editorPart(theme: { readonly bodyClass: string; readonly colours: Readonly<Record<string, string>> }): void {
  const sent: unknown[] = [];
  let state: unknown;
  Object.assign(globalThis, {
    sent,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => void sent.push(message),
      getState: () => state,
      setState: (next: unknown) => void (state = next),
    }),
  });
  addEventListener('DOMContentLoaded', () => {
    document.body.className = theme.bodyClass;
    document.body.style.fontFamily = 'system-ui, "DejaVu Sans", sans-serif';
    document.body.style.fontSize = '13px';
    document.body.style.margin = '0';
    for (const [name, colour] of Object.entries(theme.colours)) document.documentElement.style.setProperty(`--vscode-${name}`, colour);
  });
}

type Unversioned<M> = M extends unknown ? Omit<M, 'version'> : never;

async function say(page: Page, message: Unversioned<HostMessage> | object): Promise<void> {
  await page.evaluate((each) => window.postMessage(each, '*'), { version: protocolVersion, ...message });
}

async function tell(
  page: Page,
  snapshot: RolloutSnapshot | null,
  possible: readonly RolloutAction[],
  problems: readonly string[] = [],
): Promise<void> {
  await say(page, { kind: 'rollout', rollout: { snapshot, possible, isLoaded: true, problems } });
  await page.waitForTimeout(50);
}

/** What the page has sent since the last look. */
async function sentBy(page: Page): Promise<unknown[]> {
  return page.evaluate(() => (globalThis as unknown as { sent: unknown[] }).sent.splice(0));
}

async function empty(page: Page): Promise<void> {
  await page.getByText('Looking for a rollout…').waitFor();
  await tell(page, null, []);
  await page.getByRole('heading', { name: 'No rollout is planned' }).waitFor();
  assert.equal(await page.getByRole('group', { name: 'Look back' }).isVisible(), false, 'a range means nothing here');
  await sentBy(page);
  await page.getByRole('button', { name: 'New rollout policy…' }).click();
  assert.deepEqual(await sentBy(page), [{ version: 1, kind: 'rollout-open', what: 'new-policy' }]);
}

/** A policy that was never good is no reason to say that there is none. */
async function unread(page: Page): Promise<void> {
  await tell(page, null, [], ['/home/me/failsoft-rollout.json:4:14: control is 7, allowed is a number from 0.1 to 0.5']);
  const region = page.getByRole('region', { name: 'The policy cannot be followed' });
  assert.match(await region.innerText(), /failsoft-rollout\.json:4:14: control is 7/);
  assert.equal(await page.getByText('No rollout is planned').count(), 0);
  await page.getByRole('button', { name: 'Open the policy' }).click();
  assert.deepEqual(await sentBy(page), [{ version: 1, kind: 'rollout-open', what: 'new-policy' }]);
}

async function stagePage(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Rollout november-coder' }).waitFor();
  await page.getByRole('tab', { name: 'Rollout 5 %' }).waitFor();
  const here = page.locator('[aria-current=step]');
  assert.equal(await here.count(), 1);
  assert.match(await here.innerText(), /5 %\s*now/);
  const gates = page.getByRole('table', { name: 'Evidence against the gates' });
  const latency = gates.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Latency' }) });
  assert.match(await latency.innerText(), /1 of 112 answers took longer than 460 ms[^\n]*\s+112 of 473\s+…\s*collecting/);
  assert.equal(await latency.locator('.gauge-fill').evaluate((fill) => fill.style.width), '24%');
  assert.equal(await page.getByRole('table', { name: 'Readiness' }).getByRole('row').count(), 6);
  assert.equal(await page.getByRole('table', { name: 'Decisions' }).getByRole('row').count(), 5);
}

/** Each button says what it is, and sends that and nothing else. */
async function buttons(page: Page): Promise<void> {
  await sentBy(page);
  const group = page.getByRole('group', { name: 'What you can do' });
  assert.deepEqual(await group.getByRole('button').allInnerTexts(), [
    'Promote to 25 %…',
    'Hold…',
    'Roll back to qwen2.5-coder-14b (team-server)',
    'Pin a model…',
    'Block a model…',
    'Readiness as a document',
  ]);
  for (const button of await group.getByRole('button').all()) await button.click();
  await page.getByRole('button', { name: 'Override: Prompt compatibility' }).click();
  await page.getByRole('button', { name: 'Run: Benchmark' }).click();
  assert.deepEqual(await sentBy(page), [
    ...(['advance', 'pause', 'roll-back', 'pin', 'block'] as const).map((action) => ({ version: 1, kind: 'rollout-action', action })),
    { version: 1, kind: 'rollout-open', what: 'readiness' },
    { version: 1, kind: 'rollout-action', action: 'override', subject: 'prompt-compatibility' },
    { version: 1, kind: 'rollout-check', check: 'benchmark' },
  ]);
}

/** A new snapshot comes every second; a person who is on a button stays on it, and the tabs go by arrow keys. */
async function focusStays(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Hold…' }).focus();
  await tell(page, rolloutSnapshot({ reason: 'Latency has 113 of 473 samples.' }), atFive.slice(0, -1));
  await tell(page, rolloutSnapshot({ stages: [5, 30, 100] }), atFive);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Hold…');
  await tell(page, rolloutSnapshot(), ['resume']);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-part')), 'actions', 'not on what took its place');
  await tell(page, rolloutSnapshot(), atFive);
  await takesNoFocus(page);
  await page.getByRole('tab', { name: 'Rollout' }).focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.getByRole('group', { name: 'Look back' }).isVisible(), true);
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'tab-activity');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('tabpanel', { name: 'Rollout' }).waitFor();
  await sentBy(page);
  await page.getByRole('button', { name: 'Hold…' }).focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await sentBy(page), [{ version: 1, kind: 'rollout-action', action: 'pause' }]);
}

/** While the person types a reason in a box beside the page, it is drawn anew and does not take the focus; the place is there afterwards. */
async function takesNoFocus(page: Page): Promise<void> {
  const focused = (): Promise<string | null | undefined> => page.evaluate(() => document.activeElement?.textContent);
  await page.getByRole('button', { name: 'Hold…' }).focus();
  await page.evaluate(() => Object.assign(document, { hasFocus: () => false }));
  await tell(page, rolloutSnapshot(), ['pause']);
  await tell(page, rolloutSnapshot(), atFive);
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
  await page.evaluate(() => {
    Reflect.deleteProperty(document, 'hasFocus');
    window.dispatchEvent(new Event('focus'));
  });
  assert.equal(await focused(), 'Hold…');
  await page.getByRole('tab', { name: 'Rollout' }).focus();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  assert.equal(await focused(), await page.getByRole('tab', { name: 'Rollout' }).textContent(), 'once, and not again');
}

/** The page takes the word of the extension only, and every text as a text. */
async function foreign(page: Page): Promise<void> {
  const before = await page.locator('[data-section=rollout]').innerText();
  const good = rolloutSnapshot({ name: 'of-a-stranger' });
  await say(page, { kind: 'rollout', rollout: { snapshot: { ...good, stages: ['5'] }, possible: [], isLoaded: true, problems: [] } });
  await say(page, {
    kind: 'rollout',
    rollout: { snapshot: { ...good, phase: { kind: 'stage' } }, possible: [], isLoaded: true, problems: [] },
  });
  await say(page, { kind: 'rollout', rollout: { snapshot: good, possible: ['sell'], isLoaded: true, problems: [] } });
  await say(page, { version: 2, kind: 'rollout', rollout: { snapshot: good, possible: [], isLoaded: true, problems: [] } });
  await say(page, { kind: 'place', place: 'elsewhere' });
  await page.waitForTimeout(100);
  assert.equal(await page.locator('[data-section=rollout]').innerText(), before);
  await tell(page, rolloutSnapshot({ reason: '<img src=x onerror="document.title=1"><b>bold</b>' }), atFive);
  assert.equal(await page.locator('[data-section=rollout] :is(img, b)').count(), 0);
  await page.getByText('<img src=x').waitFor();
}

async function taken(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Rollout rolled back' }).waitFor();
  assert.match(await page.locator('[aria-current=step]').innerText(), /✕\s*25 %\s*taken back here/);
  assert.match(await page.getByRole('table', { name: 'Decisions' }).innerText(), /rolled back \(latency\)[^]*4 of 12 answers took longer/);
}

/** As a panel beside the editor: nothing is scrolled sideways, and nothing is lost. */
async function narrow(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 900 });
  for (const snapshot of [rolloutSnapshot({ name: 'a'.repeat(60), pinned: 'm'.repeat(60) }), rolloutSnapshot()]) {
    await tell(page, snapshot, atFive);
    const { width, seen } = await page.evaluate(() => ({ width: document.documentElement.scrollWidth, seen: innerWidth }));
    assert.ok(width <= seen, `${width} px wide in a window of ${seen} px`);
  }
  const gates = page.getByRole('table', { name: 'Evidence against the gates' });
  assert.equal(await gates.getByRole('row').count(), 7, 'the head is still read out');
  await page.setViewportSize({ width: 360, height: 900 });
}
