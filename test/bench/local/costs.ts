import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { systemClock } from '../../../src/base/clock.ts';
import { threadsOf } from '../../../src/base/thread.ts';
import { fittedModel } from '../../../src/local/fittedModel.ts';
import { Predictor } from '../../../src/local/predictor.ts';
import { modelOf } from '../../../src/local/model.ts';
import { threadHeapMegabytes } from '../../../src/local/indexSupervisor.ts';
import { decodeStore, encodeStore } from '../../../src/local/storeImage.ts';
import { createWorkerClient, type SourceFile } from '../../../src/local/workerClient.ts';
import type { Check, PartResult, Table } from '../report.ts';
import { root } from '../productionBuild.ts';
import { corpusOf } from './corpus.ts';
import { cpuMs } from './replay.ts';

const megabyte = 1_000_000;

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const sorted = (times: readonly number[]): number[] => times.toSorted((one, other) => one - other);

/** Index, memory, saving, warm start: in this process, so that processor time can be told. */
function measureIndex(corpus: readonly SourceFile[]): { table: Table; checks: Check[] } {
  const characters = corpus.reduce((sum, { text }) => sum + text.length, 0);
  const index = new Predictor({ model: modelOf(fittedModel) });
  // The compiler's own work on a cold start is not the index's.
  const warm = new Predictor({ model: modelOf(fittedModel) });
  for (const { path: file, languageId, text } of corpus.slice(0, 100)) warm.write(file, languageId, text);
  const began = cpuMs();
  for (const { path: file, languageId, text } of corpus) index.write(file, languageId, text, 'as read');
  const indexMs = cpuMs() - began;
  const saves = corpus.slice(0, 300).map(({ path: file, languageId, text }) => {
    const before = cpuMs();
    index.write(file, languageId, `${text}\n`, 'as saved');
    return cpuMs() - before;
  });
  const bytes = index.store.bytes;
  const beforeEncode = cpuMs();
  const image = encodeStore(index.store);
  const encodeMs = cpuMs() - beforeEncode;
  if (image.length < characters / 4) throw new Error(`the image has ${image.length} bytes of ${characters} characters`);
  const beforeDecode = cpuMs();
  decodeStore(image)?.sequence.settle(Infinity);
  const decodeMs = cpuMs() - beforeDecode;
  const megabytes = characters / megabyte;
  return {
    table: {
      title: `the index of ${megabytes.toFixed(1)} MB in ${corpus.length} files (processor time)`,
      columns: ['index ms/MB', 'bytes per character', 'save P50 ms', 'save P99 ms', 'image MB', 'image ms', 'warm start ms'],
      rows: [
        [
          indexMs / megabytes,
          bytes / characters,
          at(sorted(saves), 0.5),
          at(sorted(saves), 0.99),
          image.length / megabyte,
          encodeMs,
          decodeMs,
        ],
      ],
    },
    checks: [
      { what: 'index', value: indexMs / megabytes, unit: 'ms/MB', atMost: 250 },
      { what: 'memory', value: bytes / characters, unit: 'bytes per character', atMost: 10 },
      { what: 'save P50', value: at(sorted(saves), 0.5), unit: 'ms', atMost: 2 },
      { what: 'warm start of the corpus', value: decodeMs, unit: 'ms', atMost: 300 },
    ],
  };
}

/** Keystrokes from the main thread to the index in its own and back. */
async function measureRoundTrip(corpus: readonly SourceFile[]): Promise<{ table: Table; checks: Check[] }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-local-'));
  const outfile = path.join(folder, 'localWorker.cjs');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['src/localWorker.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  const client = createWorkerClient(threadsOf(outfile, threadHeapMegabytes), systemClock);
  const done = new Promise<void>((resolve) => client.onDidProgress(({ waiting }) => waiting === 0 && resolve()));
  for (const file of corpus) client.write(file);
  await done;
  const trips: number[] = [];
  const blocked: number[] = [];
  let missed = 0;
  const documents = corpus.filter((_, number) => number % Math.ceil(corpus.length / 12) === 0);
  for (const [number, { path: file, languageId, text }] of documents.entries()) {
    const middle = text.indexOf('\n', text.length / 2) + 1;
    const typed = text.slice(middle, middle + 60);
    for (let end = 0; end < typed.length; end += 1) {
      const place = { path: file, languageId, prefix: text.slice(0, middle + end), suffix: `\n${text.slice(middle + 60)}` };
      const before = performance.now();
      const answer = client.complete(place, 'gain', end % 2 === 1, new AbortController().signal);
      const held = performance.now() - before;
      const found = await answer;
      // The first document warms up: its keystrokes are answered by code that is not compiled yet.
      if (number > 0) {
        blocked.push(held);
        trips.push(performance.now() - before);
        if (found === undefined) missed += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  }
  const bytes = client.progress?.bytes ?? 0;
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
  return {
    table: {
      title: 'round trip to the thread (wall time; the machine is shared)',
      columns: ['keystrokes', 'not in time', 'P50 ms', 'P99 ms', 'max ms', 'main thread P50 ms', 'main thread P99 ms', 'index MB'],
      rows: [
        [
          trips.length,
          missed,
          at(sorted(trips), 0.5),
          at(sorted(trips), 0.99),
          at(sorted(trips), 1),
          at(sorted(blocked), 0.5),
          at(sorted(blocked), 0.99),
          bytes / megabyte,
        ],
      ],
    },
    checks: [
      { what: 'round trip P99', value: at(sorted(trips), 0.99), unit: 'ms', atMost: 8 },
      { what: 'main thread P99', value: at(sorted(blocked), 0.99), unit: 'ms', atMost: 1 },
    ],
  };
}

/** What the index costs with some 10 MB of source. */
export async function measureCosts(
  files: readonly { path: string; lang: string; text: string }[],
): Promise<Pick<PartResult, 'tables' | 'checks'>> {
  const corpus = corpusOf(files, 10 * megabyte);
  const index = measureIndex(corpus);
  const trip = await measureRoundTrip(corpus);
  return { tables: [index.table, trip.table], checks: [...index.checks, ...trip.checks] };
}
