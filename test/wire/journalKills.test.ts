import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock.ts';
import { folderAt } from '../../src/base/folder.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { JournalRecord } from '../../src/domain/record.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { namedDecision } from '../fakes/namedDecision.ts';

/** Kills in all, folders that they are spread over (a folder keeps 20 MB), and windows at the same time. */
const kills = 520;
const folders = 13;
const atOnce = 6;
/** Longest life of a window after its first confirmation, and, of one that is killed before it, from its start; in ms. */
const longestLife = 60;
const longestStart = 120;

/** Removes nothing, throws nothing: what a window was promised before it was killed. */
interface Killed {
  readonly name: string;
  readonly confirmed: number;
  readonly signal: NodeJS.Signals | null;
}

const wait = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

describe('a journal whose windows are killed', () => {
  const random = seededRandom(20261121);
  let base: string;
  let writer: string;
  before(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'journal-kills-'));
    writer = path.join(base, 'writer.mjs');
    const entry = fileURLToPath(new URL('../fakes/journalWriterCli.ts', import.meta.url));
    await esbuild.build({ entryPoints: [entry], outfile: writer, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  });
  after(() => rm(base, { recursive: true, force: true }));

  async function killOne(folder: string, name: string): Promise<Killed> {
    const child = spawn(process.execPath, [writer, folder, name, String(Math.floor(random() * 1e9))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    const closed = once(child, 'close');
    const first = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        resolve();
      });
    });
    if (random() < 0.1) await wait(random() * longestStart);
    else {
      await Promise.race([first, closed]);
      await wait(random() * longestLife);
    }
    child.kill('SIGKILL');
    await closed;
    // The last line may itself be torn.
    const lines = said.split('\n').slice(0, -1);
    return { name, confirmed: Number(lines.at(-1) ?? 0), signal: child.signalCode };
  }

  /** Everything in a folder by window; fails on what is there twice or is not what was written. */
  async function readAll(folder: string): Promise<Map<string, Set<number>>> {
    const found = new Map<string, Set<number>>();
    let last = 0;
    const onRecord = (record: JournalRecord): void => {
      assert.equal(record.kind, 'decision');
      assert.deepEqual(record, namedDecision(record.requestId, record.at));
      assert.ok(record.at >= last, 'order of time');
      last = record.at;
      const [name = '', count = ''] = record.requestId.split('.');
      const counts = found.get(name) ?? new Set();
      found.set(name, counts);
      assert.ok(!counts.has(Number(count)), `${record.requestId} is there twice`);
      counts.add(Number(count));
    };
    const { setAside, skippedFiles } = await readRecords(folderAt(folder), 0, onRecord, { clock: systemClock, logger: silentLogger });
    assert.deepEqual([setAside, skippedFiles], [0, 0]);
    return found;
  }

  /** Starts and kills windows until all of a folder are gone, and reads it now and then meanwhile. */
  async function killIn(folder: string, names: string[]): Promise<Killed[]> {
    const killed: Killed[] = [];
    const work = async (): Promise<void> => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) killed.push(await killOne(folder, name));
    };
    const looks = (async () => {
      while (names.length > 0) {
        await readAll(folder);
        await wait(500);
      }
    })();
    await Promise.all([...Array.from({ length: atOnce }, work), looks]);
    return killed;
  }

  it(`gives back every confirmed record of ${kills}, none of them twice, none garbled`, async function () {
    this.timeout(300_000);
    let killedInAll = 0;
    let confirmedInAll = 0;
    let readInAll = 0;
    for (let round = 0; round < folders; round++) {
      const folder = path.join(base, String(round));
      const names = Array.from({ length: kills / folders }, (_, index) => `w${round}-${index}`);
      const killed = await killIn(folder, names);
      const found = await readAll(folder);
      for (const { name, confirmed, signal } of killed) {
        if (signal === 'SIGKILL') killedInAll += 1;
        const counts = found.get(name) ?? new Set();
        for (let count = 0; count < confirmed; count++) assert.ok(counts.has(count), `${name}.${count} of ${confirmed} confirmed is lost`);
        confirmedInAll += confirmed;
        readInAll += counts.size;
      }
      await rm(folder, { recursive: true, force: true });
    }
    assert.equal(killedInAll, kills);
    assert.ok(confirmedInAll > 100 * kills, `${confirmedInAll} confirmed`);
    assert.ok(readInAll >= confirmedInAll);
    console.log(`      ${killedInAll} kills, ${confirmedInAll} records confirmed, ${readInAll} read`);
  });
});
