import { systemClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { CompletionRequest, CompletionSource, Outcome } from '../../src/domain/completion.ts';
import { failed } from '../../src/domain/completion.ts';
import type { GuardedSource } from '../../src/domain/guarded.ts';
import { guard } from '../../src/guard/guard.ts';
import { SourceHealthFold } from '../../src/health/sourceHealth.ts';
import type { PartResult } from './report.ts';
import { figuresOf, type Figures } from './statistics.ts';

const calls = 20_000;
/** Calls of one way before the next way has its turn. */
const batch = 500;
const warmUp = 2000;

const request: CompletionRequest = {
  id: 'bench',
  languageId: 'typescript',
  documentId: 'file:///bench.ts',
  path: 'bench.ts',
  prefix: 'const total = ',
  suffix: '\n',
  shape: 'line',
  trigger: 'automatic',
  maxTokens: 32,
};

const answer: Outcome = { ok: true, text: 'items.length', origin: 'model', sourceId: 'instant', finish: 'stop' };
const deadlines = { connect: 2000, firstToken: 3000, idle: 1500, total: 4000, totalName: 'total' } as const;

/** What the guard (breaker, deadlines, limit, verdict, health) costs around a source that answers at once. */
export async function measureBreaker(): Promise<PartResult> {
  const direct = instantSource();
  const bare = guard(direct, guardOptions());
  const whole = withHealth();
  const open = await openGuard();
  const ways = { direct, guard: bare, whole, open };
  const times = await measureWays(ways);
  for (const guarded of [bare, whole, open]) guarded.dispose();
  const row = (name: string, { p50, p99 }: Figures): (string | number)[] => [name, p50, p99, p50 - times.direct.p50];
  return {
    tables: [
      {
        title: `time per call (µs), ${calls} calls of each in turns of ${batch}`,
        columns: ['way', 'P50', 'P99', 'more than direct'],
        rows: [
          row('the source itself', times.direct),
          row('behind the guard', times.guard),
          row('the same with the health of the backend folded', times.whole),
          row('refused by an open breaker', times.open),
        ],
      },
    ],
    checks: [],
    notes: ['no target of its own: the cost is part of the overhead per request, which has one'],
  };
}

function instantSource(): CompletionSource {
  return {
    id: 'instant',
    complete(_request, call) {
      call.onStage?.('connected');
      call.onStage?.('headers');
      call.onText?.('items.length');
      return Promise.resolve(answer);
    },
  };
}

function guardOptions(): Parameters<typeof guard>[1] {
  const usual = { p50: 150, p95: 400, p99: 800, samples: 0 };
  return { model: 'bench', clock: systemClock, random: seededRandom(1), deadlines: () => deadlines, usual: () => usual };
}

/** As the engine builds it: each attempt is folded, and the figures of the fold are used. */
function withHealth(): GuardedSource {
  const fold = new SourceHealthFold(systemClock);
  const guarded = guard(instantSource(), { ...guardOptions(), usual: () => fold.usual() });
  guarded.onDidAttempt((attempt) => fold.add(attempt));
  return guarded;
}

async function openGuard(): Promise<GuardedSource> {
  const broken: CompletionSource = { id: 'broken', complete: async () => failed({ kind: 'server', status: 500, message: 'broken' }) };
  const guarded = guard(broken, guardOptions());
  for (let attempt = 0; attempt < 10 && guarded.snapshot().breaker.kind === 'closed'; attempt++) {
    await guarded.complete(request, { signal: new AbortController().signal });
  }
  if (guarded.snapshot().breaker.kind !== 'open') throw new Error('the breaker did not open');
  return guarded;
}

async function measureWays<Name extends string>(ways: Readonly<Record<Name, CompletionSource>>): Promise<Record<Name, Figures>> {
  const entries = Object.entries<CompletionSource>(ways);
  const times = new Map(entries.map(([name]) => [name, [] as number[]]));
  for (let done = -warmUp; done < calls; done += batch) {
    for (const [name, source] of entries) {
      const taken = await timesOf(source);
      if (done >= 0) times.get(name)?.push(...taken);
    }
  }
  return Object.fromEntries([...times].map(([name, taken]) => [name, figuresOf(taken)])) as Record<Name, Figures>;
}

/** Microseconds of each call of one batch. */
async function timesOf(source: CompletionSource): Promise<number[]> {
  const taken: number[] = [];
  for (let call = 0; call < batch; call++) {
    const { signal } = new AbortController();
    const began = performance.now();
    await source.complete(request, { signal });
    taken.push((performance.now() - began) * 1000);
  }
  return taken;
}
