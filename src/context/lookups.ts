import { LRUCache } from 'lru-cache';
import type { Clock, Millis } from '../base/clock.ts';

/** Bounds of questions to the language server and the file system. */
export const lookupBounds = {
  /** Answers kept. */
  answers: 48,
  /** What they hold together, in bytes. */
  bytes: 1_000_000,
  /** An older answer is still used, but asked for again. In ms. */
  life: 30_000,
  /** Questions under way; a server that is slow is not asked more. */
  atOnce: 4,
  /** A question without an answer is given up after this, so that a hang does not take a place for ever. In ms. */
  patience: 10_000,
} as const;

/**
 * Answers that take their time, each asked for once: what has not come by the end of this request's budget is there for the next.
 * Failures are kept as "nothing", so that they are not asked for at each keystroke.
 */
export class Lookups<V extends object> {
  readonly #clock: Clock;
  readonly #sizeOf: (value: V) => number;
  readonly #known = new LRUCache<string, { readonly value: V | undefined; readonly at: Millis }>({
    max: lookupBounds.answers,
    maxSize: lookupBounds.bytes,
    sizeCalculation: ({ value }, key) => 2 * key.length + 100 + (value ? this.#sizeOf(value) : 0),
  });
  readonly #running = new Map<string, Millis>();
  #fresh: Promise<unknown>[] = [];

  /** @param sizeOf what an answer holds, in bytes; one that is larger than all together may be is not kept */
  constructor(clock: Clock, sizeOf: (value: V) => number) {
    this.#clock = clock;
    this.#sizeOf = sizeOf;
  }

  /** What is known; starts asking where that is nothing or old, unless too much is being asked already. */
  get(key: string, ask: () => Promise<V | undefined>): V | undefined {
    const known = this.#known.get(key);
    const now = this.#clock.monotonic();
    const isFresh = known !== undefined && now - known.at < lookupBounds.life;
    if (!isFresh && this.#mayAsk(key, now)) {
      const asked = this.#ask(key, ask, now);
      // An old answer serves; only a missing one is worth waiting for.
      if (known === undefined) this.#fresh.push(asked);
    }
    return known?.value;
  }

  /** Resolves when what was asked since the last call has been answered, or when the signal aborts. Never rejects. */
  async answered(signal: AbortSignal): Promise<void> {
    const fresh = this.#fresh;
    this.#fresh = [];
    if (fresh.length === 0 || signal.aborted) return;
    const stop = new AbortController();
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true, signal: stop.signal });
    });
    await Promise.race([Promise.all(fresh), aborted]);
    stop.abort();
  }

  get bytes(): number {
    return this.#known.calculatedSize;
  }

  clear(): void {
    this.#known.clear();
    this.#running.clear();
    this.#fresh = [];
  }

  #mayAsk(key: string, now: Millis): boolean {
    for (const [other, since] of this.#running) if (now - since >= lookupBounds.patience) this.#running.delete(other);
    return !this.#running.has(key) && this.#running.size < lookupBounds.atOnce;
  }

  async #ask(key: string, ask: () => Promise<V | undefined>, now: Millis): Promise<void> {
    this.#running.set(key, now);
    let value: V | undefined;
    try {
      value = await ask();
    } catch {
      // A language server that fails has nothing to say.
    }
    // Cleared, or given up and asked again meanwhile.
    if (this.#running.get(key) !== now) return;
    this.#running.delete(key);
    this.#known.set(key, { value, at: this.#clock.monotonic() });
  }
}
