/** The process of `soak`: the whole engine on virtual time, with the real thread of the local engine. */
import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { systemFigures } from '../../src/base/processFigures.ts';
import { seededRandom } from '../../src/base/random.ts';
import { type StartThread, threadsOf } from '../../src/base/thread.ts';
import { type ByteStore, type StoreName, storeShares } from '../../src/domain/byteStore.ts';
import type { Completed, CompletionRequest, Outcome } from '../../src/domain/completion.ts';
import { CancelledByEditor } from '../../src/domain/failure.ts';
import type { PressurePort } from '../../src/domain/pressure.ts';
import { createEngine, createLocalEngine, type LocalEngine, PressureGuard, threadHeapMegabytes } from '../../src/engine.ts';
import { createGathering } from '../../src/gathering.ts';
import { ByteLedger } from '../../src/guard/byteLedger.ts';
import { PressureWatch } from '../../src/guard/pressureWatch.ts';
import { createObserving, type Observing } from '../../src/observing.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSnippetVoter } from '../../src/local/snippetMatch.ts';
import { startVirtualTime } from '../fakes/virtualTime.ts';
import { SoakDesk } from './soakDesk.ts';
import { type Blocking, type BlockingFigures, soakKeys, type SoakMark, soakPlan, type SoakReport } from './soakReport.ts';
import { SoakServer, troubles } from './soakServer.ts';

const [workerFile = ''] = process.argv.slice(2);
// Before the clock is replaced: what waits for the real world.
const realPause = (
  (real) => (millis: number) =>
    new Promise<void>((resolve) => void real(resolve, millis))
)(setTimeout);
const realTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const startedAt = process.hrtime.bigint();
const time = startVirtualTime();
const random = seededRandom(11);
const desk = new SoakDesk(random);
const served: Record<string, number> = {};
const levels: string[] = [];
const mostByStore: Partial<Record<StoreName, number>> = {};
let most = 0;
let started = 0;
let settled = 0;
let lostListeners = 0;
let observations = 0;
let asked = 0;

/** The real thread; counts the questions that it has not answered. */
const thread: StartThread = (events) => {
  const real = threadsOf(
    workerFile,
    threadHeapMegabytes,
  )({
    ...events,
    onMessage(message) {
      if ((message as { kind?: string }).kind === 'completed') asked = 0;
      events.onMessage(message);
    },
  });
  return {
    ...real,
    post(message) {
      if ((message as { kind?: string }).kind === 'complete') asked++;
      real.post(message);
    },
  };
};

const pressure = new PressureGuard({
  logger: silentLogger,
  indexBytes: () => local.index.progress?.bytes ?? 0,
  load: () =>
    Promise.resolve((ports) => {
      // How late the event loop is says nothing here: hours pass in minutes.
      const figures = { memory: () => systemFigures.memory(), startLag: () => ({ take: () => undefined, dispose: () => undefined }) };
      return new PressureWatch({ ...ports, clock: systemClock, figures });
    }),
});
pressure.onDidChange((now) => levels.push(now ? `${now.level}: ${now.reason}` : 'over'));
const stores = new Set<ByteStore>();
const counted: PressurePort = {
  onDidChange: pressure.onDidChange,
  typed: () => pressure.typed(),
  get pressure() {
    return pressure.pressure;
  },
  register(store) {
    stores.add(store);
    const registered = pressure.register(store);
    return {
      dispose() {
        stores.delete(store);
        registered.dispose();
      },
    };
  },
};
const ledger = new ByteLedger(stores);

