import type { Clock, Disposable } from './base/clock.ts';
import { createHttpClient } from './base/http.ts';
import type { Logger } from './base/logger.ts';
import { type Attempt, isInterrupted } from './domain/attempt.ts';
import { type ContextPort, createContext } from './contextStep.ts';
import type { GuardedSource } from './domain/guarded.ts';
import { isRelieved, type PressurePort } from './domain/pressure.ts';
import type { EngineMemory, Service } from './domain/service.ts';
import { OfflineDetector } from './health/offline.ts';
import { RetirementMemory } from './health/retirementMemory.ts';
import { UsualMemory } from './health/usual.ts';
import type { LocalEngine } from './local/localEngine.ts';
import { createMember, formatOf, hostOf, type MemberPorts, type Shared, type Surroundings } from './member.ts';
import { chatFilters } from './pipeline/chatAnswer.ts';
import { enoughFor } from './pipeline/enough.ts';
import { applyFilters, type Filter } from './pipeline/filter.ts';
import { Keystroke } from './pipeline/keystroke.ts';
import type { BackendNow, KeystrokeOptions, Mechanisms } from './pipeline/keystrokeOptions.ts';
import { modelFilters } from './pipeline/modelFilters.ts';
import { Predictions } from './pipeline/predictions.ts';
import { ScanLoader, withoutNewSecrets } from './privacy/scanLoader.ts';
import type { SecretRule } from './privacy/secretRule.ts';
import { cursorMark } from './prompt/chat.ts';
import { answerTokens, type ResolvedFormat } from './prompt/fim.ts';
import { TokenMeter } from './prompt/tokenMeter.ts';
import { isPermitted } from './router/boundary.ts';
import { hedgeDefaults } from './router/hedgeBudget.ts';
import { createRouter, softDeadlineBounds, type Router, type RouterOptions } from './router/router.ts';
import { FailsoftService, type Member } from './service.ts';
import { capabilities } from './settings/capability.ts';
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
  /** For measuring what each is worth. Default: all on. */
  readonly mechanisms?: Mechanisms;
}

/** Builds the service out of its rooms. The only place that knows them all. */
export function createEngine(settings: Settings, ports: EnginePorts, options: EngineOptions = {}): Service {
  const { mechanisms = {} } = options;
  const { local } = ports;
  startLocal(local, settings);
  const http = createHttpClient();
  const life = new AbortController();
  const backends = options.localOnlyReason === undefined ? settings.backends : [];
  const { formats, warnings } = resolveFormats(backends, ports.logger);
  const meters = new Map(backends.map(({ name }) => [name, new TokenMeter()]));
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
  const members: readonly Member[] = backends.map((backend) => createMember(backend, settings, shared, ports));
  const offline = createOfflineDetector(members, ports.clock);
  const surroundings: Surroundings = { members, offline, hasLocal: settings.localEnabled };
  const subscriptions = followAttempts(members, offline, ports.logger);
  const clean = cleanerFor(backends, formats, scan);
  const safeLocal = settings.localEnabled && mechanisms.local !== false ? withoutNewSecrets(local, scan) : undefined;
  const router: Router = createRouter({
    ...routeOver(members, settings, ports),
    local: safeLocal,
    clean,
    enough: mechanisms.earlyStop === false ? undefined : enoughFor,
    onNotAllowed: (source) => service.wanted(source),
  });
  const meter = (): TokenMeter | undefined => router.active && meters.get(router.active.id);
  const context = createContext(settings, ports, mechanisms.context !== false, shared.scan, meter);
  const backend = (): BackendNow | undefined => backendNow(members, router.active);
  const steps = { route: router, backend, clean, gather: context.add, local: safeLocal, onVerdict: local.learn, clock: ports.clock };
  const keystroke = new Keystroke({ ...knownTexts(backends), ...steps, ...speculationUnder(ports), mechanisms });
  const owned: readonly Disposable[] = [
    { dispose: () => life.abort(new Error('disposed')) },
    ...subscriptions,
    offline,
    router,
    ...members.map(({ source }) => source),
    ...Object.values(remembered),
    context,
    http,
    ...keptBy(keystroke, ports),
  ];
  const service: FailsoftService = new FailsoftService({
    settings,
    ports,
    options: { ...options, problems: [...(options.problems ?? []), ...warnings] },
    members,
    route: router,
    keystroke,
    owned,
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

/** The backends as the router asks them, and how long it waits for each. */
function routeOver(
  members: readonly Member[],
  settings: Settings,
  { clock, random }: EnginePorts,
): Pick<RouterOptions, 'sources' | 'clock' | 'random' | 'softDeadline' | 'hedgeAfter'> {
  return {
    sources: members.map(({ source }) => source),
    clock,
    random,
    softDeadline: (source) => softDeadlineOf(members, source),
    hedgeAfter: settings.hedge ? (source) => patienceWith(members, source) : undefined,
  };
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
  const filters = new Map(backends.map((backend) => [backend.name, filtersFor(backend, formats)]));
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

/** What makes a backend's text fit to be shown; that of a model that chats first loses what is no code. */
function filtersFor({ name, protocol }: BackendSettings, formats: ReadonlyMap<string, ResolvedFormat>): readonly Filter[] {
  const filters = modelFilters(answerTokens(formats.get(name)));
  return capabilities[protocol].prompt === 'chat' ? [...chatFilters(cursorMark), ...filters] : filters;
}

/** The texts that are known, and under what those of each backend are kept: a new model never serves the text of an old one. */
function knownTexts(backends: readonly BackendSettings[]): Pick<KeystrokeOptions, 'predictions' | 'cacheKeys' | 'keyOfSource'> {
  const keys = new Map(backends.map(({ name, protocol, model, fim }) => [name, `${name}|${protocol}|${model}|${fim}`]));
  return { predictions: new Predictions(), cacheKeys: () => [...keys.values()], keyOfSource: (sourceId) => keys.get(sourceId) };
}

/** What the pipeline has to know of the backend that is asked first. */
function backendNow(members: readonly Member[], active: GuardedSource | undefined): BackendNow | undefined {
  const member = members.find(({ source }) => source === active);
  if (!member) return undefined;
  const { backend, fold, source } = member;
  return {
    usual: fold.usual().p50,
    isLoopback: backend.loopback,
    limit: source.snapshot().limit,
    isHealthy: fold.health(source.snapshot()).state === 'healthy',
  };
}

/**
 * What the source usually needs, within the bounds; its P95 of this very moment would let an outage stretch the wait. One that let
 * the last wait go unanswered gets the least: the first pause of a hang may cost a wait, the next ones not.
 */
function softDeadlineOf(members: readonly Member[], source: GuardedSource): number {
  const usual = usualP95Of(members, source);
  return Math.min(softDeadlineBounds.maximum, Math.max(softDeadlineBounds.minimum, usual));
}

/** How long a source may be silent before another is asked beside it; not before local text would be shown anyway. */
function patienceWith(members: readonly Member[], source: GuardedSource): number {
  return Math.max(softDeadlineBounds.minimum, usualP95Of(members, source) * hedgeDefaults.patience);
}

/** 0 for one that let the last wait go unanswered. */
function usualP95Of(members: readonly Member[], source: GuardedSource): number {
  const fold = members.find((member) => member.source === source)?.fold;
  if (fold?.isUnanswered) return 0;
  return fold?.usual().p95 ?? softDeadlineBounds.maximum;
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
