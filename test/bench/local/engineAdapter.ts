import { readFileSync } from 'node:fs';
import type { Extent } from '../../../src/local/decoder.ts';
import { LocalIndex } from '../../../src/local/localIndex.ts';
import type { BenchEngine } from './benchEngine.ts';
import { priorWeights } from './prior.ts';

/** The local engine for the benchmark's runner. */
export function createEngine(options: { weights?: string; extent?: Extent } = {}): BenchEngine {
  const weights = options.weights === undefined ? priorWeights() : Float64Array.from(JSON.parse(readFileSync(options.weights, 'utf8')));
  const index = new LocalIndex({ weights });
  return {
    index: (path, languageId, text) => index.write(path, languageId, text),
    ready: () => index.store.sequence.trim(),
    update: (path, text, languageId) => (text === undefined ? index.remove(path) : index.write(path, languageId ?? '', text)),
    sync: (place) => index.enter(place),
    complete: (place) => {
      const { text, confidence } = index.complete(place, options.extent ?? 'gain', place.multiline);
      return text === '' ? undefined : { text, confidence };
    },
    stats: () => ({ tokens: index.store.sequence.length, vocab: index.store.vocabulary.size, bytes: index.store.bytes }),
  };
}
