import { announcedEnd } from './backend/announcedEnd.ts';
import { classifyAnswer } from './backend/classify.ts';
import { httpBackend } from './backend/httpBackend.ts';
import { localServer } from './backend/localServer.ts';
import { preparedSource } from './backend/preparedSource.ts';
import type { Prompts } from './backend/protocol.ts';
import { scrubbedSource } from './backend/scrub.ts';
import type { Clock } from './base/clock.ts';
import type { HttpClient } from './base/http.ts';
import type { Logger } from './base/logger.ts';
import type { Random } from './base/random.ts';
import type { Attempt } from './domain/attempt.ts';
import type { CompletionRequest, CompletionSource } from './domain/completion.ts';
import type { Failure } from './domain/failure.ts';
import type { GuardedSource, Veto } from './domain/guarded.ts';
import type { BoundaryConsent, KeyStore } from './domain/service.ts';
import type { Permission } from './domain/snapshot.ts';
import type { Deadlines } from './guard/deadlines.ts';
import { guard } from './guard/guard.ts';
import type { OfflineDetector } from './health/offline.ts';
import type { RetirementMemory } from './health/retirementMemory.ts';
import { SourceHealthFold } from './health/sourceHealth.ts';
import type { UsualMemory } from './health/usual.ts';
import { chatEnough, chatFilters } from './pipeline/chatAnswer.ts';
import type { Filter } from './pipeline/filter.ts';
import { modelFilters } from './pipeline/modelFilters.ts';
import { redactingSource } from './privacy/redactingSource.ts';
import type { SecretScan } from './privacy/secretScan.ts';
import { cursorMark, formatChat } from './prompt/chat.ts';
import { withContextBudget } from './prompt/contextBudget.ts';
import { contextFiles } from './prompt/contextText.ts';
import { answerTokens, type ResolvedFormat, resolveFim } from './prompt/fim.ts';
import { PromptShape } from './prompt/promptShape.ts';
import { formatWithContext } from './prompt/promptWithContext.ts';
import { TokenMeter } from './prompt/tokenMeter.ts';
import { isPermitted, permissionFor } from './router/boundary.ts';
import type { Member } from './service.ts';
import type { BackendSettings, DeadlineSettings, Settings } from './settings/settings.ts';
import { capabilities } from './settings/capability.ts';
import { isOpenToReaders } from './settings/clearText.ts';
import { placeOf } from './ui/dataBoundary.ts';

/** What of the world a backend touches. */
export interface MemberPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly keys: KeyStore;
  /** The person's answers about the data boundary. Without it nothing was allowed but the first backend's own boundary. */
  readonly consent?: BoundaryConsent;
  /** Makes the source for a backend: the door by which the editor's own models and simulated servers enter. `undefined`: over HTTP. */
  readonly connect?: (backend: BackendSettings, kit: SourceKit) => CompletionSource | undefined;
}

/** What the rooms lend to a source that is made outside of them. */
export interface SourceKit {
  /** The request as a chat, and whether the answer so far holds all that will be shown. */
  chat: Prompts['chat'];
  /** The request cut to a context of so many tokens. */
  fit(request: CompletionRequest, contextTokens: number): CompletionRequest;
  /** The failure that an error stands for. @param body JSON in a known shape, or plain text */
  classify(status: number, body: string): Failure;
}

/** What all backends of one engine share. */
export interface Shared {
  readonly http: HttpClient;
  /** Aborted with the engine; ends what runs in the background. */
  readonly life: AbortSignal;
  /** Finds secrets in what is about to be sent. */
  readonly scan: () => Promise<SecretScan>;
  readonly retirement: RetirementMemory;
  readonly usual: UsualMemory;
  /** The count of tokens of each backend's model. */
  readonly meters: ReadonlyMap<string, TokenMeter>;
  /** Told the list of models of a backend, as it came. */
  readonly onList: (backendName: string, list: unknown) => void;
  /** Complete only when all backends exist. */
  readonly surroundings: () => Surroundings;
}

