import type { DeadlineSettings } from './settings.ts';
import { fimFormats, protocols } from './settings.ts';

/** A number that a person can set: its default with the source of that number, and what is allowed. */
export interface NumberRule {
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly description: string;
  /** Where the default comes from. */
  readonly source: string;
}

/**
 * `failsoft.deadlines`, one rule per field, in milliseconds. The manifest's schema is checked against this table by a test.
 *
 * @see docs/settings.md for how each default was found
 */
export const deadlineRules: { readonly [Name in keyof DeadlineSettings]: NumberRule } = {
  connect: rule(2000, 100, 30_000, 'Until the connection (and TLS) stands.', 'three TCP SYN retransmissions on a good link take 1 s'),
  firstToken: rule(
    1000,
    100,
    60_000,
    'Until the first text of a remote backend. Headers and comments do not count.',
    'a later suggestion is rarely still wanted',
  ),
  firstTokenLoopback: rule(
    3000,
    100,
    60_000,
    'The same for a backend on this machine, which may have to read a long prompt first.',
    'prompt reading on a CPU',
  ),
  idle: rule(1500, 100, 60_000, 'Between two pieces of text.', 'longer than any pause of a healthy stream that was recorded'),
  total: rule(2000, 200, 120_000, 'The whole answer of a remote backend while typing.', 'twice the first-token deadline'),
  totalLoopback: rule(
    4000,
    200,
    120_000,
    'The whole answer of a backend on this machine while typing.',
    'first token plus 1 s of generation',
  ),
  totalManual: rule(7000, 200, 120_000, 'The whole answer when you asked for it by command.', 'a person who asks is ready to wait'),
  probe: rule(5000, 500, 60_000, "The breaker's own probe as a whole.", 'more patient than a keystroke, so that a slow recovery is seen'),
};

/** `failsoft.local.memory`, in MiB. */
export const localMemoryRule: NumberRule = rule(
  96,
  16,
  512,
  'What the index of local suggestions may hold.',
  'eleven megabytes of source, more than most people have in one window',
);

/** `failsoft.rollout.ofrep.interval`, in seconds. The default lets a flip reach everybody within half a minute, for two small requests a minute. */
export const flagIntervalRule = { default: 30, minimum: 1, maximum: 3600 } as const;

function rule(value: number, minimum: number, maximum: number, description: string, source: string): NumberRule {
  return { default: value, minimum, maximum, description, source };
}

/** Bounds of the list of backends. */
export const backendRules = {
  /** More than this many would only lengthen the wait of a keystroke. */
  maximumCount: 16,
  maximumNameLength: 60,
  protocols,
  /** What `boundary` may be, beside `vendor:<name>`. */
  boundary: /^(?:local|private|vendor:[a-z0-9][a-z0-9.-]{0,59})$/,
  fimFormats,
  /** What `apiVersion` may be; Azure names its versions by date. */
  apiVersion: /^\d{4}-\d{2}-\d{2}(?:-preview)?$/,
  /** The last version of Azure OpenAI's dated API that is not a preview. @see https://learn.microsoft.com/azure/ai-services/openai/reference */
  defaultApiVersion: '2024-10-21',
  /** Minutes; -1 is allowed too. A day is as good as for ever. */
  keepAliveMinimum: 1,
  keepAliveMaximum: 1440,
} as const;

/** What is set of rollouts; all of it is machine-scoped: who gets which model, and who is asked about it, is no workspace's business. */
const rolloutSettingNames = ['rollout.policy', 'rollout.assignment', 'rollout.killSwitch', 'rollout.flagFile', 'rollout.ofrep'] as const;

/** The setting names, relative to `failsoft.`; those in `machineScoped` are never taken from a workspace (law 13). */
export const settingNames = [
  'enable',
  'backends',
  'deadlines',
  'disabledLanguages',
  'local.enable',
  'local.memory',
  'local.sensitivity',
  'hedge',
  'context.enable',
  ...rolloutSettingNames,
] as const;
export type SettingName = (typeof settingNames)[number];
export const machineScoped: readonly SettingName[] = ['backends', 'deadlines', 'hedge', 'context.enable', ...rolloutSettingNames];
