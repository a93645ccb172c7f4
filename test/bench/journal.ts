import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { folderAt } from '../../src/base/folder.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { Journal } from '../../src/journal/journal.ts';
import { newFileName } from '../../src/journal/journalFiles.ts';
import { lineOf } from '../../src/journal/recordLine.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { knownCode } from '../../src/recording.ts';
import { figuresOf } from './statistics.ts';
import type { PartResult } from './report.ts';

/** Records that are written, and between two measured ones that the event loop gets a turn. */
const written = 200_000;
const turn = 100;
/** Records that are read, and how many of them a file holds. */
const read = 1_000_000;
const perFile = 2200;
const readings = 3;
/** Windows that wrote them at the same time. */
const windows = 3;

/** As typing brings them: an attempt, a decision, an observation. */
function recordAt(count: number, at: number): JournalRecord {
  const about = { sourceId: 'team', model: 'codestral-2501' } as const;
  const requestId = `k${count}`;
  if (count % 3 === 0) {
    const times = { elapsed: 312.45, firstTextAfter: 120.3, censored: false } as const;
    const facts = { bytes: 4321, completionTokens: 33, status: 200, providerRequestId: 'cmpl-0123456789abcdef0123' };
    return { kind: 'attempt', at, requestId, ...about, trigger: 'automatic', outcome: 'ok', stage: 'done', ...times, ...facts };
  }
  const request = { languageId: 'typescript', trigger: 'automatic', origin: 'model' } as const;
  if (count % 3 === 1) return { kind: 'decision', at, requestId, ...request, sourceId: 'team', elapsed: 333.3 };
  return { kind: 'observation', at, observation: { at, kind: 'ended', id: requestId, ...request, ...about, as: 'typed', visibleFor: 883 } };
}

/** Microseconds that one record takes of whoever hands it over, and of the process in all. */
async function measureWriting(base: string): Promise<{ p50: number; p99: number; mean: number; inAll: number }> {
  const journal = new Journal({
    folder: folderAt(path.join(base, 'written')),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    knownCode,
  });
  const now = Date.now();
  const records = Array.from({ length: written }, (_, count) => recordAt(count, now + count));
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (const [count, record] of records.entries()) {
    const began = performance.now();
    journal.add(record);
    times.push((performance.now() - began) * 1000);
    if (count % turn === 0) await new Promise((resolve) => setImmediate(resolve));
    if (count % (10 * turn) === 0) await journal.write();
  }
  if (!(await journal.write())) throw new Error('not everything was written');
  const { user, system } = process.cpuUsage(cpu);
  const { p50, p99 } = figuresOf(times);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { p50, p99, mean, inAll: (user + system) / written };
}

/** Files as some windows that are open at the same time make them. @returns bytes */
async function makeJournal(folder: string): Promise<number> {
  const start = Date.now() - read * 100;
  let bytes = 0;
  for (let first = 0, file = 0; first < read; first += perFile, file++) {
    const lines: string[] = [];
    for (let each = 0; each < Math.min(perFile, read - first); each++) {
      const count = first + each;
      // Each window's files cover the time of as many files as there are windows.
      const at = start + (Math.floor(file / windows) * windows * perFile + each * windows + (file % windows)) * 100;
      lines.push(lineOf(recordAt(count, at), each + 1, knownCode) ?? '');
    }
    const text = `${lines.join('\n')}\n`;
    bytes += text.length;
    await writeFile(path.join(folder, newFileName(start + Math.floor(file / windows) * windows * perFile * 100, systemRandom())), text);
  }
  return bytes;
}

/** One reading of everything. */
interface Reading {
  readonly seconds: number;
  /** Of the processor. */
  readonly cpu: number;
  /** The longest time that nothing else could run because of this process, in ms: processor time, so that other processes do not count. */
  readonly blocked: number;
}

async function measureReading(folder: string): Promise<Reading> {
  let blocked = 0;
  let turnAt = performance.now();
  let turnCpu = process.cpuUsage();
  const turns = setInterval(() => {
    const { user, system } = process.cpuUsage(turnCpu);
    blocked = Math.max(blocked, Math.min(performance.now() - turnAt, (user + system) / 1000));
    turnAt = performance.now();
    turnCpu = process.cpuUsage();
  }, 1);
  let count = 0;
  let last = 0;
  const onRecord = ({ at }: JournalRecord): void => {
    if (at < last) throw new Error('out of order');
    last = at;
    count += 1;
  };
  const began = performance.now();
  const cpu = process.cpuUsage();
  await readRecords(folderAt(folder), 0, onRecord, { clock: systemClock, logger: silentLogger });
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(turns);
  if (count !== read) throw new Error(`${count} of ${read} records were read`);
  return { seconds, cpu: (user + system) / 1e6, blocked };
}

/** What the journal costs: of a keystroke when it is written, and of the dashboard when it is read. */
export async function measureJournal(): Promise<PartResult> {
  const base = await mkdtemp(path.join(os.tmpdir(), 'failsoft-bench-journal-'));
  // Timers of ours keep no process alive.
  const alive = setInterval(() => undefined, 1000);
  try {
    const writing = await measureWriting(base);
    const bytes = await makeJournal(base);
    const all: Reading[] = [];
    for (let round = 0; round < readings; round++) all.push(await measureReading(base));
    const best = (name: keyof Reading): number => Math.min(...all.map((each) => each[name]));
    return {
      tables: [
        {
          title: `writing ${written} records, in µs a record`,
          columns: ['P50', 'P99', 'mean', 'of the process, in all'],
          rows: [[writing.p50, writing.p99, writing.mean, writing.inAll]],
        },
        {
          title: `reading ${read} records of ${(bytes / read).toFixed(0)} bytes, ${windows} windows at once`,
          columns: ['s', 'processor s', 'longest block, ms'],
          rows: all.map(({ seconds, cpu, blocked }) => [seconds, cpu, blocked]),
        },
      ],
      checks: [
        { what: 'adding a record, P99', value: writing.p99, unit: 'µs', atMost: 20 },
        { what: 'reading 1 M records, best of three', value: best('seconds'), unit: 's', atMost: 3 },
        { what: 'longest block while reading, best of three', value: best('blocked'), unit: 'ms', atMost: 16 },
      ],
      notes: [],
    };
  } finally {
    clearInterval(alive);
    await rm(base, { recursive: true, force: true });
  }
}
