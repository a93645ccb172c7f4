import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, startWorkbench, type Workbench } from '../host/workbench.mjs';
import { buildForProduction } from './productionBuild.ts';
import type { PartResult } from './report.ts';
import { figuresOf } from './statistics.ts';

const runs = 5;
const observer = fileURLToPath(new URL('./observer', import.meta.url));

/** Lines of the startup report are drawn only where they can be seen, so the window is taller than the report is long. */
const viewport = { width: 1600, height: 6000 } as const;

/** Milliseconds until VS Code has activated everything and shows its report. */
const patience = 60_000;

/** What VS Code itself has measured of one extension, in whole milliseconds. */
interface Startup {
  readonly load: number;
  readonly call: number;
  readonly finish: number;
}

interface Run extends Startup {
  /** What `activate` measured of itself. */
  readonly own: number;
  /** Loading the observer, a file of 30 lines: what loading costs whatever is loaded. */
  readonly observerLoad: number;
}

/** Activation in the real VS Code: a fresh server, extension host and window for each run. */
export async function measureActivation(): Promise<PartResult> {
  const build = buildForProduction();
  const results: Run[] = [];
  try {
    for (let run = 0; run < runs; run++) results.push(await measureRun(build.folder, run));
  } finally {
    build.remove();
  }
  const row = (name: string, of: (run: Run) => number): (string | number)[] => {
    const { p50, minimum, maximum } = figuresOf(results.map(of));
    return [name, p50, minimum, maximum];
  };
  const total = figuresOf(results.map(({ load, call, finish }) => load + call + finish));
  const own = figuresOf(results.map((run) => run.own));
  return {
    tables: [
      {
        title: `activation inside VS Code (ms), ${results.length} fresh starts`,
        columns: ['what', 'median', 'min', 'max'],
        rows: [
          row('loading the code, by VS Code', ({ load }) => load),
          row('activate(), by VS Code', ({ call, finish }) => call + finish),
          row('both together', ({ load, call, finish }) => load + call + finish),
          row('activate(), by our own clock', (run) => run.own),
          row('for comparison: loading a file of 30 lines', ({ observerLoad }) => observerLoad),
        ],
      },
    ],
    checks: [
      { what: 'loading and activate(), median', value: total.p50, unit: 'ms', atMost: 60 },
      { what: 'activate() alone, median', value: own.p50, unit: 'ms', atMost: 60 },
    ],
    notes: [
      'by VS Code: "Developer: Startup Performance". Loading waits for the other extensions that start at the same time, so it holds more than our own work',
    ],
  };
}

async function measureRun(folder: string, run: number): Promise<Run> {
  const file = path.join(folder, `activation-${run}.json`);
  const workbench = await startWorkbench({ extensionPaths: [folder, observer], env: { FAILSOFT_BENCH_FILE: file }, viewport });
  try {
    const own = await ownFigure(workbench, file);
    await runCommand(workbench.page, 'Developer: Startup Performance');
    const startup = await startupOf(workbench, 'failsoft.failsoft');
    const { load } = await startupOf(workbench, 'failsoft.bench-observer');
    return { ...startup, own, observerLoad: load };
  } finally {
    await workbench.close();
  }
}

/** Waits for what the observer writes. */
async function ownFigure({ page }: Workbench, file: string): Promise<number> {
  for (const until = Date.now() + patience; Date.now() < until; await page.waitForTimeout(50)) {
    if (!existsSync(file)) continue;
    const { activationMillis } = JSON.parse(readFileSync(file, 'utf8')) as { readonly activationMillis: number };
    return activationMillis;
  }
  throw new Error(`Failsoft was not activated within ${patience} ms`);
}

/** Reads the extension's line of the table "Extension Activation Stats": name, eager, load code, call, finish, event, by. */
async function startupOf({ page }: Workbench, id: string): Promise<Startup> {
  const line = page
    .locator('.view-line')
    .filter({ hasText: `| ${id} ` })
    .first();
  await line.waitFor({ timeout: patience });
  const text = (await line.innerText()).replaceAll('\u00a0', ' ');
  const found = /^\| \S+ +\| \w+ +\| (\d+) +\| (\d+) +\| (\d+) +\|/.exec(text);
  if (!found) throw new Error(`VS Code's startup report has another form than expected: ${text}`);
  return { load: Number(found[1]), call: Number(found[2]), finish: Number(found[3]) };
}
