import { listener } from './engineAdapter.ts';
import { Predictor } from '../../../src/local/predictor.ts';
import type { LocalModel } from '../../../src/local/model.ts';
import { replay } from './replay.ts';
import type { Timeline } from './timeline.ts';

/** A text that was offered: its confidence, and whether it was right. */
export interface Offered {
  readonly confidence: number;
  readonly isRight: boolean;
}

/** Types some lines of a timeline and keeps what was offered along the way. */
export function collectOffers(timeline: Timeline, weights: Float64Array, lines: number): Offered[] {
  const index = new Predictor({ model: { weights, slope: 1, shift: 0 } });
  const offers: Offered[] = [];
  replay({
    timeline,
    lines,
    engine: listener(index),
    onLine: ({ path, languageId, text, start, indent, end, line, suffix }) => {
      for (let column = indent; column < end; column += 2) {
        const offer = index.complete({ path, languageId, prefix: text.slice(0, start + column), suffix }, 'gain');
        if (offer.text !== '') offers.push({ confidence: offer.confidence, isRight: line.slice(column, end).startsWith(offer.text) });
      }
    },
  });
  return offers;
}

/** Slope and shift that make the confidence come true, by gradient descent on the logistic loss. */
export function calibrate(offers: readonly Offered[]): Pick<LocalModel, 'slope' | 'shift'> {
  let slope = 1;
  let shift = 0;
  for (let turn = 0; turn < 300; turn += 1) {
    let bySlope = 0;
    let byShift = 0;
    for (const { confidence, isRight } of offers) {
      const bounded = Math.min(0.9999, Math.max(0.0001, confidence));
      const logit = Math.log(bounded / (1 - bounded));
      const error = 1 / (1 + Math.exp(-(logit * slope + shift))) - (isRight ? 1 : 0);
      bySlope += error * logit;
      byShift += error;
    }
    slope -= (0.3 * bySlope) / Math.max(1, offers.length);
    shift -= (0.6 * byShift) / Math.max(1, offers.length);
  }
  return { slope, shift };
}
