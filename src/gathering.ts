import { ContextGathering, type ContextGatheringOptions } from './context/contextGathering.ts';

/** Makes what finds context in other files. A bundle of its own, loaded with the first request to a model. */
export function createGathering(options: ContextGatheringOptions): ContextGathering {
  return new ContextGathering(options);
}
