import { systemClock } from '../../src/base/clock.ts';
import { createHttpClient } from '../../src/base/http.ts';
import { seededRandom } from '../../src/base/random.ts';
import { systemDisk } from '../../src/base/sourceDisk.ts';
import { systemFolders } from '../../src/base/sourceFolders.ts';
import type { Terminal } from '../../src/cli/commandLine.ts';
import { MemoryFiles } from './memoryFiles.ts';

/** A terminal that remembers what was written, over files in memory and the real network. */
export class FakeTerminal {
  readonly files = new MemoryFiles();
  readonly interrupt = new AbortController();
  readonly env: Record<string, string> = {};
  /** Why no file can be written, where that is known before. */
  unwritable: string | undefined;
  out = '';
  err = '';
  /** Columns of standard error; `undefined`: it is no terminal. */
  columns: number | undefined;
  readonly #http = createHttpClient();

  /** As a command line sees it. */
  get world(): Terminal {
    return {
      out: { write: (text) => void (this.out += text), columns: undefined },
      err: { write: (text) => void (this.err += text), columns: this.columns },
      version: '1.2.3',
      signal: this.interrupt.signal,
      clock: systemClock,
      random: seededRandom(1),
      http: this.#http,
      files: this.files,
      disk: { ...systemDisk, ...systemFolders },
      env: this.env,
      folder: '/work-folder',
      writeProblem: () => this.unwritable,
    };
  }

  put(path: string, text: string): void {
    this.files.contents.set(path, new TextEncoder().encode(text));
  }

  text(path: string): string | undefined {
    const bytes = this.files.contents.get(path);
    return bytes && new TextDecoder().decode(bytes);
  }

  dispose(): void {
    this.#http.dispose();
  }
}
