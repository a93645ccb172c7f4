/**
 * A whole engine in a process of its own: it is typed into for a moment and then left alone. Says what the idle time cost, and what is
 * left after disposal, as one line of JSON.
 *
 *     node --import tsx test/fakes/idleCli.ts MILLISECONDS DIST
 */
import path from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { systemRandom } from '../../src/base/random.ts';
import { threadsOf } from '../../src/base/thread.ts';
import { createEngine, createLocalEngine, PressureGuard, threadHeapMegabytes } from '../../src/engine.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createPressureWatch } from '../../src/watching.ts';
import { sampleRequest } from './request.ts';
import { ScriptedSource } from './scriptedSource.ts';

const [wait = '60000', dist = ''] = process.argv.slice(2);
const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
const shared = { clock: systemClock, random: systemRandom, logger: silentLogger };

/** How often a timer of this process has come due: whatever polls is seen, however cheap it is. */
let timersDue = 0;
const realSetTimeout = globalThis.setTimeout;
globalThis.setTimeout = Object.assign(
  (callback: (...all: unknown[]) => void, delay?: number, ...all: unknown[]) =>
    realSetTimeout(() => {
      timersDue++;
      callback(...all);
    }, delay),
  realSetTimeout,
);

const text = 'export function total(items: Item[]): number {\n  return items.reduce((sum, item) => sum + item.price, 0);\n}\n';
const document = { id: 'file:///w/other.ts', languageId: 'typescript', version: 1, text: () => text };
const local = createLocalEngine({
  ...shared,
  view: { openDocuments: () => [document], snippets: () => [] },
  thread: threadsOf(path.resolve(dist, 'localWorker.cjs'), threadHeapMegabytes),
});
const pressure = new PressureGuard({ logger: silentLogger, indexBytes: () => 0, load: () => Promise.resolve(createPressureWatch) });
const { settings } = parseSettings({ backends: [{ name: 'main', baseUrl: 'https://main.example/v1', model: 'm' }] });
const engine = createEngine(settings, {
  ...shared,
  keys: { get: () => Promise.resolve(undefined) },
  local,
  pressure,
  secretRules: () => Promise.resolve(createSecretRules()),
  connect: () => new ScriptedSource('main', { kind: 'answer', text: 'model', after: 20 }),
});
for (let key = 0; key < 60; key++) {
  void engine.complete(sampleRequest({ prefix: text.slice(0, key + 20) }), { signal: new AbortController().signal });
  await pause(100);
}
// Until the watch has seen that nobody types.
await pause(15_000);
const before = process.cpuUsage();
timersDue = 0;
await pause(Number(wait));
const { user, system } = process.cpuUsage(before);
const idle = { cpuShare: (user + system) / 1000 / Number(wait), timersDue: timersDue - 1 };
engine.dispose();
local.dispose();
pressure.dispose();
await pause(500);
const left = process.getActiveResourcesInfo().filter((name) => !/^(PipeWrap|TTYWrap|Pipe|FileHandle)/.test(name));
process.stdout.write(`${JSON.stringify({ ...idle, left })}\n`);
