import { featureCount } from './features.ts';
import { fittedWeights } from './fittedWeights.ts';
import { fitKey } from './weightsKey.ts';

/** The weights that the engine comes with. @throws Error when they were fitted to other features, which a test would have found */
export function shippedWeights(): Float64Array {
  const { key, parameters, hundredths } = fittedWeights;
  const weights = Float64Array.from(hundredths.split(' '), (hundredth) => Number(hundredth) / 100);
  if (key !== fitKey(parameters) || weights.length !== featureCount) throw new Error('the weights were fitted to other features: fit them anew');
  return weights;
}
