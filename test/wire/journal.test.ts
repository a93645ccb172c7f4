import assert from 'node:assert/strict';
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { type Folder, folderAt } from '../../src/base/folder.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import { Journal, journalDefaults, readJournal } from '../../src/journal/journal.ts';

const day = 86_400_000;

describe('a journal on the disk', () => {
  let folder: string;
  let warnings: string[];
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'journal-')), 'not', 'yet');
    warnings = [];
  });
  afterEach(() => rm(path.dirname(path.dirname(folder)), { recursive: true, force: true }));

  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const journal = (seed = 1, files: Folder = folderAt(folder)): Journal =>
    new Journal({ folder: files, name: 'observations', clock: systemClock, random: seededRandom(seed), logger });
  const read = () => readJournal(folderAt(folder), 'observations', (line) => (line.startsWith('line') ? line : undefined));

  it('keeps every line, written together', async () => {
    const one = journal();
    for (let count = 0; count < 100; count++) one.add(`line ${count}`);
    await one.write();
    one.add('line last');
    one.dispose();
    await one.write();
    assert.equal((await read()).records.length, 101);
    assert.equal((await readdir(folder)).length, 1);
  });

  it('makes no folder and no file as long as there is nothing to keep', async () => {
    const one = journal();
    one.dispose();
    await one.write();
    assert.deepEqual(await read(), { records: [], skippedLines: 0, skippedFiles: 0 });
    await assert.rejects(readdir(folder));
  });

  it('writes by itself after a second', async () => {
    journal().add('line');
    while ((await read()).records.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  });

  it('of several windows loses and mixes nothing', async () => {
    const windows = [1, 2, 3].map((seed) => journal(seed));
    for (let round = 0; round < 20; round++) {
      for (const [index, each] of windows.entries()) each.add(`line ${index} ${round} ${'x'.repeat(2000)}`);
      await Promise.all(windows.map((each) => each.write()));
    }
    const { records, skippedLines } = await read();
    assert.equal(new Set(records).size, 60);
    assert.equal(skippedLines, 0);
    assert.equal((await readdir(folder)).length, 3);
  });

  it('begins a new file when one is full, and removes the oldest when all are too much', async () => {
    const one = journal();
    const line = `line ${'x'.repeat(60_000)}`;
    for (let count = 0; count < 200; count++) {
      one.add(line);
      await one.write();
    }
    const files = await folderAt(folder).list();
    assert.ok(files.length > 10);
    assert.ok(files.every(({ bytes }) => bytes <= journalDefaults.file + journalDefaults.waiting));
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(total <= journalDefaults.total + journalDefaults.waiting && total > journalDefaults.total / 2, `${total} bytes`);
    assert.equal((await read()).skippedFiles, 0);
  });

  it('removes what is older than thirty days, and nothing that is not its own', async () => {
    await mkdir(folder, { recursive: true });
    const names = ['observations-1-0000000a.jsonl', 'observations-2-0000000b.jsonl', 'attempts-1-0000000a.jsonl', 'notes.txt'];
    for (const [index, name] of names.entries()) {
      await writeFile(path.join(folder, name), 'line\n');
      const age = index === 1 ? 29 * day : 31 * day;
      const time = new Date(Date.now() - age);
      await utimes(path.join(folder, name), time, time);
    }
    const one = journal();
    one.add('line new');
    await one.write();
    const left = (await readdir(folder)).filter((name) => names.includes(name));
    assert.deepEqual(left.sort(), names.slice(1).sort());
  });

  it('is read around what a kill has torn and somebody else has written, and counts that', async () => {
    const one = journal();
    one.add('line 1');
    await one.write();
    const [name = ''] = await readdir(folder);
    await appendFile(path.join(folder, name), 'torn\n\n\u0000\u0000\u0000\nline 2\nli');
    await writeFile(path.join(folder, 'observations-1-0000000a.jsonl'), 'x'.repeat(1_000_000));
    await mkdir(path.join(folder, 'observations-2-0000000b.jsonl'));
    assert.deepEqual(await read(), { records: ['line 1', 'line 2'], skippedLines: 3, skippedFiles: 1 });
  });

  it('that cannot be written says so once, names no path, and goes on when it can', async function () {
    // Root may write everywhere: there the folder is a file.
    const isRoot = process.getuid?.() === 0;
    await mkdir(path.dirname(folder), { recursive: true });
    if (isRoot) await writeFile(folder, 'a file');
    else await chmod(path.dirname(folder), 0o500);
    const one = journal();
    for (let count = 0; count < 3; count++) {
      one.add(`line ${count}`);
      await one.write();
    }
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^journal: observations cannot be kept on this machine: E[A-Z]+; tried again with each line$/);
    if (isRoot) await rm(folder);
    else await chmod(path.dirname(folder), 0o700);
    one.add('line 3');
    await one.write();
    assert.deepEqual((await read()).records, ['line 0', 'line 1', 'line 2', 'line 3']);
  });

  it('on a full disk keeps a bounded number of lines, and what it had half written spoils no other', async () => {
    const real = folderAt(folder);
    let isFull = true;
    const disk: Folder = {
      ...real,
      async append(name, text) {
        if (!isFull) return real.append(name, text);
        await real.append(name, text.slice(0, 3));
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    };
    const one = journal(1, disk);
    for (let count = 0; count < 2000; count++) one.add(`line ${count} ${'x'.repeat(100)}`);
    await one.write();
    isFull = false;
    one.add('line after');
    await one.write();
    const { records, skippedLines } = await read();
    assert.equal(skippedLines, 1);
    assert.equal(records.at(-1), 'line after');
    assert.ok(records.join('\n').length <= journalDefaults.waiting, `${records.length} lines`);
    assert.ok(records[0] !== undefined && records[0] > 'line 1');
    assert.equal((await readFile(path.join(folder, (await readdir(folder))[0] ?? ''), 'utf8')).split('\n')[0], 'lin');
    assert.equal(warnings.length, 1);
  });
});
