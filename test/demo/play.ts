/** The demonstration: real code typed into a real VS Code, from no backend at all through every kind of outage and back. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FaultServer } from '../fakes/faultServer.ts';
import { startWorkbench, type Workbench } from '../host/workbench.mjs';
import { missedGoals, rowOf, tableOf, type PhaseResult, type Row } from './measure.ts';
import { Observer } from './observer.ts';
import { type PhaseName, phaseNames } from './pieces.ts';
import { Player } from './player.ts';
import { demoWorkspace, startPractice } from './practice.ts';

/** What the demonstration is played with. */
export interface PlayOptions {
  /** Root of the repository: the extension under development. */
  readonly repository: string;
  /** Folder for pictures and tables. */
  readonly out: string;
  readonly version?: string;
  /** Aborted: the demonstration ends, and what it started is ended. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Settings of the demonstration, so that only ghost text shows and only what is typed is in the file. */
const settings = {
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.parameterHints.enabled': false,
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'workbench.editor.enablePreview': false,
  'files.simpleDialog.enable': true,
  'explorer.autoReveal': true,
};

/** Milliseconds until both extensions are up. */
const startTimeout = 60_000;

/** Plays it. @returns the goals that were missed, one line each */
export async function playDemonstration(options: PlayOptions): Promise<string[]> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'failsoft-demo-'));
  const folder = path.join(temporary, 'corner-shop');
  let practice: FaultServer | undefined;
  let workbench: Workbench | undefined;
  try {
    await cp(demoWorkspace, folder, { recursive: true });
    await rm(options.out, { recursive: true, force: true });
    await mkdir(options.out, { recursive: true });
    practice = await startPractice();
    const portFile = path.join(temporary, 'observer-port');
    workbench = await startWorkbench({
      folder,
      extensionPaths: [options.repository, path.join(import.meta.dirname, 'observer')],
      settings,
      env: { FAILSOFT_DEMO_OBSERVER: portFile },
      log: options.say,
      ...(options.version === undefined ? {} : { version: options.version }),
    });
    options.say(`VS Code ${workbench.version}, ${workbench.page.viewportSize()?.width ?? 0} pixels wide, without a window`);
    const observer = await Observer.connect(portFile, startTimeout);
    const player = new Player({ workbench, observer, practice, folder, out: options.out });
    const results = await untilAborted(playPhases(player, options), options.signal);
    return await report(results, options);
  } catch (error) {
    // What was on the screen says more than the message.
    if (!options.signal.aborted) await workbench?.screenshot(path.join(options.out, 'failure.png')).catch(() => undefined);
    throw error;
  } finally {
    await workbench?.close();
    await practice?.close();
    await rm(temporary, { recursive: true, force: true });
  }
}

async function playPhases(player: Player, options: PlayOptions): Promise<PhaseResult[]> {
  await player.prepare();
  const results: PhaseResult[] = [];
  for (const phase of phaseNames) {
    options.signal.throwIfAborted();
    const startedAt = Date.now();
    const result = await player.play(phase);
    results.push(result);
    options.say(lineOf(phase, result, Date.now() - startedAt));
  }
  return results;
}

function lineOf(phase: PhaseName, result: PhaseResult, elapsed: number): string {
  const { suggested, pauses, p50, p95 } = rowOf(result);
  return `${phase.padEnd(12)} a suggestion in ${suggested} of ${pauses} pauses, P50 ${p50 ?? '–'} ms, P95 ${p95 ?? '–'} ms (${Math.round(elapsed / 1000)} s)`;
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });
  work.catch(() => undefined);
  return Promise.race([work, aborted]);
}

async function report(results: readonly PhaseResult[], options: PlayOptions): Promise<string[]> {
  const rows: Row[] = results.map(rowOf);
  const table = tableOf(rows);
  options.say(`\n${table}\n`);
  const missed = missedGoals(rows);
  await writeFile(path.join(options.out, 'table.md'), `${table}\n`);
  await writeFile(path.join(options.out, 'table.json'), `${JSON.stringify({ rows, missed, phases: results }, null, 2)}\n`);
  options.say(`Pictures and tables: ${path.relative(process.cwd(), options.out) || '.'}`);
  return missed;
}
