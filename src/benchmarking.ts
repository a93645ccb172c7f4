import path from 'node:path';
import type { Clock } from './base/clock.ts';
import type { HttpClient } from './base/http.ts';
import { silentLogger } from './base/logger.ts';
import type { SourceDisk } from './base/sourceDisk.ts';
import type { SourceFolders } from './base/sourceFolders.ts';
import { testRequest } from './domain/backendTest.ts';
import type { Arm, ModelVersion } from './domain/rollout.ts';
import type { KeyStore } from './domain/service.ts';
import { type BenchmarkPlan, runBenchmark } from './evaluation/benchmark.ts';
import type { Ask, Asked, BenchmarkRun } from './evaluation/benchmarkTypes.ts';
import { type OwnFiles, ownPositionDefaults } from './evaluation/ownPositions.ts';
import { runAttempt } from './guard/attemptRun.ts';
import { HostWatch } from './guard/hostWatch.ts';
import { bareSource, deadlinesOf, filtersFor, formatOf, type MemberPorts } from './member.ts';
import { enoughFor } from './pipeline/enough.ts';
import { applyFilters } from './pipeline/filter.ts';
import { ignoreFileName } from './privacy/ignoreRules.ts';
import { IgnoredOnDisk } from './privacy/ignoredOnDisk.ts';
import { redactingSource } from './privacy/redactingSource.ts';
import type { SecretRule } from './privacy/secretRule.ts';
import { SecretScan } from './privacy/secretScan.ts';
import { withContextBudget } from './prompt/contextBudget.ts';
import type { BackendSettings, DeadlineSettings } from './settings/settings.ts';

/** What of the world asking a model version touches. */
export interface EvaluationPorts {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly keys: KeyStore;
  /** Rules for secrets beside our own. */
  readonly secretRules: () => readonly SecretRule[];
  /** Makes the source for a backend, as in the engine. Default: over HTTP. */
  readonly connect?: NonNullable<MemberPorts['connect']>;
}

/** One model version and the deadlines that it is asked under. */
export interface EvaluatedVersion {
  readonly backend: BackendSettings;
  readonly deadlines: DeadlineSettings;
  /** Its answers are at most so long. Default: as long as a request allows. */
  readonly maxTokens?: number;
}

/**
 * Asks a version as a keystroke would: secrets taken out, the prompt cut to what it takes, under the deadlines, stopped when enough has
 * come, and its text made fit to be shown. Beside the route: no breaker, no cache and no rollout knows of it.
 */
export function askVersion({ backend, deadlines, maxTokens = Infinity }: EvaluatedVersion, ports: EvaluationPorts): Ask {
  const { clock } = ports;
  const scan = new SecretScan(ports.secretRules());
  const bare = bareSource(backend, ports.http, deadlines, ports);
  const redacted = redactingSource(bare, () => Promise.resolve(scan), silentLogger);
  const source = withContextBudget(redacted, { clock, logger: silentLogger });
  const filters = filtersFor(backend, formatOf(backend)?.format);
  const host = new HostWatch(clock);
  return async (request, signal): Promise<Asked> => {
    const { outcome, attempt } = await runAttempt(
      { ...request, maxTokens: Math.min(request.maxTokens, maxTokens) },
      { signal, enough: enoughFor(request) },
      {
        source,
        model: backend.model,
        clock,
        deadlines: deadlinesOf(backend, deadlines, request.trigger),
        host,
        onRealEnd: () => undefined,
      },
    );
    const cleaned = outcome.ok ? applyFilters(outcome.text, request, filters) : '';
    return { attempt, outcome, text: scan.isRevealedBy(cleaned, request.prefix, request.suffix) ? '' : cleaned };
  };
}

/** Why a version cannot be asked at all. */
export interface NotReachable {
  readonly arm: Arm;
  /** One line for a person. */
  readonly why: string;
}

/**
 * Asks both sides one question that does not count: a server that has to read its model first is slow once, and one that is not there
 * is not worth a run. What passes by itself, such as a full server, is no reason to give up.
 *
 * @returns why there is no point in a run
 */
