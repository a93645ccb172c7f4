import type { Arm } from '../domain/rollout.ts';
import type { KeyStore } from '../domain/service.ts';
import { isPermitted, permissionFor } from '../router/boundary.ts';
import { parseManifest } from '../rollout/manifest.ts';
import { maxTokens } from '../rollout/manifestVersionRule.ts';
import type { Manifest, ManifestVersion } from '../rollout/policy.ts';
import { isOpenToReaders } from '../settings/clearText.ts';
import { parseSettings } from '../settings/parse.ts';
import { backendRules } from '../settings/schema.ts';
import type { BackendSettings, DeadlineSettings } from '../settings/settings.ts';
import { show } from '../settings/shownValue.ts';
import { placeOf } from '../ui/dataBoundary.ts';
import { type CommandContext, type Flags, UsageError } from './command.ts';
import { suggestion } from './nearest.ts';
import { readFlagFile } from './flagFile.ts';
import { readSettingsFile } from './settingsFile.ts';

/** The two model versions that a command compares, and what asking them needs. */
export interface Versions {
  readonly baseline: BackendSettings;
  readonly candidate: BackendSettings;
  readonly deadlines: DeadlineSettings;
  /** Of these no code of the person's is asked about, as in the editor. */
  readonly disabledLanguages: readonly string[];
  /** Keys of the environment, each for the origin of its backend alone (law 13). */
  readonly keys: KeyStore;
}

/** How a command line names the two versions; every command that asks models has these. */
export const versionFlags: Flags = {
  settings: { type: 'string', value: 'FILE', help: 'settings.json of VS Code, or JSON with "failsoft.backends"' },
  baseline: {
    type: 'string',
    value: 'NAME[=MODEL]',
    help: 'the version people have: a backend of --settings, with another model if one is named',
  },
  candidate: { type: 'string', value: 'NAME[=MODEL]', help: 'the version to be checked, likewise' },
  policy: { type: 'string', value: 'FILE', help: 'a rollout policy, whose baseline and candidate are meant where no flag says another' },
  ...directFlags('baseline'),
  ...directFlags('candidate'),
};

/** For commands that measure answers, which are to be as long as they will be for people. */
export const lengthFlag: Flags = {
  'max-tokens': {
    type: 'string',
    value: 'N',
    help: `tokens of the candidate's answers, ${maxTokens.minimum} to ${maxTokens.maximum}; default: what --policy says, if it names the candidate`,
  },
};

/**
 * The bound of the candidate's answers, in tokens. `Infinity`: they are as long as those of the baseline.
 *
 * @throws UsageError
 */
export function maxTokensOf(context: CommandContext): number {
  const { args } = context;
  const { minimum, maximum } = maxTokens;
  if (args.has('max-tokens')) return args.number('max-tokens', { default: maximum, minimum, maximum, whole: true });
  // What a flag names is another version than the one that the policy bounds.
  if (args.has('candidate') || args.has('candidate-url')) return Infinity;
  return policyOf(context)?.candidate.maxTokens ?? Infinity;
}

/** For commands that send code of the person. */
export const boundaryFlag: Flags = {
  'allow-boundary': {
    type: 'string',
    value: 'BOUNDARY',
    help: 'code may go to the candidate although that is further than the baseline: private or vendor:<name>',
  },
};

/**
 * Both versions.
 *
 * @throws UsageError
 */
export function readVersions(context: CommandContext): Versions {
  const settings = settingsOf(context);
  const named = policyOf(context);
  const versionOf = (arm: Arm): BackendSettings => readVersion(context, settings.backends, arm, named?.[arm]);
  const baseline = versionOf('baseline');
  const candidate = versionOf('candidate');
  const isOne = (['baseUrl', 'model', 'protocol', 'fim'] as const).every((field) => baseline[field] === candidate[field]);
  // Allowed: it tells how far a model differs from itself. In CI it is rather a variable that was not set.
  if (isOne) context.note(`the candidate is the baseline: ${candidate.model} at ${candidate.origin}`);
  const { deadlines, disabledLanguages } = settings;
  return { baseline, candidate, deadlines, disabledLanguages, keys: keysOf(context, [baseline, candidate]) };
}

