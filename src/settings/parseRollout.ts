import { flagIntervalRule } from './schema.ts';
import { assignments, type RolloutSettings } from './settings.ts';
import { isRecord, show } from './shownValue.ts';

/** `failsoft.rollout.*` as the editor or a file hands it over. */
export interface RawRollout {
  readonly policy?: unknown;
  readonly assignment?: unknown;
  readonly killSwitch?: unknown;
  readonly flagFile?: unknown;
  readonly ofrep?: unknown;
}

/**
 * Reads what is set of rollouts. Never throws. A kill switch that is no boolean is on, and an assignment that is none is `baseline`:
 * whoever touched one of them wanted something, and the version that people have is the safe guess.
 */
export function readRollout(raw: RawRollout, problems: string[]): RolloutSettings {
  const refuse = (name: keyof RawRollout, allowed: string, used: string): void => {
    problems.push(`failsoft.rollout.${name} is ${show(raw[name])}, allowed is ${allowed}; using ${used}`);
  };
  const readPath = (name: 'policy' | 'flagFile'): object => {
    const value = raw[name] || undefined;
    if (typeof value === 'string' && /^(?:~?[\\/]|[a-z]:[\\/])/i.test(value)) return { [name]: value };
    if (value !== undefined) refuse(name, 'an absolute path, or one from ~/', 'none');
    return {};
  };
  const assignment = assignments.find((name) => name === (raw.assignment ?? 'auto'));
  if (!assignment) refuse('assignment', assignments.join(', '), 'baseline');
  const killSwitch = raw.killSwitch ?? false;
  if (typeof killSwitch !== 'boolean') refuse('killSwitch', 'true or false', 'true');
  return {
    assignment: assignment ?? 'baseline',
    killSwitch: killSwitch !== false,
    ...readPath('policy'),
    ...readPath('flagFile'),
    ...readServer(raw.ofrep, refuse),
  };
}

function readServer(value: unknown, refuse: (name: 'ofrep', allowed: string, used: string) => void): Pick<RolloutSettings, 'ofrep'> {
  const { default: usual, minimum, maximum } = flagIntervalRule;
  const { url, interval = usual, ...more } = isRecord(value) ? value : { url: value };
  if (url === undefined || url === null) {
    if (Object.keys(more).length === 0) return {};
  } else if (
    typeof url === 'string' &&
    /^https?:\/\/[^\s?#@]+$/i.test(url) &&
    typeof interval === 'number' &&
    interval >= minimum &&
    interval <= maximum
  ) {
    return { ofrep: { url: url.replace(/\/+$/, ''), interval: interval * 1000 } };
  }
  refuse('ofrep', `an http or https "url" without user name and query, and an "interval" of ${minimum} to ${maximum} seconds`, 'none');
  return {};
}
