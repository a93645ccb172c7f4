import { seededRandom } from '../base/random.ts';
import { type Arm, arms } from '../domain/rollout.ts';
import { comparisonOf, latencyComparison } from './benchmarkComparison.ts';
import { benchmarkDefaults } from './benchmarkDefaults.ts';
import { scoresOf, type Scores } from './benchmarkScores.ts';
import { sideFigures } from './benchmarkSides.ts';
import {
  type BenchmarkReport,
  type BenchmarkRun,
  type Comparison,
  type LanguageFigures,
  type LatencyComparison,
  metricNames,
  type Pair,
  type Price,
  type Verdict,
} from './benchmarkTypes.ts';

/** What the figures of a run are judged by. */
export interface BenchmarkRules {
  /** Share by which the candidate may be worse, 0…0.5. */
  readonly margin: number;
  readonly prices: Partial<Readonly<Record<Arm, Price>>>;
}

const { confidence, enoughPairs } = benchmarkDefaults;

/** Both sides' scores of one pair. */
export type ScoredPair = Readonly<Record<Arm, Scores>> & { readonly pair: Pair };

/** The figures and the verdict of a run: a pure fold, so that a recorded run says the same again. */
export function benchmarkReport(run: BenchmarkRun, { margin, prices }: BenchmarkRules): BenchmarkReport {
  const random = seededRandom(run.seed);
  const scored = run.pairs.map((pair) => ({
    pair,
    baseline: scoresOf(pair.position, pair.answers.baseline),
    candidate: scoresOf(pair.position, pair.answers.candidate),
  }));
  const rules = { margin, confidence, random };
  const comparisons = metricNames.flatMap((metric) => comparisonOf(metric, scored, rules) ?? []);
  const latency = latencyComparison(run.pairs, rules);
  const languages = languagesOf(scored, (pairs, count) =>
    // So many intervals that none may be wrong by accident.
    metricNames.flatMap((metric) => comparisonOf(metric, pairs, { ...rules, confidence: 1 - (1 - confidence) / count }) ?? []),
  );
  const reasons = reasonsOf(run, comparisons, latency, languages);
  const verdict = verdictOf(reasons);
  const sides = Object.fromEntries(arms.map((arm) => [arm, sideFigures(run.pairs, arm, prices[arm])])) as BenchmarkReport['sides'];
  return {
    kind: 'failsoft-benchmark',
    at: run.at,
    took: run.took,
    versions: run.versions,
    seed: run.seed,
    margin,
    verdict,
    summary: summaryOf(verdict, run, comparisons, reasons),
    reasons: reasons.map(({ words }) => words),
    pairs: run.pairs.length,
    own: run.pairs.filter(({ position }) => position.set === 'own').length,
    shipped: run.pairs.filter(({ position }) => position.set === 'shipped').length,
    ...(run.stopped === undefined ? {} : { stopped: run.stopped }),
    comparisons,
    latency,
    sides,
    languages,
  };
}

interface Reason {
  readonly verdict: Exclude<Verdict, 'passed'>;
  readonly words: string;
}

function verdictOf(reasons: readonly Reason[]): Verdict {
  if (reasons.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return reasons.length > 0 ? 'inconclusive' : 'passed';
}

/** What keeps it from having passed; what has failed comes first. */
function reasonsOf(
  run: BenchmarkRun,
  comparisons: readonly Comparison[],
  latency: LatencyComparison,
  languages: readonly LanguageFigures[],
): readonly Reason[] {
  const reasons: Reason[] = [];
  for (const comparison of comparisons) {
    if (comparison.verdict !== 'passed') reasons.push({ verdict: comparison.verdict, words: wordsOf(comparison) });
  }
  if (latency.verdict !== 'passed') {
    const words = `latency: ${latency.ratio.toFixed(2)} times the baseline's (${latency.low.toFixed(2)} to ${latency.high.toFixed(2)}), allowed is ${latency.limit}`;
    reasons.push({ verdict: latency.verdict, words: latency.pairs === 0 ? 'latency: no pair in which both answered' : words });
  }
  const failed = new Set(comparisons.filter(({ verdict }) => verdict === 'failed').map(({ metric }) => metric));
  for (const { languageId, comparisons: ofLanguage } of languages) {
    for (const comparison of ofLanguage) {
      // What has failed in all languages together need not be said of each.
      if (comparison.verdict === 'failed' && !failed.has(comparison.metric))
        reasons.push({ verdict: 'failed', words: `${languageId}: ${wordsOf(comparison)}` });
    }
  }
  if (run.pairs.length < enoughPairs) {
    reasons.push({ verdict: 'inconclusive', words: `${run.pairs.length} positions were asked about, ${enoughPairs} are the least` });
  }
  if (run.stopped !== undefined) reasons.push({ verdict: 'inconclusive', words: run.stopped });
  return reasons.sort((left, right) => Number(right.verdict === 'failed') - Number(left.verdict === 'failed'));
}

/** What each metric is called in a table. */
export const metricWords: Readonly<Record<Comparison['metric'], string>> = {
  answered: 'answered without an error',
  'not-empty': 'not empty',
  exact: 'exact match',
  'first-line': 'first line matches',
  similarity: 'edit similarity',
  syntax: 'brackets and quotes fit',
  'known-names': 'no unknown names',
};

function wordsOf({ metric, baseline, candidate, difference, low, high, needed }: Comparison): string {
  const more = needed === undefined ? '' : `; about ${needed} pairs would tell`;
  return `${metricWords[metric]}: ${percent(candidate)} against ${percent(baseline)}, ${points(difference)} points (${points(low)} to ${points(high)})${more}`;
}

function summaryOf(verdict: Verdict, run: BenchmarkRun, comparisons: readonly Comparison[], reasons: readonly Reason[]): string {
  if (verdict !== 'passed') return reasons[0]?.words ?? '';
  const similarity = comparisons.find(({ metric }) => metric === 'similarity');
  const alike =
    similarity === undefined ? '' : `; edit similarity ${percent(similarity.candidate)} against ${percent(similarity.baseline)}`;
  return `not worse in any metric over ${run.pairs.length} positions${alike}`;
}

function languagesOf(
  scored: readonly ScoredPair[],
  compare: (pairs: readonly ScoredPair[], count: number) => readonly Comparison[],
): readonly LanguageFigures[] {
  const names = [...new Set(scored.map(({ pair }) => pair.position.languageId))].sort();
  return names.map((languageId) => {
    const pairs = scored.filter(({ pair }) => pair.position.languageId === languageId);
    return { languageId, pairs: pairs.length, comparisons: compare(pairs, names.length * metricNames.length) };
  });
}

/** A share as a person reads it, with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A difference in percentage points, with its sign. */
export function points(difference: number): string {
  const rounded = (difference * 100).toFixed(1);
  return difference >= 0 ? `+${rounded.replace('-', '')}` : rounded;
}
