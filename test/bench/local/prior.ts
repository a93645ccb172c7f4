import { featureCount, offsets } from '../../../src/local/features.ts';

/** Weights by thought and not by fit: where the fit begins, and what it is drawn to. */
export function priorWeights(): Float64Array {
  const weights = new Float64Array(featureCount);
  const lengths = [-2.5, -1, 0, 0.7, 1.2, 1.7, 2.3, 2.9, 3.4, 3.8, 4.2, 4.5];
  const scopes = [0.8, 0.4, 0.4, 0.3, 0, -1.5];
  for (const [bin, length] of lengths.entries()) {
    for (const [scope, bonus] of scopes.entries()) weights[offsets.exactInScope + bin * 6 + scope] = length + bonus;
  }
  for (let bin = 0; bin < 6; bin += 1) for (let group = 0; group < 3; group += 1) weights[offsets.fuzzy + bin * 3 + group] = 0.15 * bin;
  for (let bin = 0; bin < 9; bin += 1) for (let scope = 0; scope < 2; scope += 1) weights[offsets.distance + bin * 2 + scope] = -0.1 * bin;
  for (let bin = 0; bin < 8; bin += 1) {
    weights[offsets.overlapLive + bin] = 0.15 * bin;
    weights[offsets.overlapStore + bin] = 0.15 * bin;
  }
  for (let step = 0; step < 3; step += 1) weights[offsets.nothingStep + step] = step === 0 ? 1 : -0.5;
  return weights;
}
