import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { CompletionRequest } from '../../src/domain/completion.ts';
import type { Service } from '../../src/domain/service.ts';
import { inlineLocal } from '../fakes/inlineThread.ts';
import { createEngine } from '../../src/engine.ts';
import { formatFim, resolveFim } from '../../src/prompt/fim.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { createSecretRules } from '../../src/secretRules.ts';
import { endChild, firstMessage, startChild } from './childProcess.ts';
import type { Check, PartResult, Table } from './report.ts';
import { sampleDocuments, sampleSource } from './sourceText.ts';
import { figuresOf, type Figures } from './statistics.ts';

const model = 'qwen2.5-coder';
const typedText = sampleSource(500_000, 400);
/** A prompt of about 8 KB. */
const above = sampleSource(1, 20);
const below = `\n${sampleSource(100, 8)}`;

/** How the ways alternate in one run; `again` is the bare fetch once more and shows what the machine's noise alone makes. */
const ways = ['fetch', 'engine', 'again'] as const;
type Way = (typeof ways)[number];
type Measure = Readonly<Record<Way, (request: CompletionRequest) => Promise<void>>>;

interface Run {
  readonly title: string;
  readonly firstTokenMs: number;
  readonly rounds: number;
  /** The targets are set for a server that thinks as a model does; an instant one shows the plain cost. */
  readonly hasTargets: boolean;
}

const warmUp = 100;
const runs: readonly Run[] = [
  { title: 'first token after 20 ms', firstTokenMs: 20, rounds: 600, hasTargets: true },
  { title: 'instant server', firstTokenMs: 0, rounds: 3000, hasTargets: false },
];

/** What a request through the whole engine takes longer than the same bytes by a bare `fetch`. */
export async function measureOverhead(): Promise<PartResult> {
  const tables: Table[] = [];
  const checks: Check[] = [];
  for (const run of runs) {
    const figures = await measureRun(run);
    const { fetch: bare, engine, again } = figures;
    tables.push({
      title: `${run.title}: time per request (ms), ${run.rounds} of each, interleaved`,
      columns: ['way', 'P50', 'P99', 'max', 'P50 ratio', 'P50 difference', 'P99 difference'],
      rows: [
        ['bare fetch', bare.p50, bare.p99, bare.maximum, 1, 0, 0],
        ['whole engine', engine.p50, engine.p99, engine.maximum, ...compared(engine, bare)],
        ['bare fetch again', again.p50, again.p99, again.maximum, ...compared(again, bare)],
      ],
    });
    if (!run.hasTargets) continue;
    checks.push(
      { what: 'P50 ratio to a bare fetch', value: engine.p50 / bare.p50, unit: '×', atMost: 1.1 },
      { what: 'P99 more than a bare fetch', value: engine.p99 - bare.p99, unit: 'ms', atMost: 2 },
    );
  }
  return {
    tables,
    checks,
    notes: [
      'ratios and differences are of one run, way after way: absolute times on a shared machine are worth little',
      '"bare fetch again" does the same as "bare fetch"; what it differs by is noise, and no smaller difference means anything',
    ],
  };
}

function compared(one: Figures, other: Figures): [number, number, number] {
  return [one.p50 / other.p50, one.p50 - other.p50, one.p99 - other.p99];
}

async function measureRun(run: Run): Promise<Record<Way, Figures>> {
  const child = startChild('./instantServer.ts', [String(run.firstTokenMs)]);
  const url = String(await firstMessage(child));
  const engine = createBenchEngine(url);
  try {
    const bare = (request: CompletionRequest): Promise<void> => fetchBare(url, request);
    const times = await alternate(run.rounds, { fetch: bare, engine: (request) => complete(engine, request), again: bare });
    return { fetch: figuresOf(times.fetch), engine: figuresOf(times.engine), again: figuresOf(times.again) };
  } finally {
    engine.dispose();
    await endChild(child);
  }
}

/** Every way once per round, the first of a round a different one each time. */
async function alternate(rounds: number, measure: Measure): Promise<Record<Way, number[]>> {
  const times: Record<Way, number[]> = { fetch: [], engine: [], again: [] };
  for (let round = -warmUp; round < rounds; round++) {
    for (let place = 0; place < ways.length; place++) {
      const index = (round + warmUp) * ways.length + place;
      const way = ways[(round + warmUp + place) % ways.length] ?? 'fetch';
      const request = requestOf(index);
      const began = performance.now();
      await measure[way](request);
      if (round >= 0) times[way].push(performance.now() - began);
      // What a way leaves for later (the end of the body, a timer) is its own and not the next one's.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return times;
}

/** One more character typed each time, so that no answer is in the cache. */
function requestOf(index: number): CompletionRequest {
  return {
    id: `bench-${index}`,
    languageId: 'typescript',
    documentId: 'file:///open/0.ts',
    path: '0.ts',
    prefix: `${above}${typedText.slice(0, 1 + (index % 2000))}\n// ${index}\n  return `,
    suffix: below,
    shape: 'line',
    trigger: 'automatic',
    maxTokens: 64,
  };
}

function createBenchEngine(url: string): Service {
  const { settings, problems } = parseSettings({ backends: [{ name: 'bench', baseUrl: `${url}/v1`, model }] });
  if (problems.length > 0) throw new Error(problems.join('; '));
  const documents = sampleDocuments(10);
  const ports = {
    clock: systemClock,
    random: seededRandom(1),
    logger: silentLogger,
    keys: { get: () => Promise.resolve(undefined) },
    local: inlineLocal({ openDocuments: () => documents, snippets: () => [] }, systemClock),
    secretRules: () => Promise.resolve(createSecretRules()),
  };
  // One request for each keystroke and at once, like the bare fetch beside it.
  const mechanisms = { debounce: false, reuse: false, cache: false, speculation: false };
  const engine = createEngine(settings, ports, { mechanisms });
  // The status bar and the log listen, so their part of the work is in the figures.
  engine.onDidChange(() => undefined);
  engine.onDidAttempt(() => undefined);
  return engine;
}

async function complete(engine: Service, request: CompletionRequest): Promise<void> {
  const outcome = await engine.complete(request, { signal: new AbortController().signal });
  if (!outcome.ok || outcome.origin !== 'model') throw new Error(`no answer of the model: ${JSON.stringify(outcome)}`);
}

/** The same body and headers; reads the answer to its end and looks at none of it. */
async function fetchBare(url: string, request: CompletionRequest): Promise<void> {
  const { prompt, stop } = formatFim(request, resolveFim(model, 'auto').format);
  const response = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
    body: JSON.stringify({ model, prompt, max_tokens: request.maxTokens, temperature: 0, stream: true, stop }),
  });
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).byteLength;
  if (response.status !== 200 || bytes === 0) throw new Error(`status ${response.status} with ${bytes} bytes`);
}
