import type { Command, ExitCode } from '../../src/cli/command.ts';
import { runCommandLine } from '../../src/cli/commandLine.ts';
import { FakeTerminal } from './terminal.ts';

/** What a command line said and ended with. */
export interface CommandRun {
  readonly exit: ExitCode;
  readonly out: string;
  readonly err: string;
  /** A file that it wrote. */
  written(path: string): string | undefined;
}

/** Runs a command line in this process. @param signal Ctrl+C; @param files by path, that are there already */
export async function runWords(
  words: readonly string[],
  commands: readonly Command[],
  signal?: AbortSignal,
  files: Readonly<Record<string, string>> = {},
): Promise<CommandRun> {
  const terminal = new FakeTerminal();
  for (const [path, text] of Object.entries(files)) terminal.put(path, text);
  signal?.addEventListener('abort', () => terminal.interrupt.abort(signal.reason), { once: true });
  try {
    const exit = await runCommandLine(words, terminal.world, commands);
    return { exit, out: terminal.out, err: terminal.err, written: (path) => terminal.text(path) };
  } finally {
    terminal.dispose();
  }
}
