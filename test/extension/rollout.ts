/**
 * A rollout and its automatic end as a person sees them: two practice models, a real window, a second one beside it, and the keys of a
 * keyboard. It plays in windows of its own, because the suite in the extension host can neither reload its window nor open another.
 */
import assert from 'node:assert/strict';
import {
  answerInput,
  hoverStatusBar,
  readGhostText,
  runCommand,
  searchCommand,
  waitForToast,
  webviewFrame,
  witnessed,
} from '../host/workbench.mjs';
import { checksMade, policyInEditor } from './rolloutPolicy.ts';
import { asked, openDesk, type Page, patience, type RolloutDesk } from './rolloutDesk.ts';

/** Throws when something is not as it has to be. */
export async function checkRollout(repository: string, version: string): Promise<void> {
  const desk = await openDesk(repository, version);
  const began = Date.now();
  const step = async (name: string, play: (desk: RolloutDesk) => Promise<void>): Promise<void> => {
    await play(desk);
    console.log(`rollout: ${name} (${Math.round((Date.now() - began) / 1000)} s)`);
  };
  try {
    await witnessed(desk.page, desk.file('failure'), async () => {
      await step('nothing planned, planned', planned);
      await step('begun, copied, 5 %', firstStage);
      await step('promoted to 25 %', secondStage);
      await step('taken back, in both windows', takenBack);
      await step('frozen, reloaded', frozen);
      await step('kill switch', killed);
      await step('policy in the editor', policyInEditor);
      await step('checks', checksMade);
    });
  } finally {
    await desk.close();
  }
}

/** The page of the rollout, in front. */
async function rolloutPage({ page }: RolloutDesk, title: RegExp) {
  await runCommand(page, 'Failsoft: Show Rollout');
  const frame = webviewFrame(page);
  await frame.locator('.lead', { hasText: title }).waitFor({ timeout: patience });
  return frame;
}

const part = (frame: ReturnType<typeof webviewFrame>, name: string): Promise<string> => frame.locator(`[data-part=${name}]`).innerText();

async function planned(desk: RolloutDesk): Promise<void> {
  const { page } = desk;
  await runCommand(page, 'Failsoft: Show Rollout');
  await webviewFrame(page).locator('h2', { hasText: 'No rollout is planned' }).waitFor({ timeout: patience });
  await desk.picture('none');
  // The first policy that somebody writes is wrong: there is no last good one, and it has to be said all the same.
  desk.policy({ control: 7 });
  const wrong = webviewFrame(page).getByRole('region', { name: 'The policy cannot be followed' });
  await wrong.waitFor({ timeout: patience });
  assert.match(await wrong.innerText(), /failsoft-rollout\.json:\d+:\d+: control is 7, allowed is a number from 0\.1 to 0\.5/);
  assert.match(await hoverStatusBar(page, 'Failsoft'), /Rollout\s+none; .*control is 7/);
  await page.mouse.move(60, 500);
  await desk.picture('unread');
  desk.policy({});
  const frame = await rolloutPage(desk, /planned and has not begun/);
  assert.match(
    await part(frame, 'facts'),
    /This installation\s+qwen2\.5-coder \(practice\), the baseline; the candidate from the first stage/,
  );
  await desk.picture('idle');
}

