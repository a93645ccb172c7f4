import { LRUCache } from 'lru-cache';
import type { Completed, CompletionRequest } from '../domain/completion.ts';

/** Of the text around the cursor, this much makes the key: enough to be unique, little enough to hash at each keystroke. */
const keyReach = { prefix: 2000, suffix: 500 } as const;

/** Bound of all cached texts and keys, in bytes. */
export const cacheBytes = 4 * 1024 * 1024;

/** Code moves on; a text this old belongs to another state of mind. In ms. */
const timeToLive = 10 * 60_000;

/**
 * Model texts by what was around the cursor. Only the answers of models are kept: never local text, never an error, never an
 * empty answer, never half of one (law 9). The key holds the backend, the model and the prompt format, so that a new model never serves old text.
 */
export class CompletionCache {
  readonly #entries = new LRUCache<string, Completed>({
    maxSize: cacheBytes,
    ttl: timeToLive,
    sizeCalculation: (value, key) => 2 * (value.text.length + key.length) + 200,
  });

  get(request: CompletionRequest, sourceKey: string): Completed | undefined {
    const found = this.#entries.get(keyOf(request, sourceKey));
    return found && { ...found, origin: 'cache' };
  }

  set(request: CompletionRequest, sourceKey: string, value: Completed): void {
    if (value.origin === 'model' && value.text !== '' && !value.isPartial) this.#entries.set(keyOf(request, sourceKey), value);
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  clear(): void {
    this.#entries.clear();
  }
}

function keyOf(request: CompletionRequest, sourceKey: string): string {
  const prefix = request.prefix.slice(-keyReach.prefix);
  const suffix = request.suffix.slice(0, keyReach.suffix);
  return [sourceKey, request.languageId, request.shape, prefix, suffix].join('\u0000');
}
