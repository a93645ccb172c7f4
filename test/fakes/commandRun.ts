import { type Clock, systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Command, ExitCode } from '../../src/cli/command.ts';
import { runCommandLine } from '../../src/cli/commandLine.ts';

/** What a command line said and ended with. */
export interface CommandRun {
  readonly exit: ExitCode;
  readonly out: string;
  readonly err: string;
  /** Files that it wrote, by their path. */
  readonly written: ReadonlyMap<string, string>;
}

export interface CommandRunOptions {
  readonly commands: readonly Command[];
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Files that are there, by their path from the root. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A command line in this process, with its own HTTP client and files in memory. */
export async function runWords(words: readonly string[], options: CommandRunOptions): Promise<CommandRun> {
  const said = { out: '', err: '' };
  const written = new Map<string, string>();
  const http = createHttpClient();
  try {
    const exit = await runCommandLine(
      words,
      {
        out: { write: (text) => void (said.out += text), columns: undefined },
        err: { write: (text) => void (said.err += text), columns: undefined },
        version: '0.0.0',
        signal: options.signal ?? new AbortController().signal,
        clock: options.clock ?? systemClock,
        random: seededRandom(1),
        http,
        files: {
          read: (file) => (options.files?.[file] === undefined ? undefined : new TextEncoder().encode(options.files[file])),
          replace: (file, bytes) => void written.set(file, new TextDecoder().decode(bytes)),
        },
        disk: {
          look: () => undefined,
          realPathOf: (path) => path,
          read: () => undefined,
          entriesOf: () => [],
        },
        env: options.env ?? {},
        folder: '/',
      },
      options.commands,
    );
    return { exit, ...said, written };
  } finally {
    http.dispose();
  }
}
