import type { Clock } from '../base/clock.ts';
import type { Setup } from '../setup.ts';
import type { BoundaryConsentStore } from './boundaryConsent.ts';
import type { LanguageModelPorts } from './languageModelSource.ts';
import type { Log } from './log.ts';
import type { SecretKeys } from './secrets.ts';
import type { Session } from './session.ts';

/** The commands that set backends up; in a bundle of their own. */
export interface BackendCommands {
  addBackend(ports: CommandPorts): Promise<void>;
  manageBackends(ports: CommandPorts): Promise<void>;
  /** @param name only this one */
  testBackends(ports: CommandPorts, name?: string): Promise<void>;
}

/** What the commands act on. */
export interface CommandPorts {
  readonly session: Session;
  readonly keys: SecretKeys;
  readonly consent: BoundaryConsentStore;
  readonly languageModels: LanguageModelPorts;
  /** Opens what backends are looked for and tested with; dispose it when the person is done. */
  readonly createSetup: () => Setup;
  /** Loads the commands that set backends up. */
  readonly backendCommands: () => Promise<BackendCommands>;
  readonly log: Log;
  readonly clock: Clock;
}
