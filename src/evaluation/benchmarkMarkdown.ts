import { arms } from '../domain/rollout.ts';
import { metricWords, percent, points } from './benchmarkReport.ts';
import type { BenchmarkReport, Comparison, LatencyFigure, Pair, SideFigures } from './benchmarkTypes.ts';
import type { QuantileFigure } from './pairedStatistics.ts';

/** The report as Markdown. @param shown pairs whose texts are to be in it, because the person asked for that */
export function benchmarkMarkdown(report: BenchmarkReport, shown: readonly Pair[] = []): string {
  const { versions, sides } = report;
  return [
    `# Benchmark: ${code(versions.candidate.model)} against ${code(versions.baseline.model)}`,
    '',
    `**${report.verdict}**: ${escaped(report.summary)}`,
    ...(report.reasons.length > 1 ? ['', ...report.reasons.map((reason) => `- ${escaped(reason)}`)] : []),
    '',
    `- baseline: ${code(versions.baseline.model)} at ${code(versions.baseline.backend)}`,
    `- candidate: ${code(versions.candidate.model)} at ${code(versions.candidate.backend)}`,
    `- ${report.pairs} positions, ${report.own} of them from the repository, ${report.shipped} shipped; seed ${report.seed}`,
    `- ${new Date(report.at).toISOString()}, ${(report.took / 1000).toFixed(1)} s; worse by at most ${(report.margin * 100).toFixed(1)} points is allowed`,
    '',
    '## Quality',
    '',
    ...comparisonTable(report.comparisons),
    '',
    '## Latency',
    '',
    `Typically ${ratio(report.latency.ratio)} times the baseline's (95 %: ${ratio(report.latency.low)} to ${ratio(report.latency.high)}), allowed is ${report.latency.limit}: ${report.latency.verdict}.`,
    '',
    '| ms | baseline | candidate |',
    '| --- | --- | --- |',
    ...latencyRows('to the end', sides.baseline.latency, sides.candidate.latency),
    ...latencyRows('to the first text', sides.baseline.firstText, sides.candidate.firstText),
    '',
    '## Failures, tokens, cost',
    '',
    '| | baseline | candidate |',
    '| --- | --- | --- |',
    `| failures | ${arms.map((arm) => failuresOf(sides[arm])).join(' | ')} |`,
    `| tokens in | ${arms.map((arm) => tokensOf(sides[arm], 'prompt')).join(' | ')} |`,
    `| tokens out | ${arms.map((arm) => tokensOf(sides[arm], 'completion')).join(' | ')} |`,
    ...(arms.some((arm) => sides[arm].cost)
      ? [`| cost of 1000 answers | ${arms.map((arm) => sides[arm].cost?.perThousand.toFixed(4) ?? 'no price').join(' | ')} |`]
      : []),
    ...report.languages.flatMap(({ languageId, pairs, comparisons }) => [
      '',
      `## ${languageId}, ${pairs} positions`,
      '',
      ...comparisonTable(comparisons, true),
    ]),
    ...shown.flatMap(textsOf),
  ].join('\n');
}

/** One row per metric. @param isOne of one language, which only counts where it is surely worse */
function comparisonTable(comparisons: readonly Comparison[], isOne = false): string[] {
  const said = ({ verdict }: Comparison): string => (!isOne ? verdict : verdict === 'failed' ? 'surely worse' : '');
  return [
    '| metric | pairs | baseline | candidate | points | interval | p | verdict |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...comparisons.map(
      (comparison) =>
        `| ${metricWords[comparison.metric]} | ${comparison.pairs} | ${percent(comparison.baseline)} | ${percent(comparison.candidate)} | ${points(comparison.difference)} | ${points(comparison.low)} to ${points(comparison.high)} | ${comparison.p?.toFixed(3) ?? ''} | ${said(comparison)} |`,
    ),
  ];
}

function latencyRows(name: string, baseline: LatencyFigure, candidate: LatencyFigure): string[] {
  return (['p50', 'p95', 'p99'] as const).map(
    (key) => `| ${key.toUpperCase()} ${name} | ${quantile(baseline[key])} | ${quantile(candidate[key])} |`,
  );
}

/** A quantile with its interval; an end that the samples are too few for is left open. */
export function quantile(figure: QuantileFigure | undefined): string {
  if (figure === undefined) return 'none';
  const end = (value: number | undefined): string => (value === undefined ? '?' : value.toFixed(0));
  return `${figure.value.toFixed(0)} (${end(figure.low)} to ${end(figure.high)})`;
}

/** Failures by kind, in the order of their number. */
export function failuresOf({ failures }: Pick<SideFigures, 'failures'>): string {
  const rows = Object.entries(failures).sort((left, right) => right[1] - left[1]);
  return rows.length === 0 ? 'none' : rows.map(([kind, count]) => `${count} ${kind}`).join(', ');
}

function tokensOf({ tokens, asked }: SideFigures, side: 'prompt' | 'completion'): string {
  if (tokens.counted === 0) return 'not counted by the server';
  return tokens.counted === asked ? String(tokens[side]) : `${tokens[side]} in ${tokens.counted} of ${asked} answers`;
}

function textsOf({ position, answers }: Pair): string[] {
  const block = (title: string, text: string): string[] => ['', `${title}:`, '', ...text.split('\n').map((line) => `    ${line}`)];
  return ['', `## ${code(position.id)}`, ...block('Expected', position.expected), ...arms.flatMap((arm) => block(arm, answers[arm].text))];
}

function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '?';
}

/** What servers and settings call themselves, where Markdown would read more into it. */
function code(text: string): string {
  return `\`${text.replace(/[`\p{Cc}]/gu, ' ')}\``;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_<>|[\]]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
}
