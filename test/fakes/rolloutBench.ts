import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { type StampedFolder, stampedFolder } from '../../src/base/stampedFolder.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import { createAssignment } from '../../src/rollout/assignment.ts';
import { FlagdFlags, stagedFlag } from '../../src/rollout/flagdFlags.ts';
import { candidatePlan, versionsOf } from '../../src/rollout/plan.ts';
import type { Manifest } from '../../src/rollout/policy.ts';
import { Rollout } from '../../src/rollout/rollout.ts';
import type { RolloutPorts } from '../../src/rollout/rolloutPorts.ts';
import type { RolloutSettings } from '../../src/settings/settings.ts';
import { plan } from './rolloutPlan.ts';

/** The plan of docs/rollout.md with nothing to check before: what is tested is what comes after. */
export const unchecked: Manifest = { ...plan, off: ['readiness'] };

/** An installation that is in as soon as anybody is. */
export const firstIn = installation((isIn) => isIn(5));
/** An installation that is in only with everybody. */
export const lastIn = installation((isIn) => !isIn(50));

/** One window of the bench, and what a person does in it. */
export interface BenchWindow {
  readonly rollout: Rollout;
  readonly settings: { -readonly [Key in keyof RolloutSettings]: RolloutSettings[Key] };
  /** Phase, percent and revision: `stage 5 · 3`. */
  where(): string;
  /** Asks for one text. @returns the version that was asked first */
  request(more?: Partial<Attempt>): 'candidate' | 'baseline';
  /** To the first stage, past shadow traffic. @throws Error when it is refused */
  toFirstStage(): Promise<void>;
}

export interface BenchOptions extends Partial<Omit<RolloutPorts, 'settings' | 'folder' | 'window'>> {
  readonly manifest?: Manifest;
  readonly installation?: string;
  readonly folder?: StampedFolder;
  /** Not told of any policy. */
  readonly isBare?: boolean;
}

/** A folder that the windows of one installation share. To be disposed. */
export class RolloutBench {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'failsoft-test-rollout-'));
  readonly #windows: Rollout[] = [];
  #asked = 0;

  /** A window of this installation, or another start of it. */
  window(name: string, { manifest = unchecked, installation = firstIn, isBare = false, ...ports }: BenchOptions = {}): BenchWindow {
    const settings = { assignment: 'auto' as const, killSwitch: false };
    const identity = { targetingKey: installation, extensionVersion: '0.1.0', platform: 'linux' };
    const rollout = new Rollout({
      clock: systemClock,
      random: () => 0,
      logger: silentLogger,
      folder: stampedFolder(this.path),
      flag: (flag) => createAssignment({ ...identity, flag }, { clock: systemClock, random: () => 0.5, http: noHttp, watchFile: noFile }),
      backends: () => [{ name: 'team', model: 'coder-1', loopback: false, origin: 'https://team.example' }],
      usual: () => ({ p50: 90, p95: 150, p99: 200, samples: 1000 }),
      memoryHighFor: () => 0,
      dirtyExits: () => 0,
      mayCopy: () => true,
      similarity: () => 1,
      ...ports,
      settings: () => settings,
      window: name,
    });
    this.#windows.push(rollout);
    if (!isBare) rollout.follow({ manifest, problems: [] });
    const { sourceId } = candidatePlan(manifest);
    return {
      rollout,
      settings,
      where: () => whereIs(rollout),
      request: (more = {}) => {
        const id = `request-${++this.#asked}`;
        const arm = rollout.armFor({ id, languageId: 'typescript', trigger: 'automatic' });
        rollout.attempted(attemptOn(arm === 'candidate' ? sourceId : 'team', { requestId: id, ...more }));
        return arm;
      },
      async toFirstStage() {
        for (const wish of [{ action: 'override', subject: 'shadow' } as const, { action: 'begin' } as const]) {
          const refused = await rollout.ask({ ...wish, reason: 'a test has no copies' });
          if (refused !== undefined) throw new Error(refused);
        }
      },
    };
  }

  /** Name of the file of decisions. */
  log(manifest: Manifest = unchecked): string {
    return `decisions-${versionsOf(manifest)}.jsonl`;
  }

  write(name: string, text: string): void {
    mkdirSync(this.path, { recursive: true });
    writeFileSync(path.join(this.path, name), text);
  }

  append(name: string, text: string): void {
    appendFileSync(path.join(this.path, name), text);
  }

  read(name: string): string {
    const file = path.join(this.path, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  names(): string[] {
    return readdirSync(this.path).toSorted();
  }

  dispose(): void {
    for (const rollout of this.#windows) rollout.dispose();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Runs a test with such a folder. */
export async function withRollouts(test: (bench: RolloutBench) => void | Promise<void>): Promise<void> {
  const bench = new RolloutBench();
  try {
    await test(bench);
  } finally {
    bench.dispose();
  }
}

/** An attempt now, answered in 100 ms but for what is said. */
export function attemptOn(sourceId: string, more: Partial<Attempt> = {}): Attempt {
  const facts = { requestId: 'r', sourceId, model: 'any', trigger: 'automatic', outcome: 'ok' } as const;
  return { ...facts, at: Date.now(), elapsed: 100, censored: false, stage: 'done', bytes: 10, ...more };
}

export function whereIs(rollout: Rollout): string {
  const { phase, history } = rollout.snapshot() ?? { phase: { kind: 'none' as const }, history: [] };
  return `${phase.kind}${phase.kind === 'stage' ? ` ${phase.percent}` : ''} · ${history.length}`;
}

const noHttp = { request: () => Promise.reject(new Error('no network in this test')), dispose: () => undefined };
const noFile = (): { dispose: () => void } => ({ dispose: () => undefined });

function installation(isWanted: (isIn: (percent: number) => boolean) => boolean): string {
  for (let number = 0; ; number++) {
    const targetingKey = `installation-${number}`;
    const isIn = (percent: number): boolean => {
      const flags = new FlagdFlags();
      flags.accept(stagedFlag(plan.name, percent));
      return flags.resolveStringEvaluation(plan.name, '', { targetingKey }).value === 'candidate';
    };
    if (isWanted(isIn)) return targetingKey;
  }
}
