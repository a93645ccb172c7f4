import type * as vscode from 'vscode';
import type { Clock, Disposable, EpochMillis } from '../base/clock.ts';
import type * as CheckingModule from '../checking.ts';
import type { PressurePort } from '../domain/pressure.ts';
import type { KeyStore } from '../domain/service.ts';
import type { RollingOut } from '../rollingOut.ts';
import type { Log } from './log.ts';
import type { Session } from './session.ts';
import type { ReadinessCheck, RolloutAction, RolloutControl } from '../domain/rollout.ts';

/** The rollout of this window, loaded after activation; `undefined` when it could not be. Never rejects. */
export type LateRollout = Promise<RolloutControl | undefined>;

/** How a check of the candidate ended; the summary is one line for a person. */
export type CheckEnd = CheckingModule.Checked;

/** What is told while a check runs. */
export interface CheckProgress {
  /** Of the whole, 0…1; absent while nobody knows. */
  readonly share?: number;
  /** What is done right now, in a few words. */
  readonly words: string;
}

/** Makes the checks of the candidate, and keeps what came out as evidence. */
export interface RolloutChecks {
  /** Never rejects. An aborted signal ends it soon, as `stopped`. */
  run(
    check: ReadinessCheck,
    options: { readonly onProgress: (progress: CheckProgress) => void; readonly signal: AbortSignal },
  ): Promise<CheckEnd>;
}

/** What a rollout needs of the window. */
export interface WindowRolloutPorts {
  readonly context: vscode.ExtensionContext;
  readonly clock: Clock;
  readonly log: Log;
  readonly pressure: PressurePort;
  readonly keys: KeyStore;
  /** Loads the checks of a candidate. */
  readonly checking: () => Promise<typeof CheckingModule>;
  /** When windows before this one ended uncleanly. */
  readonly uncleanEnds: readonly EpochMillis[];
}

/** The rollout of a window, running, and the checks of its candidate. */
export interface RolloutParts extends RollingOut, RolloutChecks {}

/** Loads what makes it. */
export type LoadRollout = () => Promise<{ createRolloutParts(ports: WindowRolloutPorts, session: Session): RolloutParts }>;

/** What the commands of a rollout act on. */
export interface RolloutPorts {
  readonly control: LateRollout;
  readonly checks: RolloutChecks;
  /** Where the policy is read from, as the setting `failsoft.rollout.policy` says, absolute or beginning with `~`; `undefined` while it is empty. */
  readonly policyFile: () => string | undefined;
  /** Takes what lives as long as the window. */
  readonly own: (part: Disposable) => void;
}

/** The commands, each behind `failsoft.rollout.`; those that are an action have its name in camel case. */
export const rolloutCommands = [
  'show',
  'showReadiness',
  'newPolicy',
  'begin',
  'advance',
  'pause',
  'resume',
  'rollBack',
  'finish',
  'reset',
  'pin',
  'unpin',
  'block',
  'unblock',
  'override',
  'benchmark',
  'promptCompatibility',
  'capacity',
  'rollbackRehearsal',
] as const;
export type RolloutCommand = (typeof rolloutCommands)[number];

/** The command of an action or a check: `roll-back` is `failsoft.rollout.rollBack`. */
export function commandOf(name: RolloutAction | Exclude<ReadinessCheck, 'shadow'>): `failsoft.rollout.${RolloutCommand}` {
  return `failsoft.rollout.${camelCase(name) as RolloutCommand}`;
}

/** `roll-back` as `rollBack`. */
export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
