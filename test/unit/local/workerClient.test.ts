import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../../src/base/clock.ts';
import { threadsOf } from '../../../src/base/thread.ts';
import type { Prediction } from '../../../src/local/prediction.ts';
import { threadHeapMegabytes } from '../../../src/local/indexSupervisor.ts';
import { createWorkerClient, type WorkerClient } from '../../../src/local/workerClient.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const never = new AbortController().signal;
const service = 'export class Zebra {\n  paintStripes(): void {\n    this.canvas.drawStripes(this.stripeCount);\n  }\n}\n';
const place = { path: 'file:///b.ts', languageId: 'typescript', prefix: 'zebra.pai', suffix: '\n' };

/** A text long enough to keep the thread busy for a while. */
const long = Array.from({ length: 12_000 }, (_, line) => `const value${line} = compute(${line}, 'x${line % 7}');`).join('\n');

describe('worker client, with a real thread', function () {
  this.timeout(20_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'failsoft-worker-'));
  const file = path.join(folder, 'localWorker.cjs');
  const clients: WorkerClient[] = [];
  const start = (code = file): WorkerClient => {
    const client = createWorkerClient(threadsOf(code, threadHeapMegabytes), systemClock);
    clients.push(client);
    return client;
  };
  const idle = (client: WorkerClient): Promise<void> =>
    new Promise((resolve) => {
      const listening = client.onDidProgress(({ waiting }) => {
        if (waiting > 0) return;
        listening.dispose();
        resolve();
      });
    });

  before(() =>
    esbuild.build({
      absWorkingDir: root,
      entryPoints: ['src/localWorker.ts'],
      outfile: file,
      bundle: true,
      format: 'cjs',
      platform: 'node',
    }),
  );
  after(() => {
    for (const client of clients) client.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The thread needs a moment to load, longer than a keystroke waits. */
  const started = async (): Promise<WorkerClient> => {
    const client = start();
    const done = idle(client);
    client.write({ path: 'file:///a.ts', languageId: 'typescript', text: service, stamp: '1' });
    await done;
    return client;
  };

  /** What it answers in time; on a busy machine an answer may come too late, as it may for a person. */
  const answer = async (client: WorkerClient, at = place): Promise<Prediction> => {
    for (let turn = 0; turn < 50; turn += 1) {
      const found = await client.complete(at, 'gain', false, never);
      if (found !== undefined) return found;
    }
    throw new Error('no answer in time, fifty times');
  };

  it('answers from a file that was written', async () => {
    const client = await started();
    const found = await answer(client);
    assert.ok(found.text.startsWith('ntStripes'), `got ${JSON.stringify(found)}`);
    assert.ok(found.confidence > 0.2 && found.confidence <= 1);
    assert.equal(client.progress?.files, 1);
  });

  it('sends what changed of a document and not the document', async () => {
    const client = await started();
    const above = `${service}\n`;
    for (const [prefix, suffix] of [
      [`${above}this.canvas.dr`, '\nlast();\n'],
      [`${above}this.canvas.dra`, '\nlast();\n'],
      [`${above}zebra.pai`, '\nother();\nlast();\n'],
      ['zebra.pai', ''],
    ] as const) {
      const found = await answer(client, { ...place, prefix, suffix });
      const whole = prefix.endsWith('pai') ? 'ntStripes' : 'awStripes';
      assert.ok(found.text.includes(whole.slice(2)), `got ${JSON.stringify(found)} for ${prefix}`);
    }
  });

  it('answers only the latest of several calls', async () => {
    const client = await started();
    const answers = await Promise.all([1, 2, 3].map(() => client.complete(place, 'gain', false, never)));
    assert.deepEqual(
      answers.map((answer) => answer === undefined),
      [true, true, false],
    );
  });

  it('answers calls within the work on a large file', async () => {
    const client = await started();
    const done = idle(client);
    client.write({ path: 'file:///long.ts', languageId: 'typescript', text: long, stamp: '1' });
    await answer(client);
    assert.equal(client.progress?.files, 1, 'before the file is whole');
    await done;
    assert.equal(client.progress.files, 2);
    assert.ok((await answer(client)).text.startsWith('ntStripes'));
  });

  it('leaves files waiting while paused, and answers all the same', async () => {
    const client = await started();
    client.pause(true);
    client.write({ path: 'file:///long.ts', languageId: 'typescript', text: long, stamp: '1' });
    await answer(client);
    assert.equal(client.progress?.files, 1);
    const done = idle(client);
    client.pause(false);
    await done;
    assert.equal(client.progress.files, 2);
  });

  it('begins with a kept image, and says which files it holds', async () => {
    const image = path.join(folder, 'storage', 'image');
    assert.ok((await (await started()).keep(image))?.ok);
    const client = start();
    assert.deepEqual(await client.restore(image), { ok: true, files: [{ path: 'file:///a.ts', stamp: '1' }] });
    assert.ok((await answer(client)).text.startsWith('ntStripes'));
  });

  it('answers nothing when the call is aborted, before or while it waits', async () => {
    const client = await started();
    assert.equal(await client.complete(place, 'gain', false, AbortSignal.abort()), undefined);
    const controller = new AbortController();
    const waiting = client.complete(place, 'gain', false, controller.signal);
    controller.abort();
    assert.equal(await waiting, undefined);
  });

  it('settles everything when the thread ends, and says why', async () => {
    const broken = path.join(folder, 'broken.cjs');
    writeFileSync(broken, "setTimeout(() => { throw new Error('out of luck'); }, 10);");
    for (const [code, reason] of [
      [broken, /out of luck/],
      [path.join(folder, 'missing.cjs'), /missing\.cjs/],
    ] as const) {
      const client = start(code);
      const ended = new Promise<string>((resolve) => client.onDidEnd(resolve));
      const answers = Promise.all([client.keep('image'), client.restore('image'), client.complete(place, 'gain', false, never)]);
      assert.match(await ended, reason);
      assert.deepEqual(await answers, [undefined, undefined, undefined]);
      assert.equal(await client.complete(place, 'gain', false, never), undefined);
    }
  });

  it('settles what waits when it is disposed of', async () => {
    const client = await started();
    const waiting = client.complete(place, 'gain', false, never);
    client.dispose();
    client.dispose();
    assert.equal(await waiting, undefined);
  });
});
