import { randomUUID } from 'node:crypto';
import type { Clock, Disposable } from './base/clock.ts';
import { createHttpClient } from './base/http.ts';
import { type Logger, messageOf } from './base/logger.ts';
import { isOnBattery } from './base/power.ts';
import type { Random } from './base/random.ts';
import { type StampedFolder, stampedFolder } from './base/stampedFolder.ts';
import { type FileReading, watchFile } from './base/watchedFile.ts';
import { similarityOf } from './domain/editDistance.ts';
import { createAssignment } from './rollout/assignment.ts';
import { fetchFleet } from './rollout/fleetCounts.ts';
import { createManifestHolder, problemLine } from './rollout/manifestHolder.ts';
import { Rollout } from './rollout/rollout.ts';
import type { HeldPolicy, RolloutPorts } from './rollout/rolloutPorts.ts';
import type { Settings } from './settings/settings.ts';

/** What a window lends to its rollout. */
export interface RollingOutPorts extends Pick<RolloutPorts, 'usual' | 'memoryHighFor' | 'dirtyExits'> {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Shared by all windows, absolute. */
  readonly folder: string;
  readonly settings: () => Settings;
  /** Of this installation, random; the same in all windows. */
  readonly installation: string;
  /** Of the extension. */
  readonly version: string;
  /** Memory is not scarce, and both sources are well enough for copies. */
  readonly mayCopy: RolloutPorts['mayCopy'];
}

/** The rollout of this window, with the files it lives on. */
export interface RollingOut extends Disposable {
  readonly rollout: Rollout;
  /** Settings have changed. */
  settled(): void;
}

/** A policy of some kilobytes; a longer file is something else. */
const policyBytes = 64 * 1024;

/** The policy as it was when it could last be read, for the next start. */
const lastGood = 'last-good-policy.json';

/** Begins with what is on the disk. None of its functions throws. */
export function createRollingOut(ports: RollingOutPorts): RollingOut {
  const { clock, random, logger, installation, version } = ports;
  const http = createHttpClient();
  const folder = stampedFolder(ports.folder);
  const identity = { targetingKey: installation, extensionVersion: version, platform: process.platform };
  const rollout = new Rollout({
    ...ports,
    folder,
    flag: (flag) => createAssignment({ ...identity, flag }, { clock, random, http, watchFile, memory: serverMemory(folder, logger) }),
    settings: () => ports.settings().rollout,
    window: randomUUID().slice(0, 8),
    backends: () => ports.settings().backends,
    mayCopy: (baseline, candidate) => ports.mayCopy(baseline, candidate) && isOnBattery() !== true,
    similarity: similarityOf,
    fleet: (url) => fetchFleet(http, clock, url),
  });
  const follow = (policy: HeldPolicy): void => {
    for (const problem of policy.problems) logger.warn(`rollout: ${problem}`);
    rollout.follow(policy);
  };
  let watched: string | undefined;
  let watching: Disposable | undefined;
  let held = (): HeldPolicy => ({ problems: [] });
  const settled = (): void => {
    const file = ports.settings().rollout.policy;
    if (file === watched) return follow(held());
    watched = file;
    watching?.dispose();
    held = () => ({ problems: [] });
    if (file === undefined) return follow(held());
    const reader = policyReader(folder, file, logger);
    held = () => reader.held;
    watching = watchFile(file, policyBytes, (reading) => follow(reader.read(reading)), clock);
  };
  settled();
  return {
    rollout,
    settled,
    dispose() {
      watching?.dispose();
      rollout.dispose();
      http.dispose();
    },
  };
}

/** Reads one policy file again and again. */
interface PolicyReader {
  readonly held: HeldPolicy;
  read(reading: FileReading): HeldPolicy;
}

/** Reads a policy, and remembers what it said when it was good last. */
function policyReader(folder: StampedFolder, file: string, logger: Logger): PolicyReader {
  const holder = createManifestHolder();
  let held: HeldPolicy = { problems: [] };
  const read = (reading: FileReading): HeldPolicy => {
    if (reading.kind === 'missing') return { problems: [`the policy ${file} is not there`] };
    // A start finds a broken file, too: what it said when it was good last still holds.
    if (!holder.state.manifest) holder.accept(lastGoodOf(folder, file));
    if (reading.kind !== 'text') {
      const why = reading.kind === 'too-large' ? `it has ${reading.bytes} bytes, ${policyBytes} are allowed` : reading.why;
      return { ...holder.state, problems: [`the policy ${file} could not be read: ${why}`] };
    }
    const { manifest, problems } = holder.accept(reading.text);
    if (problems.length === 0) keepLastGood(folder, file, reading.text, logger);
    const kept = manifest && problems.length > 0 ? ['the last good policy holds until that is mended'] : [];
    return { ...(manifest ? { manifest } : {}), problems: [...problems.map((problem) => problemLine(file, problem)), ...kept] };
  };
  return {
    get held() {
      return held;
    },
    read(reading) {
      held = read(reading);
      return held;
    },
  };
}

function lastGoodOf(folder: StampedFolder, file: string): string {
  try {
    const value: unknown = JSON.parse(folder.read(lastGood, 2 * policyBytes) ?? '{}');
    const { policy, text } = value as { readonly policy?: unknown; readonly text?: unknown };
    return policy === file && typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

function keepLastGood(folder: StampedFolder, file: string, text: string, logger: Logger): void {
  try {
    folder.replace(lastGood, JSON.stringify({ policy: file, text }));
  } catch (error) {
    logger.warn(`rollout: the policy could not be kept for the next start: ${messageOf(error)}`);
  }
}

/** What a flag server said last, for the next start. */
function serverMemory(folder: StampedFolder, logger: Logger): { load(): unknown; save(word: unknown): void } {
  const name = 'flag-server.json';
  return {
    load() {
      try {
        return JSON.parse(folder.read(name, 4096) ?? 'null') as unknown;
      } catch {
        return undefined;
      }
    },
    save(word) {
      try {
        folder.replace(name, JSON.stringify(word));
      } catch (error) {
        logger.warn(`rollout: the word of the flag server could not be kept: ${messageOf(error)}`);
      }
    },
  };
}
