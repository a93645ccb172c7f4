// @ts-check
/** The part of the desktop VS Code's command line that the test host understands. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Flags that take a value. Those without a meaning here are known all the same, or their value would pass for a folder. */
const WITH_VALUE = new Set([
  'extensionDevelopmentPath',
  'extensionTestsPath',
  'user-data-dir',
  'extensions-dir',
  'install-extension',
  'folder-uri',
  'file-uri',
  'disable-extension',
  'enable-proposed-api',
  'inspect-extensions',
  'inspect-brk-extensions',
  'locale',
  'log',
  'profile',
  'sync',
  'crash-reporter-directory',
  'logsPath',
  'max-memory',
  'password-store',
  'extensionDevelopmentKind',
  'timeout',
  'remote',
  'goto',
  'g',
]);

/**
 * @typedef {object} CommandLine
 * @property {string[]} extensionPaths
 * @property {string} [extensionTestsPath]
 * @property {string} [userDataDir]
 * @property {string} [extensionsDir]
 * @property {string} [folder] folder or workspace: the first argument without dashes
 * @property {string} [openFile] the second one
 * @property {string[]} installExtensions
 * @property {boolean} disableExtensions
 * @property {boolean} version
 */

/** @param {string} value @returns {string} absolute path of a path or file URI */
const toPath = (value) => (value.startsWith('file:') ? fileURLToPath(value) : path.resolve(value));

/**
 * @param {readonly string[]} args as the desktop's executable gets them; unknown flags are ignored
 * @returns {CommandLine}
 */
export function parseCommandLine(args) {
  /** @type {Map<string, string[]>} */
  const values = new Map();
  /** @type {string[]} */
  const places = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    const flag = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(argument);
    if (!flag) {
      places.push(toPath(argument));
      continue;
    }
    const name = flag[1] ?? '';
    let value = flag[2];
    if (value === undefined && WITH_VALUE.has(name)) value = args[(index += 1)];
    values.set(name, [...(values.get(name) ?? []), value ?? '']);
  }
  /** @param {string} name @returns {string[]} */
  const all = (name) => (values.get(name) ?? []).filter((value) => value !== '');
  /** @param {string} name @returns {string | undefined} */
  const last = (name) => all(name).map(toPath).at(-1);
  const open = [...all('folder-uri'), ...all('file-uri')].map(toPath).concat(places);
  /** @param {string} key @param {string | undefined} value */
  const optional = (key, value) => (value === undefined ? {} : { [key]: value });
  return {
    extensionPaths: all('extensionDevelopmentPath').map(toPath),
    installExtensions: all('install-extension').map(toPath),
    disableExtensions: values.has('disable-extensions'),
    version: values.has('version') || values.has('v'),
    ...optional('extensionTestsPath', last('extensionTestsPath')),
    ...optional('userDataDir', last('user-data-dir')),
    ...optional('extensionsDir', last('extensions-dir')),
    ...optional('folder', open[0]),
    ...optional('openFile', open[1]),
  };
}