const local: LocalEngine = createLocalEngine({
  view: { openDocuments: desk.documents, snippets: () => [] },
  clock: systemClock,
  logger: silentLogger,
  thread,
  snippets: () => Promise.resolve(createSnippetVoter()),
});
const servers = ['first', 'second'].map((name) => new SoakServer(name, random));
const { settings, problems } = parseSettings({
  backends: servers.map(({ id }) => ({ name: id, baseUrl: `http://127.0.0.1:1/${id}/v1`, model: 'qwen2.5-coder' })),
  localMemory: 16,
});
const engine = createEngine(settings, {
  clock: systemClock,
  random,
  logger: silentLogger,
  keys: { get: () => Promise.resolve(undefined) },
  local,
  pressure: counted,
  context: { view: desk.view, load: () => Promise.resolve(createGathering) },
  secretRules: () => Promise.resolve(createSecretRules()),
  connect: (backend) => servers.find(({ id }) => id === backend.name),
});
const observing: Observing = createObserving({
  clock: systemClock,
  logger: silentLogger,
  pressure: counted,
  isInView: () => true,
  mayBeSent: () => true,
  pipeline: engine,
  view: { textOf: (id, start, end) => desk.textOf(id, start, end), problems: () => [], isDefined: () => Promise.resolve(false) },
  onDidObserve(observation) {
    observations++;
    engine.observed(observation);
  },
});
desk.onDidClose((id) => {
  observing.ledger.closed(id);
  observing.kept.closed(id);
});

/** Starts one request and leaves it to itself. */
function press(signal: AbortSignal, request: CompletionRequest): Promise<Outcome> {
  started++;
  return engine.complete(request, { signal, onText: () => undefined }).then((outcome) => {
    settled++;
    lostListeners += getEventListeners(signal, 'abort').length;
    const how = outcome.ok ? (outcome.text === '' ? 'nothing' : outcome.origin) : outcome.failure.kind;
    served[how] = (served[how] ?? 0) + 1;
    return outcome;
  });
}

/** The thread answers in real time, while the keys are in virtual time. */
async function threadAnswers(): Promise<void> {
  for (let turn = 0; asked > 0 && turn < 200; turn++) await realTurn();
}

function offer(request: CompletionRequest, outcome: Completed): void {
  const { id, languageId, documentId, prefix } = request;
  const facts = { id, languageId, origin: outcome.origin, sourceId: outcome.sourceId, trigger: 'automatic' as const };
  observing.ledger.offered({
    documentId,
    anchor: prefix.length,
    typed: '',
    requestId: id,
    candidates: [{ text: outcome.text, facts }],
  });
}

/** A key; after a pause the person reads, takes or leaves what is there. */
async function key(): Promise<void> {
  const request = desk.press();
  const change = { offset: request.prefix.length - 1, removed: 0, text: request.prefix.slice(-1) };
  observing.kept.changed(request.documentId, [change]);
  observing.ledger.changed(request.documentId, [change]);
  const controller = new AbortController();
  const answered = press(controller.signal, request);
  await threadAnswers();
  const isPause = random() < 0.12;
  await time.tickAsync(isPause ? 900 : 60 + Math.floor(random() * 140));
  let shown: Outcome | undefined;
  void answered.then((outcome) => (shown = outcome));
  await Promise.resolve();
  if (shown?.ok && shown.text !== '') {
    offer(request, shown);
    if (isPause) await time.tickAsync(900);
    if (isPause && random() < 0.5) observing.ledger.accepted(request.id, 0, shown.text.length);
  }
  if (!isPause) controller.abort(new CancelledByEditor());
  if (started % 50 === 0) look();
}

function look(): void {
  for (const [name, bytes] of ledger.byStore()) mostByStore[name] = Math.max(mostByStore[name] ?? 0, bytes);
  most = Math.max(most, ledger.total);
}

async function typeDocument(number: number): Promise<void> {
  desk.open(number);
  for (let typed = 0; typed < soakPlan.keysPerDocument; typed++) {
    const place = started % soakPlan.perRound;
    if (place === 0) for (const server of servers) server.trouble = undefined;
    if (place === soakPlan.perRound - soakPlan.inTrouble) {
      const round = Math.floor(started / soakPlan.perRound);
      const [first, second] = servers;
      if (first) first.trouble = troubles[round % troubles.length];
      // Every other time nobody is left.
      if (second && round % 2 === 1) second.trouble = troubles[(round * 3) % troubles.length];
    }
    await key();
  }
}

