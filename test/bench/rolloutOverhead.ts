import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import { makeSandbox } from '../../src/base/sandbox.ts';
import { stampedFolder } from '../../src/base/stampedFolder.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import { failed } from '../../src/domain/completion.ts';
import type { RolloutFlag } from '../../src/rollout/assignment.ts';
import { Rollout } from '../../src/rollout/rollout.ts';
import { parseSettings } from '../../src/settings/parse.ts';
import { sampleRequest } from '../fakes/request.ts';
import { plan } from '../fakes/rolloutPlan.ts';
import type { PartResult } from './report.ts';
import { type Figures, figuresOf } from './statistics.ts';

const requests = 20_000;

function flagOf(): RolloutFlag {
  const nothing = { dispose: () => undefined };
  return {
    assignment: () => ({ arm: 'candidate', source: 'setting' }),
    setStage: () => undefined,
    setKill: () => undefined,
    setSettings: () => undefined,
    problems: () => [],
    onDidChange: () => nothing,
    ...nothing,
  };
}

function rolloutIn(folder: string): Rollout {
  const { settings } = parseSettings({ backends: [{ name: 'team', baseUrl: 'http://127.0.0.1:9/v1', model: 'coder-1' }] });
  const rollout = new Rollout({
    clock: systemClock,
    random: seededRandom(1),
    logger: silentLogger,
    folder: stampedFolder(folder),
    flag: flagOf,
    settings: () => settings.rollout,
    window: 'bench',
    backends: () => settings.backends,
    usual: () => ({ p50: 93, p95: 160, p99: 200, samples: 1000 }),
    memoryHighFor: () => 0,
    dirtyExits: () => 0,
    mayCopy: () => true,
    similarity: () => 1,
  });
  const readiness = {
    benchmark: 'warn',
    capacity: 'warn',
    'prompt-compatibility': 'warn',
    'rollback-rehearsal': 'warn',
    shadow: 'warn',
  } as const;
  rollout.follow({ manifest: { ...plan, readiness }, problems: [] });
  return rollout;
}

const attempt: Attempt = {
  ...{ at: 0, requestId: '', sourceId: 'team', model: 'coder-1', trigger: 'automatic', outcome: 'ok' },
  ...{ elapsed: 120, censored: false, stage: 'done', bytes: 400 },
};

/** Microseconds of each call, the event loop getting a turn now and then. */
async function timed(count: number, call: (number: number) => void): Promise<Figures> {
  const times: number[] = [];
  for (let number = 0; number < count; number++) {
    const began = performance.now();
    call(number);
    times.push((performance.now() - began) * 1000);
    if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return figuresOf(times);
}

/** `npm run bench -- rollout-overhead`: what a rollout adds to a person's request, with its state in real files. */
export async function measureRolloutOverhead(): Promise<PartResult> {
  const sandbox = makeSandbox('bench');
  const rollout = rolloutIn(sandbox.path);
  try {
    await rollout.ask({ action: 'begin', reason: 'bench' });
    const ask = (): Promise<ReturnType<typeof failed>> => Promise.resolve(failed({ kind: 'cancelled', message: 'bench' }));
    const shadow = await timed(requests, (number) => {
      const asked = sampleRequest({ id: `s${number}` });
      rollout.armFor(asked);
      rollout.answered({ request: asked, text: 'answer();', ask });
    });
    await rollout.ask({ action: 'advance', reason: 'bench' });
    const arm = await timed(requests, (number) => void rollout.armFor(sampleRequest({ id: `r${number}` })));
    const told = await timed(requests, (number) => {
      const sourceId = rollout.armFor(sampleRequest({ id: `r${number % 4000}` })) === 'candidate' ? 'team · coder-2' : 'team';
      rollout.attempted({ ...attempt, at: Date.now(), requestId: `r${number % 4000}`, sourceId });
    });
    const row = (what: string, { p50, p99, maximum }: Figures): (string | number)[] => [what, p50, p99, maximum];
    return {
      tables: [
        {
          title: `${requests} requests of a rollout with its state in real files, in µs`,
          columns: ['', 'P50', 'P99', 'longest'],
          rows: [
            row('in the shadow: version chosen, copy offered', shadow),
            row('in a stage: version chosen', arm),
            row('in a stage: version chosen, attempt counted, gates read', told),
          ],
        },
      ],
      checks: [{ what: 'shadow traffic adds to a request, P99', value: shadow.p99, unit: 'µs', atMost: 500 }],
      notes: [`the rollout ends in the phase ${rollout.snapshot()?.phase.kind ?? 'none'}`],
    };
  } finally {
    rollout.dispose();
    sandbox.dispose();
  }
}