async function firstStage(desk: RolloutDesk): Promise<void> {
  const { page } = desk;
  await runCommand(page, 'Failsoft: Begin Rollout…');
  await page.locator('.quick-input-widget:visible', { hasText: 'nobody has it before the first stage' }).waitFor({ timeout: patience });
  await desk.picture('begin');
  await answerInput(page, 'the new model of November');
  const frame = await rolloutPage(desk, /Copies of requests go to the candidate/);
  assert.equal(desk.decisions()[0]?.reason, 'the new model of November');
  const isFirst = (): boolean => desk.decisions().at(-1)?.phase.kind === 'stage';
  await desk.ask(60, isFirst);
  assert.ok(isFirst(), JSON.stringify(desk.decisions()));
  assert.equal(desk.decisions().at(-1)?.by, 'gates');
  // One in ten stays with the baseline, by chance: of a hundred at least one.
  const [was, next] = [asked(desk.servers.baseline), asked(desk.servers.candidate)];
  const isEnough = (): boolean => asked(desk.servers.candidate) >= next + 25 && asked(desk.servers.baseline) > was;
  const { baseline, candidate } = await desk.ask(100, isEnough);
  assert.ok(candidate >= 25 && baseline >= 1 && baseline < candidate / 2, `${candidate} to the candidate, ${baseline} to the baseline`);
  console.log(`rollout: ${candidate} requests to the candidate, ${baseline} to the baseline for comparison`);
  await rolloutPage(desk, /5 % of all installations/);
  assert.match(await part(frame, 'facts'), /This installation\s+qwen3-coder \(practice-next\), the candidate, says your setting/);
  await desk.picture('5');
}

async function secondStage(desk: RolloutDesk): Promise<void> {
  const { page } = desk;
  await runCommand(page, 'Failsoft: Promote Rollout to Next Stage…');
  await page.locator('.quick-input-widget:visible', { hasText: 'Not proven yet: latency' }).waitFor({ timeout: patience });
  await desk.picture('promote');
  await answerInput(page, 'looks good so far');
  await rolloutPage(desk, /25 % of all installations/);
  await desk.ask(6);
  await rolloutPage(desk, /25 % of all installations/);
  await desk.picture('25');
  assert.match(await hoverStatusBar(page, 'Failsoft'), /Rollout\s+25 %; you use qwen3-coder \(practice-next\), says your setting/);
  await desk.picture('tooltip');
  await page.mouse.move(700, 300);
  await runCommand(page, 'Failsoft: Show Menu');
  await page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'Roll back to' }).waitFor({ timeout: patience });
  await desk.picture('menu');
  await page.keyboard.press('Escape');
}

async function takenBack(desk: RolloutDesk): Promise<void> {
  const { page, servers } = desk;
  const second = await desk.secondWindow();
  await runCommand(second, 'Failsoft: Show Rollout');
  await webviewFrame(second).locator('.lead', { hasText: '25 % of all installations' }).waitFor({ timeout: patience });
  // Else the browser makes every page believe that it is the one that is looked at.
  const focus = await page.context().newCDPSession(second);
  await focus.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  await page.bringToFront();
  await second.evaluate(() => window.dispatchEvent(new Event('blur')));
  await desk.ask(30);
  await servers.candidate.set({ kind: 'healthy', firstTokenMs: 600 });
  const isBack = (): boolean => desk.decisions().at(-1)?.phase.kind === 'rolled-back';
  const seen = webviewFrame(second)
    .locator('.lead', { hasText: 'Rolled back' })
    .waitFor({ timeout: 6 * patience })
    .then(Date.now);
  // Else it would end the whole run when something fails before it is waited for.
  seen.catch(() => undefined);
  const lost = timeLost();
  const { candidate } = await desk.ask(60, isBack);
  assert.ok(isBack(), JSON.stringify(desk.decisions()));
  const decision = desk.decisions().at(-1);
  assert.equal(decision?.gate, 'latency');
  const shownAfter = (await seen) - decision.at;
  const stood = lost(decision.at);
  console.log(
    `rollout: taken back after ${candidate} slow requests; the other window shows it after ${shownAfter} ms, of which it stood still ${stood} ms`,
  );
  assert.ok(shownAfter - stood < 2500, 'the other window shows it within 2 s');
  const toast = await Promise.any([waitForToast(page, 'was taken back'), waitForToast(second, 'was taken back')]);
  const toldAll = async (): Promise<number> => (await told(page)) + (await told(second));
  await second.waitForTimeout(1000);
  assert.equal(await toldAll(), 1, 'told once');
  await desk.picture('toast', (await told(second)) > 0 ? second : page);
  assert.match(
    toast,
    /the new model qwen3-coder \(practice-next\) was taken back: .*took longer than 300 ms.*You are back on qwen2\.5-coder \(practice\)\. Nothing to do\./s,
  );
  const next = await desk.ask(5);
  assert.deepEqual({ candidate: next.candidate, isAnswered: next.baseline >= 5 }, { candidate: 0, isAnswered: true });
  await focus.send('Emulation.setFocusEmulationEnabled', { enabled: true });
  await second.bringToFront();
  await second.waitForTimeout(1000);
  // A toast may have gone by itself by now.
  assert.ok((await toldAll()) <= 1, 'not told again, whichever window is looked at');
  await second.close();
  await page.bringToFront();
  const frame = await rolloutPage(desk, /Rolled back: everybody has the baseline/);
  assert.match(await part(frame, 'history'), /rolled back \(latency\)[\s\S]*promoted to 25 %[\s\S]*promoted to 5 %[\s\S]*begun/);
  await desk.picture('rolled-back');
}

