import { featureCount, layoutText } from './features.ts';
import { hashOf } from './lexer.ts';

/** The numbers that decide what is offered: fitted, not thought out. */
export interface LocalModel {
  /** Weight of each feature; see features.ts. */
  readonly weights: Float64Array;
  /** Corrects the confidence: its logit times `slope` plus `shift`. */
  readonly slope: number;
  readonly shift: number;
}

/** A model as it is kept in a source file. */
export interface KeptModel {
  /** What the numbers were fitted with, for people, and the `fitKey` of it. */
  readonly parameters: string;
  readonly key: number;
  readonly slope: number;
  readonly shift: number;
  /** Weight of each feature times 100, with spaces between. */
  readonly hundredths: string;
}

/** A number for what weights were fitted to: the layout of the features and the parameters of the fit. */
export function fitKey(parameters: string): number {
  const text = `${layoutText}; ${parameters}`;
  return hashOf(text, 0, text.length);
}

/** Takes a kept model into use. @throws Error when it was fitted to other features than the engine has */
export function modelOf({ parameters, key, slope, shift, hundredths }: KeptModel): LocalModel {
  const weights = Float64Array.from(hundredths.split(' '), (hundredth) => Number(hundredth) / 100);
  if (key !== fitKey(parameters) || weights.length !== featureCount) {
    throw new Error(`the weights are for other features: ${weights.length} instead of ${featureCount}; fit them anew`);
  }
  return { weights, slope, shift };
}

/** The confidence as it turned out in replays. */
export function calibrated(confidence: number, { slope, shift }: LocalModel): number {
  const bounded = Math.min(0.9999, Math.max(0.0001, confidence));
  return 1 / (1 + Math.exp(-(Math.log(bounded / (1 - bounded)) * slope + shift)));
}
