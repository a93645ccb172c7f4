// @ts-check
/** User settings of a workbench that asks nobody anything: no welcome, no chat, no updates, no requests to the outside. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Each one was seen to show something or to go to the network without it. */
export const QUIET_SETTINGS = Object.freeze({
  'workbench.startupEditor': 'none',
  // What a desktop VS Code shows at first; in a browser the default is light.
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'js/ts.tsserver.automaticTypeAcquisition.enabled': false,
  'typescript.disableAutomaticTypeAcquisition': true,
});

/**
 * Writes `<userDataDir>/User/settings.json`: quiet defaults, then what stands there already, then what the caller gives.
 * @param {string} userDataDir
 * @param {Readonly<Record<string, unknown>>} settings
 * @returns {Readonly<Record<string, unknown>>} what was written
 */
export function writeSettings(userDataDir, settings) {
  const file = path.join(userDataDir, 'User', 'settings.json');
  /** @type {Record<string, unknown>} */
  let present = {};
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8');
    try {
      present = text.trim() === '' ? {} : JSON.parse(text);
    } catch (error) {
      throw new Error(`${file} is not plain JSON (${String(error)}); the test host adds settings to it and allows no comments there.`);
    }
  }
  mkdirSync(path.dirname(file), { recursive: true });
  const written = { ...QUIET_SETTINGS, ...present, ...settings };
  writeFileSync(file, JSON.stringify(written, null, 2));
  return written;
}
