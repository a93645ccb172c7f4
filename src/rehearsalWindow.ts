import path from 'node:path';
import type { Clock, Disposable } from './base/clock.ts';
import type { HttpClient } from './base/http.ts';
import { silentLogger } from './base/logger.ts';
import type { Random } from './base/random.ts';
import { stampedFolder } from './base/stampedFolder.ts';
import { type WatchFile, watchFile } from './base/watchedFile.ts';
import type { Service } from './domain/service.ts';
import { createEngine, createLocalEngine } from './engine.ts';
import { createAssignment } from './rollout/assignment.ts';
import { parseManifest } from './rollout/manifest.ts';
import type { Manifest } from './rollout/policy.ts';
import { Rollout } from './rollout/rollout.ts';
import { parseSettings } from './settings/parse.ts';
import type { Settings } from './settings/settings.ts';
import type { PracticeModel } from './simulator/practiceModel.ts';

/** The sources of a rehearsal, as the router names them. */
export const names = { baseline: 'practice', candidate: 'practice · model-2' } as const;

/** The file of flags of a rehearsal, in its folder, and the flag in it: the rollout's name. */
export const flagFileName = 'flags.json';
export const flagName = 'rehearsal';

/** What the windows of a rehearsal have in common. */
export interface RehearsalWindowPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Holds the state and the file of flags; nothing else is touched. */
  readonly folder: string;
  /** By the model that is asked for. */
  readonly models: Readonly<Record<string, PracticeModel>>;
}

/** A window as a rehearsal has it: rollout, flag and engine are the real ones. */
export interface RehearsalWindow extends Disposable {
  readonly rollout: Rollout;
  readonly engine: Service;
}

/** Opens a window on a folder. @param name unique in the rehearsal; letters, digits and hyphens */
export function openRehearsalWindow(name: string, { clock, random, folder, models }: RehearsalWindowPorts): RehearsalWindow {
  const shared = { clock, random, logger: silentLogger };
  const settings = practiceSettings(folder);
  const watching: WatchFile = (file, atMost, onReading) => watchFile(file, atMost, onReading, clock);
  const rollout = new Rollout({
    ...shared,
    ...quiet,
    folder: stampedFolder(folder),
    flag: (flag) => createAssignment({ ...installation, flag }, { clock, random, http: noServer, watchFile: watching }),
    settings: () => settings.rollout,
    window: name,
    backends: () => settings.backends,
  });
  rollout.follow({ manifest: practiceManifest(), problems: [] });
  const local = createLocalEngine({ ...shared, view: { openDocuments: () => [], snippets: () => [] }, thread: noThread });
  const engine = createEngine(
    settings,
    {
      ...{ ...shared, rollout, local },
      keys: { get: () => Promise.resolve(undefined) },
      secretRules: () => Promise.resolve([]),
      connect: ({ model }) => models[model],
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

function practiceSettings(folder: string): Settings {
  return parseSettings({
    backends: [{ name: names.baseline, protocol: 'openai-completions', baseUrl: 'http://127.0.0.1:9/v1', model: 'model-1' }],
    localEnable: false,
    rollout: { flagFile: path.resolve(folder, flagFileName) },
  }).settings;
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

const noServer: HttpClient = {
  request: () => Promise.reject(new Error('a rehearsal asks no server')),
  dispose: () => undefined,
};

const installation = { targetingKey: 'rehearsal', extensionVersion: '0.0.0', platform: process.platform };

/** The gates as they are by default; only the checks before the first stage are left out, and few copies are enough. */
function practiceManifest(): Manifest {
  const version = (model: string): object => ({ backend: names.baseline, model });
  const warned = Object.fromEntries(
    ['benchmark', 'capacity', 'prompt-compatibility', 'rollback-rehearsal', 'shadow'].map((check) => [check, 'warn']),
  );
  const parsed = parseManifest(
    JSON.stringify({
      ...{ version: 1, name: flagName, baseline: version('model-1'), candidate: version('model-2'), readiness: warned },
      shadow: { share: 0, pairs: 1 },
    }),
  );
  if ('manifest' in parsed) return parsed.manifest;
  throw new Error(parsed.problems.map(({ message }) => message).join('; '));
}
