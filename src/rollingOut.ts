import { randomUUID } from 'node:crypto';
import type { Clock, Disposable } from './base/clock.ts';
import { createHttpClient } from './base/http.ts';
import { type Logger, messageOf } from './base/logger.ts';
import { isOnBattery } from './base/power.ts';
import type { Random } from './base/random.ts';
import { type StampedFolder, stampedFolder } from './base/stampedFolder.ts';
import { isText, recordOf } from './base/valueShape.ts';
import { type FileReading, watchFile } from './base/watchedFile.ts';
import { similarityOf } from './domain/editDistance.ts';
import { createAssignment } from './rollout/assignment.ts';
import { fetchFleet } from './rollout/fleetCounts.ts';
import { createManifestHolder, problemLine } from './rollout/manifestHolder.ts';
import { manifestBytes } from './rollout/manifestRules.ts';
import { Rollout } from './rollout/rollout.ts';
import type { HeldPolicy, RolloutPorts } from './rollout/rolloutPorts.ts';
import type { Settings } from './settings/settings.ts';

export { HighMemory, isFitForCopies } from './rollout/windowSigns.ts';

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
  /** Memory is not scarce, and the baseline is well enough for copies. */
  readonly mayCopy: RolloutPorts['mayCopy'];
}

/** The rollout of this window, with the files it lives on. */
export interface RollingOut extends Disposable {
  readonly rollout: Rollout;
  /** Settings have changed. */
  settled(): void;
}

/** Begins with what is on the disk. None of its functions throws. */
export function createRollingOut(ports: RollingOutPorts): RollingOut {
  const { clock, random, logger, installation, version } = ports;
  const http = createHttpClient();
  const folder = stampedFolder(ports.folder);
  const identity = { targetingKey: installation, extensionVersion: version, platform: process.platform };
  const rollout = new Rollout({
    ...ports,
    folder,
    flag: (flag) =>
      createAssignment(
        { ...identity, flag },
        { clock, random, http, watchFile, memory: keptIn(folder, 'flag-server.json', 4096, 'the word of the flag server', logger) },
      ),
    settings: () => ports.settings().rollout,
    window: randomUUID().slice(0, 8),
    backends: () => ports.settings().backends,
    mayCopy: (baseline) => ports.mayCopy(baseline) && isOnBattery() !== true,
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
    watching = watchFile(file, manifestBytes, (reading) => follow(reader.read(reading)), clock);
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
  const kept = keptIn(folder, 'last-good-policy.json', 2 * manifestBytes, 'the policy', logger);
  let held: HeldPolicy = { problems: [] };
  const read = (reading: FileReading): HeldPolicy => {
    if (reading.kind === 'missing') return { problems: [`the policy ${file} is not there`] };
    // A start finds a broken file, too: what it said when it was good last still holds.
    if (!holder.state.manifest) holder.accept(lastGoodOf(kept, file));
    if (reading.kind !== 'text') {
      const why = reading.kind === 'too-large' ? `it has ${reading.bytes} bytes, ${manifestBytes} are allowed` : reading.why;
      return { ...holder.state, problems: [`the policy ${file} could not be read: ${why}`] };
    }
    const { manifest, problems } = holder.accept(reading.text);
    if (problems.length === 0) kept.save({ policy: file, text: reading.text });
    const holds = manifest && problems.length > 0 ? ['the last good policy holds until that is mended'] : [];
    return { ...(manifest ? { manifest } : {}), problems: [...problems.map((problem) => problemLine(file, problem)), ...holds] };
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

/** A value in a file of the folder, as JSON. */
interface Kept {
  /** As it was kept; `undefined` when it was not, or cannot be read. */
  load(): unknown;
  save(value: unknown): void;
}

function keptIn(folder: StampedFolder, name: string, maxBytes: number, what: string, logger: Logger): Kept {
  return {
    load() {
      try {
        return JSON.parse(folder.read(name, maxBytes) ?? 'null') as unknown;
      } catch {
        return undefined;
      }
    },
    save(value) {
      try {
        folder.replace(name, JSON.stringify(value));
      } catch (error) {
        logger.warn(`rollout: ${what} could not be kept: ${messageOf(error)}`);
      }
    },
  };
}

/** A policy as it was when it could last be read, for the next start. */
const isKeptPolicy = recordOf<{ readonly policy: string; readonly text: string }>({ policy: isText, text: isText });

function lastGoodOf(kept: Kept, file: string): string {
  const value = kept.load();
  return isKeptPolicy(value) && value.policy === file ? value.text : '';
}
