import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { clear, failsoft, serverDoes, show, type, until } from './window.ts';

/** How long somebody types, and how long before the first measurement, in minutes. */
const minutes = Number(process.env['FAILSOFT_LONG_MINUTES'] ?? 20);
const warmUp = Math.min(3, minutes / 4);

/** What the heap may grow by after the warm-up, in bytes. */
const growth = 5 * 1024 * 1024;

/** What the server does, one after the other, and for how many minutes. */
const days: readonly (readonly [number, unknown])[] = [
  [3, { kind: 'healthy' }],
  [1, { kind: 'capacity' }],
  [3, { kind: 'healthy', firstTokenMs: 300 }],
  [1, { kind: 'hangBeforeHeaders' }],
  [3, { kind: 'healthy' }],
  [1, { kind: 'resetBeforeHeaders' }],
  [3, { kind: 'healthy', firstTokenMs: 900 }],
];

/** The number of the day at a time, in minutes. */
function dayAt(minute: number): number {
  let end = 0;
  const round = days.reduce((sum, [length]) => sum + length, 0);
  return days.findIndex(([length]) => (end += length) > minute % round);
}

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

/** Bytes in use after the garbage is gone. */
async function heapNow(): Promise<number> {
  for (let turn = 0; turn < 4; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage().heapUsed;
}

export function defineLongSessionTests(): void {
  describe(`somebody who types for ${minutes} minutes, in good and in bad times`, () => {
    it(`leaves the heap flat within ${growth / 1024 / 1024} MB and no promise open`, async function () {
      this.timeout((minutes + 3) * 60_000);
      const unhandled: unknown[] = [];
      process.on('unhandledRejection', (reason) => unhandled.push(reason));
      const api = await failsoft();
      const editor = await show('cart.ts');
      const text = readFileSync(process.env['FAILSOFT_LONG_TEXT'] ?? '', 'utf8').replaceAll('\r', '');
      const begin = Date.now();
      const passed = (): number => (Date.now() - begin) / 60_000;
      const heaps: number[] = [];
      let random = 1;
      const luck = (): number => (random = (random * 48271) % 2147483647) / 2147483647;
      let keys = 0;
      let nextHeap = warmUp;
      let day = -1;
      for (let at = 0; passed() < minutes; at = (at + 1) % text.length) {
        const today = dayAt(passed());
        if (today !== day) await serverDoes(days[(day = today)]?.[1]);
        if (passed() >= nextHeap) {
          await quiet(api);
          heaps.push(await heapNow());
          nextHeap += (minutes - warmUp) / 6;
        }
        const key = text[at] ?? '\n';
        if (editor.document.lineCount > 150) await clear(editor);
        await type(key);
        keys += 1;
        await new Promise((resolve) => setTimeout(resolve, luck() < 0.08 ? 900 : 60 + 240 * luck()));
        if (luck() < 0.04) await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
        if (luck() < 0.03) await vscode.commands.executeCommand('deleteLeft');
      }
      await serverDoes({ kind: 'healthy' });
      await quiet(api);
      heaps.push(await heapNow());
      const grown = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
      const megabytes = heaps.map((bytes) => (bytes / 1024 / 1024).toFixed(1)).join(' ');
      console.log(`      ${keys} keys; heap in MB: ${megabytes}; ${JSON.stringify(api.snapshot().counts)}`);
      assert.deepEqual(unhandled, []);
      assert.equal(api.snapshot().working, 0);
      assert.ok(grown <= growth, `grown by ${(grown / 1024 / 1024).toFixed(1)} MB`);
    });
  });
}

/** Waits until every keystroke has been answered. */
async function quiet(api: Awaited<ReturnType<typeof failsoft>>): Promise<void> {
  await until('every keystroke is answered', () => api.snapshot().working === 0, 15_000);
}
