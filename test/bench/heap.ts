import { startFaultServer } from '../fakes/faultServer.ts';
import { endChild, firstMessage, startChild } from './childProcess.ts';
import { heapPlan, type HeapMark, type HeapReport } from './heapReport.ts';
import type { PartResult } from './report.ts';

const megabyte = 1024 * 1024;

/** What is left in memory while 10 000 keystrokes go through the engine, with cancelled requests and faults among them. */
export async function measureHeap(): Promise<PartResult> {
  // Here, and not in the process that is measured: it keeps what it has seen.
  const server = await startFaultServer({ controlPort: 0, answer: () => 'total + item.price * item.count' });
  const child = startChild('./heapChild.ts', [server.url, server.controlUrl], ['--expose-gc']);
  try {
    return describe((await firstMessage(child)) as HeapReport);
  } finally {
    await endChild(child);
    await server.close();
  }
}

function describe({ marks, afterDisposal, served, requests }: HeapReport): PartResult {
  const settledIn = marks.filter(({ keystrokes }) => keystrokes >= heapPlan.markEvery);
  const first = settledIn[0]?.heapUsed ?? Number.NaN;
  const growth = Math.max(...settledIn.map(({ heapUsed }) => heapUsed - first)) / megabyte;
  const unsettled = Math.max(...settledIn.map((mark) => mark.unsettled));
  const row = (name: string | number, mark: HeapMark): (string | number)[] => [
    String(name),
    mark.heapUsed / megabyte,
    (mark.heapUsed - first) / megabyte,
    mark.rss / megabyte,
    mark.unsettled,
    mark.timers,
    Object.entries(mark.resources)
      .map(([resource, count]) => `${count} ${resource}`)
      .join(', ') || 'nothing',
  ];
  return {
    tables: [
      {
        title: 'after garbage collection (MB), nothing in flight',
        columns: ['keystrokes', 'heap used', `since ${heapPlan.markEvery}`, 'resident', 'unsettled', 'timers', 'open in Node'],
        rows: [...marks.map((mark) => row(mark.keystrokes, mark)), row('disposed', afterDisposal)],
      },
      {
        title: `how the keystrokes ended (${requests} requests were sent)`,
        columns: ['end', 'keystrokes'],
        rows: Object.entries(served).toSorted(([, one], [, other]) => other - one),
      },
    ],
    checks: [
      { what: `heap growth from ${heapPlan.markEvery} to ${heapPlan.keystrokes} keystrokes`, value: growth, unit: 'MB', atMost: 5 },
      { what: 'promises that never settled', value: unsettled, unit: '', atMost: 0 },
      { what: 'timers left after disposal', value: afterDisposal.timers, unit: '', atMost: 0 },
    ],
    notes: [
      `${heapPlan.inTrouble} of every ${heapPlan.perRound} keystrokes meet a fault, another kind each time; the breaker is closed again by "retry now"`,
    ],
  };
}
