import type { Clock, EpochMillis, Millis } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { StampedFolder } from '../base/stampedFolder.ts';
import type { LatencyFigures } from '../domain/guarded.ts';
import type { RolloutSettings } from '../settings/settings.ts';
import type { RolloutFlag } from './assignment.ts';
import type { Evidence } from './evidence.ts';
import type { Manifest } from './policy.ts';

/** The policy as it holds now. */
export interface HeldPolicy {
  /** `undefined`: none is set, or none that could be read. */
  readonly manifest?: Manifest;
  readonly problems: readonly string[];
}

/** What of this window a rollout looks at. */
export interface RolloutPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Shared by all windows of this installation. */
  readonly folder: StampedFolder;
  /** The flag of a rollout, by the rollout's name. */
  readonly flag: (name: string) => RolloutFlag;
  readonly settings: () => RolloutSettings;
  /** Unique for this window and start; letters, digits and hyphens. */
  readonly window: string;
  /** The backends as they are configured, in the order of the route. */
  readonly backends: () => readonly {
    readonly name: string;
    readonly model: string;
    readonly loopback: boolean;
    readonly origin: string;
  }[];
  /** What is usual for a backend; `undefined`: not learnt. */
  readonly usual: (sourceId: string) => LatencyFigures | undefined;
  /** So long memory pressure has been high without a pause. */
  readonly memoryHighFor: () => Millis;
  /** Windows that ended uncleanly since then. */
  readonly dirtyExits: (since: EpochMillis) => number;
  /** False under memory pressure, on battery, or while the baseline is unwell; the candidate's own guard refuses for itself. */
  readonly mayCopy: (baseline: string) => boolean;
  readonly similarity: (left: string, right: string) => number;
  /** The counts of a fleet. Rejects when they cannot be had. */
  readonly fleet?: (url: string) => Promise<Evidence>;
}
