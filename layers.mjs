// @ts-check
/**
 * The layers, as one table. `eslint.config.mjs` makes an import rule per folder of it, `.dependency-cruiser.mjs` checks the
 * import graph against it, and `test/unit/layers.test.ts` breaks every line of it to see both complain.
 *
 * A new folder of `src` gets its line here first; until then every file in it is an error.
 */

/** No knowledge of rooms or editor; what everybody may import. */
const ground = ['base', 'domain', 'settings'];

/** A room imports the ground and itself, never another room: `engine.ts`, with `member.ts` for one backend, introduces them to each other. */
const rooms = [
  'backend',
  'context',
  'dashboard',
  'evaluation',
  'guard',
  'health',
  'journal',
  'local',
  'observation',
  'pipeline',
  'privacy',
  'prompt',
  'rollout',
  'router',
  'simulator',
  'statuspage',
  'ui',
];

/**
 * Folders (`guard`) and files (`engine.ts`) directly in `src`, each with those it may import. A folder may always import itself.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const layers = {
  base: [],
  settings: ['base'],
  domain: ['base'],
  ...Object.fromEntries(rooms.map((room) => [room, ground])),
  // What a snapshot says of the backends.
  'described.ts': ground,
  'service.ts': [...ground, 'described.ts'],
  'member.ts': [...ground, ...rooms, 'service.ts'],
  // The step of a keystroke that adds what other files know.
  'contextStep.ts': [...ground, 'context', 'privacy', 'prompt'],
  // The new version of a model, beside the backends of the route.
  'candidate.ts': [...ground, 'router', 'service.ts', 'member.ts'],
  // How long each backend is waited for, by what is usual for it.
  'pace.ts': [...ground, 'pipeline', 'router', 'service.ts'],
  'engine.ts': [...ground, ...rooms, 'service.ts', 'member.ts', 'candidate.ts', 'pace.ts', 'contextStep.ts'],
  // What is asked of rooms while a backend is set up, outside of any keystroke.
  'setup.ts': [...ground, 'backend', 'guard', 'prompt', 'member.ts'],
  'secretRules.ts': [...ground, 'privacy'],
  'jsonFiles.ts': [...ground, 'local'],
  'snippetVoter.ts': [...ground, 'local'],
  'gathering.ts': [...ground, 'context'],
  // Golden prompts asked of two model versions before one replaces the other; the editor and the command line run the same.
  'evaluating.ts': [...ground, 'backend', 'evaluation', 'guard', 'prompt', 'member.ts'],
  // The benchmark of two model versions: how they are asked, and about which code of the person.
  'benchmarking.ts': [...ground, 'evaluation', 'guard', 'pipeline', 'privacy', 'prompt', 'member.ts'],
  // The command line of maintainers. It knows the rooms and no editor.
  cli: [
    ...ground,
    ...rooms,
    'member.ts',
    'engine.ts',
    'setup.ts',
    'evaluating.ts',
    'benchmarking.ts',
    'rehearsing.ts',
    'recording.ts',
    'secretRules.ts',
  ],
  // The rollout of a window, with the files that it lives on.
  'rollingOut.ts': [...ground, 'rollout'],
  // The checks of a candidate from the editor: the commands of the command line.
  'checking.ts': [...ground, 'cli', 'rollout', 'ui', 'rehearsing.ts'],
  // The whole machine of a rollout against practice models.
  'rehearsing.ts': [...ground, 'rollout', 'simulator', 'rehearsalWindow.ts'],
  'rehearsalWindow.ts': [...ground, 'rollout', 'simulator', 'engine.ts'],
  // What watches over memory and time of the extension host.
  'watching.ts': [...ground, 'guard'],
  // What becomes of suggestions.
  'observing.ts': [...ground, 'observation'],
  // What providers say about themselves while a backend of theirs is unwell.
  'statusPages.ts': [...ground, 'statuspage', 'ui'],
  // The journal of everything that happens, and what is done with it; the failure table says which codes of servers are no text.
  'recording.ts': [...ground, 'journal', 'backend'],
  // The thread of the local engine.
  'localWorker.ts': [...ground, 'local', 'privacy'],
  // What the index is told of the files of the workspace; loaded when the index runs.
  'sources.ts': [...ground, 'local'],
  // The page of the dashboard: its protocol and the words that the status has too. It runs in a browser.
  webview: [...ground, 'dashboard', 'ui'],
  vscode: [
    ...ground,
    'dashboard',
    'ui',
    'engine.ts',
    'setup.ts',
    'sources.ts',
    'observing.ts',
    'recording.ts',
    'rollingOut.ts',
    'checking.ts',
    'statusPages.ts',
  ],
  // What is loaded after activation, each a bundle of its own.
  'laterParts.ts': [
    ...ground,
    ...['vscode', 'engine.ts', 'secretRules.ts', 'gathering.ts', 'jsonFiles.ts', 'snippetVoter.ts', 'recording.ts'],
    ...['checking.ts', 'watching.ts'],
  ],
  'extension.ts': [...ground, 'vscode', 'engine.ts', 'setup.ts', 'laterParts.ts'],
};

/**
 * @typedef {object} RestrictedModule
 * @property {readonly string[]} names as written in the import
 * @property {readonly string[]} only folders or files of `src` that may import them, such as `vscode` or `guard/breaker.ts`
 * @property {string} instead what everybody else does
 */

