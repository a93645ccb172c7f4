import { httpBackend } from './backend/httpBackend.ts';
import { ContextGathering } from './context/contextGathering.ts';
import type { Clock, Disposable } from './base/clock.ts';
import { createHttpClient, type HttpClient } from './base/http.ts';
import type { Logger } from './base/logger.ts';
import type { Random } from './base/random.ts';
import type { Attempt } from './domain/attempt.ts';
import type { CompletionSource } from './domain/completion.ts';
import type { ContextView } from './domain/context.ts';
import type { GuardedSource, Veto } from './domain/guarded.ts';
import type { BoundaryConsent, EngineMemory, KeyStore, Service, WorkspaceView } from './domain/service.ts';
import type { Permission } from './domain/snapshot.ts';
import { guard } from './guard/guard.ts';
import { OfflineDetector } from './health/offline.ts';
import { RetirementMemory } from './health/retirementMemory.ts';
import { SourceHealthFold } from './health/sourceHealth.ts';
import { createLocalEngine } from './local/localEngine.ts';
import { CompletionCache } from './pipeline/cache.ts';
import { applyFilters, modelFilters } from './pipeline/filter.ts';
import { Keystroke } from './pipeline/keystroke.ts';
import { withContextBudget } from './prompt/contextBudget.ts';
import { answerTokens, type ResolvedFormat, resolveFim } from './prompt/fim.ts';
import { contextRoom } from './prompt/promptRoom.ts';
import { formatWithContext } from './prompt/promptWithContext.ts';
import { TokenMeter } from './prompt/tokenMeter.ts';
import { isPermitted, permissionFor } from './router/boundary.ts';
import { hedgeDefaults } from './router/hedgeBudget.ts';
import { createRouter, softDeadlineBounds, type Router } from './router/router.ts';
import { FailsoftService, type Member } from './service.ts';
import { placeOf } from './ui/dataBoundary.ts';
import type { BackendSettings, DeadlineSettings, Protocol, Settings } from './settings/settings.ts';

export { parseSnippetFile } from './local/snippetFile.ts';

/** Everything outside that the engine touches. */
export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly keys: KeyStore;
  readonly workspace: WorkspaceView;
  /** What else the editor knows. Without it prompts hold the document alone. */
  readonly context?: ContextView;
  /** What is kept between sessions. Default: nothing. */
  readonly memory?: EngineMemory;
  /** The person's answers about the data boundary. Without it nothing was allowed but the first backend's own boundary. */
  readonly consent?: BoundaryConsent;
  /** Makes the source for a backend; the door by which simulated servers enter. Default: over HTTP. */
  readonly connect?: (backend: BackendSettings) => CompletionSource;
}

/** What the engine is told about the settings as they were found, for the status. */
export interface EngineOptions {
  /** One line for each setting that could not be used. */
  readonly problems?: readonly string[];
  /** Set where the workspace is not trusted: backends are not used, and this says why. */
  readonly localOnlyReason?: string;
  /** Settles when what the local engine reads has been read; the status says starting until then. */
  readonly ready?: Promise<unknown>;
  /** Parts that a benchmark switches off to see what they are worth. All are on; no person sets this. */
  readonly mechanisms?: { readonly context?: boolean };
}

/** Builds the service out of its rooms. The only place that knows them all. */
export function createEngine(settings: Settings, ports: EnginePorts, options: EngineOptions = {}): Service {
  const http = createHttpClient();
  const local = createLocalEngine({ view: ports.workspace, clock: ports.clock });
  const backends = options.localOnlyReason === undefined ? settings.backends : [];
  const { formats, warnings } = resolveFormats(backends);
  for (const warning of warnings) ports.logger.warn(`prompt: ${warning}`);
  const meters = new Map(backends.map(({ name }) => [name, new TokenMeter()]));
  const retirement = new RetirementMemory(ports.clock, ports.memory);
  const members: readonly Member[] = backends.map((backend) =>
    createMember(backend, settings, http, ports, { retirement, meters, surroundings: () => surroundings }),
  );
  const offline = createOfflineDetector(members, ports.clock);
  const surroundings: Surroundings = { members, offline, hasLocal: settings.localEnabled };
  const subscriptions = members.map(({ source, fold, backend }) =>
    source.onDidAttempt((attempt) => {
      fold.add(attempt);
      offline.add(attempt, backend.loopback ? undefined : backend.origin);
      logAttempt(ports.logger, attempt);
    }),
  );
  const cache = new CompletionCache();
  const cacheKeys = new Map(members.map(({ backend }) => [backend.name, `${backend.name}|${backend.model}|${backend.fim}`]));
  const router: Router = createRouter({
    sources: members.map(({ source }) => source),
    local: settings.localEnabled ? local : undefined,
    clock: ports.clock,
    random: ports.random,
    clean: (text, request, sourceId) => applyFilters(text, request, modelFilters(answerTokens(formats.get(sourceId)))),
    softDeadline: (source) => softDeadlineOf(members, source),
    hedgeAfter: settings.hedge ? (source) => patienceWith(members, source) : undefined,
    onLate: (request, outcome) => keystroke.keep(request, outcome),
    onNotAllowed: (source) => service.wanted(source),
  });
  const gathering = createGathering(ports, options);
  const keystroke: Keystroke = new Keystroke({
    cache,
    cacheKeys: () => [...cacheKeys.values()],
    keyOfSource: (sourceId) => cacheKeys.get(sourceId),
    router,
    withContext: async (request, signal) => {
      const meter = router.active && meters.get(router.active.id);
      // Where no model is asked, nobody waits for context.
      return gathering && meter ? gathering.gather(request, contextRoom(meter), signal) : request;
    },
  });
  const owned: readonly Disposable[] = [
    ...subscriptions,
    offline,
    router,
    ...members.map(({ source }) => source),
    retirement,
    local,
    ...(gathering ? [gathering] : []),
    http,
    { dispose: () => cache.clear() },
  ];
  const problems = [...(options.problems ?? []), ...warnings];
  const service = new FailsoftService({ settings, ports, options: { ...options, problems }, members, route: router, keystroke, owned });
  return service;
}

