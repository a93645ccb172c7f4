import type * as vscode from 'vscode';
import type { Disposable } from '../base/clock.ts';
import type { ReadinessCheck, RolloutAction, RolloutControl } from '../domain/rollout.ts';

/** The rollout of this window, loaded after activation; `undefined` when it could not be. Never rejects. */
export type LateRollout = Promise<RolloutControl | undefined>;

/** How a check of the candidate ended. */
export type CheckEnd =
  | {
      readonly kind: 'done';
      readonly verdict: 'passed' | 'failed' | 'inconclusive';
      /** One line for a person. */
      readonly summary: string;
      /** Markdown. */
      readonly report: string;
    }
  | { readonly kind: 'stopped' }
  /** It could not be made; why, in one line. */
  | { readonly kind: 'impossible'; readonly reason: string };

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

/** What the commands of a rollout act on. */
export interface RolloutPorts {
  readonly control: LateRollout;
  readonly checks: RolloutChecks;
  /** Where the policy is read from, as the setting `failsoft.rollout.policy` says; `undefined` while it is empty. */
  readonly policyFile: () => vscode.Uri | undefined;
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
