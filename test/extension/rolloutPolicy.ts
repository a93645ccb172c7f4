/** The policy of a rollout in the editor, and the checks of its candidate, as a person makes them. */
import assert from 'node:assert/strict';
import { goTo, openFile, runCommand, tried, waitForToast, webviewFrame } from '../host/workbench.mjs';
import { patience, type RolloutDesk } from './rolloutDesk.ts';

/** Completed, explained and checked by the editor; a broken one is told of, and the last good one holds. */
export async function policyInEditor(desk: RolloutDesk): Promise<void> {
  const { page } = desk;
  await openFile(page, 'failsoft-rollout.json');
  await goTo(page, 1, 2);
  await page.keyboard.type('\n  "', { delay: 50 });
  // The server for JSON begins with the first such file: what was typed before is not completed by itself, or without the schema. A list
  // that is open is not asked for again, so it is closed before.
  const complete = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Space');
  };
  await tried(complete, page.locator('.suggest-widget .monaco-list-row', { hasText: 'soak' }));
  await desk.picture('policy-completion');
  await page.keyboard.press('Escape');
  for (let each = 0; each < 10; each++) await page.keyboard.press('Control+z');
  const hover = async (): Promise<void> => {
    await page.mouse.move(60, 500);
    await page.locator('.view-line span', { hasText: '"baselineP99"' }).last().hover();
  };
  await tried(hover, page.locator('.monaco-hover:visible', { hasText: 'P99 of the latency of the baseline' }));
  // It fades in.
  await page.waitForTimeout(400);
  await desk.picture('policy-hover');
  await page.mouse.move(60, 500);
  // What was typed above it was wrong, too.
  await page.locator('.squiggly-error, .squiggly-warning').first().waitFor({ state: 'detached', timeout: patience });
  desk.policy({ control: 0.9 });
  await page.locator('.squiggly-error, .squiggly-warning').first().waitFor({ timeout: patience });
  await desk.picture('policy-wrong');
  await runCommand(page, 'Failsoft: Show Rollout');
  const frame = webviewFrame(page);
  await frame.locator('[data-part=problems]', { hasText: 'control is 0.9' }).waitFor({ timeout: patience });
  const text = await frame.locator('main').innerText();
  assert.match(text, /failsoft-rollout\.json:\d+:\d+: control is 0\.9, allowed is a number from 0\.1 to 0\.5/);
  assert.match(text, /the last good state holds/);
  assert.match(text, /Rollout qwen3-coder/);
  await desk.picture('policy-problem');
  desk.policy({});
  await frame.locator('[data-part=problems]', { hasText: 'control is 0.9' }).waitFor({ state: 'hidden', timeout: patience });
}

/** Each opens its report, and stands in the checklist with what was found. */
export async function checksMade(desk: RolloutDesk): Promise<void> {
  const { page } = desk;
  await check(desk, 'Failsoft: Check Prompt Compatibility', 'prompt compatibility');
  await check(desk, 'Failsoft: Benchmark Candidate', 'benchmark');
  await check(desk, 'Failsoft: Rehearse Rollback', 'rollback rehearsal', 'passed');
  await runCommand(page, 'Failsoft: Show Readiness');
  await page.locator('.tab.active', { hasText: 'Readiness of qwen3-coder' }).waitFor({ timeout: patience });
  // A preview is a page within pages, and the dashboard behind it is another one.
  const texts = async (): Promise<string> => {
    const bodies = page.frames().map((frame) =>
      frame
        .locator('body')
        .innerText({ timeout: 2000 })
        .catch(() => ''),
    );
    return (await Promise.all(bodies)).join('\n');
  };
  let text = '';
  for (const until = Date.now() + patience; !text.includes('the way back was walked') && Date.now() < until;) {
    text = await texts();
    await page.waitForTimeout(250);
  }
  assert.match(text, /the way back was walked in \d+ s/);
  await desk.picture('readiness');
}

async function check(desk: RolloutDesk, command: string, name: string, verdict = ''): Promise<void> {
  const { page } = desk;
  const began = Date.now();
  await runCommand(page, command);
  await waitForToast(page, `Failsoft: ${name}`);
  const end = page
    .locator('.notifications-toasts .notification-list-item')
    .filter({ hasText: /(passed|failed|inconclusive|not be checked):/ });
  await end.first().waitFor({ timeout: 6 * patience });
  const text = await end.first().innerText();
  console.log(`rollout: ${Math.round((Date.now() - began) / 1000)} s: ${text.split('\n')[0]}`);
  assert.match(text, new RegExp(`${name} ${verdict}`));
  await desk.picture(name.replaceAll(' ', '-'));
  // The report comes after the word and takes the focus.
  await page.locator('.tab.active', { hasText: `${name} of the candidate` }).waitFor({ timeout: patience });
  await page.waitForTimeout(500);
  await runCommand(page, 'Notifications: Clear All Notifications');
}
