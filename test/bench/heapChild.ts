/**
 * The process of the heap figures: types 10 000 keystrokes through a whole engine and says after each 2000 what is left.
 * Arguments: the address of a fault server and its control address. Needs `--expose-gc`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Service } from '../../src/domain/service.ts';
import type { LocalEngine } from '../../src/local/localEngine.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { createEngine } from '../../src/engine.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import type { Behaviour } from '../fakes/faultServer.ts';
import { heapPlan, type HeapMark, type HeapReport } from './heapReport.ts';
import { sampleDocuments } from './sourceText.ts';
import { Typist } from './typist.ts';

const [url = '', controlUrl = ''] = process.argv.slice(2);

/** Each kind of trouble for some keystrokes; between two of them the server is well and the breaker closed by hand. */
const troubles: readonly Behaviour[] = [
  { kind: 'error', status: 503, retryAfter: { seconds: 1 } },
  { kind: 'capacityInStream', afterTokens: 1 },
  { kind: 'hangBeforeHeaders' },
  { kind: 'cut', afterTokens: 2, how: 'reset' },
  { kind: 'stall', afterTokens: 1 },
  { kind: 'html' },
  { kind: 'resetBeforeHeaders' },
  { kind: 'refused' },
];

const healthy: Behaviour = { kind: 'healthy', firstTokenMs: 0, betweenTokensMs: 0 };
const random = seededRandom(7);
const typist = new Typist(random);
const served: Record<string, number> = {};
let started = 0;
let settled = 0;
let timers = 0;

/** Counts the timers that wait: those of the engine do not keep a process alive, so Node does not list them. */
const clock: Clock = {
  ...systemClock,
  after(delay, callback) {
    let waits = true;
    timers++;
    const end = (): void => {
      if (waits) timers--;
      waits = false;
    };
    const timer = systemClock.after(delay, () => {
      end();
      callback();
    });
    return {
      dispose: () => {
        end();
        timer.dispose();
      },
    };
  },
};

function createBenchEngine(): { engine: Service; local: LocalEngine } {
  const { settings, problems } = parseSettings({ backends: [{ name: 'bench', baseUrl: `${url}/v1`, model: 'qwen2.5-coder' }] });
  if (problems.length > 0) throw new Error(problems.join('; '));
  const others = sampleDocuments(5);
  const workspace = { openDocuments: () => [typist.document, ...others], snippets: () => [] };
  const secretRules = () => Promise.resolve(createSecretRules());
  const keys = { get: () => Promise.resolve(undefined) };
  const local = inlineLocal(workspace, clock);
  const engine = createEngine(settings, { clock, random, logger: silentLogger, keys, local, secretRules });
  return { engine, local };
}

async function control(behaviour: Behaviour): Promise<void> {
  await tell({ behaviour });
}

async function tell(command: object): Promise<void> {
  const response = await fetch(`${controlUrl}/__control`, {
    method: 'POST',
    body: JSON.stringify(command),
    headers: { connection: 'close' },
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`the fault server refused: ${answer}`);
}

/** Starts one request and leaves it to itself. */
function press(engine: Service, signal: AbortSignal): Promise<void> {
  started++;
  return engine.complete(typist.press(), { signal, onText: () => undefined }).then((outcome) => {
    settled++;
    const how = outcome.ok ? (outcome.text === '' ? 'nothing' : outcome.origin) : outcome.failure.kind;
    served[how] = (served[how] ?? 0) + 1;
  });
}

/** Keys in a row: most are overtaken by the next one within a few milliseconds, every fifth is waited for a moment. */
async function type(engine: Service, keys: number): Promise<void> {
  for (let key = 0; key < keys; key++) {
    const controller = new AbortController();
    const answered = press(engine, controller.signal);
    await (key % 5 === 4 ? Promise.race([answered, pause(25)]) : pause(random() * 3));
    // Half of those overtaken are cancelled by the editor, the others by the next keystroke.
    if (key % 2 === 0) controller.abort();
  }
}

/** One round: well, one kind of trouble, well again. */
async function typeRound(engine: Service, round: number): Promise<void> {
  await control(healthy);
  await engine.retryNow();
  await type(engine, heapPlan.perRound - heapPlan.inTrouble);
  await control(troubles[round % troubles.length] ?? healthy);
  await type(engine, heapPlan.inTrouble);
}

/** Waits until nothing runs and collects twice: the first run may only make things collectable. */
async function measure(): Promise<HeapMark> {
  await tell({ reset: {} });
  await pause(heapPlan.quietMs);
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await pause(20);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return { keystrokes: started, heapUsed, external, rss, unsettled: started - settled, timers, resources };
}

async function main(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('the garbage collector cannot be asked; start Node with --expose-gc');
  const { engine, local } = createBenchEngine();
  const marks: HeapMark[] = [await measure()];
  for (let round = 0; started < heapPlan.keystrokes; round++) {
    await typeRound(engine, round);
    if (started % heapPlan.markEvery === 0) marks.push(await measure());
  }
  const counts = engine.snapshot().counts;
  engine.dispose();
  local.dispose();
  const report: HeapReport = { marks, afterDisposal: await measure(), served, requests: counts.requests };
  process.send?.(report);
}

await main();
process.disconnect();
