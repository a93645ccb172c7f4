import type { Clock } from '../base/clock.ts';
import type { EnginePorts } from '../engine.ts';
import type { BoundaryConsentStore } from './boundaryConsent.ts';
import type { LanguageModelPorts } from './languageModelSource.ts';
import type { Log } from './log.ts';
import type { SecretKeys } from './secrets.ts';
import type { Session } from './session.ts';

/** What the commands act on. */
export interface CommandPorts {
  readonly session: Session;
  readonly keys: SecretKeys;
  readonly consent: BoundaryConsentStore;
  readonly languageModels: LanguageModelPorts;
  /** Makes the sources of the editor's own models. */
  readonly connect: NonNullable<EnginePorts['connect']>;
  readonly log: Log;
  readonly clock: Clock;
}
