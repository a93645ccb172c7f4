import { parseSettings, type ParsedSettings } from '../settings/parse.ts';
import { machineScoped, type SettingName, settingNames } from '../settings/schema.ts';

/** Where the editor found values of one setting; the part of `WorkspaceConfiguration.inspect` that is read. */
export interface Inspected {
  readonly defaultValue?: unknown;
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
  readonly defaultLanguageValue?: unknown;
  readonly globalLanguageValue?: unknown;
  readonly workspaceLanguageValue?: unknown;
  readonly workspaceFolderLanguageValue?: unknown;
}

/** The part of `WorkspaceConfiguration` that is used; section `failsoft`. */
export interface InspectableConfiguration {
  inspect(name: string): Inspected | undefined;
}

/**
 * Reads all settings. An endpoint from a workspace would send code and keys to whoever wrote the workspace, so
 * machine-scoped settings are taken from the person's own values only, whatever the editor hands over (law 13).
 *
 * @param refused problems found elsewhere with settings in the workspace's files, put first
 */
export function readSettings(configuration: InspectableConfiguration, refused: readonly string[] = []): ParsedSettings {
  const problems = new Set(refused);
  const values = new Map<SettingName, unknown>();
  for (const name of settingNames) {
    const inspected = configuration.inspect(name) ?? {};
    if (machineScoped.includes(name)) {
      for (const place of foreignPlaces(inspected)) problems.add(refusedProblem(name, place));
      values.set(name, inspected.globalValue ?? inspected.defaultValue);
    } else {
      values.set(name, inspected.workspaceFolderValue ?? inspected.workspaceValue ?? inspected.globalValue ?? inspected.defaultValue);
    }
  }
  const parsed = parseSettings({
    enable: values.get('enable'),
    backends: values.get('backends'),
    deadlines: values.get('deadlines'),
    disabledLanguages: values.get('disabledLanguages'),
    localEnable: values.get('local.enable'),
    localMemory: values.get('local.memory'),
    localSensitivity: values.get('local.sensitivity'),
    hedge: values.get('hedge'),
    contextEnable: values.get('context.enable'),
    rollout: Object.fromEntries([...values].map(([name, value]) => [name.replace('rollout.', ''), value])),
  });
  return { settings: parsed.settings, problems: [...problems, ...parsed.problems] };
}

/** The one line for a value that is refused because of where it stands. */
export function refusedProblem(name: SettingName, place: string): string {
  const what = name === 'backends' ? 'endpoints are' : 'this setting is';
  return `failsoft.${name} is set in the ${place} settings; ${what} only taken from your user settings; ignored`;
}

function foreignPlaces(inspected: Inspected): string[] {
  const places = [
    { place: 'workspace', value: inspected.workspaceValue },
    { place: 'workspace folder', value: inspected.workspaceFolderValue },
    { place: 'language', value: inspected.defaultLanguageValue ?? inspected.globalLanguageValue },
    { place: 'workspace', value: inspected.workspaceLanguageValue ?? inspected.workspaceFolderLanguageValue },
  ];
  return places.filter(({ value }) => value !== undefined).map(({ place }) => place);
}
