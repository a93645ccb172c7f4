import type { ByteStore } from '../domain/byteStore.ts';
import type { CompletionRequest } from '../domain/completion.ts';
import { Generation } from './generation.ts';
import type { KeystrokeOptions } from './keystrokeOptions.ts';

/** The runs of models that are under way, for keystrokes or ahead of them. */
export class Runs implements ByteStore {
  readonly name = 'runs';
  readonly #options: Pick<KeystrokeOptions, 'route' | 'clock'>;
  readonly #running = new Set<Generation>();

  constructor(options: Pick<KeystrokeOptions, 'route' | 'clock'>) {
    this.#options = options;
  }

  get size(): number {
    return this.#running.size;
  }

  /** The places that were asked about, what was sent, and all that may come: a body has its bound. */
  get bytes(): number {
    return [...this.#running].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Only what nobody has asked for yet ends. */
  evict(): void {
    this.abortUnless(({ ahead }) => ahead === undefined);
  }

  /** Nothing runs that has not been aborted. */
  get isQuiet(): boolean {
    return [...this.#running].every(({ isAborted }) => isAborted);
  }

  /** @param sent what the models are asked; `request` with its context */
  start(request: CompletionRequest, sent: CompletionRequest, ahead?: Generation['ahead']): Generation {
    const generation = new Generation(this.#options, request, sent, ahead);
    this.#running.add(generation);
    void generation.outcome.then(() => this.#running.delete(generation));
    return generation;
  }

  /** The newest whose text may turn out to be the right one here. */
  for(request: CompletionRequest): Generation | undefined {
    return [...this.#running].reverse().find((generation) => generation.mayServe(request));
  }

  /** Ends those that are of no use any more. */
  abortUnless(isOfUse: (generation: Generation) => boolean): void {
    for (const generation of this.#running) if (!isOfUse(generation)) generation.abort();
  }

  /** Settles when a place is free or the signal aborts: one that nobody has asked for gives way, one that was aborted needs a moment. */
  async oneEnds(signal: AbortSignal): Promise<void> {
    this.abortUnless(({ ahead }) => !ahead);
    const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([over, ...[...this.#running].map(({ outcome }) => outcome)]);
  }
}
