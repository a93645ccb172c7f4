/** The other end of the observer extension: what Failsoft's own API says, and where the cursor is. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineSnapshot } from '../../src/domain/snapshot.ts';

/** Where a suggestion came from. */
export type Origin = 'model' | 'local' | 'cache';

/** A look at the extension host. */
export interface Observed {
  /** Absent while Failsoft is not active. */
  readonly snapshot?: EngineSnapshot;
  /** Origin of the text that was served last. */
  readonly lastOrigin?: Origin;
  readonly editor?: {
    readonly path: string;
    /** From 0, as is `character`. */
    readonly line: number;
    readonly character: number;
    readonly text: string;
  };
}

/** A backend as `failsoft.backends` has it. */
export interface BackendSetting {
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
}

/** Milliseconds between two looks while something is waited for. */
const lookEvery = 25;

/** A connection to the observer extension. */
export class Observer {
  readonly #url: string;

  private constructor(port: string) {
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** @param portFile written by the extension once it listens. @param timeout milliseconds */
  static async connect(portFile: string, timeout: number): Promise<Observer> {
    const until = Date.now() + timeout;
    for (;;) {
      const port = await readFile(portFile, 'utf8').catch(() => '');
      if (port !== '') return new Observer(port);
      if (Date.now() > until) throw new Error(`The observer extension did not start within ${timeout} ms.`);
      await delay(lookEvery);
    }
  }

  async look(): Promise<Observed> {
    return this.#ask('GET', '/state');
  }

  /** Sets `failsoft.backends` in the user settings. */
  async setBackends(backends: readonly BackendSetting[]): Promise<void> {
    await this.#ask('PUT', '/backends', backends);
  }

  /** Looks until `accept` is content. @param what what is waited for, for the message. @param timeout milliseconds */
  async until(what: string, accept: (observed: Observed) => boolean, timeout = 20_000): Promise<Observed> {
    const end = Date.now() + timeout;
    for (;;) {
      const observed = await this.look();
      if (accept(observed)) return observed;
      if (Date.now() > end) {
        const { snapshot, editor } = observed;
        const sources = snapshot?.sources.map((source) => `${source.sourceId} ${source.state}, breaker ${source.guard.breaker.kind}`);
        const place = editor === undefined ? 'no editor' : `${editor.path}:${editor.line + 1}:${editor.character + 1}`;
        throw new Error(`No ${what} within ${timeout} ms; ${sources?.join('; ') ?? 'Failsoft is not active'}; ${place}`);
      }
      await delay(lookEvery);
    }
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Observed> {
    const response = await fetch(this.#url + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`The observer extension answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Observed;
  }
}
