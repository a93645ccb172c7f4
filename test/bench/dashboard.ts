import { mkdtempSync, rmSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { folderAt } from '../../src/base/folder.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { DashboardFold } from '../../src/dashboard/fold.ts';
import { hostMessageOf, protocolVersion as version } from '../../src/dashboard/protocol.ts';
import { rangeNames } from '../../src/dashboard/range.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { incidentRecords, team, writeJournal } from '../fakes/incidentJournal.ts';
import type { Check, PartResult } from './report.ts';

/** Requests a minute with which a month has this many records. */
const perMinute = 24.5;
const wanted = 1_000_000;
/** Records that are folded before others get a turn. */
const slice = 1000;

/** What the dashboard costs the extension host with a million records: folding them, one look at them, and the message to the page. */
export async function measureDashboard(): Promise<PartResult> {
  const now = Date.now();
  const records = incidentRecords(now, 30, perMinute).slice(-wanted);
  const rows: (string | number)[][] = [];
  const checks: Check[] = [];
  for (const range of rangeNames) {
    const fold = new DashboardFold(range, team.sourceId, { now: () => now });
    const { total, longest } = await foldAll(fold, records);
    let view = fold.view();
    const looks = Array.from({ length: 5 }, () => {
      const before = busy();
      view = fold.view();
      return busy() - before;
    });
    const viewed = looks.toSorted((one, other) => one - other)[2] ?? 0;
    const message = JSON.stringify({ version, kind: 'view', view, progress: 1, skipped: { lines: 0, files: 0 } });
    const parsed: unknown = JSON.parse(message);
    const began = busy();
    if (!hostMessageOf(parsed)) throw new Error('the page would pass this message over');
    const checked = busy() - began;
    rows.push([range, view.records, total, longest, viewed, message.length / 1024, checked]);
    checks.push({ what: `${range}: longest slice of ${slice} records`, value: longest, unit: 'ms', atMost: 16 });
    checks.push({ what: `${range}: one look`, value: viewed, unit: 'ms', atMost: 16 });
    checks.push({ what: `${range}: message to the page`, value: message.length / 1024, unit: 'KB', atMost: 256 });
  }
  const read = await readAndFold(records, now);
  checks.push({
    what: 'longest delay of the event loop while the whole journal is read and folded',
    value: read.longest,
    unit: 'ms',
    atMost: 50,
  });
  return {
    tables: [
      {
        title: `${records.length} records of 30 days, two backends`,
        columns: [
          'range',
          'records in it',
          'folding all (ms)',
          `longest ${slice} (ms)`,
          'one look, median (ms)',
          'message (KB)',
          'checked by the page (ms)',
        ],
        rows,
      },
      {
        title: 'from the disk, range 30 days',
        columns: ['records', 'files', 'read and folded (ms)', 'P99 of the delay (ms)', 'longest delay (ms)'],
        rows: [[read.count, read.files, read.took, read.p99, read.longest]],
      },
    ],
    checks,
    notes: [
      'all but the delay of the event loop are processor time; the delay is of the clock, and other processes lengthen it',
      'the journal keeps 20 MB, which is some 150 000 records of this kind; a million is the bound of the design',
    ],
  };
}

/** Processor time of this process in ms: what others do on the machine is not counted, collecting garbage beside it is. */
function busy(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function foldAll(fold: DashboardFold, records: readonly JournalRecord[]): Promise<{ total: number; longest: number }> {
  let total = 0;
  let longest = 0;
  for (let start = 0; start < records.length; start += slice) {
    const began = busy();
    for (let index = start; index < Math.min(start + slice, records.length); index++) {
      const record = records[index];
      if (record) fold.add(record);
    }
    const took = busy() - began;
    total += took;
    longest = Math.max(longest, took);
    await nextTurn();
  }
  return { total, longest };
}

async function readAndFold(
  records: readonly JournalRecord[],
  now: number,
): Promise<{ count: number; files: number; took: number; p99: number; longest: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'failsoft-dashboard-'));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  // The timers of the clock keep no process alive.
  const awake = setInterval(() => undefined, 1000);
  try {
    const files = writeJournal(folder, records);
    const fold = new DashboardFold('30d', team.sourceId, { now: () => now });
    await nextTurn();
    delay.enable();
    const began = performance.now();
    await readRecords(folderAt(folder), fold.since, (record) => fold.add(record), { clock: systemClock, logger: silentLogger });
    const took = performance.now() - began;
    delay.disable();
    return { count: fold.view().records, files, took, p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6 };
  } finally {
    clearInterval(awake);
    rmSync(folder, { recursive: true, force: true });
  }
}
