import type { Clock, Disposable } from './base/clock.ts';
import { candidateBackend, createCandidate } from './candidate.ts';
import { createHttpClient } from './base/http.ts';
import type { Logger } from './base/logger.ts';
import { type Attempt, isInterrupted } from './domain/attempt.ts';
import { type ContextPort, createContext } from './contextStep.ts';
import { isRelieved, type PressurePort } from './domain/pressure.ts';
import type { CandidatePlan, RolloutPort } from './domain/rolloutPort.ts';
import type { EngineMemory, Service } from './domain/service.ts';
import { OfflineDetector } from './health/offline.ts';
import { RetirementMemory } from './health/retirementMemory.ts';
import { UsualMemory } from './health/usual.ts';
import type { LocalEngine } from './local/localEngine.ts';
import { backendNow, routeOver } from './pace.ts';
import { createMember, filtersFor, formatOf, hostOf, type MemberPorts, type Shared, type Surroundings } from './member.ts';
import { enoughFor } from './pipeline/enough.ts';
import { applyFilters } from './pipeline/filter.ts';
import { Keystroke } from './pipeline/keystroke.ts';
import type { KeystrokeOptions, Mechanisms } from './pipeline/keystrokeOptions.ts';
import { Predictions } from './pipeline/predictions.ts';
import { ScanLoader, withoutNewSecrets } from './privacy/scanLoader.ts';
import type { SecretRule } from './privacy/secretRule.ts';
import type { ResolvedFormat } from './prompt/fim.ts';
import { TokenMeter } from './prompt/tokenMeter.ts';
import { isPermitted } from './router/boundary.ts';
import { createRouter, type Router, type RouterOptions } from './router/router.ts';
import { FailsoftService, type Member } from './service.ts';
import type { BackendSettings, Settings } from './settings/settings.ts';

export type { ContextPort } from './contextStep.ts';
export { createLocalEngine, type LocalEngine, type LocalEngineOptions } from './local/localEngine.ts';
export { PressureGuard, type CreateWatch } from './guard/pressureGuard.ts';
export { threadHeapMegabytes } from './local/indexSupervisor.ts';
export { CrashMarker, type MarkerFacts, type UncleanEnd } from './guard/crashMarker.ts';
export type { SourceKit } from './member.ts';
export { type Denial, denialText, ignoreBounds, ignoreFileName } from './privacy/ignoreRules.ts';
export { IgnoreTree } from './privacy/ignoreTree.ts';
export type { SecretRule } from './privacy/secretRule.ts';

/** Everything outside that the engine touches. */
export interface EnginePorts extends MemberPorts {
  /** Outlives the engine: new settings are no reason to index the workspace again. Started here, disposed of by whoever made it. */
  readonly local: LocalEngine;
  /** What else the editor knows, and what loads the code that asks it. Without it prompts hold the document alone. */
  readonly context?: ContextPort;
  /** Watches over the memory; outlives the engine like `local`. Default: nobody does. */
  readonly pressure?: PressurePort;
  /** What is kept between sessions of models that may be going. Default: nothing. */
  readonly memory?: EngineMemory;
  /** What is kept between sessions of latencies and outages. Default: nothing. */
  readonly usualMemory?: EngineMemory;
  /** Which version of a model a request goes to, and what is seen of it. Outlives the engine. Default: there is one version. */
  readonly rollout?: RolloutPort;
  /** Loads the library's rules of what a secret looks like; called with the first request to a backend. */
  readonly secretRules: () => Promise<readonly SecretRule[]>;
}

/** What the engine is told about the settings as they were found, for the status. */
export interface EngineOptions {
  /** One line for each setting that could not be used. */
  readonly problems?: readonly string[];
  /** Set where the workspace is not trusted: backends are not used, and this says why. */
  readonly localOnlyReason?: string;
  /** Settles when what the local engine reads has been read; the status says starting until then. */
  readonly ready?: Promise<unknown>;
  /** The new version of a model that `ports.rollout` decides about. */
  readonly rollout?: CandidatePlan;
  /** For measuring what each is worth. Default: all on. */
  readonly mechanisms?: Mechanisms;
}

