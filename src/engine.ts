import { httpBackend } from './backend/httpBackend.ts';
import { ContextGathering } from './context/contextGathering.ts';
import type { Clock, Disposable } from './base/clock.ts';
import { createHttpClient, type HttpClient } from './base/http.ts';
import type { Logger } from './base/logger.ts';
import type { Random } from './base/random.ts';
import type { Attempt } from './domain/attempt.ts';
import type { CompletionSource } from './domain/completion.ts';
import type { GuardedSource } from './domain/guarded.ts';
import type { ContextView } from './domain/context.ts';
import type { EngineMemory, KeyStore, Service, WorkspaceView } from './domain/service.ts';
import { guard } from './guard/guard.ts';
import { OfflineDetector } from './health/offline.ts';
import { RetirementMemory } from './health/retirementMemory.ts';
import { SourceHealthFold } from './health/sourceHealth.ts';
import { createLocalEngine } from './local/localEngine.ts';
import { CompletionCache } from './pipeline/cache.ts';
import { applyFilters, modelFilters } from './pipeline/filter.ts';
import { Keystroke } from './pipeline/keystroke.ts';
import { answerTokens, type ResolvedFormat, resolveFim } from './prompt/fim.ts';
import { PromptRooms } from './prompt/promptRooms.ts';
import { formatWithContext } from './prompt/promptWithContext.ts';
import { createRouter, softDeadlineBounds } from './router/router.ts';
import { FailsoftService, type Member } from './service.ts';
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
  const rooms = new PromptRooms();
  const retirement = new RetirementMemory(ports.clock, ports.memory);
  const members = backends.map((backend) => createMember(backend, settings.deadlines, http, ports, retirement, rooms));
  const offline = new OfflineDetector();
  const subscriptions = members.map(({ source, fold, backend }) =>
    source.onDidAttempt((attempt) => {
      fold.add(attempt);
      offline.add(attempt, backend.loopback ? undefined : backend.origin, ports.clock.monotonic());
      logAttempt(ports.logger, attempt);
    }),
  );
  const cache = new CompletionCache();
  const cacheKeys = new Map(members.map(({ backend }) => [backend.name, `${backend.name}|${backend.model}|${backend.fim}`]));
  const gathering = createGathering(ports, options);
  const keystroke: Keystroke = new Keystroke({
    cache,
    cacheKeys: () => [...cacheKeys.values()],
    keyOfSource: (sourceId) => cacheKeys.get(sourceId),
    withContext: async (request, signal) => {
      const first = members.find(({ source }) => source.availability().kind === 'available');
      // Where no model is asked, nobody waits for context.
      return gathering && first ? gathering.gather(request, rooms.contextRoom(first.source.id), signal) : request;
    },
    router: createRouter({
      sources: members.map(({ source }) => source),
      local: settings.localEnabled ? local : undefined,
      clock: ports.clock,
      clean: (text, request, sourceId) => applyFilters(text, request, modelFilters(answerTokens(formats.get(sourceId)))),
      softDeadline: (source) => softDeadlineOf(members, source),
      onLate: (request, outcome) => keystroke.keep(request, outcome),
    }),
  });
  const owned: readonly Disposable[] = [
    ...subscriptions,
    ...members.map(({ source }) => source),
    retirement,
    local,
    ...(gathering ? [gathering] : []),
    http,
    { dispose: () => cache.clear() },
  ];
  const problems = [...(options.problems ?? []), ...warnings];
  return new FailsoftService({ settings, ports, options: { ...options, problems }, members, offline, keystroke, owned });
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

function createMember(
  backend: BackendSettings,
  deadlines: DeadlineSettings,
  http: HttpClient,
  ports: EnginePorts,
  retirement: RetirementMemory,
  rooms: PromptRooms,
): Member {
  const { clock, random } = ports;
  const fold = new SourceHealthFold(clock, retirement.watch(backend.origin, backend.model));
  const connected = (ports.connect ?? ((wanted) => overHttp(wanted, http, ports)))(backend);
  const source = guard(rooms.wrap(connected), {
    model: backend.model,
    clock,
    random,
    usual: () => fold.usual(),
    deadlines: (trigger) => ({
      connect: deadlines.connect,
      firstToken: trigger === 'automatic' ? firstTokenOf(backend, deadlines) : totalOf(backend, deadlines, trigger),
      idle: trigger === 'probe' ? deadlines.probe : deadlines.idle,
      total: totalOf(backend, deadlines, trigger),
      totalName: trigger === 'probe' ? 'probe' : 'total',
    }),
  });
  return { backend, source, fold };
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
  const fold = members.find((member) => member.source === source)?.fold;
  if (fold?.isUnanswered) return softDeadlineBounds.minimum;
  const usual = fold?.usual().p95 ?? softDeadlineBounds.maximum;
  return Math.min(softDeadlineBounds.maximum, Math.max(softDeadlineBounds.minimum, usual));
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