/** @type {readonly RestrictedModule[]} */
export const restrictedModules = [
  { names: ['vscode'], only: ['vscode', 'extension.ts'], instead: 'Take what you need of the editor as a parameter.' },
  {
    names: ['@secretlint/secretlint-rule-preset-recommend'],
    only: ['secretRules.ts'],
    instead: 'Take the rules as a parameter: they are loaded after activation, as a file of their own.',
  },
  {
    names: ['uplot'],
    only: ['webview/dashboard/chart.ts'],
    instead: 'Draw with the Chart of src/webview/dashboard/chart.ts.',
  },
  { names: ['opossum'], only: ['guard/breaker.ts'], instead: 'Use the Breaker of src/guard/breaker.ts.' },
  {
    names: ['@openfeature/web-sdk', '@openfeature/core'],
    only: ['rollout/openFeature.ts', 'rollout/flagdFlags.ts', 'rollout/ofrepSource.ts'],
    instead: 'Use createAssignment of src/rollout/assignment.ts.',
  },
  { names: ['@openfeature/flagd-core'], only: ['rollout/flagdFlags.ts'], instead: 'Use FlagdFlags of src/rollout/flagdFlags.ts.' },
  {
    names: ['@openfeature/ofrep-web-provider'],
    only: ['rollout/ofrepSource.ts'],
    instead: 'Use pollServer of src/rollout/ofrepSource.ts.',
  },
  {
    names: ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'http', 'https', 'http2', 'net', 'tls'],
    only: ['base/http.ts'],
    instead: 'Take an HttpClient of src/base/http.ts as a parameter.',
  },
  {
    names: ['node:timers', 'node:timers/promises', 'node:perf_hooks', 'timers', 'timers/promises', 'perf_hooks'],
    only: ['base'],
    instead: 'Take a Clock of src/base/clock.ts as a parameter.',
  },
  {
    names: ['node:worker_threads', 'worker_threads'],
    only: ['base/thread.ts'],
    instead: 'Take a StartThread of src/base/thread.ts as a parameter.',
  },
  {
    names: ['node:fs', 'node:fs/promises', 'fs', 'fs/promises'],
    only: ['base'],
    instead: 'Take a port to the files as a parameter; workspaces may be virtual.',
  },
];

/**
 * Globals that reach the world. `property` absent: the global itself.
 * @type {readonly { object: string, property?: string, only: readonly string[], instead: string }[]}
 */
export const restrictedGlobals = [
  { object: 'Date', property: 'now', only: ['base'], instead: 'Use now() of the Clock passed in.' },
  { object: 'performance', property: 'now', only: ['base'], instead: 'Use monotonic() of the Clock passed in.' },
  { object: 'Math', property: 'random', only: ['base'], instead: 'Use the Random passed in.' },
  { object: 'setTimeout', only: ['base'], instead: 'Use the Clock passed in.' },
  { object: 'setInterval', only: ['base'], instead: 'Use the Clock passed in.' },
  { object: 'setImmediate', only: ['base'], instead: 'Use the Clock passed in.' },
  { object: 'fetch', only: [], instead: 'Take an HttpClient of src/base/http.ts as a parameter; fetch cannot bound a connection.' },
];

/** File names that say nothing about what is inside. `index` would be a barrel, and a barrel imports everything. */
export const forbiddenFileNames = ['index', 'utils', 'util', 'helpers', 'helper', 'manager', 'common'];

/** Whether the line of the table is one file rather than a folder. */
export const isFile = (/** @type {string} */ area) => area.endsWith('.ts');

/** The lines of the table that may not be imported by this one. */
export function forbiddenFor(/** @type {string} */ area) {
  const allowed = layers[area] ?? [];
  return Object.keys(layers).filter((other) => other !== area && !allowed.includes(other));
}

/** Whether `place` (a line of the table, or a file such as `guard/breaker.ts`) is among those allowed or lies within one of them. */
export const isWithin = (/** @type {string} */ place, /** @type {readonly string[]} */ allowed) =>
  allowed.some((other) => place === other || place.startsWith(`${other}/`));

/** The line of the table in words, for messages. */
export function describeLayer(/** @type {string} */ area) {
  const allowed = layers[area] ?? [];
  return `src/${area} may import ${allowed.length === 0 ? 'nothing of src' : allowed.join(', ')}${isFile(area) ? '' : `${allowed.length === 0 ? ' but' : ' and'} itself`} (layers.mjs)`;
}
