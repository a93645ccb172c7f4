import type { EpochMillis, Millis } from '../base/clock.ts';
import type { RolloutDecision } from '../domain/rollout.ts';
import { byWords, phaseText } from './rolloutWords.ts';

/** What a rehearsal has shown. */
export interface RehearsalView {
  readonly startedAt: EpochMillis;
  readonly took: Millis;
  readonly verdict: 'passed' | 'failed';
  /** What had to be seen, in its order; `at` since the beginning. */
  readonly steps: readonly { readonly words: string; readonly at: Millis; readonly isPassed: boolean }[];
  /** Newest first. */
  readonly decisions: readonly RolloutDecision[];
}

/** A rehearsal in one line. */
export function rehearsalSummary({ verdict, took, steps }: RehearsalView): string {
  const missed = steps.find(({ isPassed }) => !isPassed);
  const time = `${(took / 1000).toFixed(0)} s`;
  return verdict === 'passed'
    ? `the way back was walked in ${time}, ${steps.length} of ${steps.length} steps`
    : `not seen within ${time}: ${missed?.words ?? ''}`;
}

/** Its transcript for a terminal. */
export function rehearsalLines(view: RehearsalView): string {
  const steps = view.steps.map(({ words, at, isPassed }) => `${seconds(at)}  ${isPassed ? 'ok  ' : 'MISS'}  ${words}`);
  return [...steps, '', `${view.verdict}: ${rehearsalSummary(view)}`].join('\n');
}

/** The same as a document, with what was decided. */
export function rehearsalMarkdown(view: RehearsalView): string {
  const { startedAt, verdict, steps, decisions } = view;
  return [
    `# Rehearsal of the way back: ${verdict}`,
    '',
    `${new Date(startedAt).toISOString()}. Two practice models, a folder of its own: nothing of the route that people use was touched.`,
    '',
    '| after | seen | what |',
    '|---|---|---|',
    ...steps.map(({ words, at, isPassed }) => `| ${seconds(at).trim()} | ${isPassed ? 'yes' : '**no**'} | ${cell(words)} |`),
    '',
    '## What was decided',
    '',
    '| after | by | phase | why |',
    '|---|---|---|---|',
    ...decisions
      .toReversed()
      .map(
        ({ at, by, phase, reason }) =>
          `| ${seconds(at - startedAt).trim()} | ${byWords[by]} | ${cell(phaseText(phase))} | ${cell(reason)} |`,
      ),
    '',
  ].join('\n');
}

function seconds(time: Millis): string {
  return `${(time / 1000).toFixed(1)} s`.padStart(8);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
