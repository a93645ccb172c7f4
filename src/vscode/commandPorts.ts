import type { Clock } from '../base/clock.ts';
import type { SetupPorts } from '../setup.ts';
import type { BoundaryConsentStore } from './boundaryConsent.ts';
import type { FileSwitch } from './fileSwitch.ts';
import type { LateRecording } from './lateRecording.ts';
import type { LanguageModelPorts } from './languageModelSource.ts';
import type { IndexControl } from './indexControl.ts';
import type { Log } from './log.ts';
import type { ManualTrigger } from './manualTrigger.ts';
import type { SafeMode } from './safeMode.ts';
import type { RolloutCommand, RolloutPorts } from './rolloutPorts.ts';
import type { SecretKeys } from './secrets.ts';
import type { Session } from './session.ts';
import type { LateWatch } from './suggestionWatch.ts';

/** The commands that ask the person something; in a bundle of their own. */
export interface Dialogs {
  showMenu(ports: CommandPorts): Promise<void>;
  pauseFor(ports: CommandPorts): Promise<void>;
  toggleLanguage(ports: CommandPorts): Promise<void>;
  toggleFile(ports: CommandPorts): Promise<void>;
  addBackend(ports: CommandPorts): Promise<void>;
  manageBackends(ports: CommandPorts): Promise<void>;
  /** @param name only this one */
  testBackends(ports: CommandPorts, name?: string): Promise<void>;
  setApiKey(ports: CommandPorts, backendName?: string): Promise<void>;
  clearApiKey(ports: CommandPorts, backendName?: string): Promise<void>;
  manageDataBoundary(ports: CommandPorts): Promise<void>;
  allowLanguageModel(ports: CommandPorts, backendName?: string): Promise<void>;
  exportJournal(ports: CommandPorts): Promise<void>;
  deleteJournal(ports: CommandPorts): Promise<void>;
  /** @param given the model, the check or, of a rollback, the reason */
  runRollout(ports: CommandPorts, name: RolloutCommand, given?: string): Promise<void>;
}

/** What the commands act on. */
export interface CommandPorts {
  readonly session: Session;
  readonly keys: SecretKeys;
  readonly consent: BoundaryConsentStore;
  readonly files: FileSwitch;
  readonly trigger: ManualTrigger;
  readonly indexing: IndexControl;
  readonly local: { forgetLearned(): void };
  readonly languageModels: LanguageModelPorts;
  /** What backends are looked for and tested with; that itself is in the bundle of those who ask. */
  readonly setup: SetupPorts;
  /** Loads the commands that ask the person something. */
  readonly dialogs: () => Promise<Dialogs>;
  readonly watch: LateWatch;
  readonly safeMode: SafeMode;
  /** Absent: there are no rollouts here. */
  readonly rollout?: RolloutPorts;
  /** The journal. */
  readonly recording: LateRecording;
  readonly log: Log;
  readonly clock: Clock;
}