/** Builds the service out of its rooms. The only place that knows them all. */
export function createEngine(settings: Settings, ports: EnginePorts, options: EngineOptions = {}): Service {
  const { mechanisms = {} } = options;
  const { local, rollout } = ports;
  startLocal(local, settings);
  const [http, life] = [createHttpClient(), new AbortController()];
  const backends = options.localOnlyReason === undefined ? settings.backends : [];
  const upgrade = candidateBackend(backends, options.rollout);
  const asked = [...backends, ...(upgrade ? [upgrade] : [])];
  const { formats, warnings } = resolveFormats(asked, ports.logger);
  const meters = new Map(asked.map(({ name }) => [name, new TokenMeter()]));
  const scan = new ScanLoader(ports.secretRules);
  const remembered = openMemories(ports);
  const shared: Shared = {
    http,
    life: life.signal,
    scan: () => scan.load(),
    ...remembered,
    meters,
    onList: (name, list) => service.modelsListed(name, list),
    surroundings: () => surroundings,
  };
  const clean = cleanerFor(asked, formats, scan);
  const route = backends.map((backend) => createMember(backend, settings, shared, ports));
  const candidate = createCandidate(upgrade, options.rollout, { settings, shared, ports, clean });
  const members: readonly Member[] = [...route, ...(candidate ? [candidate.member] : [])];
  const offline = createOfflineDetector(members, ports.clock);
  const surroundings: Surroundings = { members, offline, hasLocal: settings.localEnabled };
  const subscriptions = followAttempts(members, offline, ports.logger);
  const safeLocal = settings.localEnabled && mechanisms.local !== false ? withoutNewSecrets(local, scan) : undefined;
  const router: Router = createRouter({
    ...routeOver(route, settings, ports),
    ...candidate?.steps,
    local: safeLocal,
    clean,
    enough: mechanisms.earlyStop === false ? undefined : enoughFor,
    onNotAllowed: (source) => service.wanted(source),
  });
  const meter = (): TokenMeter | undefined => router.active && meters.get(router.active.id);
  const context = createContext(settings, ports, mechanisms.context !== false, shared.scan, meter);
  const isShown = (sourceId: string): boolean => sourceId !== upgrade?.name || rollout?.isShown === true;
  const keystroke = new Keystroke({
    ...knownTexts(asked, isShown),
    ...speculationUnder(ports),
    ...{ route: router, clean, gather: context.add, local: safeLocal, onVerdict: local.learn, clock: ports.clock, mechanisms },
    backend: () => backendNow(members, router.active),
  });
  const ending = { dispose: () => life.abort(new Error('disposed')) };
  const sources = members.map(({ source }) => source);
  const rooms: readonly Disposable[] = [offline, router, ...sources, ...Object.values(remembered), context, http];
  const service: FailsoftService = new FailsoftService({
    settings,
    ports,
    options: { ...options, problems: [...(options.problems ?? []), ...warnings] },
    members,
    route: router,
    keystroke,
    owned: [ending, ...subscriptions, ...rooms, ...keptBy(keystroke, ports)],
  });
  return service;
}

/** What the pipeline keeps: counted while the engine lives, and forgotten with it. */
function keptBy(keystroke: Keystroke, { pressure }: EnginePorts): readonly Disposable[] {
  return [...keystroke.stores.flatMap((store) => pressure?.register(store) ?? []), { dispose: () => keystroke.clear() }];
}

function speculationUnder({ pressure }: EnginePorts): Pick<KeystrokeOptions, 'maySpeculate'> {
  return pressure ? { maySpeculate: () => !isRelieved(pressure, 'no-speculation') } : {};
}

/** What is remembered of each backend between sessions. */
function openMemories({ clock, memory, usualMemory }: EnginePorts): Pick<Shared, 'retirement' | 'usual'> {
  return { retirement: new RetirementMemory(clock, memory), usual: new UsualMemory(clock, usualMemory) };
}

function startLocal(local: LocalEngine, { localEnabled, localMemory, localSensitivity }: Settings): void {
  local.setSensitivity(localSensitivity);
  local.index.resize(localMemory * 1024 * 1024);
  if (localEnabled) local.start();
}

