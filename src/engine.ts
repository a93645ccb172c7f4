import type { Clock, Disposable } from './base/clock.ts';
import { createHttpClient } from './base/http.ts';
import type { Logger } from './base/logger.ts';
import type { Attempt } from './domain/attempt.ts';
import type { CompletionRequest } from './domain/completion.ts';
import type { GuardedSource } from './domain/guarded.ts';
import type { EngineMemory, Service, WorkspaceView } from './domain/service.ts';
import { OfflineDetector } from './health/offline.ts';
import { RetirementMemory } from './health/retirementMemory.ts';
import { createLocalEngine } from './local/localEngine.ts';
import { createMember, formatOf, hostOf, type MemberPorts, type Surroundings } from './member.ts';
import { chatFilters } from './pipeline/chatAnswer.ts';
import { applyFilters, type Filter, modelFilters } from './pipeline/filter.ts';
import { type BackendNow, Keystroke, type Mechanisms } from './pipeline/keystroke.ts';
import { Predictions } from './pipeline/predictions.ts';
import type { SecretRule } from './privacy/secretRule.ts';
import { SecretScan } from './privacy/secretScan.ts';
import { cursorMark } from './prompt/chat.ts';
import { answerTokens, type ResolvedFormat } from './prompt/fim.ts';
import { isPermitted } from './router/boundary.ts';
import { hedgeDefaults } from './router/hedgeBudget.ts';
import { createRouter, softDeadlineBounds, type Router } from './router/router.ts';
import { FailsoftService, type Member } from './service.ts';
import { capabilities } from './settings/capability.ts';
import type { BackendSettings, Settings } from './settings/settings.ts';

export { parseSnippetFile } from './local/snippetFile.ts';
export type { SourceKit } from './member.ts';
export { type Denial, denialText, ignoreBounds, ignoreFileName } from './privacy/ignoreRules.ts';
export { IgnoreTree } from './privacy/ignoreTree.ts';
export type { SecretRule } from './privacy/secretRule.ts';

/** Everything outside that the engine touches. */
export interface EnginePorts extends MemberPorts {
  readonly workspace: WorkspaceView;
  /** What is kept between sessions. Default: nothing. */
  readonly memory?: EngineMemory;
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
  const http = createHttpClient();
  const life = new AbortController();
  const local = createLocalEngine({ view: ports.workspace, clock: ports.clock });
  const backends = options.localOnlyReason === undefined ? settings.backends : [];
  const { formats, warnings } = resolveFormats(backends);
  for (const warning of warnings) ports.logger.warn(`prompt: ${warning}`);
  const scan = secretScanOf(ports);
  const retirement = new RetirementMemory(ports.clock, ports.memory);
  const members: readonly Member[] = backends.map((backend) =>
    createMember(backend, settings, { http, life: life.signal, scan, retirement, surroundings: () => surroundings }, ports),
  );
  const offline = createOfflineDetector(members, ports.clock);
  const surroundings: Surroundings = { members, offline, hasLocal: settings.localEnabled };
  const subscriptions = members.map(({ source, fold, backend }) =>
    source.onDidAttempt((attempt) => {
      fold.add(attempt);
      offline.add(attempt, hostOf(backend));
      logAttempt(ports.logger, attempt);
    }),
  );
  const cacheKeys = new Map(
    members.map(({ backend }) => [backend.name, `${backend.name}|${backend.protocol}|${backend.model}|${backend.fim}`]),
  );
  const filters = new Map(backends.map((backend) => [backend.name, filtersFor(backend, formats)]));
  const clean = (text: string, request: CompletionRequest, sourceId: string): string =>
    applyFilters(text, request, filters.get(sourceId) ?? []);
  const router: Router = createRouter({
    sources: members.map(({ source }) => source),
    local: settings.localEnabled && options.mechanisms?.local !== false ? local : undefined,
    clock: ports.clock,
    random: ports.random,
    clean,
    softDeadline: (source) => softDeadlineOf(members, source),
    hedgeAfter: settings.hedge ? (source) => patienceWith(members, source) : undefined,
    onNotAllowed: (source) => service.wanted(source),
  });
  const keystroke = new Keystroke({
    clock: ports.clock,
    route: router,
    predictions: new Predictions(),
    cacheKeys: () => [...cacheKeys.values()],
    keyOfSource: (sourceId) => cacheKeys.get(sourceId),
    backend: () => backendNow(members, router.active),
    clean,
    mechanisms: options.mechanisms ?? {},
  });
  const owned: readonly Disposable[] = [
    { dispose: () => life.abort(new Error('disposed')) },
    ...subscriptions,
    offline,
    router,
    ...members.map(({ source }) => source),
    retirement,
    local,
    http,
    { dispose: () => keystroke.clear() },
  ];
  const problems = [...(options.problems ?? []), ...warnings];
  const service = new FailsoftService({ settings, ports, options: { ...options, problems }, members, route: router, keystroke, owned });
  return service;
}

/** One scan for all backends, made when it is first needed; after a failure it is tried again. */
function secretScanOf(ports: EnginePorts): () => Promise<SecretScan> {
  let scan: Promise<SecretScan> | undefined;
  return () => {
    scan ??= ports.secretRules().then((rules) => new SecretScan(rules));
    scan.catch(() => (scan = undefined));
    return scan;
  };
}

/** The format of each backend that is asked by a template, and a line for each that may be asked in vain. */
function resolveFormats(backends: readonly BackendSettings[]): { formats: ReadonlyMap<string, ResolvedFormat>; warnings: string[] } {
  const formats = new Map<string, ResolvedFormat>();
  const warnings: string[] = [];
  for (const backend of backends) {
    const resolved = formatOf(backend);
    if (!resolved) continue;
    formats.set(backend.name, resolved.format);
    if (resolved.warning !== undefined) warnings.push(`backend ${backend.name}: ${resolved.warning}`);
  }
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

/** What the pipeline has to know of the backend that is asked first. */
function backendNow(members: readonly Member[], active: GuardedSource | undefined): BackendNow | undefined {
  const member = members.find(({ source }) => source === active);
  if (!member) return undefined;
  const { backend, fold, source } = member;
  return {
    usual: fold.usual().p50,
    isLoopback: backend.loopback,
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
  const line = `guard ${attempt.requestId}: ${attempt.sourceId} ${attempt.outcome} after ${Math.round(attempt.elapsed)} ms`;
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
