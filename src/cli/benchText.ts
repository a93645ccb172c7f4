import { arms } from '../domain/rollout.ts';
import { failuresOf, quantile } from '../evaluation/benchmarkMarkdown.ts';
import { metricWords, percent, points } from '../evaluation/benchmarkReport.ts';
import type { BenchmarkReport, Comparison } from '../evaluation/benchmarkTypes.ts';

/** The report in some lines of a terminal. */
export function benchText(report: BenchmarkReport): string {
  const { versions, sides, latency } = report;
  const rows = [
    ['', 'baseline', 'candidate', 'points', '95 %', ''],
    ...report.comparisons.map(rowOf),
    ['P50 in ms', ...arms.map((arm) => quantile(sides[arm].latency.p50))],
    ['P95 in ms', ...arms.map((arm) => quantile(sides[arm].latency.p95))],
    ['P99 in ms', ...arms.map((arm) => quantile(sides[arm].latency.p99))],
    ['P50 to first text', ...arms.map((arm) => quantile(sides[arm].firstText.p50))],
    ['failures', ...arms.map((arm) => failuresOf(sides[arm]))],
    [
      'tokens in, out',
      ...arms.map((arm) =>
        sides[arm].tokens.counted === 0 ? 'not counted' : `${sides[arm].tokens.prompt}, ${sides[arm].tokens.completion}`,
      ),
    ],
    ...(arms.some((arm) => sides[arm].cost)
      ? [['cost of 1000 answers', ...arms.map((arm) => sides[arm].cost?.perThousand.toFixed(4) ?? 'no price')]]
      : []),
  ];
  const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '?');
  return [
    `${versions.candidate.model} (${versions.candidate.backend}) against ${versions.baseline.model} (${versions.baseline.backend})`,
    `${report.pairs} position${report.pairs === 1 ? '' : 's'}: ${report.own} of your own, ${report.shipped} shipped; seed ${report.seed}; ${(report.took / 1000).toFixed(1)} s`,
    '',
    ...columns(rows),
    `latency typically ${ratio(latency.ratio)} times the baseline's (${ratio(latency.low)} to ${ratio(latency.high)}), allowed is ${latency.limit}: ${latency.verdict}`,
    '',
    ...report.languages.map(({ languageId, pairs, comparisons }) => `${languageId} (${pairs}): ${ofLanguage(comparisons)}`),
    '',
    `${report.verdict}: ${report.summary}`,
    ...report.reasons.slice(1).map((reason) => `  ${reason}`),
  ].join('\n');
}

function rowOf({ metric, baseline, candidate, difference, low, high, verdict }: Comparison): string[] {
  return [metricWords[metric], percent(baseline), percent(candidate), points(difference), `${points(low)} to ${points(high)}`, verdict];
}

function ofLanguage(comparisons: readonly Comparison[]): string {
  const shown = comparisons.filter(({ metric }) => metric === 'exact' || metric === 'similarity');
  if (shown.length === 0) return 'no position that both answered';
  return shown.map(({ metric, baseline, candidate }) => `${metricWords[metric]} ${percent(baseline)} → ${percent(candidate)}`).join(', ');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
