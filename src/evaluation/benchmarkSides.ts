import type { Millis } from '../base/clock.ts';
import type { FailureKind } from '../domain/failure.ts';
import type { Arm } from '../domain/rollout.ts';
import { isTimed } from './benchmarkComparison.ts';
import { benchmarkDefaults } from './benchmarkDefaults.ts';
import type { Answer, LatencyFigure, Pair, Price, SideFigures } from './benchmarkTypes.ts';
import { quantileFigure } from './pairedStatistics.ts';

const { confidence } = benchmarkDefaults;

/** What one side did, by itself. */
export function sideFigures(pairs: readonly Pair[], arm: Arm, price: Price | undefined): SideFigures {
  const answers = pairs.map((pair) => pair.answers[arm]);
  const timed = answers.filter(isTimed);
  const firsts = timed.flatMap(({ firstTextAfter }) => (firstTextAfter === undefined ? [] : [firstTextAfter]));
  const counted = answers.filter(({ promptTokens, completionTokens }) => promptTokens !== undefined && completionTokens !== undefined);
  const tokens = {
    prompt: sumOf(counted, ({ promptTokens }) => promptTokens),
    completion: sumOf(counted, ({ completionTokens }) => completionTokens),
    counted: counted.length,
  };
  const total = price === undefined ? undefined : (tokens.prompt * price.prompt + tokens.completion * price.completion) / 1e6;
  return {
    asked: answers.length,
    failures: failuresOf(answers),
    latency: latencyOf(
      timed.map(({ elapsed }) => elapsed),
      timed.filter(({ censored }) => censored).length,
    ),
    firstText: latencyOf(firsts, 0),
    tokens,
    ...(total === undefined || counted.length === 0 ? {} : { cost: { total, perThousand: (total / counted.length) * 1000 } }),
  };
}

function failuresOf(answers: readonly Answer[]): Partial<Record<FailureKind, number>> {
  const counts: Partial<Record<FailureKind, number>> = {};
  for (const { outcome } of answers) if (outcome !== 'ok' && outcome !== 'empty') counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function latencyOf(samples: readonly Millis[], censored: number): LatencyFigure {
  const sorted = [...samples].sort((left, right) => left - right);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantileFigure(sorted, share, confidence));
  return {
    samples: samples.length,
    censored,
    ...(p50 === undefined ? {} : { p50 }),
    ...(p95 === undefined ? {} : { p95 }),
    ...(p99 === undefined ? {} : { p99 }),
  };
}

function sumOf(answers: readonly Answer[], value: (answer: Answer) => number | undefined): number {
  return answers.reduce((sum, answer) => sum + (value(answer) ?? 0), 0);
}
