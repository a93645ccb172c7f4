/**
 * A process with little memory that runs the real engine and the real watch, and uses up its heap step by step until each level is
 * entered, then gives it back. Says each change on a line. Time runs 25 times as fast, memory is what it is.
 *
 *     node --max-old-space-size=256 --max-semi-space-size=1 --expose-gc --import tsx test/fakes/scarceMemoryCli.ts
 */
import { getHeapStatistics } from 'node:v8';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { systemFigures } from '../../src/base/processFigures.ts';
import { seededRandom } from '../../src/base/random.ts';
import { createEngine, PressureGuard } from '../../src/engine.ts';
import { PressureWatch } from '../../src/guard/pressureWatch.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { inlineLocal } from './inlineThread.ts';
import { sampleRequest } from './request.ts';
import { ScriptedSource } from './scriptedSource.ts';

const speed = 25;
const clock: Clock = {
  now: () => systemClock.now(),
  monotonic: () => speed * systemClock.monotonic(),
  after: (delay, callback) => systemClock.after(delay / speed, callback),
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

const pressure = new PressureGuard({
  logger: silentLogger,
  indexBytes: () => 0,
  // Allocating at full speed makes the event loop late; this is about memory.
  load: () => Promise.resolve((ports) => new PressureWatch({ ...ports, clock, figures: { ...systemFigures, startLag: noLag } })),
});
pressure.onDidChange((now) => say(now ? `${now.cause} ${now.level}: ${now.relief}` : 'over'));

const { settings } = parseSettings({ backends: [{ name: 'main', baseUrl: 'https://main.example/v1', model: 'm' }] });
const source = new ScriptedSource('main', { kind: 'answer', text: 'model', after: 5 });
const engine = createEngine(settings, {
  clock: systemClock,
  random: seededRandom(1),
  logger: silentLogger,
  keys: { get: () => Promise.resolve(undefined) },
  local: inlineLocal({ openDocuments: () => [], snippets: () => [] }, systemClock),
  pressure,
  secretRules: () => Promise.resolve(createSecretRules()),
  connect: () => source,
});

function noLag(): ReturnType<typeof systemFigures.startLag> {
  return { take: () => undefined, dispose: () => undefined };
}

let keys = 0;
const kept: number[][] = [];

async function type(): Promise<string> {
  const outcome = await engine.complete(sampleRequest({ prefix: `const value${++keys} = `, trigger: 'manual' }), {
    signal: new AbortController().signal,
  });
  return outcome.ok ? outcome.origin : outcome.failure.message;
}

/**
 * Uses up the heap to a share of its limit. Looks once and then adds what is missing: asking the collector again and again makes V8 give
 * up long before the limit.
 */
async function fillTo(wanted: number): Promise<void> {
  globalThis.gc?.();
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  for (let missing = wanted * limit - used; missing > 0; missing -= 524_288) kept.push(new Array<number>(65_536).fill(keys + 0.5));
  await pause(200);
}

/** Types until the engine says so of itself, ten seconds at most. */
async function typeUntil(relief: string | undefined): Promise<string> {
  let said = '';
  for (let turn = 0; turn < 1000 && engine.snapshot().pressure?.relief !== relief; turn++) {
    said = await type();
    await pause(10);
  }
  said = await type();
  return said;
}

await fillTo(0.64);
await typeUntil('shed');
await fillTo(0.79);
await typeUntil('no-speculation');
say(`answered by: ${await typeUntil('local-only')}`);
await fillTo(0.9);
say(`answered by: ${await typeUntil('pause')}`);
kept.length = 0;
globalThis.gc?.();
say(`answered by: ${await typeUntil(undefined)}`);
engine.dispose();
pressure.dispose();
