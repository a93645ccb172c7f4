import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import * as esbuild from 'esbuild';
import fc from 'fast-check';
import { after, afterEach, before, describe, it } from 'mocha';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import type { Logger } from '../../../src/base/logger.ts';
import { type StartThread, threadsOf } from '../../../src/base/thread.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/local/localEngine.ts';
import { keepDefaults, threadHeapMegabytes } from '../../../src/local/indexSupervisor.ts';
import { hangsAfter } from '../../../src/local/workerClient.ts';
import { documentOf, requestAt } from './fixture.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const never = new AbortController().signal;
const text = 'export class Zebra {\n  paintStripes(): void {\n    this.canvas.drawStripes(this.stripeCount);\n  }\n}\n';
const documents = [documentOf('file:///open.ts', 'wombat.digBurrow(deep);\n'.repeat(4))];
const saved = { path: 'file:///saved.ts', languageId: 'typescript', text, stamp: '17' };

/** Waits of at least `from` ms are a `share` of what they are. */
const quickClock = (share: number, from: number): Clock => ({
  ...systemClock,
  after: (delay, callback) => systemClock.after(delay < from ? delay : delay / share, callback),
});

/** Until something is so; a busy machine takes its time. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`not within 10 s: ${what}`);
}

describe('local engine: faults of a real thread and of real files', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-fault-'));
  const code = path.join(folder, 'localWorker.cjs');
  const fragile = path.join(folder, 'fragile.cjs');
  const engines: LocalEngine[] = [];
  const workers: Worker[] = [];
  const lines: string[] = [];
  const note = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
  const logger: Logger = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  const started = (worker: Worker): void => void workers.push(worker);

  before(async () => {
    process.on('worker', started);
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: ['src/localWorker.ts'],
      outfile: code,
      bundle: true,
      format: 'cjs',
      platform: 'node',
    });
    // The thread as it is, and a way to break it from outside.
    writeFileSync(
      fragile,
      `require('./localWorker.cjs');
      require('node:worker_threads').parentPort.on('message', ({ breaks }) => {
        if (breaks === 'throw') throw new Error('out of luck');
        if (breaks === 'exit') process.exit(3);
        if (breaks === 'hang') for (;;);
        if (breaks === 'memory') for (const all = []; ; ) all.push(new Array(1000).fill(all.length));
      });`,
    );
  });
  afterEach(() => {
    for (const engine of engines.splice(0)) engine.dispose();
    workers.length = 0;
    lines.length = 0;
  });
  after(() => {
    process.off('worker', started);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (more: { thread?: StartThread; imageFile?: string; clock?: Clock } = {}): LocalEngine => {
    const view = { openDocuments: () => documents, snippets: () => [] };
    const thread = threadsOf(fragile, threadHeapMegabytes);
    const engine = createLocalEngine({ view, clock: systemClock, logger, thread, ...more });
    engines.push(engine);
    return engine;
  };
  const offer = async (engine: LocalEngine, typed = 'wombat.di|\n'): Promise<string> =>
    (await engine.predict(requestAt(typed), never)).text;
  const knows = (engine: LocalEngine, typed?: string, wanted = /^gBurrow/): Promise<void> =>
    until(`a text for ${typed ?? 'the open document'}`, async () => wanted.test(await offer(engine, typed)));
  const breakThread = (breaks: string): void => workers.at(-1)?.postMessage({ breaks });
  const ends = (): readonly string[] => lines.filter((line) => line.includes('the index ended'));

  /** Types on while the thread is away: never an error, never longer than the wait that is allowed. */
  const typeUntilBack = async (engine: LocalEngine): Promise<void> => {
    await until('the end is noticed', async () => {
      await offer(engine);
      return ends().length > 0;
    });
    await knows(engine);
    assert.equal(lines.filter((line) => line.startsWith('warn')).length, 1, lines.join('\n'));
    assert.equal(lines.filter((line) => line.startsWith('error')).length, 0, lines.join('\n'));
  };

  it('a thread that is ended from outside: started again, the documents fed again', async () => {
    const engine = start();
    await knows(engine);
    await workers.at(-1)?.terminate();
    assert.equal(await offer(engine), '');
    await typeUntilBack(engine);
    assert.equal(workers.length, 2);
  });

  for (const [breaks, reason] of [
    ['throw', /out of luck/],
    ['exit', /it ended with code 3/],
    ['memory', /memory/i],
  ] as const) {
    it(`a thread that ends by itself (${breaks}): the same`, async () => {
      const engine = start({ thread: threadsOf(fragile, breaks === 'memory' ? 24 : threadHeapMegabytes) });
      await knows(engine);
      breakThread(breaks);
      await typeUntilBack(engine);
      assert.match(ends()[0] ?? '', reason);
    });
  }

  it('a thread that hangs: ended, started again', async () => {
    const engine = start({ clock: quickClock(10, hangsAfter / 2) });
    await knows(engine);
    breakThread('hang');
    const before = performance.now();
    await offer(engine);
    assert.ok(performance.now() - before < 1500, 'a keystroke waits 150 ms, on a busy machine a little longer');
    await typeUntilBack(engine);
    assert.match(ends()[0] ?? '', /it said nothing for 20 s/);
  });

  it('files that are too much for the memory of a thread: started again, and what is open is found', async () => {
    // The first thread has next to nothing, as one has whose files wait while it is held up.
    let starts = 0;
    const thread: StartThread = (events) => threadsOf(code, (starts += 1) === 1 ? 16 : threadHeapMegabytes)(events);
    const engine = start({ thread, clock: quickClock(10, hangsAfter / 2) });
    await knows(engine);
    const line = 'const value = compute("ÿ→");\n';
    for (let file = 0; file < 60; file += 1) engine.index.write({ ...saved, path: `file:///big${file}.ts`, text: line.repeat(12_000) });
    await typeUntilBack(engine);
    assert.match(ends()[0] ?? '', /memory/i);
  });

  describe('what is kept on disk', () => {
    const imageFile = path.join(folder, 'storage', 'deeper', 'local-index');
    const feed = (engine: LocalEngine): void => {
      engine.index.onDidStart(() => engine.index.write(saved));
    };
    /** A session that feeds one file and lasts until it is kept. */
    const keep = async (): Promise<void> => {
      const engine = start({ imageFile, clock: quickClock(100, keepDefaults.after) });
      feed(engine);
      await knows(engine);
      await until('it is kept', () => lines.some((line) => line.includes('the index is kept')));
      engine.dispose();
      lines.length = 0;
    };

    it('is whole, readable by its owner only, and begins the next session; what is not saved is not in it', async () => {
      await keep();
      assert.deepEqual(readdirSync(path.dirname(imageFile)), ['local-index']);
      if (process.platform !== 'win32') assert.equal(statSync(imageFile).mode & 0o077, 0);
      assert.ok(!readFileSync(imageFile).toString('utf16le').includes('digBurrow'));
      const engine = start({ imageFile });
      engine.start();
      await until('it has begun', () => engine.index.held !== undefined);
      assert.deepEqual(engine.index.held, [{ path: saved.path, stamp: saved.stamp }]);
      await knows(engine, '    this.canvas.dr|\n', /^awStripes\(this/);
    });

    it('and then damaged at any places: dropped, built anew, kept again', async () => {
      await keep();
      const good = readFileSync(imageFile);
      const damage = fc.array(fc.record({ at: fc.nat(good.length - 1), flip: fc.integer({ min: 1, max: 255 }) }), {
        minLength: 1,
        maxLength: 8,
      });
      await fc.assert(
        fc.asyncProperty(damage, fc.option(fc.nat(good.length - 1)), async (flips, cut) => {
          const bad = Buffer.from(good);
          for (const { at, flip } of flips) bad[at] = (bad[at] ?? 0) ^ flip;
          fc.pre(cut !== null || !bad.equals(good));
          writeFileSync(imageFile, bad.subarray(0, cut ?? undefined));
          const engine = start({ imageFile });
          feed(engine);
          await knows(engine, '    this.canvas.dr|\n', /^awStripes\(this/);
          engine.dispose();
          assert.deepEqual(engine.index.held, undefined);
          assert.equal(lines.filter((line) => /could not be used \(1 so far\)/.test(line)).length, 1, lines.join('\n'));
          assert.equal(lines.filter((line) => line.startsWith('warn')).length, 0);
          lines.length = 0;
        }),
        { numRuns: 12 },
      );
      await keep();
      // Words have other numbers when files come in another order.
      assert.equal(readFileSync(imageFile).length, good.length);
    });

    it('where nothing can be written: one line, and the index works', async () => {
      const file = path.join(folder, 'no-folder');
      writeFileSync(file, '');
      const engine = start({ imageFile: path.join(file, 'local-index'), clock: quickClock(2000, keepDefaults.after) });
      feed(engine);
      await knows(engine);
      await until('it is refused', () => lines.some((line) => line.includes('cannot be kept')));
      engine.index.write({ ...saved, stamp: '18' });
      await new Promise((resolve) => setTimeout(resolve, (keepDefaults.every * 2) / 2000));
      assert.equal(lines.filter((line) => line.includes('cannot be kept')).length, 1, lines.join('\n'));
      assert.equal(ends().length, 0);
      await knows(engine);
    });

    it('and cannot be read: built anew', async () => {
      const engine = start({ imageFile: folder });
      feed(engine);
      await knows(engine, '    this.canvas.dr|\n', /^awStripes\(this/);
      assert.ok(
        lines.some((line) => /could not be used.*it is a folder/.test(line)),
        lines.join('\n'),
      );
    });
  });
});
