/**
 * A rollout and its automatic end as a person sees them: two practice models, a real window, a second one beside it, and the keys of a
 * keyboard. It plays in windows of its own, because the suite in the extension host can neither reload its window nor open another.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { runCommand, webviewFrame } from '../host/workbench.mjs';
import { openDesk, patience, type RolloutDesk } from './rolloutDesk.ts';

/** Throws when something is not as it has to be. */
export async function checkRollout(repository: string, version: string): Promise<void> {
  const desk = await openDesk(repository, version);
  try {
    await nothingPlanned(desk);
    console.log('rollout: done');
  } catch (error) {
    await desk.picture('failure').catch(() => undefined);
    throw error;
  } finally {
    await desk.close();
  }
}

async function nothingPlanned(desk: RolloutDesk): Promise<void> {
  const { page } = desk;
  await runCommand(page, 'Failsoft: Show Rollout');
  await webviewFrame(page).locator('h2', { hasText: 'No rollout is planned' }).waitFor({ timeout: patience });
  await desk.picture('none');
  await desk.policy({});
  await webviewFrame(page).locator('h2', { hasText: desk.candidate.model }).waitFor({ timeout: patience });
  await desk.picture('idle');
  assert.ok(path.isAbsolute(desk.policyFile));
}