/** Watches how long this machine does something else than it is asked for. @returns milliseconds of it since a time of the clock */
function timeLost(): (since: number) => number {
  const every = 50;
  const pauses: { readonly at: number; readonly took: number }[] = [];
  let last = Date.now();
  const timer = setInterval(() => {
    const at = Date.now();
    if (at - last > 3 * every) pauses.push({ at, took: at - last });
    last = at;
  }, every);
  return (since) => {
    clearInterval(timer);
    return pauses.filter(({ at }) => at > since).reduce((sum, { took }) => sum + took, 0);
  };
}

const told = (page: Page): Promise<number> =>
  page.locator('.notifications-toasts .notification-list-item', { hasText: 'was taken back' }).count();

async function frozen(desk: RolloutDesk): Promise<void> {
  const { page } = desk;
  await searchCommand(page, 'Failsoft: Rollout…');
  const row = (title: string) => page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: title });
  await row('Failsoft: Reset Rollout…').waitFor({ timeout: patience });
  assert.equal(await row('Failsoft: Begin Rollout…').count(), 0);
  await page.keyboard.press('Escape');
  await desk.reload();
  await rolloutPage(desk, /Rolled back: everybody has the baseline/);
  const { baseline, candidate } = await desk.ask(3);
  assert.ok(candidate === 0 && baseline >= 3, `${candidate} to the candidate, ${baseline} to the baseline`);
  assert.equal(await told(page), 0, 'not told again');
}

async function killed(desk: RolloutDesk): Promise<void> {
  const { page, servers } = desk;
  await servers.candidate.set({ kind: 'healthy' });
  const isAsked = (words: string): Promise<void> =>
    page.locator('.quick-input-widget:visible', { hasText: words }).waitFor({ timeout: patience });
  await runCommand(page, 'Failsoft: Reset Rollout…');
  await isAsked('as if it had not begun');
  await answerInput(page, 'the server had a bad disk');
  await rolloutPage(desk, /planned and has not begun/);
  await runCommand(page, 'Failsoft: Begin Rollout…');
  await isAsked('nobody has it before the first stage');
  await answerInput(page, 'once more');
  // The copies have proven themselves already; without them it would take five.
  await rolloutPage(desk, /Copies of requests|5 % of all/);
  await desk.ask(60, () => desk.decisions().at(-1)?.phase.kind === 'stage');
  const before = await desk.ask(8);
  assert.ok(before.candidate > 0, 'the candidate serves again');
  desk.settings({ 'failsoft.rollout.killSwitch': true });
  const frame = await rolloutPage(desk, /5 % of all installations/);
  await frame.locator('dd', { hasText: 'the kill switch' }).waitFor({ timeout: patience });
  const after = await desk.ask(6);
  assert.ok(after.candidate === 0 && after.baseline >= 6, JSON.stringify(after));
  await rolloutPage(desk, /5 % of all installations/);
  await desk.picture('kill-switch');
  assert.equal(await readGhostText(page), '');
}
