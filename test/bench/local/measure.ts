import type { BenchEngine } from './benchEngine.ts';
import { cpuMs, replay, type ReplayCosts } from './replay.ts';
import type { Timeline } from './timeline.ts';
import type { MeasuredLine, Offer } from './typing.ts';

/** Everything that typing a timeline into an engine gave. */
export interface Measurement {
  readonly lines: readonly MeasuredLine[];
  readonly costs: ReplayCosts;
  /** Processor time of each question, in milliseconds, ascending. */
  readonly askMs: readonly number[];
}

/** Types a timeline into an engine and asks at every column of the measured lines. */
export function measure(timeline: Timeline, engine: BenchEngine, lines: number): Measurement {
  const measured: MeasuredLine[] = [];
  const askMs: number[] = [];
  const costs = replay({
    timeline,
    engine,
    lines,
    onLine: ({ path, languageId, text, start, indent, end, line, suffix }) => {
      const offers: (Offer | undefined)[] = [];
      let before = '';
      for (let column = indent; column < end; column += 1) {
        const began = cpuMs();
        const offered = engine.complete({ path, languageId, prefix: text.slice(0, start + column), suffix });
        askMs.push(cpuMs() - began);
        const shown = (offered?.text.split('\n', 1)[0] ?? '').trimEnd();
        const rest = line.slice(column, end);
        offers.push(
          offered === undefined || shown === ''
            ? undefined
            : {
                confidence: offered.confidence,
                length: shown.length,
                isRight: rest.startsWith(shown),
                isWhole: rest === shown,
                goesOn: before.length > 1 && before.slice(1) === shown,
              },
        );
        before = shown;
      }
      measured.push({ languageId, text: line.slice(indent, end), offers });
    },
  });
  return { lines: measured, costs, askMs: askMs.sort((one, other) => one - other) };
}
