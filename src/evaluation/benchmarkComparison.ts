import type { Random } from '../base/random.ts';
import { benchmarkDefaults } from './benchmarkDefaults.ts';
import type { Scores } from './benchmarkScores.ts';
import type { Answer, Comparison, LatencyComparison, MetricName, Pair, Verdict } from './benchmarkTypes.ts';
import { bootstrapMean, type Interval, mcnemarExact, scoreInterval } from './pairedStatistics.ts';

const { enoughPairs, failuresInARow, latencyLimit } = benchmarkDefaults;

/** How a comparison is made. */
export interface ComparisonRules {
  /** Share by which the candidate may be worse. */
  readonly margin: number;
  /** 0…1. */
  readonly confidence: number;
  readonly random: Random;
}

/** One metric over the pairs in which both sides have it; `undefined` when none has. */
export function comparisonOf(
  metric: MetricName,
  scored: readonly { readonly baseline: Scores; readonly candidate: Scores }[],
  { margin, confidence, random }: ComparisonRules,
): Comparison | undefined {
  const both = scored.flatMap(({ baseline, candidate }) => {
    const [old, next] = [baseline[metric], candidate[metric]];
    return old === undefined || next === undefined ? [] : [{ old, next }];
  });
  if (both.length === 0) return undefined;
  const baseline = meanOf(both.map(({ old }) => old));
  const candidate = meanOf(both.map(({ next }) => next));
  const isShare = metric !== 'similarity';
  const won = both.filter(({ old, next }) => next > old).length;
  const lost = both.filter(({ old, next }) => next < old).length;
  const { low, high } = isShare
    ? scoreInterval({ won, lost, pairs: both.length }, confidence)
    : bootstrapMean(
        both.map(({ old, next }) => next - old),
        confidence,
        random,
      );
  const difference = candidate - baseline;
  const verdict = sureOf(both.length, notWorse({ low, high }, -margin));
  // The interval of a mean shrinks with the root of the pairs; that of a share is known for any number.
  const times = (more: number): Interval =>
    isShare
      ? scoreInterval({ won: won * more, lost: lost * more, pairs: both.length * more }, confidence)
      : { low: difference - (difference - low) / Math.sqrt(more), high: difference + (high - difference) / Math.sqrt(more) };
  const needed = verdict === 'inconclusive' ? neededPairs(both.length, (more) => notWorse(times(more), -margin)) : undefined;
  return {
    metric,
    pairs: both.length,
    baseline,
    candidate,
    difference,
    low,
    high,
    ...(isShare ? { p: mcnemarExact({ won, lost }) } : {}),
    verdict,
    ...(needed === undefined ? {} : { needed }),
  };
}

/** How much slower the candidate is, over the pairs that brought both answers; one that was given up counts with the time until then. */
export function latencyComparison(pairs: readonly Pair[], { confidence, random }: Omit<ComparisonRules, 'margin'>): LatencyComparison {
  const logs = pairs.flatMap(({ answers: { baseline, candidate } }) =>
    isTimed(baseline) && isTimed(candidate) ? [Math.log(Math.max(candidate.elapsed, 0.1) / Math.max(baseline.elapsed, 0.1))] : [],
  );
  const { mean, low, high } = bootstrapMean(logs, confidence, random);
  const interval = { low: Math.exp(low), high: Math.exp(high) };
  const verdict = sureOf(logs.length, notAbove(interval, latencyLimit));
  return { pairs: logs.length, ratio: Math.exp(mean), ...interval, limit: latencyLimit, verdict };
}

/** Whether its time says something about the backend: it answered, or was waited for in vain. */
export function isTimed({ outcome, interrupted }: Answer): boolean {
  return interrupted !== true && (outcome === 'ok' || outcome === 'empty' || outcome === 'timeout');
}

function sureOf(pairs: number, verdict: Verdict): Verdict {
  return pairs < (verdict === 'failed' ? failuresInARow : enoughPairs) ? 'inconclusive' : verdict;
}

function notWorse({ low, high }: Interval, least: number): Verdict {
  if (high < least) return 'failed';
  return low >= least ? 'passed' : 'inconclusive';
}

function notAbove({ low, high }: Interval, most: number): Verdict {
  if (low > most) return 'failed';
  return high <= most ? 'passed' : 'inconclusive';
}

/** More would be asked of nobody. */
const mostPairs = 100_000;

/** How many pairs like these would give a verdict; `undefined`: more than anybody has. */
function neededPairs(pairs: number, verdictOfMore: (times: number) => Verdict): number | undefined {
  for (let wanted = Math.max(pairs, enoughPairs); wanted <= mostPairs; wanted = Math.ceil(wanted * 1.1)) {
    if (verdictOfMore(wanted / pairs) !== 'inconclusive') return Math.ceil(wanted / 10) * 10;
  }
  return undefined;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
