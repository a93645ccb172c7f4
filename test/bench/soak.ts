import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { ledgerBytes, storeShares } from '../../src/domain/byteStore.ts';
import { endChild, firstMessage, startChild } from './childProcess.ts';
import { root } from './productionBuild.ts';
import type { Check, PartResult, Table } from './report.ts';
import { type Blocking, soakKeys, type SoakMark, soakPlan, type SoakReport } from './soakReport.ts';

const megabyte = 1024 * 1024;

/** 100 000 keystrokes over 200 documents with backends in trouble: what is held, what is left, and how long anything was held up. */
export async function measureSoak(): Promise<PartResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-soak-'));
  try {
    const outfile = path.join(folder, 'localWorker.cjs');
    const common = { bundle: true, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'warning' } as const;
    await esbuild.build({ absWorkingDir: root, entryPoints: ['src/localWorker.ts'], outfile, ...common });
    const child = startChild('./soakChild.ts', [outfile], ['--expose-gc']);
    try {
      return describe((await firstMessage(child)) as SoakReport);
    } finally {
      await endChild(child);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe(report: SoakReport): PartResult {
  const { marks, afterDisposal, served, requests, speculative, observations, levels, seconds, virtualSeconds } = report;
  return {
    tables: [
      markTable(marks, afterDisposal),
      storeTable(report),
      blockingTable(report),
      {
        title: `how the keystrokes ended (${requests} requests were sent, ${speculative} more ahead, ${observations} observations)`,
        columns: ['end', 'keystrokes'],
        rows: Object.entries(served).toSorted(([, one], [, other]) => other - one),
      },
    ],
    checks: checksOf(report),
    notes: [
      `${soakPlan.documents} documents, ${soakPlan.open} open at once; ${soakPlan.inTrouble} of every ${soakPlan.perRound} keystrokes meet a backend in trouble, every other time both`,
      `${Math.round(virtualSeconds / 360) / 10} hours of virtual time in ${Math.round(seconds)} s: the event loop is asked for everything at once, so its delays are those of a machine at its limit`,
      levels.length === 0 ? 'no level of pressure was entered' : `levels: ${levels.join('; ')}`,
    ],
  };
}

function checksOf({ marks, afterDisposal, most, blocking }: SoakReport): Check[] {
  const later = marks.filter(({ keystrokes }) => keystrokes >= 0.2 * soakKeys);
  const first = later[0];
  const growth = (of: (mark: SoakMark) => number): number => Math.max(...later.map((mark) => of(mark) - (first ? of(first) : Number.NaN)));
  return [
    { what: 'largest total of the ledger', value: most / megabyte, unit: 'MB', atMost: ledgerBytes / megabyte },
    { what: 'heap growth from 20 % to the end', value: growth(({ heapUsed }) => heapUsed) / megabyte, unit: 'MB', atMost: 5 },
    { what: 'keystrokes and calls that never ended', value: Math.max(...marks.map(({ unsettled }) => unsettled)), unit: '', atMost: 0 },
    { what: 'growth of timers', value: growth(({ timers }) => timers), unit: '', atMost: 0 },
    { what: 'growth of listeners', value: growth(({ listeners }) => listeners), unit: '', atMost: 0 },
    { what: 'growth of what Node holds open', value: growth(({ resources }) => resources), unit: '', atMost: 0 },
    { what: 'timers left after disposal', value: afterDisposal.timers, unit: '', atMost: 0 },
    { what: 'listeners left after disposal', value: afterDisposal.listeners - 1, unit: '', atMost: 0 },
    { what: 'event loop held up by work, 99.9 %', value: blocking.busy.p999, unit: 'ms', atMost: 16 },
    { what: 'event loop held up by work, longest', value: blocking.busy.max, unit: 'ms', atMost: 50 },
  ];
}

function markTable(marks: readonly SoakMark[], afterDisposal: SoakMark): Table {
  const row = (name: string, mark: SoakMark): (string | number)[] => [
    name,
    mark.heapUsed / megabyte,
    mark.external / megabyte,
    mark.ledger / megabyte,
    mark.unsettled,
    mark.timers,
    mark.listeners,
    mark.resources,
  ];
  return {
    title: 'after garbage collection (MB), nothing in flight',
    columns: ['keystrokes', 'heap used', 'buffers', 'ledger', 'unsettled', 'timers', 'listeners', 'open in Node'],
    rows: [...marks.map((mark) => row(String(mark.keystrokes), mark)), row('disposed', afterDisposal)],
  };
}

function storeTable({ most, mostByStore }: SoakReport): Table {
  const rows = Object.entries(storeShares).map(([name, share]) => {
    const held = mostByStore[name as keyof typeof storeShares];
    return [name, held === undefined ? 'not in this soak' : (held / megabyte).toFixed(2), share / megabyte];
  });
  return {
    title: 'most that each store held (MB)',
    columns: ['store', 'held', 'share'],
    rows: [...rows, ['all at once', (most / megabyte).toFixed(2), ledgerBytes / megabyte]],
  };
}

function blockingTable({ blocking, control }: SoakReport): Table {
  const row = (name: string, { p99, p999, max, over16, rounds }: Blocking): (string | number)[] => [name, p99, p999, max, over16, rounds];
  return {
    title: 'how long the event loop was held up (ms)',
    columns: ['', 'P99', 'P99.9', 'longest', 'over 16 ms', 'rounds'],
    rows: [
      row('the whole engine, at work', blocking.busy),
      row('the whole engine, by the clock', blocking.late),
      row('the typist alone, at work', control.busy),
      row('the typist alone, by the clock', control.late),
    ],
  };
}