/** Waits until nothing runs and collects more than once: the first run may only make things collectable. */
async function measure(): Promise<SoakMark> {
  for (const server of servers) server.trouble = undefined;
  const retried = engine.retryNow();
  await time.tickAsync(soakPlan.quiet);
  await retried;
  for (let turn = 0; turn < 4; turn++) {
    globalThis.gc?.();
    await realPause(30);
  }
  const { heapUsed, external } = process.memoryUsage();
  return {
    keystrokes: started,
    heapUsed,
    external,
    ledger: ledger.total,
    unsettled: started - settled + servers.reduce((sum, { inFlight }) => sum + inFlight, 0),
    timers: time.countTimers(),
    listeners: desk.listeners + lostListeners,
    resources: process.getActiveResourcesInfo().length,
  };
}

/** Processor time of this thread so far, in ns; `undefined` where the system does not say. */
function threadTime(): number | undefined {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ', 1)[0]);
  } catch {
    return undefined;
  }
}

/**
 * Measures how long the event loop is held up, while it runs: how late a timer of a millisecond comes, and how much of that the thread
 * was at work, for on a busy machine most of it is the work of others. In steps of 0.1 ms.
 */
class BlockingMeter {
  readonly #late = new Uint32Array(20_000);
  readonly #busy = new Uint32Array(20_000);
  #isRunning = false;

  start(): void {
    this.#isRunning = true;
    void this.#run();
  }

  stop(): void {
    this.#isRunning = false;
  }

  read(): BlockingFigures {
    return { late: figuresOf(this.#late), busy: figuresOf(this.#busy) };
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      const [before, workedBefore] = [process.hrtime.bigint(), threadTime()];
      await realPause(1);
      const [worked, late] = [threadTime(), Number(process.hrtime.bigint() - before) / 1e6 - 1];
      note(this.#late, late);
      note(this.#busy, worked === undefined || workedBefore === undefined ? late : (worked - workedBefore) / 1e6);
    }
  }
}

function note(counts: Uint32Array, millis: number): void {
  const step = Math.min(counts.length - 1, Math.floor(Math.max(0, millis) * 10));
  counts[step] = (counts[step] ?? 0) + 1;
}

function figuresOf(counts: Uint32Array): Blocking {
  const rounds = counts.reduce((sum, count) => sum + count, 0);
  const over16 = counts.subarray(161).reduce((sum, count) => sum + count, 0);
  const quantile = (share: number): number => {
    let left = Math.ceil(share * rounds);
    return counts.findIndex((count) => (left -= count) <= 0) / 10;
  };
  return { p99: quantile(0.99), p999: quantile(0.999), max: quantile(1), over16, rounds };
}

/** The typist alone: what the machine and the virtual clock do without us. */
async function control(): Promise<BlockingFigures> {
  const meter = new BlockingMeter();
  const alone = new SoakDesk(random);
  meter.start();
  for (let number = 0; number < 20; number++) {
    alone.open(number);
    for (let typed = 0; typed < 1000; typed++) {
      setTimeout(() => alone.press(), 50);
      await time.tickAsync(100);
      await realTurn();
    }
  }
  meter.stop();
  return meter.read();
}

async function main(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('the garbage collector cannot be asked; start Node with --expose-gc');
  if (problems.length > 0) throw new Error(problems.join('; '));
  const controlled = await control();
  const meter = new BlockingMeter();
  const marks: SoakMark[] = [await measure()];
  for (let number = 0; started < soakKeys; number++) {
    meter.start();
    await typeDocument(number);
    meter.stop();
    if ((number + 1) % soakPlan.markEvery === 0) marks.push(await measure());
  }
  const { counts } = engine.snapshot();
  observing.dispose();
  engine.dispose();
  local.dispose();
  pressure.dispose();
  const afterDisposal = await measure();
  const report: SoakReport = {
    marks,
    afterDisposal,
    most,
    mostByStore: Object.fromEntries(
      Object.keys(storeShares).flatMap((name) => Object.entries(mostByStore).filter(([key]) => key === name)),
    ),
    blocking: meter.read(),
    control: controlled,
    served,
    requests: counts.requests,
    speculative: counts.speculative,
    observations,
    levels,
    seconds: Number(process.hrtime.bigint() - startedAt) / 1e9,
    virtualSeconds: (Date.now() - Date.UTC(2026, 0, 1)) / 1000,
  };
  process.send?.(report);
}

await main();
process.disconnect();
