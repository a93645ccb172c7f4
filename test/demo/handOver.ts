/** Opens the VS Code that a person works in, says what to try, and stays until they close it. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FaultServer } from '../fakes/faultServer.ts';
import { resolveVSCode } from '../host/electron.mjs';
import { writeSettings } from '../host/settings.mjs';
import { startWorkbench } from '../host/workbench.mjs';
import { backendSetting, behaviours, demoWorkspace, startPractice } from './practice.ts';

/** What is opened. */
export interface HandOverOptions {
  readonly repository: string;
  readonly version?: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Runs until the window is closed or Ctrl+C is pressed. @returns the exit code */
export async function handOver(options: HandOverOptions): Promise<number> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'failsoft-demo-'));
  let practice: FaultServer | undefined;
  let stopKeys = (): void => undefined;
  try {
    const folder = path.join(temporary, 'corner-shop');
    await cp(demoWorkspace, folder, { recursive: true });
    practice = await startPractice();
    const settings = { 'failsoft.backends': [backendSetting(practice)] };
    const version = options.version === undefined ? {} : { version: options.version };
    const found = await resolveVSCode(version);
    options.say(`Opening VS Code ${found.version} (${found.kind === 'desktop' ? 'desktop' : 'in a browser'}) …`);
    options.say(whatToTry(practice));
    stopKeys = listenToKeys(practice, options.say);
    if (found.kind === 'desktop') await runDesktop(found.executable, temporary, folder, settings, options);
    else await runInBrowser(folder, settings, options);
    return options.signal.aborted ? 130 : 0;
  } finally {
    stopKeys();
    await practice?.close();
    await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function runDesktop(
  executable: string,
  temporary: string,
  folder: string,
  settings: Readonly<Record<string, unknown>>,
  options: HandOverOptions,
): Promise<void> {
  const userData = path.join(temporary, 'user');
  writeSettings(userData, settings);
  const child = spawn(
    executable,
    [
      folder,
      '--wait',
      '--new-window',
      `--extensionDevelopmentPath=${options.repository}`,
      `--user-data-dir=${userData}`,
      `--extensions-dir=${path.join(temporary, 'extensions')}`,
      '--skip-welcome',
      '--skip-release-notes',
      '--disable-workspace-trust',
    ],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  );
  const end = (): void => void child.kill('SIGTERM');
  options.signal.addEventListener('abort', end, { once: true });
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`VS Code could not be started: ${error.message}`)));
    child.once('exit', () => resolve());
  });
}

async function runInBrowser(folder: string, settings: Readonly<Record<string, unknown>>, options: HandOverOptions): Promise<void> {
  const workbench = await startWorkbench({
    folder,
    extensionPaths: [options.repository],
    settings,
    headless: false,
    log: options.say,
    ...(options.version === undefined ? {} : { version: options.version }),
  });
  const aborted = new Promise<void>((resolve) => {
    if (options.signal.aborted) resolve();
    options.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([workbench.ended, aborted]);
  await workbench.close();
}

function whatToTry(practice: FaultServer): string {
  const control = `${practice.controlUrl}/__control`;
  const keys = Object.entries(behaviours).map(([name, { key }]) => `${key} ${name}`);
  return `
Try this:
  1. Open src/cart.ts, go to its end and write a function like its neighbours: ghost text comes from the practice
     backend. Tab takes it.
  2. Make the backend misbehave, with a key in this terminal: ${keys.join(' · ')}
     or from elsewhere:
       curl -d '{"behaviour":{"kind":"capacity"}}' ${control}
       curl -d '{"behaviour":{"kind":"slow","factor":5}}' ${control}
       curl -d '{"behaviour":{"kind":"healthy"}}' ${control}
  3. Go on writing: ghost text keeps coming. "Failsoft" in the status bar says what is wrong, what is used instead and when
     it is tried again; a click opens its menu.
  4. Empty the setting failsoft.backends: that is how it works without any backend.
Close the window or press Ctrl+C here to end.
`;
}

/** Keys typed in the terminal change the backend. @returns what stops it */
function listenToKeys(practice: FaultServer, say: (line: string) => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  const onData = (data: Buffer): void => {
    const typed = data.toString('utf8');
    // In raw mode the terminal leaves Ctrl+C to us.
    if (typed.includes('\u0003')) process.kill(process.pid, 'SIGINT');
    for (const [name, { key, behaviour }] of Object.entries(behaviours)) {
      if (typed.includes(key)) void practice.set(behaviour).then(() => say(`practice backend: ${name}`));
    }
  };
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', onData);
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
