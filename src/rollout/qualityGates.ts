import type { GateName, GateReading, GateVerdict } from '../domain/rollout.ts';
import type { ArmCounts, LanguageCounts } from './evidence.ts';
import { absoluteDifference, fixedTestSize, type Mean, relativeDifference, sequenceDefaults, shareOf } from './sequence.ts';
import { percentWords } from './words.ts';

interface Arms {
  readonly candidate: ArmCounts;
  readonly control: ArmCounts;
}

/** Offered texts that were taken. */
export function readAcceptance({ candidate, control }: Arms, margin: number): GateReading {
  const [own, other] = [shareOf(candidate.accepted, candidate.shown), shareOf(control.accepted, control.shown)];
  return readLoss('acceptance', {
    own,
    other,
    margin,
    what: (mean) => `${percentWords(mean.mean)} of ${mean.samples} shown texts were accepted`,
  });
}

/** How much of the accepted texts stays. */
export function readRetention({ candidate, control }: Arms, margin: number): GateReading {
  const what = (mean: Mean): string => `${percentWords(mean.mean)} of ${mean.samples} accepted texts were kept`;
  return readLoss('retention', { own: keptOf(candidate), other: keptOf(control), margin, what });
}

function keptOf({ kept, keptShare, keptSquares }: ArmCounts): Mean {
  const mean = kept === 0 ? 0 : keptShare / kept;
  // All kept so far is no proof that all will be: the variance of a share with one more half on either side is the least.
  const least = 1 / (4 * (kept + 1));
  return { mean, variance: Math.max(least, kept === 0 ? 0 : keptSquares / kept - mean * mean), samples: kept };
}

interface Loss {
  readonly own: Mean;
  readonly other: Mean;
  /** Relative to `other`. */
  readonly margin: number;
  readonly what: (mean: Mean) => string;
}

/** Surely less than the baseline, and by more than the margin as far as one can see. */
function readLoss(gate: GateName, { own, other, margin, what }: Loss): GateReading {
  const samples = Math.min(own.samples, other.samples);
  const seen = (mean: Mean): string => (mean.samples === 0 ? 'no text yet' : what(mean));
  if (samples < sequenceDefaults.leastSamples || other.mean === 0) {
    return {
      gate,
      verdict: 'collecting',
      words: `${seen(own)}; of the baseline ${seen(other)}`,
      samples,
      needed: sequenceDefaults.leastSamples,
    };
  }
  const { estimate, reach } = relativeDifference(own, other);
  const needed = fixedTestSize(other.variance, margin * other.mean);
  const isWorse = estimate <= -margin && estimate + reach < 0;
  const verdict = verdictFor(isWorse, samples, needed);
  const words = `${what(own)}, with the baseline ${percentWords(other.mean)} of ${other.samples}: ${inWords(estimate)}; ${percentWords(margin)} less is allowed`;
  return { gate, verdict, words, samples, needed, value: estimate, limit: -margin };
}

/** Accepted texts of each language that name something that is not there. */
export function readHallucination({ candidate, control }: Arms, margin: number): readonly GateReading[] {
  const gate = 'hallucination';
  const languages = Object.entries(candidate.languages).sort(([one], [other]) => (one < other ? -1 : 1));
  if (languages.length === 0)
    return [{ gate, verdict: 'collecting', words: 'no accepted text has been checked by a language server yet', samples: 0 }];
  return languages.map(([languageId, counts]) => {
    const other = control.languages[languageId] ?? { checked: 0, unknown: 0 };
    return readLanguage(languageId, [counts, other], margin, languages.length);
  });
}

function readLanguage(
  languageId: string,
  [own, other]: readonly [LanguageCounts, LanguageCounts],
  margin: number,
  languages: number,
): GateReading {
  const gate = 'hallucination';
  const samples = Math.min(own.checked, other.checked);
  const seen = `${own.unknown} of ${own.checked} accepted texts named something that is not there, with the baseline ${other.unknown} of ${other.checked}`;
  const words = `${languageId}: ${seen}; ${percentWords(margin)} more is allowed`;
  if (samples < sequenceDefaults.leastSamples) {
    return { gate, verdict: 'collecting', words, samples, needed: sequenceDefaults.leastSamples, languageId };
  }
  const control = shareOf(other.unknown, other.checked);
  const { estimate, reach } = absoluteDifference(shareOf(own.unknown, own.checked), control, languages);
  const needed = fixedTestSize(control.variance, margin);
  const verdict = verdictFor(estimate >= margin && estimate - reach > 0, samples, needed);
  return { gate, verdict, words, samples, needed, value: estimate, limit: margin, languageId };
}

/** Below the size of a fixed test it is a sign, which makes the rollout wait; from there on it is proof. */
function verdictFor(isWorse: boolean, samples: number, needed: number): GateVerdict {
  return !isWorse ? 'holds' : samples < needed ? 'paused' : 'tripped';
}

function inWords(relative: number): string {
  return `${percentWords(Math.abs(relative))} ${relative < 0 ? 'less' : 'more'}`;
}
