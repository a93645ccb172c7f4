import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lineEngine, wordEngine } from './local/baselines.ts';
import { measureCosts } from './local/costs.ts';
import { createEngine } from './local/engineAdapter.ts';
import { timelineOfRepository } from './local/gitTimeline.ts';
import { measure } from './local/measure.ts';
import { languageTable, markdown, plot, qualityTable, type Scored } from './local/qualityReport.ts';
import { readTimeline } from './local/timeline.ts';
import { root } from './productionBuild.ts';
import type { PartResult } from './report.ts';

/** What the local engine is measured on. */
export interface LocalWish {
  /** A folder with a git repository, or a kept timeline (`.jsonl.gz`). Default: Failsoft itself. */
  readonly repository?: string | undefined;
  /** Lines to type, about. Default 300. */
  readonly lines?: string | undefined;
}

/** Lines of a history that are typed, when more of it is taken than is measured. */
const historyLines = 6000;

/** Types a repository's own history into the local engine and into baselines, and measures what the index costs. */
export async function measureLocal({ repository = root, lines = '300' }: LocalWish = {}): Promise<PartResult> {
  const timeline = repository.endsWith('.gz') ? await readTimeline(repository) : timelineOfRepository(repository, historyLines);
  const engines = [
    { name: 'local engine', engine: createEngine({}) },
    { name: 'local engine, whole lines', engine: createEngine({ extent: 'line' }) },
    { name: 'words of the document', engine: wordEngine() },
    { name: 'most recent line', engine: lineEngine() },
  ];
  const scored: Scored[] = engines.map(({ name, engine }) => ({ name, measurement: measure(timeline, engine, Number(lines)) }));
  // Of nothing all is right.
  if (scored.every(({ measurement }) => measurement.lines.length === 0)) {
    throw new Error(`none of the last ${lines} lines in the history of ${timeline.name} was typed by a person; ask for more with --lines`);
  }
  const quality = qualityTable(scored);
  const languages = languageTable(scored);
  const folder = path.join(root, 'out', 'local-bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${timeline.name}.md`), [quality, languages].map(markdown).join('\n'));
  writeFileSync(path.join(folder, `${timeline.name}.svg`), plot(scored));
  const askMs = scored[0]?.measurement.askMs ?? [];
  const at = (share: number): number => askMs[Math.min(askMs.length - 1, Math.floor(askMs.length * share))] ?? 0;
  const costs = await measureCosts(timeline.files);
  return {
    tables: [quality, languages, ...costs.tables],
    checks: [
      { what: 'suggestion P50 (processor time)', value: at(0.5), unit: 'ms', atMost: 0.4 },
      { what: 'suggestion P99 (processor time)', value: at(0.99), unit: 'ms', atMost: 2.5 },
      ...costs.checks,
    ],
    notes: [
      `typed: the last commits of ${timeline.name}, ${timeline.commits.length} of them, over ${timeline.files.length} files`,
      `the tables and a plot are in out/local-bench/${timeline.name}.md and .svg`,
    ],
  };
}
