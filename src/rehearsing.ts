import { type Clock, delayOf, type Disposable, type EpochMillis, type Millis } from './base/clock.ts';
import { silentLogger } from './base/logger.ts';
import type { Random } from './base/random.ts';
import { makeSandbox } from './base/sandbox.ts';
import { stampedFolder } from './base/stampedFolder.ts';
import type { CompletionRequest, Outcome } from './domain/completion.ts';
import type { RolloutDecision } from './domain/rollout.ts';
import type { Service } from './domain/service.ts';
import { createEngine, createLocalEngine } from './engine.ts';
import type { RolloutFlag } from './rollout/assignment.ts';
import { parseManifest } from './rollout/manifest.ts';
import type { Manifest } from './rollout/policy.ts';
import { Rollout } from './rollout/rollout.ts';
import { PracticeModel } from './simulator/practiceModel.ts';
import { parseSettings } from './settings/parse.ts';

/** A rehearsal that takes longer has not passed. */
export const rehearsalLimit: Millis = 60_000;

/** Between two requests of the person who is played. */
const pause: Millis = 25;
/** Evidence has to span 30 s before anything is taken back for being slow; this much more is certain. */
const healthyFor: Millis = 31_000;
/** Times slower that the candidate becomes. */
const regression = 6;
/** Candidate requests within which it has to be noticed. */
const noticedWithin = 60;

/** What a rehearsal touches: nothing of the person's. */
export interface RehearsalPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** @param share of the whole, 0…1 */
  readonly onProgress: (share: number, words: string) => void;
}

/** One thing that had to be seen. */
export interface RehearsalStep {
  readonly words: string;
  /** Since the beginning. */
  readonly at: Millis;
  readonly isPassed: boolean;
}

/** What a rehearsal has shown. */
export interface RehearsalReport {
  readonly startedAt: EpochMillis;
  readonly took: Millis;
  readonly verdict: 'passed' | 'failed';
  readonly steps: readonly RehearsalStep[];
  readonly decisions: readonly RolloutDecision[];
}

const names = { baseline: 'practice', candidate: 'practice · model-2' } as const;

/**
 * Runs the whole machine against two practice models: a rollout begins, its candidate becomes slow, and what has to happen is looked for:
 * the roll-back, that the next request is answered by the baseline, that another window and a restart know of it. The state is in a folder
 * of its own, and the route is one that nobody types on. Real time, about 40 s. @throws Error `stopped` when the signal is aborted
 */
export async function rehearse(ports: RehearsalPorts): Promise<RehearsalReport> {
  const sandbox = makeSandbox('rehearsal');
  try {
    return await new Rehearsal(ports, sandbox.path).run();
  } finally {
    sandbox.dispose();
  }
}

/** A window of the sandbox. */
interface Window extends Disposable {
  readonly rollout: Rollout;
  readonly engine: Service;
}

class Rehearsal {
  readonly #ports: RehearsalPorts;
  readonly #folder: string;
  readonly #manifest = practiceManifest();
  readonly #models: Readonly<Record<string, PracticeModel>>;
  readonly #steps: RehearsalStep[] = [];
  readonly #began: Millis;
  #asked = 0;