/**
 * One version, for commands that ask no other.
 *
 * @throws UsageError
 */
export function readOneVersion(
  context: CommandContext,
  arm: Arm,
): { readonly version: BackendSettings; readonly policy: Manifest | undefined } & Pick<Versions, 'deadlines' | 'keys'> {
  const settings = settingsOf(context);
  const policy = policyOf(context);
  const version = readVersion(context, settings.backends, arm, policy?.[arm]);
  return { version, policy, deadlines: settings.deadlines, keys: keysOf(context, [version]) };
}

/**
 * Code that may go to the baseline may not go further to the candidate, unless the person says so (law 13). For code of the person; the
 * snippets that come with us are nobody's secret.
 *
 * @throws UsageError
 */
export function checkBoundary({ args }: CommandContext, { baseline, candidate }: Pick<Versions, Arm>): void {
  const given = args.text('allow-boundary');
  if (given !== undefined && !backendRules.boundary.test(given)) {
    throw new UsageError(`--allow-boundary is ${show(given)}, allowed is local, private or vendor:<name>`);
  }
  const problem = given === candidate.boundary ? undefined : boundaryProblem({ baseline, candidate });
  if (problem !== undefined) throw new UsageError(`${problem}; allow it with --allow-boundary ${candidate.boundary}`);
}

/** Why code of the person may not go to the candidate as long as nobody allows it. */
function boundaryProblem({ baseline, candidate }: Pick<Versions, Arm>): string | undefined {
  if (isPermitted(permissionFor(candidate.boundary, baseline.boundary, 'undecided'))) return undefined;
  return `your code would go to ${placeOf(candidate.boundary)} with the candidate, and goes to ${placeOf(baseline.boundary)} with the baseline`;
}

