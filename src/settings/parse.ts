import { readBackends } from './parseBackend.ts';
import { readRollout, type RawRollout } from './parseRollout.ts';
import { deadlineRules, localMemoryRule, type NumberRule } from './schema.ts';
import { type DeadlineSettings, sensitivities, type Sensitivity, type Settings } from './settings.ts';
import { isRecord, show } from './shownValue.ts';

/** The raw values as the editor or a file hands them over; anything may be in them. */
export interface RawSettings {
  readonly enable?: unknown;
  readonly backends?: unknown;
  readonly deadlines?: unknown;
  readonly disabledLanguages?: unknown;
  readonly localEnable?: unknown;
  readonly localMemory?: unknown;
  readonly localSensitivity?: unknown;
  readonly hedge?: unknown;
  readonly contextEnable?: unknown;
  readonly rollout?: RawRollout;
}

/** The settings that can be used, and one line for each value that could not. */
export interface ParsedSettings {
  readonly settings: Settings;
  readonly problems: readonly string[];
}

/** Reads settings. Never throws: a wrong value is left out or clamped, and said once in `problems`. */
export function parseSettings(raw: RawSettings): ParsedSettings {
  const problems: string[] = [];
  const settings: Settings = Object.freeze({
    enabled: readBoolean(raw.enable, true, 'failsoft.enable', problems),
    backends: Object.freeze(readBackends(raw.backends, problems)),
    deadlines: Object.freeze(readDeadlines(raw.deadlines, problems)),
    disabledLanguages: Object.freeze(readStrings(raw.disabledLanguages, 'failsoft.disabledLanguages', problems)),
    localEnabled: readBoolean(raw.localEnable, true, 'failsoft.local.enable', problems),
    localMemory: readNumber(raw.localMemory, localMemoryRule, 'failsoft.local.memory', inMegabytes, problems),
    localSensitivity: readSensitivity(raw.localSensitivity, problems),
    hedge: readBoolean(raw.hedge, true, 'failsoft.hedge', problems),
    contextEnabled: readBoolean(raw.contextEnable, true, 'failsoft.context.enable', problems),
    rollout: Object.freeze(readRollout(raw.rollout ?? {}, problems)),
  });
  return { settings, problems };
}

function readBoolean(value: unknown, fallback: boolean, name: string, problems: string[]): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  problems.push(`${name} is ${show(value)}, allowed is true or false; using ${fallback}`);
  return fallback;
}

function readSensitivity(value: unknown, problems: string[]): Sensitivity {
  if (value === undefined || value === null) return 'balanced';
  const known = sensitivities.find((name) => name === value);
  if (known) return known;
  problems.push(`failsoft.local.sensitivity is ${show(value)}, allowed is ${sensitivities.join(', ')}; using balanced`);
  return 'balanced';
}

function readStrings(value: unknown, name: string, problems: string[]): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  problems.push(`${name} is ${show(value)}, allowed is a list of language identifiers; using none`);
  return [];
}

const inMilliseconds = { short: 'ms', long: 'milliseconds' };
const inMegabytes = { short: 'MB', long: 'megabytes' };

function readNumber(value: unknown, rule: NumberRule, name: string, unit: typeof inMegabytes, problems: string[]): number {
  if (value === undefined) return rule.default;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    problems.push(`${name} is ${show(value)}, allowed is a number of ${unit.long}; using ${rule.default}`);
    return rule.default;
  }
  const used = Math.min(rule.maximum, Math.max(rule.minimum, value));
  if (used !== value) problems.push(`${name} is ${value}, allowed is ${rule.minimum} to ${rule.maximum} ${unit.short}; using ${used}`);
  return used;
}

function readDeadlines(value: unknown, problems: string[]): DeadlineSettings {
  const given = isRecord(value) ? value : {};
  if (value !== undefined && value !== null && !isRecord(value)) {
    problems.push(`failsoft.deadlines is ${show(value)}, allowed is an object of milliseconds; using the defaults`);
  }
  const result: Record<string, number> = {};
  for (const [name, rule] of Object.entries(deadlineRules)) {
    result[name] = readNumber(given[name], rule, `failsoft.deadlines.${name}`, inMilliseconds, problems);
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(deadlineRules, name)) {
      problems.push(`failsoft.deadlines.${name} is not known; allowed are ${Object.keys(deadlineRules).join(', ')}`);
    }
  }
  return result as unknown as DeadlineSettings;
}
