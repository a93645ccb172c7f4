import { capacityKnownBeyond, type ReadinessEvidence } from '../domain/rollout.ts';
import type { CapacityFindings, LevelFigures } from './capacityCheck.ts';
import { loadLimit, type StageForecast } from './capacityForecast.ts';
import type { Estimate } from './serviceLaw.ts';

/** Widest bar of a curve, in characters. */
const barWidth = 30;

/** What a check found, for a person: the curve and the forecast, without a line end behind the last. */
export function capacityText(findings: CapacityFindings): string {
  const curve = findings.end.kind === 'seen' ? [] : [...curveOf(findings.levels), ''];
  return [...curve, ...saidOf(findings), '', ...stagesOf(findings)].join('\n');
}

/** The same as a document. @param subject what was asked, in words */
export function capacityMarkdown(findings: CapacityFindings, subject: string): string {
  const { stages } = findings.forecast;
  const rows = stages.map((stage) => `| ${[`${stage.percent} %`, stage.servers, ...cellsOf(stage)].join(' | ')} |`);
  return [
    `# Capacity of ${subject}`,
    '',
    verdictOf(findings),
    '',
    ...(findings.end.kind === 'seen' ? ['## Answers', ''] : ['## Ramp', '', '```text', ...curveOf(findings.levels), '```', '']),
    ...saidOf(findings).map((line) => `- ${line}`),
    '',
    '## Forecast',
    '',
    '| stage | servers | load | slots needed | servers needed | mean answer | verdict |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows,
    '',
    `Ranges hold about nine times in ten what another run of the same would give. A load of up to ${loadLimit} holds.`,
  ].join('\n');
}

/** What goes into the checklist before a rollout. */
export function capacityEvidence(findings: CapacityFindings): Pick<ReadinessEvidence, 'check' | 'verdict' | 'summary'> {
  const verdicts = { holds: 'passed', no: 'failed', unknown: 'inconclusive' } as const;
  return { check: 'capacity', verdict: verdicts[findings.forecast.verdict], summary: verdictOf(findings) };
}

/** One line: holds, does not, or not known. */
function verdictOf({ forecast }: CapacityFindings): string {
  if (forecast.verdict === 'holds') return `It holds: no stage takes more than ${loadLimit * 100} % of the slots.`;
  if (forecast.verdict === 'unknown') {
    const why = forecast.missing ?? `the range of the load holds the limit of ${loadLimit}`;
    return `Not known: ${why}. It may go to ${capacityKnownBeyond} %, not further.`;
  }
  const first = forecast.stages.find(({ verdict }) => verdict === 'no');
  const needed = first?.serversNeeded === undefined ? '' : ` It needs ${first.serversNeeded.value} servers instead of ${first.servers}.`;
  return `It does not hold: at ${first?.percent ?? 0} % the load is ${shown(first?.load, 2)}.${needed}`;
}

const overheadWords = { person: 'as was given', server: 'as the server says', nobody: 'because nobody says more' } as const;

function saidOf(findings: CapacityFindings): readonly string[] {
  const { knee, forecast, end, requests, overhead, timings, problems } = findings;
  const { slots, law } = forecast;
  const sources = { server: 'as the server says', ramp: 'where latency bends', refusals: 'where it refuses', person: 'as was given' };
  return [
    ...(end.kind === 'seen'
      ? [`told from ${end.answers} answers that came anyway; nobody was asked`]
      : [
          `${requests} requests; ${endWords(end)}`,
          knee ? `knee at ${shown(knee.slots, 1)} requests at once` : 'no knee up to where it went',
        ]),
    slots ? `slots of a server: ${shown(slots, 0)}, ${sources[slots.source]}` : 'slots of a server: not known',
    ...(law
      ? [`an answer holds its slot for ${law.alone.toFixed(0)} ms + ${law.perRequest.toFixed(2)} ms for each request in the batch`]
      : []),
    ...(overhead ? [`outside of its slot an answer spends ${overhead.value.toFixed(1)} ms, ${overheadWords[overhead.source]}`] : []),
    ...(timings ? [`one token takes ${timings.step.toFixed(2)} ms of an answer that is alone, as the server says`] : []),
    ...problems.map((problem) => `note: ${problem}`),
  ];
}

function stagesOf(findings: CapacityFindings): readonly string[] {
  const rows = findings.forecast.stages.map((stage) => {
    const [load = '', , needed = '', mean = '', verdict = ''] = cellsOf(stage);
    const servers = `${stage.servers} server${stage.servers === 1 ? '' : 's'}`;
    return `${String(stage.percent).padStart(4)} % on ${servers}: load ${load}, needs ${needed}, mean answer ${mean}: ${verdict}`;
  });
  return [...rows, verdictOf(findings)];
}

function cellsOf(stage: StageForecast): readonly string[] {
  const mean = stage.meanLatency === undefined ? (stage.load === undefined ? '?' : 'without end') : `${stage.meanLatency.toFixed(0)} ms`;
  return [shown(stage.load, 2), shown(stage.slotsNeeded, 1), shown(stage.serversNeeded, 0), mean, stage.verdict];
}

/** The end of a ramp in words. */
function endWords(end: Exclude<CapacityFindings['end'], { readonly kind: 'seen' }>): string {
  switch (end.kind) {
    case 'levels-done':
      return 'it ended with its last level';
    case 'requests-spent':
      return 'it ended because it had sent as many as it may';
    case 'cancelled':
      return 'it was stopped';
    case 'slow':
      return 'it ended because answers became too slow';
    case 'no-gain':
      return 'it ended because more at once brought no more answers';
    case 'full':
      return `it ended because the server says it is full (${end.state.running ?? '?'} running, ${end.state.waiting ?? 0} waiting)`;
    case 'refused':
      return `it ended at ${end.inFlight} at once, which the server refused: ${end.failure.message}`;
    case 'failed':
      return `it ended at an error: ${end.failure.message}`;
  }
}

/** Throughput as bars, latency beside it. */
function curveOf(levels: readonly LevelFigures[]): readonly string[] {
  if (levels.length === 0) return ['no request was answered'];
  const most = Math.max(...levels.map(({ perSecond }) => perSecond.high));
  const place = (value: number): number => Math.min(barWidth - 1, Math.round((value / most) * barWidth));
  return [
    `at once  met  ${'answers/s, with their range'.padEnd(barWidth)} ${['', 'P50 ms', 'P95 ms', 'P99 ms'].map((name, index) => name.padStart(index === 0 ? 6 : 16)).join('')}`,
    ...levels.map(({ requests, inFlight, perSecond, p50, p95, p99 }) => {
      const bar = Array.from({ length: barWidth }, (_, at): string => (at < place(perSecond.value) ? '█' : ' '));
      for (let at = place(perSecond.value); at < place(perSecond.high); at++) bar[at] = '▒';
      const times = [p50, p95, p99].map((each) => shown(each, 0).padStart(16)).join('');
      return `${String(requests).padStart(7)} ${inFlight.toFixed(1).padStart(4)}  ${bar.join('')} ${perSecond.value.toFixed(1).padStart(6)}${times}`;
    }),
  ];
}

/** A figure with its range, or `?`. */
function shown(estimate: Estimate | undefined, digits: number): string {
  if (estimate === undefined) return '?';
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((each) => each.toFixed(digits));
  return low === high ? (value ?? '') : `${value} (${low}–${high})`;
}
