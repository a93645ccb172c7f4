import packageJson from '../../package.json' with { type: 'json' };
import { systemClock } from '../base/clock.ts';
import { createHttpClient } from '../base/http.ts';
import { keepAlive } from '../base/keepAlive.ts';
import { systemRandom } from '../base/random.ts';
import { systemDisk } from '../base/sourceDisk.ts';
import { systemFolders } from '../base/sourceFolders.ts';
import { systemFiles } from '../base/wholeFile.ts';
import { writeProblem } from '../base/writeProblem.ts';
import { exitCodes } from './command.ts';
import { runCommandLine } from './commandLine.ts';
import { commands } from './commands.ts';
import type { TextOut } from './progressLine.ts';

const textOut = (stream: NodeJS.WriteStream): TextOut => ({
  write: (text) => void stream.write(text),
  // Asked each time: a window can be made narrower.
  get columns() {
    return stream.isTTY ? stream.columns : undefined;
  },
});

async function main(): Promise<void> {
  const life = keepAlive();
  const http = createHttpClient();
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Asked twice: at once.
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort(new Error('interrupted'));
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as `head`, is no error; a disk that is full is one.
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.passed);
    process.stderr.write(`failsoft: the result could not be written: ${error.message}\n`);
    process.exit(exitCodes.inconclusive);
  });
  // Progress that nobody reads is no reason to end: without this, Node would end with 1, which says that the candidate failed.
  process.stderr.on('error', () => undefined);
  process.exitCode = await runCommandLine(
    process.argv.slice(2),
    {
      out: textOut(process.stdout),
      err: textOut(process.stderr),
      version: packageJson.version,
      signal: controller.signal,
      clock: systemClock,
      random: systemRandom,
      http,
      files: systemFiles,
      writeProblem,
      disk: { ...systemDisk, ...systemFolders },
      env: process.env,
      folder: process.cwd(),
    },
    commands,
  );
  http.dispose();
  life.dispose();
}

void main();
