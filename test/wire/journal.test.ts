import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { type Folder, folderAt } from '../../src/base/folder.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { Journal } from '../../src/journal/journal.ts';
import { journalDefaults } from '../../src/journal/journalFiles.ts';
import { readRecords, type ReadSummary } from '../../src/journal/readRecords.ts';
import { decision } from '../fakes/journalRecords.ts';

const day = 86_400_000;

/** A folder whose disk can be full. */
class FullDisk {
  isFull = false;
  /** What gets onto the disk of an append that fails. */
  share = 0;
  readonly folder: Folder;

  constructor(real: Folder) {
    this.folder = {
      ...real,
      append: async (name, text) => {
        if (!this.isFull) return real.append(name, text);
        if (this.share > 0) await real.append(name, text.slice(0, Math.floor(text.length * this.share)));
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    };
  }
}

describe('a journal on the disk', () => {
  let folder: string;
  let warnings: string[];
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'journal-')), 'not', 'yet');
    warnings = [];
  });
  afterEach(() => rm(path.dirname(path.dirname(folder)), { recursive: true, force: true }));

  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const journal = (seed = 1, files: Folder = folderAt(folder), clock: Clock = systemClock): Journal =>
    new Journal({ folder: files, clock, random: seededRandom(seed), logger, knownCode: () => undefined });
  const read = async (from = 0, files: Folder = folderAt(folder)): Promise<ReadSummary & { ids: string[] }> => {
    const ids: string[] = [];
    const summary = await readRecords(files, from, (record) => void ids.push(idOf(record)), { clock: systemClock, logger });
    return { ...summary, ids };
  };
  const idOf = (record: JournalRecord): string => ('requestId' in record ? record.requestId : record.kind);
  const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `k${index}`);
  const onlyFile = async (): Promise<string> => path.join(folder, (await readdir(folder))[0] ?? '');

  it('keeps every record, written together', async () => {
    const one = journal();
    for (let count = 0; count < 100; count++) one.add(decision(count));
    assert.equal(await one.write(), true);
    assert.deepEqual(await read(), { records: 100, skippedLines: 0, skippedFiles: 0, setAside: 0, ids: idsUpTo(100) });
    assert.equal((await readdir(folder)).length, 1);
  });

  it('makes no folder and no file as long as there is nothing to keep', async () => {
    const one = journal();
    await one.write();
    one.dispose();
    assert.equal((await read()).records, 0);
    await assert.rejects(readdir(folder));
  });

  it('writes by itself after a second', async () => {
    journal().add(decision(1));
    while ((await read()).records === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  });

  it('is on the disk before its disposal returns, also what is on its way there, and none of it twice', async () => {
    const one = journal();
    for (let count = 0; count < 100; count++) one.add(decision(count));
    const isWritten = one.write();
    for (let count = 100; count < 150; count++) one.add(decision(count));
    one.dispose();
    assert.equal((await readFile(await onlyFile(), 'utf8')).match(/"k149"/g)?.length, 1);
    await isWritten;
    assert.deepEqual((await read()).ids, idsUpTo(150));
    one.add(decision(150));
    assert.equal((await read()).records, 150);
  });

  it('of several windows is read in the order of time', async () => {
    const windows = [1, 2, 3].map((seed) => journal(seed));
    for (let round = 0; round < 200; round++) {
      windows[(round * 7) % 3]?.add(decision(round));
      if (round % 10 === 0) await Promise.all(windows.map((each) => each.write()));
    }
    for (const each of windows) each.dispose();
    assert.equal((await readdir(folder)).length, 3);
    assert.deepEqual((await read()).ids, idsUpTo(200));
    const from = decision(150).at;
    assert.deepEqual((await read(from)).ids, idsUpTo(200).slice(150));
  });

  it('is read in the order of time although the clock was set back and an attempt ended late', async () => {
    let offset = 0;
    const one = journal(1, folderAt(folder), { ...systemClock, now: () => Date.now() + offset });
    const now = Date.now();
    const times = [0, 5000, 1000, -3 * 3_600_000, -3 * 3_600_000 + 10, 6000, -day];
    for (const [count, time] of times.entries()) {
      offset = time;
      one.add(decision(count, now + time));
      await one.write();
    }
    const other = journal(2, folderAt(folder), { ...systemClock, now: () => now - 2 * 3_600_000 });
    other.add(decision(7, now - 2 * 3_600_000));
    await other.write();
    assert.deepEqual((await read()).ids, ['k6', 'k3', 'k4', 'k7', 'k0', 'k2', 'k1', 'k5']);
  });

  it('begins a new file when one is full, and removes the oldest when all are too much', async function () {
    this.timeout(20_000);
    const one = journal();
    const name = 'x'.repeat(100);
    let count = 0;
    for (let batch = 0; batch < 260; batch++) {
      for (let each = 0; each < journalDefaults.batch; each++) one.add({ ...decision(count++), languageId: name, sourceId: name });
      await one.write();
    }
    const files = await folderAt(folder).list();
    assert.ok(files.every(({ bytes }) => bytes <= journalDefaults.file * 2));
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(total <= journalDefaults.total && total > journalDefaults.total / 2, `${total} bytes`);
    const { ids, skippedFiles } = await read();
    assert.equal(skippedFiles, 0);
    assert.equal(ids.at(-1), `k${count - 1}`);
    assert.deepEqual(ids, idsUpTo(count).slice(-ids.length));
  });

  it('removes what is older than thirty days, of other versions and set aside too, and nothing that is not its own', async () => {
    await mkdir(folder, { recursive: true });
    const old = [
      'journal-1-1-0000000a.jsonl',
      'observations-1-0000000a.jsonl',
      'journal-2-1-0000000a.jsonl',
      'journal-1-2-0000000a.jsonl.corrupt',
    ];
    const kept = ['journal-1-3-0000000b.jsonl', 'notes.txt', 'journal-x.jsonl'];
    for (const name of [...old, ...kept]) {
      await writeFile(path.join(folder, name), 'line\n');
      const time = new Date(Date.now() - (name === kept[0] ? 29 : 31) * day);
      await utimes(path.join(folder, name), time, time);
    }
    const one = journal();
    one.add(decision(0));
    await one.write();
    const names = await readdir(folder);
    assert.deepEqual(names.filter((name) => [...old, ...kept].includes(name)).sort(), kept.sort());
  });

  it('is read around what a kill has torn at any byte', async () => {
    const one = journal();
    for (let count = 0; count < 3; count++) one.add(decision(count));
    await one.write();
    const file = await onlyFile();
    const whole = await readFile(file);
    const lines = whole.toString().split('\n');
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(file, whole.subarray(0, length));
      const complete = lines.filter((line, index) => line !== '' && lines.slice(0, index + 1).join('\n').length <= length).length;
      const { ids, skippedLines, setAside } = await read();
      assert.deepEqual(ids, idsUpTo(complete), `${length} bytes`);
      assert.ok(skippedLines <= 1 && setAside === 0, `${length} bytes`);
    }
  });

  it('is read around garbage between its lines, and counts it', async () => {
    const one = journal();
    one.add(decision(0));
    await one.write();
    await appendFile(await onlyFile(), 'torn\n\n\u0000\u0000\u0000\n[2,3,"decision",1]\n{"version":1}\n[1,2');
    one.add(decision(1));
    await one.write();
    assert.deepEqual(await read(), { records: 1, skippedLines: 5, skippedFiles: 0, setAside: 0, ids: ['k0'] });
  });

  it('sets aside what holds nothing readable or has grown beyond its bound, says so once, and keeps a bounded part of it', async () => {
    await mkdir(folder, { recursive: true });
    const garbage = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256));
    const names = ['a', 'b', 'c', 'd', 'e'].map((letter, index) => `journal-1-${index}-0000000${letter}.jsonl`);
    await writeFile(path.join(folder, names[0] ?? ''), garbage);
    await writeFile(path.join(folder, names[1] ?? ''), 'x'.repeat(journalDefaults.longestFile + 1));
    await writeFile(path.join(folder, names[2] ?? ''), '[2,1,"decision",5]\n[2,2,"decision",6]\n');
    await writeFile(path.join(folder, names[3] ?? ''), '');
    await mkdir(path.join(folder, names[4] ?? ''));
    await writeFile(path.join(folder, 'journal-2-1-0000000a.jsonl'), 'of another version');
    const one = journal();
    one.add(decision(0));
    await one.write();
    const found = await read();
    assert.deepEqual(found, { records: 1, skippedLines: 0, skippedFiles: 1, setAside: 3, ids: ['k0'] });
    assert.deepEqual(await read(), { ...found, setAside: 0 });
    assert.equal(warnings.length, 3);
    assert.ok(warnings.every((line) => /^journal: journal-1-\d-0000000[abc]\.jsonl was set aside: /.test(line) && !line.includes(folder)));
    const corrupt = (await folderAt(folder).list()).filter(({ name }) => name.endsWith('.corrupt'));
    assert.deepEqual(corrupt.map(({ name }) => name).sort(), [`${names[0] ?? ''}.corrupt`, `${names[2] ?? ''}.corrupt`]);
  });

  it('is read without the files that vanish meanwhile or may not be read', async () => {
    for (let seed = 1; seed <= 3; seed++) {
      const one = journal(seed);
      one.add(decision(seed, 1_700_000_000_000 + seed * day));
      one.dispose();
    }
    const real = folderAt(folder);
    const names = (await readdir(folder)).sort();
    const codes = ['ENOENT', 'EACCES'];
    const vanishing: Folder = {
      ...real,
      read: (name) =>
        codes[names.indexOf(name)] ? Promise.reject(Object.assign(new Error(), { code: codes[names.indexOf(name)] })) : real.read(name),
    };
    const { ids, skippedFiles } = await read(0, vanishing);
    assert.deepEqual([ids, skippedFiles], [['k3'], 1]);
  });

  it('that cannot be written says so once, names no path, and goes on when it can', async function () {
    // Root may write everywhere: there the folder is a file.
    const isRoot = process.getuid?.() === 0;
    await mkdir(path.dirname(folder), { recursive: true });
    if (isRoot) await writeFile(folder, 'a file');
    else await chmod(path.dirname(folder), 0o500);
    const one = journal();
    for (let count = 0; count < 3; count++) {
      one.add(decision(count));
      assert.equal(await one.write(), false);
    }
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^journal: cannot be kept on this machine: E[A-Z]+; tried again with each record$/);
    if (isRoot) await rm(folder);
    else await chmod(path.dirname(folder), 0o700);
    one.add(decision(3));
    assert.equal(await one.write(), true);
    assert.deepEqual((await read()).ids, idsUpTo(4));
  });

  for (const share of [0, 0.001, 0.5, 0.9, 1]) {
    it(`on a disk that was full after ${share * 100} % of a write loses nothing and has nothing twice`, async () => {
      const disk = new FullDisk(folderAt(folder));
      Object.assign(disk, { isFull: true, share });
      const one = journal(1, disk.folder);
      for (let count = 0; count < 50; count++) one.add(decision(count));
      for (let tries = 0; tries < 3; tries++) assert.equal(await one.write(), false);
      disk.isFull = false;
      assert.equal(await one.write(), true);
      assert.deepEqual((await read()).ids, idsUpTo(50));
    });
  }

  it('on a full disk keeps a bounded number of records and says how many were lost', async () => {
    const disk = new FullDisk(folderAt(folder));
    disk.isFull = true;
    const one = journal(1, disk.folder);
    for (let count = 0; count < 5000; count++) one.add(decision(count));
    await one.write();
    disk.isFull = false;
    one.add(decision(5000));
    await one.write();
    const { ids } = await read();
    assert.ok(ids.length > 1000 && ids.length <= journalDefaults.waiting, `${ids.length} records`);
    assert.deepEqual(ids, idsUpTo(5001).slice(-ids.length));
    assert.equal(warnings[1], `journal: ${5001 - ids.length} records were lost while nothing could be written`);
  });

  it('is deleted as a whole, of other windows too, and begins anew', async () => {
    const [one, other] = [journal(1), journal(2)];
    one.add(decision(0));
    other.add(decision(1));
    await Promise.all([one.write(), other.write()]);
    await writeFile(path.join(folder, 'observations-1-0000000a.jsonl'), 'x');
    await writeFile(path.join(folder, 'journal-1-1-0000000a.jsonl.corrupt'), 'x');
    one.add(decision(2));
    assert.equal(await one.clear(), 0);
    assert.deepEqual(await readdir(folder), []);
    one.add(decision(3));
    other.add(decision(4));
    await Promise.all([one.write(), other.write()]);
    assert.deepEqual((await read()).ids, ['k3', 'k4']);
  });

  it('stops being read when it is asked to', async () => {
    const one = journal();
    for (let count = 0; count < 100; count++) one.add(decision(count));
    await one.write();
    const stopped = new AbortController();
    const seen: JournalRecord[] = [];
    const onRecord = (record: JournalRecord): void => {
      seen.push(record);
      if (seen.length === 10) stopped.abort();
    };
    const { records } = await readRecords(folderAt(folder), 0, onRecord, { clock: systemClock, logger, signal: stopped.signal });
    assert.deepEqual([records, seen.length], [10, 10]);
  });
});
