/**
 * `npm start`: builds the extension and opens it in a real VS Code on a small workspace, with a practice backend. With a display
 * it is yours; without one, or with `--demo`, the demonstration is played.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hasDisplay } from '../host/electron.mjs';
import { playAddBackend } from './addBackend.ts';
import { handOver } from './handOver.ts';
import { playDemonstration } from './play.ts';

const repository = path.resolve(import.meta.dirname, '../..');

const help = `npm start [-- OPTIONS]

Opens a real VS Code with Failsoft on a small demo workspace. Without a display, or with --demo, it plays a
demonstration instead: types real code while the backend is healthy, slow, at capacity, hanging, gone and back.

  --add-backend           play the add-backend command and leave a picture of each step (default for --out: out/add-backend)
  --demo                  play the demonstration although there is a display
  --out DIR               where its pictures and tables go (default: out/demo); emptied first
  --vscode-version VER    VS Code version, for example 1.100
  --help                  this text

Environment: FAILSOFT_VSCODE=/path/of/code opens that VS Code (not for the demonstration).
Exit codes: 0 all is well · 1 a goal of the demonstration was missed, or it failed · 2 wrong options · 130 interrupted`;

interface Flags {
  readonly addBackend: boolean;
  readonly demo: boolean;
  readonly help: boolean;
  readonly out: string;
  readonly version?: string;
}

/** @returns the flags, or a sentence about what is wrong with them */
function readFlags(args: readonly string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'add-backend': { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        out: { type: 'string' },
        'vscode-version': { type: 'string' },
      },
    });
    const version = values['vscode-version'];
    const addBackend = values['add-backend'];
    const out = path.resolve(values.out ?? (addBackend ? 'out/add-backend' : 'out/demo'));
    return { addBackend, demo: values.demo, help: values.help, out, ...(version === undefined ? {} : { version }) };
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    return `${sentence}. Allowed are --add-backend, --demo, --out DIR, --vscode-version VER and --help.`;
  }
}

function build(): void {
  const result = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
  if (result.status !== 0) throw new Error('The extension could not be built; see above.');
}

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (typeof flags === 'string') {
    console.error(flags);
    return 2;
  }
  if (flags.help) {
    console.log(help);
    return 0;
  }
  build();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const version = flags.version === undefined ? {} : { version: flags.version };
  const common = { repository, signal: interrupted.signal, say: (line: string) => console.log(line), ...version };
  try {
    if (flags.addBackend) {
      await playAddBackend({ ...common, out: flags.out });
      return 0;
    }
    if (!flags.demo && hasDisplay()) return await handOver(common);
    const missed = await playDemonstration({ ...common, out: flags.out });
    for (const goal of missed) console.error(`Goal missed: ${goal}`);
    return missed.length === 0 ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    throw error;
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
// The browser driver's pipes may keep the process; everything is closed by now.
process.stdout.write('', () => process.exit());
