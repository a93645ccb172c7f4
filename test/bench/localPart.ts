import { benchLocal, type LocalBenchResult } from './local.ts';
import type { PartResult } from './report.ts';

/** Each figure is the least of so many runs: another process on the machine can only add to it. */
const runs = 3;

/** What a keystroke costs the local engine with 20 documents of 2000 lines open. */
export async function measureLocal(): Promise<PartResult> {
  const results: LocalBenchResult[] = [];
  for (let run = 0; run < runs; run++) {
    results.push(benchLocal());
    // The timers of the engine before are let go.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const least = (figure: (result: LocalBenchResult) => number): number => Math.min(...results.map(figure));
  return {
    tables: [
      {
        title: 'local engine, time per keystroke (ms)',
        columns: ['run', 'documents', 'keystrokes', 'P50', 'P99', 'max', 'first', 'index MB'],
        rows: results.map((result, run) => [
          run + 1,
          result.documents,
          result.keystrokes,
          result.p50Ms,
          result.p99Ms,
          result.maxMs,
          result.firstMs,
          result.indexBytes / 1024 / 1024,
        ]),
      },
    ],
    checks: [
      { what: 'keystroke P50', value: least(({ p50Ms }) => p50Ms), unit: 'ms', atMost: 5 },
      { what: 'keystroke P99', value: least(({ p99Ms }) => p99Ms), unit: 'ms', atMost: 5 },
    ],
    notes: [`the verdict takes the least of ${runs} runs; "first" is the keystroke that meets an index with nothing cut yet`],
  };
}
