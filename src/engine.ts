import { openAiCompletions } from './backend/openaiCompletions.ts';
import type { Clock, Disposable } from './base/clock.ts';
import { createHttpClient, type HttpClient } from './base/http.ts';
import type { Logger } from './base/logger.ts';
import type { Random } from './base/random.ts';
import type { Attempt } from './domain/attempt.ts';
import type { CompletionSource } from './domain/completion.ts';
import type { GuardedSource } from './domain/guarded.ts';
import type { KeyStore, Service, WorkspaceView } from './domain/service.ts';
import { guard } from './guard/guard.ts';
import { OfflineDetector } from './health/offline.ts';
import { SourceHealthFold } from './health/sourceHealth.ts';
import { createLocalEngine } from './local/localEngine.ts';
import { CompletionCache } from './pipeline/cache.ts';
import { applyFilters, modelFilters } from './pipeline/filter.ts';
import { Keystroke } from './pipeline/keystroke.ts';
import { redactingSource } from './privacy/redactingSource.ts';
import type { SecretRule } from './privacy/secretRule.ts';
import { SecretScan } from './privacy/secretScan.ts';
import { fimFormatFor, fimTokens, formatFim } from './prompt/fim.ts';
import { createRouter, softDeadlineBounds } from './router/router.ts';
import { FailsoftService, type Member } from './service.ts';
import { isOpenToReaders } from './settings/clearText.ts';
import type { BackendSettings, DeadlineSettings, Settings } from './settings/settings.ts';

export { parseSnippetFile } from './local/snippetFile.ts';
export { type Denial, denialText, ignoreBounds, ignoreFileName } from './privacy/ignoreRules.ts';
export type { SecretRule } from './privacy/secretRule.ts';
export { IgnoreTree } from './privacy/ignoreTree.ts';

/** Everything outside that the engine touches. */
export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly keys: KeyStore;
  readonly workspace: WorkspaceView;
  /** Loads the library's rules of what a secret looks like; called with the first request to a backend. */
  readonly secretRules: () => Promise<readonly SecretRule[]>;
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
}

/** Builds the service out of its rooms. The only place that knows them all. */
export function createEngine(settings: Settings, ports: EnginePorts, options: EngineOptions = {}): Service {
  const http = createHttpClient();
  const local = createLocalEngine({ view: ports.workspace, clock: ports.clock });
  const backends = options.localOnlyReason === undefined ? settings.backends : [];
  const scan = secretScanOf(ports);
  const members = backends.map((backend) => createMember(backend, settings.deadlines, http, ports, scan));
  const offline = new OfflineDetector();
  const subscriptions = members.map(({ source, fold, backend }) =>
    source.onDidAttempt((attempt) => {
      fold.add(attempt);
      offline.add(attempt, backend.loopback ? undefined : backend.origin, ports.clock.monotonic());
      logAttempt(ports.logger, attempt);
    }),
  );
  const cache = new CompletionCache();
  const filters = modelFilters(fimTokens);
  const cacheKeys = new Map(members.map(({ backend }) => [backend.name, `${backend.name}|${backend.model}|${backend.fim}`]));
  const keystroke: Keystroke = new Keystroke({
    cache,
    cacheKeys: () => [...cacheKeys.values()],
    keyOfSource: (sourceId) => cacheKeys.get(sourceId),
    router: createRouter({
      sources: members.map(({ source }) => source),
      local: settings.localEnabled ? local : undefined,
      clock: ports.clock,
      clean: (text, request) => applyFilters(text, request, filters),
      softDeadline: (source) => softDeadlineOf(members, source),
      onLate: (request, outcome) => keystroke.keep(request, outcome),
    }),
  });
  const owned: readonly Disposable[] = [
    ...subscriptions,
    ...members.map(({ source }) => source),
    local,
    http,
    { dispose: () => cache.clear() },
  ];
  return new FailsoftService({ settings, ports, options, members, offline, keystroke, owned });
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

function createMember(
  backend: BackendSettings,
  deadlines: DeadlineSettings,
  http: HttpClient,
  ports: EnginePorts,
  scan: () => Promise<SecretScan>,
): Member {
  const { clock, random } = ports;
  const fold = new SourceHealthFold(clock);
  const connected = (ports.connect ?? ((wanted) => overHttp(wanted, http, ports)))(backend);
  const source = guard(redactingSource(connected, scan, ports.logger), {
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
  const format = fimFormatFor(backend.model, backend.fim);
  return openAiCompletions({
    id: backend.name,
    baseUrl: backend.baseUrl,
    model: backend.model,
    http,
    clock: ports.clock,
    key: () => keyOf(backend, ports.keys),
    format: (request) => formatFim(request, format),
  });
}

/** The key for a backend; none where everybody on the way could read it (law 13). */
function keyOf(backend: BackendSettings, keys: KeyStore): Promise<string | undefined> {
  return isOpenToReaders(backend) ? Promise.resolve(undefined) : keys.get(backend.name, backend.origin);
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
  const isOurs = attempt.outcome === 'network' || attempt.outcome === 'timeout' || attempt.outcome === 'internal';
  const detail = isOurs
    ? (attempt.reason ?? '')
    : `HTTP ${attempt.status ?? 'stream'}${attempt.code === undefined ? '' : ` ${attempt.code}`}`;
  logger.info(`${line}: ${detail}`);
}