function createGathering({ context, clock, logger }: EnginePorts, { mechanisms }: EngineOptions): ContextGathering | undefined {
  if (!context || mechanisms?.context === false) return undefined;
  return new ContextGathering({ view: context, clock, logger, holdsSecret: () => false });
}

/** The protocols whose prompt is a template of ours; in the others the server builds the prompt. */
const templated: ReadonlySet<Protocol> = new Set(['openai-completions']);

/** The format of each backend that is asked by a template, and a line for each that may be asked in vain. */
function resolveFormats(backends: readonly BackendSettings[]): { formats: ReadonlyMap<string, ResolvedFormat>; warnings: string[] } {
  const formats = new Map<string, ResolvedFormat>();
  const warnings: string[] = [];
  for (const { name, protocol, model, fim } of backends) {
    if (!templated.has(protocol)) continue;
    const { format, warning } = resolveFim(model, fim);
    formats.set(name, format);
    if (warning !== undefined) warnings.push(`backend ${name}: ${warning}`);
  }
  return { formats, warnings };
}

/** What a backend has to know of the others; complete only when all of them exist. */
interface Surroundings {
  readonly members: readonly Member[];
  readonly offline: OfflineDetector;
  readonly hasLocal: boolean;
}

/** What all backends share. */
interface Shared {
  /** The count of tokens of each backend's model. */
  readonly meters: ReadonlyMap<string, TokenMeter>;
  readonly retirement: RetirementMemory;
  readonly surroundings: () => Surroundings;
}

function createMember(
  backend: BackendSettings,
  { backends: [first = backend], deadlines }: Settings,
  http: HttpClient,
  ports: EnginePorts,
  { retirement, meters, surroundings }: Shared,
): Member {
  const { clock, random, logger } = ports;
  const fold = new SourceHealthFold(clock, retirement.watch(backend.origin, backend.model));
  const permission = (): Permission =>
    permissionFor(backend.boundary, first.boundary, ports.consent?.answerFor(backend.boundary) ?? 'undecided');
  const connected = (ports.connect ?? ((wanted) => overHttp(wanted, http, ports)))(backend);
  const source: GuardedSource = guard(withContextBudget(connected, { clock, logger, meter: meters.get(backend.name) }), {
    model: backend.model,
    clock,
    random,
    usual: () => fold.usual(),
    veto: () => vetoOf(backend, permission(), surroundings().offline),
    isLastResort: () => isLastResort(source, surroundings()),
    deadlines: (trigger) => ({
      connect: deadlines.connect,
      firstToken: trigger === 'automatic' ? firstTokenOf(backend, deadlines) : totalOf(backend, deadlines, trigger),
      idle: trigger === 'probe' ? deadlines.probe : deadlines.idle,
      total: totalOf(backend, deadlines, trigger),
      totalName: trigger === 'probe' ? 'probe' : 'total',
    }),
  });
  return { backend, source, fold, permission };
}

function vetoOf(backend: BackendSettings, permission: Permission, offline: OfflineDetector): Veto | undefined {
  if (!isPermitted(permission)) {
    const why = permission === 'denied' ? 'forbidden for this workspace' : 'not decided for this workspace';
    return { reason: 'boundary-not-allowed', message: `code would go to ${placeOf(backend.boundary)}, ${why}` };
  }
  // A server on this machine needs no network.
  if (offline.isOffline && !backend.loopback) return { reason: 'offline', message: 'the network cannot be reached' };
  return undefined;
}

/** Whether nothing would answer if this source were taken out; one that only has all its slots taken would. */
function isLastResort(source: GuardedSource, { members, hasLocal }: Surroundings): boolean {
  if (hasLocal) return false;
  return members.every((member) => {
    if (member.source === source) return true;
    const availability = member.source.availability();
    return availability.kind === 'unavailable' && availability.cause !== 'concurrency-limit';
  });
}

/** One probe of the first remote backend while offline; when the network is back, one of each that was given up meanwhile. */
function createOfflineDetector(members: readonly Member[], clock: Clock): OfflineDetector {
  const remote = members.filter(({ backend }) => !backend.loopback);
  return new OfflineDetector({
    clock,
    onProbe: () => void remote.find(({ permission }) => isPermitted(permission()))?.source.probe(),
    onBack: () => {
      for (const { source } of remote) if (source.snapshot().breaker.kind === 'open') void source.probe();
    },
  });
}

function overHttp(backend: BackendSettings, http: HttpClient, ports: EnginePorts): CompletionSource {
  const { format } = resolveFim(backend.model, backend.fim);
  return httpBackend(backend, {
    http,
    clock: ports.clock,
    key: () => ports.keys.get(backend.name, backend.origin),
    prompts: { fim: (request) => formatWithContext(request, format) },
  });
}

function firstTokenOf(backend: BackendSettings, deadlines: DeadlineSettings): number {
  return backend.loopback ? deadlines.firstTokenLoopback : deadlines.firstToken;
}

function totalOf(backend: BackendSettings, deadlines: DeadlineSettings, trigger: Attempt['trigger']): number {
  if (trigger === 'probe') return deadlines.probe;
  if (trigger === 'manual') return deadlines.totalManual;
  return backend.loopback ? deadlines.totalLoopback : deadlines.total;
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
