// @ts-check
/**
 * Every exact version the test host installs, in one table.
 *
 * `code-server` is the only package on npm that carries VS Code's own server build (in `lib/vscode`). Its dependency tree
 * has some 300 packages and several that must be compiled; only those below are imported on the paths we use, and none of
 * them needs a compiler. What needs one is replaced by a stub (see `stub/`).
 */

/** Node the extension claims and this folder needs: the first 20.x in which `require()` of an ES module works (mocha 12). */
export const MINIMUM_NODE = Object.freeze([20, 19, 0]);

/** The versions by the name a person types in `FAILSOFT_VSCODE_VERSION`. The first is the default. */
export const VSCODE_VERSIONS = Object.freeze(/** @type {const} */ (['1.139', '1.100']));

/** @typedef {(typeof VSCODE_VERSIONS)[number]} VSCodeVersion */

/**
 * @typedef {object} ServerBuild
 * @property {string} codeServer exact version of the npm package `code-server`
 * @property {string} vscode the VS Code version inside it
 * @property {string | null} node exact Node to bundle (`node-linux-<arch>` on npm); null: the Node that runs us will do
 * @property {Readonly<Record<string, string>>} packages npm packages, exact; `<arch>` is replaced by x64 or arm64
 * @property {Readonly<Record<string, string>>} stubs package name → file in `stub/` put in its place
 */

/** Packages whose version is the same in every build. */
const COMMON = {
  '@microsoft/1ds-core-js': '3.2.13',
  '@vscode/ripgrep-universal': '1.18.0',
  cookie: '0.7.2',
  'http-proxy-agent': '7.0.0',
  'https-proxy-agent': '7.0.2',
  jschardet: '3.1.4',
  'vscode-oniguruma': '1.7.0',
  'vscode-regexpp': '3.1.0',
  ws: '8.21.0',
  yazl: '2.4.3',
};

/** @type {Readonly<Record<VSCodeVersion, ServerBuild>>} versions from each tarball's own npm-shrinkwrap.json */
export const SERVER_BUILDS = Object.freeze({
  1.139: {
    codeServer: '4.139.1',
    vscode: '1.139.1',
    node: '24.21.0',
    packages: {
      ...COMMON,
      '@parcel/watcher': '2.5.6',
      '@parcel/watcher-linux-<arch>-glibc': '2.5.6',
      '@vscode/iconv-lite-umd': '0.7.1',
      '@vscode/proxy-agent': '0.45.0',
      '@xterm/addon-clipboard': '0.3.0-beta.303',
      '@xterm/addon-progress': '0.3.0-beta.301',
      '@xterm/addon-search': '0.17.0-beta.301',
      '@xterm/addon-serialize': '0.15.0-beta.301',
      '@xterm/addon-unicode11': '0.10.0-beta.301',
      '@xterm/headless': '6.1.0-beta.303',
      '@xterm/xterm': '6.1.0-beta.304',
      minimist: '1.2.8',
      'node-pty': '1.2.0-beta.15',
      'tas-client': '0.4.6',
      undici: '7.29.0',
      'vscode-textmate': '9.3.2',
      yauzl: '3.3.1',
    },
    stubs: {
      '@vscode/spdlog': 'spdlog.mjs',
      '@vscode/native-watchdog': 'nativeWatchdog.cjs',
      '@vscode/fs-copyfile': 'fsCopyfile.cjs',
    },
  },
  '1.100': {
    codeServer: '4.100.3',
    vscode: '1.100.3',
    node: null,
    packages: {
      ...COMMON,
      '@parcel/watcher': '2.5.1',
      '@parcel/watcher-linux-<arch>-glibc': '2.5.1',
      '@vscode/iconv-lite-umd': '0.7.0',
      '@vscode/proxy-agent': '0.32.0',
      minimist: '1.2.6',
      'tas-client-umd': '0.2.0',
      undici: '7.3.0',
      'vscode-textmate': '9.2.0',
      yauzl: '3.1.1',
    },
    stubs: {
      '@vscode/spdlog': 'spdlog.mjs',
      'native-watchdog': 'nativeWatchdog.cjs',
      '@vscode/ripgrep': 'ripgrep.cjs',
    },
  },
});

/**
 * Built-in extensions left out of the install. Copilot and mermaid are 88 MB; the debuggers and Microsoft sign-in are never
 * used; the TypeScript service without its 23 MB of tsserver shows an error toast on each JS or TS file. The grammars
 * (`typescript-basics`, `javascript`, `python`, …) stay.
 */
export const DROPPED_EXTENSIONS = Object.freeze([
  'copilot',
  'mermaid-markdown-features',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'microsoft-authentication',
  'typescript-language-features',
]);

/**
 * Files put in place of dropped extensions: path in `extensions/` → file in `stub/`. The page carries its own list of web
 * extensions and shows a toast "Activating extension … failed" when it opens a TypeScript file and finds nothing there.
 */
export const EXTENSION_STUBS = Object.freeze({ 'typescript-language-features/dist/browser/extension.js': 'emptyExtension.cjs' });

/**
 * The entry of the version table a person or a script asked for.
 * @param {string | undefined} [wanted] for example `1.100` or `1.100.3`; default: `FAILSOFT_VSCODE_VERSION`, else the newest
 * @returns {VSCodeVersion}
 */
export function selectVersion(wanted = process.env['FAILSOFT_VSCODE_VERSION']) {
  if (wanted === undefined || wanted === '' || wanted === 'stable') return VSCODE_VERSIONS[0];
  const found = VSCODE_VERSIONS.find((version) => wanted === version || wanted === SERVER_BUILDS[version].vscode);
  if (found === undefined) {
    throw new Error(`FAILSOFT_VSCODE_VERSION is "${wanted}"; the test host can run ${VSCODE_VERSIONS.join(' and ')}.`);
  }
  return found;
}
