import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, startWorkbench, type Workbench } from '../host/workbench.mjs';
import { buildForProduction, type ProductionBuild } from './productionBuild.ts';
import type { PartResult } from './report.ts';
import { figuresOf } from './statistics.ts';

const runs = 5;
const observerSource = fileURLToPath(new URL('./observer', import.meta.url));

const copyName = 'copy.cjs';

/**
 * Lines of the startup report are drawn only where they can be seen, so the window is taller than the report is long; only after
 * activation, because drawing so large a window takes the processor away from it.
 */
const tallWindow = { width: 1600, height: 6000 } as const;

/** Milliseconds until VS Code has activated everything and shows its report. */
const patience = 60_000;

/** What VS Code itself has measured of one extension, in whole milliseconds. */
interface Startup {
  readonly load: number;
  readonly call: number;
  readonly finish: number;
}

interface Own {
  /** What `activate` measured of itself. */
  readonly activationMillis: number;
  /** Loading a copy of the bundle again when everything is quiet. */
  readonly requireMillis: number;
}

interface Run extends Startup, Own {
  /** Loading the observer, a file of 40 lines: what loading costs whatever is loaded. */
  readonly observerLoad: number;
}

/** Activation in the real VS Code: a fresh server, extension host and window for each run. */
export async function measureActivation(): Promise<PartResult> {
  const build = buildForProduction();
  const results: Run[] = [];
  try {
    const observer = prepareObserver(build);
    for (let run = 0; run < runs; run++) results.push(await measureRun(build.folder, observer, run));
  } finally {
    build.remove();
  }
  const row = (name: string, of: (run: Run) => number): (string | number)[] => {
    const { p50, minimum, maximum } = figuresOf(results.map(of));
    return [name, p50, minimum, maximum];
  };
  const total = figuresOf(results.map(({ load, call, finish }) => load + call + finish));
  const ours = (run: Run): number => run.requireMillis + run.activationMillis;
  return {
    tables: [
      {
        title: `activation inside VS Code (ms), ${results.length} fresh starts`,
        columns: ['what', 'median', 'min', 'max'],
        rows: [
          row('loading the code, by VS Code', ({ load }) => load),
          row('activate(), by VS Code', ({ call, finish }) => call + finish),
          row('both together, by VS Code', ({ load, call, finish }) => load + call + finish),
          row('for comparison: loading a file of 40 lines, by VS Code', ({ observerLoad }) => observerLoad),
          row('loading the code alone, by our clock', ({ requireMillis }) => requireMillis),
          row('activate(), by our clock', ({ activationMillis }) => activationMillis),
          row('both together, by our clock', ours),
        ],
      },
    ],
    checks: [
      { what: 'by VS Code, median', value: total.p50, unit: 'ms', atMost: 60 },
      { what: 'our own work, median', value: figuresOf(results.map(ours)).p50, unit: 'ms', atMost: 60 },
    ],
    notes: [
      'by VS Code: "Developer: Startup Performance". Its loading time has waiting in it, for the window and for the other extensions that start at the same moment; how much, the line of the small file shows',
    ],
  };
}

/** The observer in a folder of its own, with a copy of the bundle that no cache of compiled code knows. */
function prepareObserver({ folder, code }: ProductionBuild): string {
  const observer = path.join(folder, 'observer');
  cpSync(observerSource, observer, { recursive: true });
  writeFileSync(path.join(observer, copyName), Buffer.concat([code, Buffer.from('\n// a copy\n')]));
  return observer;
}

async function measureRun(folder: string, observer: string, run: number): Promise<Run> {
  const file = path.join(folder, `activation-${run}.json`);
  const env = { FAILSOFT_BENCH_FILE: file, FAILSOFT_BENCH_COPY: path.join(observer, copyName) };
  const workbench = await startWorkbench({ extensionPaths: [folder, observer], env });
  try {
    const own = await ownFigures(workbench, file);
    await workbench.page.setViewportSize(tallWindow);
    await runCommand(workbench.page, 'Developer: Startup Performance');
    const startup = await startupOf(workbench, 'failsoft.failsoft');
    const { load } = await startupOf(workbench, 'failsoft.bench-observer');
    return { ...startup, ...own, observerLoad: load };
  } finally {
    await workbench.close();
  }
}

/** Waits for what the observer writes. */
async function ownFigures({ page }: Workbench, file: string): Promise<Own> {
  for (const until = Date.now() + patience; Date.now() < until; await page.waitForTimeout(50)) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Own;
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
