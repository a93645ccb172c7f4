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

/** Runs a command line in this process. @param signal Ctrl+C */
export async function runWords(words: readonly string[], commands: readonly Command[], signal?: AbortSignal): Promise<CommandRun> {
  const terminal = new FakeTerminal();
  signal?.addEventListener('abort', () => terminal.interrupt.abort(signal.reason), { once: true });
  try {
    const exit = await runCommandLine(words, terminal.world, commands);
    return { exit, out: terminal.out, err: terminal.err, written: (path) => terminal.text(path) };
  } finally {
    terminal.dispose();
  }
}
