import type { Clock } from './base/clock.ts';
import type { Logger } from './base/logger.ts';
import type { Random } from './base/random.ts';
import type { KeyStore, Service, WorkspaceView } from './domain/service.ts';
import type { Settings } from './settings/settings.ts';

/** Everything outside that the engine touches. */
export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly keys: KeyStore;
  readonly workspace: WorkspaceView;
}

/** What the engine is told about the settings as they were found, for the status. */
export interface EngineOptions {
  /** One line for each setting that could not be used. */
  readonly problems?: readonly string[];
  /** Set where the workspace is not trusted: backends are not used, and this says why. */
  readonly localOnlyReason?: string;
}

/** Builds the service out of its rooms. The only place that knows them all. */
export declare function createEngine(settings: Settings, ports: EnginePorts, options?: EngineOptions): Service;
