/**
 * What the suite in the extension host cannot see: the end of that host. Kills it twice in a window of its own, and looks at what
 * VS Code and Failsoft make of it.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startFaultServer } from '../fakes/faultServer.ts';
import { startWorkbench, witnessed } from '../host/workbench.mjs';

type Workbench = Awaited<ReturnType<typeof startWorkbench>>;
type Page = Workbench['page'];

/** Milliseconds that something is waited for. */
const patience = 60_000;

/** Killed once: noticed and told in the log. Killed twice: safe mode, said once, left by one click. Throws when it is not so. */
export async function checkCrashes(repository: string, version: string): Promise<void> {
  const server = await startFaultServer({ pace: { firstTokenMs: 20, betweenTokensMs: 1 }, answer: () => 'left + right' });
  const folder = mkdtempSync(path.join(tmpdir(), 'fs-crash-'));
  const userDataDir = path.join(folder, 'user');
  // The server build is a remote to the window: there, machine-scoped settings are read from the machine's own file.
  const backends = [{ name: 'practice', baseUrl: `${server.url}/v1`, model: 'qwen2.5-coder' }];
  mkdirSync(path.join(userDataDir, 'Machine'), { recursive: true });
  writeFileSync(path.join(userDataDir, 'Machine', 'settings.json'), JSON.stringify({ 'failsoft.backends': backends }));
  const workbench = await startWorkbench({ version, extensionPaths: [repository], userDataDir });
  const { page } = workbench;
  const file = (name: string): string => path.join(repository, 'out', 'extension-tests', version, `${name}.png`);
  const picture = (name: string): Promise<void> => workbench.screenshot(file(name));
  try {
    await witnessed(page, file('crash-failure'), () => play(workbench, userDataDir, picture));
    console.log('extension host: killed once, killed twice, safe mode, left');
  } finally {
    await workbench.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(workbench: Workbench, userDataDir: string, picture: (name: string) => Promise<void>): Promise<void> {
  const { page } = workbench;
  await statusSays(page, /Failsoft(?!.*local)/);
  const first = await hostIn(userDataDir, undefined);
  assert.equal(first, workbench.extensionHostPid());
  await kill(page, first);
  const second = await hostIn(userDataDir, first);
  await statusSays(page, /Failsoft(?!.*local)/);
  assert.equal(await toastsWith(page, 'safe mode'), 0, 'one end is no reason for safe mode');
  await kill(page, second);
  const third = await hostIn(userDataDir, second);
  const toast = page.locator('.notifications-toasts .notification-list-item:has-text("safe mode")');
  await toast.waitFor({ timeout: patience });
  await statusSays(page, /Failsoft.*local/);
  await picture('safe-mode');
  assert.equal(await toastsWith(page, 'safe mode'), 1);
  await toast.locator('.monaco-button:has-text("Leave Safe Mode")').click();
  await statusSays(page, /Failsoft(?!.*local)/);
  assert.equal(await hostIn(userDataDir, second), third);
  await picture('safe-mode-left');
}

/** Ends an extension host as a lack of memory would. VS Code does not begin another for extensions under development: a reload does. */
async function kill(page: Page, host: number): Promise<void> {
  process.kill(host, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await page.reload();
}

/** The process of the extension host, as its marker says; not the one before. */
async function hostIn(userDataDir: string, before: number | undefined): Promise<number> {
  const windows = path.join(userDataDir, 'User', 'globalStorage', 'failsoft.failsoft', 'windows');
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    for (const name of namesIn(windows)) {
      const own = /^window-(\d+)-/.exec(name)?.[1];
      if (own === undefined || name.endsWith('.new') || Number(own) === before) continue;
      const values = JSON.parse(readFileSync(path.join(windows, name), 'utf8')) as { process: number; during: string };
      if (values.during !== 'starting') return values.process;
    }
  }
  throw new Error(`no marker of a new extension host in ${patience} ms; there are ${namesIn(windows).join(', ') || 'none'}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function statusSays(page: Page, words: RegExp): Promise<void> {
  const item = page.locator('.statusbar-item').filter({ hasText: words });
  await item.first().waitFor({ timeout: patience });
}

function toastsWith(page: Page, words: string): Promise<number> {
  return page.locator(`.notifications-toasts .notification-list-item:has-text("${words}")`).count();
}
