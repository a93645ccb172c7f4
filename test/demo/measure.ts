/** What was measured in the demonstration, as a table, and whether it is good enough. */
import type { Origin } from './observer.ts';
import type { PhaseName } from './pieces.ts';
import type { Pause } from './typist.ts';

/** One phase as it was played. */
export interface PhaseResult {
  readonly phase: PhaseName;
  readonly pauses: readonly Pause[];
  /** Requests of keystrokes and probes that the backend saw. */
  readonly requests: number;
  /** Texts of the notifications. */
  readonly toasts: readonly string[];
  /** What the status bar said at its pauses, each once. */
  readonly statuses: readonly string[];
}

/** One line of the table; times are ms. */
export interface Row {
  readonly phase: PhaseName;
  readonly pauses: number;
  readonly suggested: number;
  readonly sources: Readonly<Record<Origin, number>>;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly requests: number;
  readonly toasts: number;
  readonly taken: number;
  readonly statuses: readonly string[];
}

/** What the demonstration has to show. */
const goals = { suggestedShare: 0.95, p95: 400, toasts: 0 } as const;

/** The phases in which the backend is out. */
const outPhases: ReadonlySet<PhaseName> = new Set(['at capacity', 'hang', 'refused']);

export function rowOf(result: PhaseResult): Row {
  const { phase, pauses, requests, toasts, statuses } = result;
  const shown = pauses.flatMap(({ elapsed }) => (elapsed === undefined ? [] : [elapsed])).sort((one, other) => one - other);
  const from = (origin: Origin): number => pauses.filter((pause) => pause.origin === origin).length;
  return {
    phase,
    pauses: pauses.length,
    suggested: shown.length,
    sources: { model: from('model'), local: from('local'), cache: from('cache') },
    p50: quantile(shown, 0.5),
    p95: quantile(shown, 0.95),
    requests,
    toasts: toasts.length,
    taken: pauses.filter(({ taken }) => taken).length,
    statuses,
  };
}

/** The nearest rank: a value that was measured. @param sorted ascending */
function quantile(sorted: readonly number[], share: number): number | undefined {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? undefined : Math.round(value);
}

/** One line for each goal that was missed. */
export function missedGoals(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => {
    const { phase, pauses, suggested, p95, toasts } = row;
    return [
      ...(suggested < pauses * goals.suggestedShare || pauses === 0
        ? [`${phase}: a suggestion in ${suggested} of ${pauses} pauses; wanted are ${goals.suggestedShare * 100} %`]
        : []),
      ...(outPhases.has(phase) && (p95 ?? Infinity) > goals.p95
        ? [`${phase}: P95 to ghost text is ${p95 ?? '–'} ms; allowed are ${goals.p95} ms`]
        : []),
      ...(toasts > goals.toasts ? [`${phase}: ${toasts} notifications; allowed are ${goals.toasts}`] : []),
    ];
  });
}

/** The table as Markdown, its columns lined up for a terminal. */
export function tableOf(rows: readonly Row[]): string {
  const head = [
    'Phase',
    'Pauses',
    'With a suggestion',
    'model / local / cache',
    'P50 ms',
    'P95 ms',
    'Requests',
    'Toasts',
    'Taken',
    'Status bar',
  ];
  const cells = rows.map((row) => [
    row.phase,
    `${row.pauses}`,
    `${row.suggested} (${row.pauses === 0 ? 0 : Math.round((row.suggested / row.pauses) * 100)} %)`,
    `${row.sources.model} / ${row.sources.local} / ${row.sources.cache}`,
    `${row.p50 ?? '–'}`,
    `${row.p95 ?? '–'}`,
    `${row.requests}`,
    `${row.toasts}`,
    `${row.taken}`,
    row.statuses.join(' → '),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(line)].join('\n');
}