/** What a backend has to know of the others. */
export interface Surroundings {
  readonly members: readonly Member[];
  readonly offline: OfflineDetector;
  readonly hasLocal: boolean;
}

/** One backend of the route: its source, the guard before it and the fold of its health. */
export function createMember(backend: BackendSettings, settings: Settings, shared: Shared, ports: MemberPorts): Member {
  const { clock, random, logger } = ports;
  const { retirement, usual, surroundings } = shared;
  // What another extension registers is nobody's first choice, so that it is always asked about.
  const first = settings.backends.find(({ protocol }) => protocol !== 'extension')?.boundary ?? 'local';
  const fold = new SourceHealthFold(clock, retirement.watch(backend.origin, backend.model), usual.watch(backend.origin, backend.model));
  const permission = (): Permission => permissionFor(backend.boundary, first, ports.consent?.answerFor(backend.boundary) ?? 'undecided');
  const deadlines = (trigger: Attempt['trigger']): Deadlines => deadlinesOf(backend, settings.deadlines, trigger);
  const meter = shared.meters.get(backend.name) ?? new TokenMeter();
  const shape = new PromptShape(meter);
  const outside = outsideSource(backend, ports, shape);
  const preparation: Preparation = { ...shared, shape, onReady: () => void source.retryNow() };
  const connected = outside ?? prepared(backend, settings.deadlines, preparation, ports);
  const source: GuardedSource = guard(withContextBudget(redactingSource(connected, shared.scan, logger), { clock, logger, meter }), {
    model: backend.model,
    clock,
    random,
    usual: () => fold.usual(),
    veto: () => vetoOf(backend, permission(), surroundings().offline),
    isLastResort: () => isLastResort(source, surroundings()),
    deadlines,
  });
  const onList = (list: unknown): void => shared.onList(backend.name, list);
  const look = outside ? undefined : announcedEnd(backend, { ...shared, clock, key: () => keyOf(backend, ports.keys), onList });
  return { backend, source, fold, permission, ...(look ? { look } : {}) };
}

/** Where it is on the network, for telling whether the network is there; `undefined` for one that says nothing about it. */
export function hostOf({ loopback, protocol, origin }: BackendSettings): string | undefined {
  // The editor reaches its models by ways of its own, which say nothing about ours.
  return loopback || protocol === 'vscode-lm' || protocol === 'extension' ? undefined : origin;
}

/** How a backend's prompts are put; `undefined` for one that chats. The warning is one sentence for a person. */
export function formatOf({ protocol, model, fim }: BackendSettings): ReturnType<typeof resolveFim> | undefined {
  const { prompt } = capabilities[protocol];
  if (prompt === 'chat') return undefined;
  // Where the server builds the prompt there is nothing to resolve.
  return resolveFim(model, prompt === 'suffix' ? prompt : fim);
}

/** What makes a backend's text fit to be shown; that of a model that chats first loses what is no code. */
export function filtersFor({ protocol }: BackendSettings, format: ResolvedFormat | undefined): readonly Filter[] {
  const filters = modelFilters(answerTokens(format));
  return capabilities[protocol].prompt === 'chat' ? [...chatFilters(cursorMark), ...filters] : filters;
}

/** A backend's source as it is, with neither guard nor preparation: for a person who tests it while setting it up. */
export function bareSource(backend: BackendSettings, http: HttpClient, settings: DeadlineSettings, ports: BarePorts): CompletionSource {
  return outsideSource(backend, ports) ?? overHttp(backend, http, settings, ports);
}

type BarePorts = Pick<MemberPorts, 'clock' | 'keys' | 'connect'>;

function outsideSource(
  backend: BackendSettings,
  { connect, clock }: BarePorts,
  shape = new PromptShape(new TokenMeter()),
): CompletionSource | undefined {
  const source = connect?.(backend, kitOf(promptsOf(formatOf(backend)?.format), shape, clock));
  return source && scrubbedSource(source);
}