/** Everything that comes after an attempt is a fold over it. */
function followAttempts(members: readonly Member[], offline: OfflineDetector, logger: Logger): readonly Disposable[] {
  return members.map(({ source, fold, backend, look }) =>
    source.onDidAttempt((attempt) => {
      fold.add(attempt);
      offline.add(attempt, hostOf(backend));
      if (attempt.outcome === 'ok') void look?.();
      logAttempt(logger, attempt);
    }),
  );
}

/** What makes a source's text fit to be shown; '' for one that would bring a secret from another file, or one that a model has learnt. */
function cleanerFor(
  backends: readonly BackendSettings[],
  formats: ReadonlyMap<string, ResolvedFormat>,
  scan: ScanLoader,
): RouterOptions['clean'] {
  const filters = new Map(backends.map((backend) => [backend.name, filtersFor(backend, formats.get(backend.name))]));
  return (text, request, sourceId) => {
    const cleaned = applyFilters(text, request, filters.get(sourceId) ?? []);
    return scan.loaded.isRevealedBy(cleaned, request.prefix, request.suffix) ? '' : cleaned;
  };
}

/** The format of each backend that is asked by a template, and a line for each that may be asked in vain. */
function resolveFormats(
  backends: readonly BackendSettings[],
  logger: Logger,
): { formats: ReadonlyMap<string, ResolvedFormat>; warnings: string[] } {
  const formats = new Map<string, ResolvedFormat>();
  const warnings: string[] = [];
  for (const backend of backends) {
    const resolved = formatOf(backend);
    if (!resolved) continue;
    formats.set(backend.name, resolved.format);
    if (resolved.warning !== undefined) warnings.push(`backend ${backend.name}: ${resolved.warning}`);
  }
  for (const warning of warnings) logger.warn(`prompt: ${warning}`);
  return { formats, warnings };
}

/** One probe of the first remote backend while offline; when the network is back, one of each that was given up meanwhile. */
function createOfflineDetector(members: readonly Member[], clock: Clock): OfflineDetector {
  const remote = members.filter(({ backend }) => hostOf(backend) !== undefined);
  return new OfflineDetector({
    clock,
    onProbe: () => void remote.find(({ permission }) => isPermitted(permission()))?.source.probe(),
    onBack: () => {
      for (const { source } of remote) if (source.snapshot().breaker.kind === 'open') void source.probe();
    },
  });
}

/** The texts that are known, and under what those of each backend are kept: a new model never serves the text of an old one. */
function knownTexts(
  backends: readonly BackendSettings[],
  isShown: (sourceId: string) => boolean,
): Pick<KeystrokeOptions, 'predictions' | 'cacheKeys' | 'keyOfSource'> {
  const keys = new Map(backends.map(({ name, protocol, model, fim }) => [name, `${name}|${protocol}|${model}|${fim}`]));
  return {
    predictions: new Predictions(),
    cacheKeys: () => [...keys].flatMap(([name, key]) => (isShown(name) ? [key] : [])),
    keyOfSource: (sourceId) => (isShown(sourceId) ? keys.get(sourceId) : undefined),
  };
}

/** What a server says of a failure may hold the prompt, so the log gets its status and code only; our own words are safe. */
function logAttempt(logger: Logger, attempt: Attempt): void {
  const host = isInterrupted(attempt) ? `, not its fault: this machine was ${attempt.interrupted}` : '';
  const line = `guard ${attempt.requestId}: ${attempt.sourceId} ${attempt.outcome} after ${Math.round(attempt.elapsed)} ms${host}`;
  if (attempt.outcome === 'ok' || attempt.outcome === 'empty' || attempt.outcome === 'cancelled') {
    logger.debug(line);
    return;
  }
  // A time-out with a status is the server's own, in its own words.
  const isOurs =
    attempt.outcome === 'network' || attempt.outcome === 'internal' || (attempt.outcome === 'timeout' && attempt.status === undefined);
  const detail = isOurs
    ? (attempt.reason ?? '')
    : `HTTP ${attempt.status ?? 'stream'}${attempt.code === undefined ? '' : ` ${attempt.code}`}`;
  logger.info(`${line}: ${detail}`);
}
