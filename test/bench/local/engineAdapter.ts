import { readFileSync } from 'node:fs';
import type { Extent } from '../../../src/local/decoder.ts';
import { fittedModel } from '../../../src/local/fittedModel.ts';
import { Predictor } from '../../../src/local/predictor.ts';
import { type LocalModel, modelOf } from '../../../src/local/model.ts';
import type { BenchEngine } from './benchEngine.ts';

/** The local engine for the benchmark's runner, with the shipped model or one that `fit.ts` left in a file. */
export function createEngine(options: { weights?: string; extent?: Extent } = {}): BenchEngine {
  const index = new Predictor({ model: options.weights === undefined ? modelOf(fittedModel) : modelIn(options.weights) });
  return {
    ...listener(index),
    ready: () => index.store.sequence.trim(),
    sync: (place) => index.enter(place),
    complete: (place) => {
      const { text, confidence } = index.complete(place, options.extent ?? 'gain', place.multiline);
      return text === '' ? undefined : { text, confidence };
    },
    stats: () => ({ tokens: index.store.sequence.length, vocab: index.store.vocabulary.size, bytes: index.store.bytes }),
  };
}

/** An engine that takes in what there is and says nothing, for who asks the index itself. */
export function listener(index: Predictor): BenchEngine {
  return {
    index: (path, languageId, text) => index.write(path, languageId, text),
    update: (path, text, languageId) => (text === undefined ? index.remove(path) : index.write(path, languageId ?? '', text)),
    complete: () => undefined,
  };
}

function modelIn(file: string): LocalModel {
  const { weights, slope, shift } = JSON.parse(readFileSync(file, 'utf8')) as LocalModel;
  return { weights: Float64Array.from(weights), slope, shift };
}
