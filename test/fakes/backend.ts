import { parseSettings } from '../../src/settings/parse.ts';
import type { BackendSettings } from '../../src/settings/settings.ts';

/** A backend as its setting is read; throws where the setting is wrong. */
export function configuredBackend(setting: Readonly<Record<string, unknown>>): BackendSettings {
  const { settings, problems } = parseSettings({ backends: [{ name: 'backend', model: 'test-model', ...setting }] });
  const [backend] = settings.backends;
  if (!backend || problems.length > 0) throw new Error(problems.join('; '));
  return backend;
}