  constructor(ports: RehearsalPorts, folder: string) {
    const { clock, random } = ports;
    this.#ports = ports;
    this.#folder = folder;
    this.#began = clock.monotonic();
    const pace = { p50: 20, p99: 50 };
    this.#models = {
      'model-1': new PracticeModel(names.baseline, pace, clock, random),
      'model-2': new PracticeModel(names.candidate, pace, clock, random),
    };
  }

  async run(): Promise<RehearsalReport> {
    const startedAt = this.#ports.clock.now();
    const window = this.#window('first');
    const other = this.#window('other');
    let decisions: readonly RolloutDecision[] = [];
    try {
      await this.#begin(window);
      await this.#stayHealthy(window);
      await this.#harm(window);
      await this.#next(window);
      this.#otherWindow(other);
      decisions = window.rollout.snapshot()?.history ?? [];
    } finally {
      window.dispose();
      other.dispose();
    }
    await this.#restart();
    const took = this.#passed;
    this.#step(`the whole took ${(took / 1000).toFixed(1)} s, ${rehearsalLimit / 1000} s are allowed`, took <= rehearsalLimit);
    const verdict = this.#steps.every(({ isPassed }) => isPassed) ? 'passed' : 'failed';
    return { startedAt, took, verdict, steps: this.#steps, decisions };
  }

  /** It begins and reaches the first stage. */
  async #begin({ rollout, engine }: Window): Promise<void> {
    // Three hundred copies would take longer than the rest; they are no part of the way back.
    await rollout.ask({ action: 'override', subject: 'shadow', reason: 'a rehearsal has no copies' });
    const refused = await rollout.ask({ action: 'begin', reason: 'rehearsal' });
    const isThere = (): boolean => rollout.snapshot()?.phase.kind === 'stage';
    const until = this.#passed + 8000;
    while (!isThere() && this.#passed < until) await this.#ask(engine);
    this.#step(`the rollout began${refused === undefined ? '' : `: ${refused}`} and reached its first stage`, isThere());
  }

  async #stayHealthy({ rollout, engine }: Window): Promise<void> {
    const until = this.#passed + healthyFor;
    let byCandidate = 0;
    while (this.#passed < until) if (sourceOf(await this.#ask(engine)) === names.candidate) byCandidate++;
    const isIn = rollout.snapshot()?.phase.kind === 'stage';
    this.#step(
      `the candidate answered ${byCandidate} requests for ${healthyFor / 1000} s, and nothing was taken back`,
      isIn && byCandidate > 100,
    );
  }

  async #harm({ rollout, engine }: Window): Promise<void> {
    const candidate = this.#models['model-2'];
    if (candidate) candidate.slowness = regression;
    const isBack = (): boolean => rollout.snapshot()?.phase.kind === 'rolled-back';
    let byCandidate = 0;
    const until = this.#passed + 10_000;
    while (!isBack() && byCandidate < noticedWithin && this.#passed < until)
      if (sourceOf(await this.#ask(engine)) === names.candidate) byCandidate++;
    const why = rollout.snapshot()?.reason ?? '';
    this.#step(`made ${regression} times slower it was taken back after ${byCandidate} of its answers: ${why}`, isBack());
  }

  async #next({ engine }: Window): Promise<void> {
    const answers = [await this.#ask(engine), await this.#ask(engine)];
    this.#step(
      'the next requests were answered by the baseline',
      answers.every((answer) => sourceOf(answer) === names.baseline),
    );
  }

  #otherWindow({ rollout }: Window): void {
    const arm = rollout.armFor({ id: 'other', languageId: 'typescript', trigger: 'automatic' });
    this.#step(
      'another window sends its next request to the baseline',
      arm === 'baseline' && rollout.snapshot()?.phase.kind === 'rolled-back',
    );
  }

  /** A new start finds what was decided, and cannot be talked into beginning again. */
  async #restart(): Promise<void> {
    const window = this.#window('second');
    try {
      const isBack = window.rollout.snapshot()?.phase.kind === 'rolled-back';
      const answer = await this.#ask(window.engine);
      this.#step('after a restart it is still taken back, and the baseline answers', isBack && sourceOf(answer) === names.baseline);
      const refused = await window.rollout.ask({ action: 'begin', reason: 'rehearsal' });
      this.#step(`beginning again is refused: ${refused ?? 'it was not'}`, refused !== undefined);
    } finally {
      window.dispose();
    }
  }

  #window(name: string): Window {
    const { clock, random } = this.#ports;
    const shared = { clock, random, logger: silentLogger };
    const { settings } = parseSettings({
      backends: [{ name: names.baseline, protocol: 'openai-completions', baseUrl: 'http://127.0.0.1:9/v1', model: 'model-1' }],
      localEnable: false,
    });
    const rollout = new Rollout({
      ...shared,
      ...quiet,
      folder: stampedFolder(this.#folder),
      flag: inFlag,
      settings: () => settings.rollout,
      window: name,
      backends: () => settings.backends,
    });
    rollout.follow({ manifest: this.#manifest, problems: [] });
    const local = createLocalEngine({ ...shared, view: { openDocuments: () => [], snippets: () => [] }, thread: noThread });
    const engine = createEngine(
      settings,
      {
        ...{ ...shared, rollout, local },
        keys: { get: () => Promise.resolve(undefined) },
        secretRules: () => Promise.resolve([]),
        connect: ({ model }) => this.#models[model],
      },
      {
        mechanisms: { debounce: false, reuse: false, cache: false, speculation: false, context: false, local: false },
        ...(rollout.plan ? { rollout: rollout.plan } : {}),
      },
    );
    const attempts = engine.onDidAttempt((attempt) => rollout.attempted(attempt));
    return {
      rollout,
      engine,
      dispose() {
        for (const part of [attempts, engine, rollout, local]) part.dispose();
      },
    };
  }

  async #ask(engine: Service): Promise<Outcome> {
    const { signal, clock, onProgress } = this.#ports;
    if (signal.aborted) throw new Error('stopped');
    const share = Math.min(0.99, this.#passed / (healthyFor + 6000));
    onProgress(share, this.#steps.at(-1)?.words ?? 'the rollout begins');
    const outcome = await engine.complete(practiceRequest(++this.#asked), { signal });
    await delayOf(clock, pause, signal);
    return outcome;
  }

  #step(words: string, isPassed: boolean): void {
    this.#steps.push({ words, at: this.#passed, isPassed });
  }

  get #passed(): Millis {
    return this.#ports.clock.monotonic() - this.#began;
  }
}

function sourceOf(outcome: Outcome): string | undefined {
  return outcome.ok ? outcome.sourceId : undefined;
}

/** Nothing of the window is scarce or broken in a rehearsal. */
const quiet = {
  usual: () => ({ p50: 20, p95: 40, p99: 50, samples: 1000 }),
  memoryHighFor: () => 0,
  dirtyExits: () => 0,
  mayCopy: () => true,
  similarity: () => 1,
} as const;

const noThread = (): never => {
  throw new Error('a rehearsal has no index');
};

/** A flag that lets this installation in as soon as anybody is. */
function inFlag(): RolloutFlag {
  let percent: number | undefined;
  let isKilled = false;
  const nothing = { dispose: () => undefined };
  return {
    assignment: () =>
      isKilled ? { arm: 'baseline', source: 'kill-switch' } : { arm: percent === undefined ? 'baseline' : 'candidate', source: 'built-in' },
    setStage: (next) => void (percent = next),
    setKill: (isOn) => void (isKilled = isOn),
    setSettings: () => undefined,
    problems: () => [],
    onDidChange: () => nothing,
    ...nothing,
  };
}

/** The gates as they are by default; only the checks before the first stage are left out, and few copies are enough. */
function practiceManifest(): Manifest {
  const version = (model: string): object => ({ backend: names.baseline, model });
  const warned = Object.fromEntries(
    ['benchmark', 'capacity', 'prompt-compatibility', 'rollback-rehearsal', 'shadow'].map((check) => [check, 'warn']),
  );
  const parsed = parseManifest(
    JSON.stringify({
      ...{ version: 1, name: 'rehearsal', baseline: version('model-1'), candidate: version('model-2'), readiness: warned },
      shadow: { share: 0, pairs: 1 },
    }),
  );
  if ('manifest' in parsed) return parsed.manifest;
  throw new Error(parsed.problems.map(({ message }) => message).join('; '));
}

function practiceRequest(number: number): CompletionRequest {
  const place = { languageId: 'typescript', documentId: `practice:${number}`, path: `practice/${number}.ts` };
  const text = { prefix: `const value${number} = `, suffix: '\n', line: 0 };
  return { id: `rehearsal-${number}`, ...place, ...text, shape: 'line', trigger: 'automatic', maxTokens: 32 };
}