export async function warmUp(
  versions: Readonly<Record<Arm, EvaluatedVersion>>,
  ports: EvaluationPorts,
  signal: AbortSignal,
): Promise<NotReachable | undefined> {
  for (const arm of ['baseline', 'candidate'] as const) {
    const { outcome } = await askVersion(versions[arm], ports)({ ...testRequest, id: `warm-up ${arm}`, trigger: 'manual' }, signal);
    if (outcome.ok || signal.aborted) continue;
    const { kind, message } = outcome.failure;
    if (hopeless.includes(kind)) return { arm, why: message };
  }
  return undefined;
}

const hopeless: readonly string[] = [
  'auth',
  'quota',
  'bad_request',
  'network',
  'model_retired',
  'client_unsupported',
  'refused',
  'internal',
];

/** Asks both versions about the positions of the plan. */
export function evaluateBenchmark(
  versions: Readonly<Record<Arm, EvaluatedVersion>>,
  plan: Omit<BenchmarkPlan, 'versions' | 'ask' | 'clock'>,
  ports: EvaluationPorts,
): Promise<BenchmarkRun> {
  return runBenchmark({
    ...plan,
    clock: ports.clock,
    versions: { baseline: nameOf(versions.baseline), candidate: nameOf(versions.candidate) },
    ask: { baseline: askVersion(versions.baseline, ports), candidate: askVersion(versions.candidate, ports) },
  });
}

function nameOf({ backend }: EvaluatedVersion): ModelVersion {
  return { backend: backend.name, model: backend.model };
}

/** Folders that hold what others wrote, whatever the ignore files say. */
const excluded = ['node_modules/', 'vendor/', 'third_party/', 'dist/', 'out/', 'build/', 'target/', '__pycache__/', '*.min.js', '*.d.ts'];
/** Stands for whatever a folder holds. */
const anyFile = 'failsoft-any-file.ts';
/** Files looked at in a folder; more are not needed. */
const mostFiles = 20_000;

/**
 * The files of a folder that code may be taken from: what `.failsoftignore`, `.gitignore` and the built-in list leave, those of the
 * folders above included. Links are not followed.
 *
 * @param folder absolute
 */
export function ownFilesOf(folder: string, disk: SourceDisk & SourceFolders, secretRules: () => readonly SecretRule[]): OwnFiles {
  const ignored = new IgnoredOnDisk(disk);
  const root = rootOf(folder, disk);
  const above = path.relative(root, folder).split(path.sep).join('/');
  const isIgnored = (name: string): boolean => ignored.isIgnored(root, excluded, above === '' ? name : `${above}/${name}`);
  const scan = new SecretScan(secretRules());
  const paths: string[] = [];
  const queue = [''];
  for (let inside = queue.shift(); inside !== undefined && paths.length < mostFiles; inside = queue.shift()) {
    for (const { name, kind } of disk.entriesOf(inside === '' ? folder : `${folder}/${inside}`)) {
      const found = inside === '' ? name : `${inside}/${name}`;
      // A folder is asked about by a file that could be in it.
      if (name === '.git' || kind === 'other' || isIgnored(kind === 'file' ? found : `${found}/${anyFile}`)) continue;
      if (kind === 'folder') queue.push(found);
      else paths.push(found);
    }
  }
  return {
    paths: paths.slice(0, mostFiles),
    read(name) {
      try {
        const bytes = disk.read(`${folder}/${name}`, 4 * ownPositionDefaults.longest);
        return bytes === undefined || bytes === 'changing' ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      } catch {
        return undefined;
      }
    },
    hasSecret: (text) => scan.redact(text, '').found.length > 0,
  };
}

/** The outermost folder whose ignore files hold for this one: that of its repository, or one further out with a `.failsoftignore`. */
function rootOf(folder: string, disk: SourceDisk): string {
  let root = folder;
  let isInRepository = false;
  for (let at = folder; ; at = path.dirname(at)) {
    const isRepository: boolean = !isInRepository && disk.look(`${at}/.git`) !== undefined;
    if (isRepository || disk.look(`${at}/${ignoreFileName}`)) root = at;
    isInRepository ||= isRepository;
    if (path.dirname(at) === at) return root;
  }
}