function overHttp(backend: BackendSettings, http: HttpClient, settings: DeadlineSettings, { clock, keys }: BarePorts): CompletionSource {
  const prompts = promptsOf(formatOf(backend)?.format);
  const key = (): Promise<string | undefined> => keyOf(backend, keys);
  const limits = (trigger: Attempt['trigger']): Deadlines => deadlinesOf(backend, settings, trigger);
  return httpBackend(backend, { http, clock, key, prompts, limits });
}

function promptsOf(format: ResolvedFormat | undefined): Prompts {
  return {
    fim: (request) => formatWithContext(request, format ?? 'suffix'),
    files: (request) => contextFiles(request.context ?? []),
    chat: (request) => ({ ...formatChat(request), enough: (soFar, ofCode) => chatEnough(soFar, request, cursorMark, ofCode) }),
  };
}

function kitOf(prompts: Prompts, shape: PromptShape, clock: Clock): SourceKit {
  return {
    chat: (request) => prompts.chat(request),
    fit: (request, contextTokens) => shape.withinTokens(request, contextTokens),
    classify: (status, body) => classifyAnswer({ status, headers: {}, body, now: clock.now() }),
  };
}

/** The key for a backend; none where everybody on the way could read it (law 13). */
function keyOf(backend: BackendSettings, keys: KeyStore): Promise<string | undefined> {
  return isOpenToReaders(backend) ? Promise.resolve(undefined) : keys.get(backend.name, backend.origin);
}

/** The source over HTTP; where the server can be asked what it holds, prepared by what it says. */
function prepared(
  backend: BackendSettings,
  deadlines: DeadlineSettings,
  { http, life, shape, onReady }: Preparation,
  ports: MemberPorts,
): CompletionSource {
  const { clock, keys } = ports;
  const source = overHttp(backend, http, deadlines, ports);
  const server = localServer(backend, { http, clock, key: () => keyOf(backend, keys) });
  return server
    ? preparedSource({ source, fit: (request, contextTokens) => shape.withinTokens(request, contextTokens), server, clock, life, onReady })
    : source;
}

interface Preparation extends Shared {
  readonly shape: PromptShape;
  readonly onReady: () => void;
}

function vetoOf(backend: BackendSettings, permission: Permission, offline: OfflineDetector): Veto | undefined {
  if (!isPermitted(permission)) {
    const why = permission === 'denied' ? 'forbidden for this workspace' : 'not decided for this workspace';
    return { reason: 'boundary-not-allowed', message: `code would go to ${placeOf(backend.boundary)}, ${why}` };
  }
  if (offline.isOffline && hostOf(backend) !== undefined) return { reason: 'offline', message: 'the network cannot be reached' };
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

/** The deadlines of an attempt on this backend. */
export function deadlinesOf(backend: BackendSettings, deadlines: DeadlineSettings, trigger: Attempt['trigger']): Deadlines {
  return {
    connect: deadlines.connect,
    firstToken: trigger === 'automatic' ? firstTokenOf(backend, deadlines) : totalOf(backend, deadlines, trigger),
    idle: trigger === 'probe' ? deadlines.probe : deadlines.idle,
    total: totalOf(backend, deadlines, trigger),
    totalName: trigger === 'probe' ? 'probe' : 'total',
  };
}

function firstTokenOf(backend: BackendSettings, deadlines: DeadlineSettings): number {
  return backend.loopback ? deadlines.firstTokenLoopback : deadlines.firstToken;
}

function totalOf(backend: BackendSettings, deadlines: DeadlineSettings, trigger: Attempt['trigger']): number {
  if (trigger === 'probe') return deadlines.probe;
  if (trigger === 'manual') return deadlines.totalManual;
  return backend.loopback ? deadlines.totalLoopback : deadlines.total;
}