/** The environment variable of a backend's key. */
export function keyVariable(backendName: string): string {
  return `FAILSOFT_KEY_${backendName.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
}

function directFlags(arm: Arm): Flags {
  return {
    [`${arm}-url`]: { type: 'string', value: 'URL', help: `base URL of the ${arm}, instead of --${arm}` },
    [`${arm}-model`]: { type: 'string', value: 'MODEL', help: `its model, with --${arm}-url` },
    [`${arm}-protocol`]: { type: 'string', value: 'PROTOCOL', help: `its protocol, with --${arm}-url; default openai-completions` },
  };
}

function settingsOf(context: CommandContext): ReturnType<typeof parseSettings>['settings'] {
  const file = context.args.text('settings');
  const { settings, problems } = parseSettings(file === undefined ? {} : readSettingsFile(context, file));
  for (const problem of problems) context.note(`--settings ${file ?? ''}: ${problem}`);
  return settings;
}

/** What the policy says; its first mistake is enough to be told. `undefined`: none is named. @throws UsageError */
export function policyOf(context: CommandContext): Manifest | undefined {
  const file = context.args.text('policy');
  if (file === undefined) return undefined;
  const parsed = parseManifest(readFlagFile(context, 'policy', file));
  if ('manifest' in parsed) return parsed.manifest;
  const [problem] = parsed.problems;
  const place = problem === undefined ? '' : ` line ${problem.line}, column ${problem.column}`;
  throw new UsageError(`--policy ${file}${place}: ${problem?.message ?? 'it cannot be read'}`);
}

function readVersion(
  context: CommandContext,
  backends: readonly BackendSettings[],
  arm: Arm,
  named: ManifestVersion | undefined,
): BackendSettings {
  const { args } = context;
  const given = args.text(arm);
  const url = args.text(`${arm}-url`);
  if (given !== undefined && url !== undefined)
    throw new UsageError(`--${arm} and --${arm}-url both say what the ${arm} is, allowed is one`);
  for (const rest of ['model', 'protocol'].map((name) => `${arm}-${name}`)) {
    if (url === undefined && args.has(rest)) throw new UsageError(`--${rest} says more about --${arm}-url, which is missing`);
  }
  const backend = url === undefined ? namedVersion(context, backends, arm, given, named) : directVersion(context, arm, url);
  if (backend.protocol === 'vscode-lm') {
    throw new UsageError(
      `the ${arm} "${backend.name}" is a model of the editor, which only the editor can ask; allowed is a backend with an address`,
    );
  }
  return backend;
}

function directVersion({ args, note }: CommandContext, arm: Arm, baseUrl: string): BackendSettings {
  const model = args.needed(`${arm}-model`);
  const protocol = args.text(`${arm}-protocol`);
  const item = { name: arm, baseUrl, model, ...(protocol === undefined ? {} : { protocol }) };
  const { settings, problems } = parseSettings({ backends: [item] });
  const [backend] = settings.backends;
  const words = problems.map((problem) =>
    problem.replace(/^failsoft\.backends\[0\]\.?/, '').replace(/; leaving (?:it|this backend) out$/, ''),
  );
  if (backend === undefined) {
    const [first = ''] = words;
    throw new UsageError(`--${arm}-${first.replace(/^baseUrl/, 'url')}`);
  }
  for (const word of words) note(`--${arm}-url: ${word}`);
  return backend;
}

function namedVersion(
  { args }: CommandContext,
  backends: readonly BackendSettings[],
  arm: Arm,
  given: string | undefined,
  named: ManifestVersion | undefined,
): BackendSettings {
  if (given === undefined && named === undefined) {
    throw new UsageError(
      `the ${arm} is missing: --${arm} NAME[=MODEL] with --settings FILE, or --${arm}-url URL with --${arm}-model MODEL`,
    );
  }
  if (!args.has('settings'))
    throw new UsageError(`--${given === undefined ? 'policy' : arm} names a backend, and --settings FILE, where it is found, is missing`);
  if (given === undefined && named !== undefined) {
    const backend = backends.find(({ name }) => name === named.backend);
    if (backend === undefined) throw unknownBackend(`the ${arm} of --policy`, named.backend, backends);
    return { ...backend, model: named.model, ...(named.fim === undefined ? {} : { fim: named.fim }) };
  }
  const text = given ?? '';
  // A name may hold a "=" itself: the longest that fits is meant.
  const [backend] = backends
    .filter(({ name }) => text === name || text.startsWith(`${name}=`))
    .sort((left, right) => right.name.length - left.name.length);
  if (backend === undefined) throw unknownBackend(`--${arm}`, text.replace(/=.*$/, ''), backends);
  if (text === backend.name) return backend;
  const model = text.slice(backend.name.length + 1).trim();
  if (model === '') throw new UsageError(`--${arm} is ${show(text)}, allowed is NAME or NAME=MODEL`);
  return { ...backend, model };
}

function unknownBackend(where: string, name: string, backends: readonly BackendSettings[]): UsageError {
  const names = backends.map((backend) => backend.name);
  const allowed =
    names.length === 0 ? 'the settings hold no backend that can be used' : `allowed is ${names.map((each) => `"${each}"`).join(', ')}`;
  return new UsageError(`${where}: there is no backend ${show(name)}, ${allowed}${suggestion(name, names)}`);
}

/** A key is only ever handed out for the backend that its variable is named after, at the origin that this backend has. */
function keysOf({ env }: CommandContext, backends: readonly BackendSettings[]): KeyStore {
  const origins = new Map<string, BackendSettings>();
  for (const backend of backends) {
    const variable = keyVariable(backend.name);
    const other = origins.get(variable);
    if (other !== undefined && other.origin !== backend.origin && env[variable] !== undefined) {
      throw new UsageError(
        `${variable} would go to ${other.origin} and to ${backend.origin}, allowed is one; give "${other.name}" or "${backend.name}" another name`,
      );
    }
    if (!isOpenToReaders(backend)) origins.set(variable, backend);
  }
  return {
    get(backendName, origin) {
      const variable = keyVariable(backendName);
      const key = env[variable]?.trim();
      const isIts = origins.get(variable)?.origin === origin;
      return Promise.resolve(isIts && key !== undefined && key !== '' ? key : undefined);
    },
  };
}
