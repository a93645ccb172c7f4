import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PartResult } from './report.ts';
import { buildForProduction, root } from './productionBuild.ts';

const run = promisify(execFile);
const idleFor = 60_000;

/** What `test/fakes/idleCli.ts` says. */
interface Idle {
  readonly cpuShare: number;
  readonly timersDue: number;
  readonly left: readonly string[];
}

/** What an engine costs that was typed into for a while and is left alone, beside a process that does nothing at all. */
export async function measureIdle(): Promise<PartResult> {
  const build = buildForProduction();
  try {
    const engine = await start<Idle>('test/fakes/idleCli.ts', [String(idleFor), path.join(build.folder, 'dist')]);
    const empty = await start<Pick<Idle, 'cpuShare'>>('test/bench/idleChild.ts', [String(idleFor)]);
    const row = (name: string, { cpuShare }: Pick<Idle, 'cpuShare'>): (string | number)[] => [name, 100 * cpuShare];
    return {
      tables: [
        {
          title: `processor time over ${idleFor / 1000} s (%)`,
          columns: ['process', 'processor'],
          rows: [row('with an engine, idle', engine), row('with nothing', empty)],
        },
      ],
      checks: [
        {
          what: 'processor time of an idle engine, more than of a process with nothing',
          value: 100 * (engine.cpuShare - empty.cpuShare),
          unit: '%',
          atMost: 0.1,
        },
        { what: 'timers that came due while idle', value: engine.timersDue, unit: '', atMost: 0 },
        { what: 'left open after disposal', value: engine.left.length, unit: '', atMost: 0 },
      ],
      notes: ['both run TypeScript through a loader that has a thread of its own'],
    };
  } finally {
    build.remove();
  }
}

async function start<T>(file: string, args: readonly string[]): Promise<T> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', file, ...args], { cwd: root });
  return JSON.parse(stdout) as T;
}
