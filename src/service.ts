import type { Clock, Disposable, EpochMillis, Millis } from './base/clock.ts';
import { Emitter } from './base/event.ts';
import { messageOf, type Logger } from './base/logger.ts';
import type { Attempt } from './domain/attempt.ts';
import type { Completed, CompletionCall, CompletionRequest, CompletionSource, Outcome } from './domain/completion.ts';
import { failed } from './domain/completion.ts';
import type { GuardedSource, GuardSnapshot, LatencyFigures } from './domain/guarded.ts';
import type { Observation } from './domain/observation.ts';
import { isRelieved, type Pressure, type PressurePort } from './domain/pressure.ts';
import type { DecisionRecord } from './domain/record.ts';
import type { BoundaryConsent, Service } from './domain/service.ts';
import {
  noCounts,
  type EngineSnapshot,
  type Permission,
  type ServedFrom,
  type ServedCounts,
  type ServiceMode,
  type SourceHealth,
} from './domain/snapshot.ts';
import { boundariesOf, healthOf } from './described.ts';
import type { BackendSettings, Settings } from './settings/settings.ts';

/** One backend of the route with its guard and the fold of its health. */
export interface Member {
  readonly backend: BackendSettings;
  readonly source: GuardedSource;
  readonly fold: HealthFold;
  /** Looks whether an end of the model was announced; called after each good answer. */
  readonly look?: () => Promise<void>;
  /** Whether code of this workspace may go to it, at this moment. */
  readonly permission: () => Permission;
  /** Whether its health is anybody's business now. Default: always. */
  readonly isListed?: () => boolean;
}

/** What the service needs of the router. */
export interface Route {
  readonly active: GuardedSource | undefined;
  returnsAt(source: GuardedSource): EpochMillis | undefined;
  forget(): void;
}

/** What the service needs of the health room. */
export interface HealthFold {
  add(attempt: Attempt): void;
  usual(): LatencyFigures;
  readonly isUnanswered: boolean;
  health(guard: GuardSnapshot): SourceHealth;
  modelsListed(list: unknown): void;
}

/** What the service needs of the pipeline. */
export interface KeystrokePart extends CompletionSource {
  shown(requestId: string): void;
  rejected(requestId: string): void;
  accepted(requestId: string): void;
  cancelRunning(): void;
}

/** The rooms, built, as the service uses them. */
export interface ServiceParts {
  readonly settings: Settings;
  readonly ports: { readonly clock: Clock; readonly logger: Logger; readonly consent?: BoundaryConsent; readonly pressure?: PressurePort };
  readonly options: { readonly problems?: readonly string[]; readonly localOnlyReason?: string; readonly ready?: Promise<unknown> };
  readonly members: readonly Member[];
  readonly route: Route;
  readonly keystroke: KeystrokePart;
  /** Disposed with the service, in this order. */
  readonly owned: readonly Disposable[];
}

/** The status changes at most this often: faster only flickers. */
const changeInterval: Millis = 500;

/** The engine as its doors see it: modes, counts and the snapshot around the pipeline. */
export class FailsoftService implements Service {
  readonly id = 'failsoft';
  readonly #parts: ServiceParts;
  readonly #changed = new Emitter<EngineSnapshot>();
  readonly #attempted = new Emitter<Attempt>();
  readonly #observed = new Emitter<Observation>();
  readonly #decided = new Emitter<DecisionRecord>();
  readonly #subscriptions: readonly Disposable[];
  #counts: ServedCounts = noCounts;
  #lastServed: ServedFrom | undefined;
  #wantedBoundary: string | undefined;
  #working = 0;
  #pausedUntil: EpochMillis | 'resumed by hand' | undefined;
  #pauseTimer: Disposable | undefined;
  #changeTimer: Disposable | undefined;
  #changedAt: Millis = -changeInterval;
  #isDisposed = false;
  #isStarting: boolean;

  readonly onDidChange = this.#changed.event;
  readonly onDidAttempt = this.#attempted.event;
  readonly onDidObserve = this.#observed.event;
  readonly onDidDecide = this.#decided.event;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#isStarting = parts.options.ready !== undefined;
    const started = (): void => {
      this.#isStarting = false;
      this.#touch();
    };
    parts.options.ready?.then(started, started);
    const consent = parts.ports.consent?.onDidChange(() => this.#touch());
    const attempts = parts.members.flatMap(({ source }) => [
      source.onDidChange(() => this.#touch()),
      source.onDidAttempt((attempt) => {
        if (attempt.trigger !== 'probe' && !attempt.isShadow) this.#count(attempt.speculative ? 'speculative' : 'requests');
        this.#attempted.fire(attempt);
      }),
    ]);
    const pressure = parts.ports.pressure?.onDidChange((now) => this.#relieve(now));
    this.#subscriptions = [consent, pressure, ...attempts].filter((each) => each !== undefined);
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    if (this.#isDisposed) return failed({ kind: 'refused', reason: 'disposed', message: 'Failsoft was stopped' });
    const mode = this.#mode();
    if (mode === 'off' || mode === 'paused') return failed({ kind: 'refused', reason: 'disposed', message: `Failsoft is ${mode}` });
    const { pressure } = this.#parts.ports;
    pressure?.typed();
    if (pressure && isRelieved(pressure, 'pause'))
      return failed({ kind: 'refused', reason: 'disposed', message: 'Failsoft waits for memory' });
    const localOnly = call.localOnly || (pressure && isRelieved(pressure, 'local-only'));
    this.#working++;
    this.#touch();
    const began = this.#parts.ports.clock.monotonic();
    try {
      const outcome = await this.#parts.keystroke.complete(request, localOnly ? { ...call, localOnly } : call);
      this.#tellDecision(request, outcome, began);
      if (outcome.ok && outcome.text !== '') this.#lastServed = servedFrom(outcome);
      if (outcome.ok) this.#count(outcome.text === '' ? 'nothing' : outcome.origin);
      else if (outcome.failure.kind !== 'cancelled') this.#count('nothing');
      return outcome;
    } catch (error) {
      // A bug of ours; the one net of the engine. The person sees no suggestion, the log says why.
      this.#parts.ports.logger.error(`engine ${request.id}: ${messageOf(error)}`);
      return failed({ kind: 'internal', message: messageOf(error) });
    } finally {
      this.#working--;
      this.#touch();
    }
  }

  snapshot(): EngineSnapshot {
    const { members, route, options, ports } = this.#parts;
    const mode = this.#mode();
    const reason = options.localOnlyReason ?? (members.length === 0 ? 'no backend is configured' : undefined);
    const boundaries = boundariesOf(members);
    const isUndecided = boundaries.some(({ boundary, permission }) => boundary === this.#wantedBoundary && permission === 'undecided');
    return {
      at: ports.clock.now(),
      mode,
      ...(mode === 'local-only' && reason !== undefined ? { modeReason: reason } : {}),
      ...(typeof this.#pausedUntil === 'number' ? { pausedUntil: this.#pausedUntil } : {}),
      sources: healthOf(members, (source) => route.returnsAt(source)),
      boundaries,
      ...(isUndecided && this.#wantedBoundary !== undefined ? { wantedBoundary: this.#wantedBoundary } : {}),
      working: this.#working,
      serving: route.active?.id ?? 'local',
      problems: options.problems ?? [],
      counts: this.#counts,
      ...(ports.pressure?.pressure ? { pressure: ports.pressure.pressure } : {}),
      ...(this.#lastServed ? { lastServed: this.#lastServed } : {}),
    };
  }

  /** The router would have gone to this source, and only the data boundary kept it from doing so. */
  wanted(source: GuardedSource): void {
    const member = this.#parts.members.find((each) => each.source === source);
    if (member?.permission() !== 'undecided') return;
    this.#wantedBoundary = member.backend.boundary;
    this.#touch();
  }

  observed(observation: Observation): void {
    this.#observed.fire(observation);
  }

  shown(requestId: string): void {
    // Paused means that nothing is sent.
    if (!this.#isDisposed && this.#mode() === 'on') this.#parts.keystroke.shown(requestId);
  }

  rejected(requestId: string): void {
    this.#parts.keystroke.rejected(requestId);
  }

  accepted(requestId: string, characters: number): void {
    this.#parts.ports.logger.debug(`engine ${requestId}: ${characters} characters accepted`);
    this.#parts.keystroke.accepted(requestId);
    this.#count('accepted');
  }

  modelsListed(backendName: string, list: unknown): void {
    this.#parts.members.find(({ backend }) => backend.name === backendName)?.fold.modelsListed(list);
    this.#touch();
  }

  report(attempt: Attempt): boolean {
    const member = this.#parts.members.find(({ source }) => source.id === attempt.sourceId);
    member?.fold.add(attempt);
    if (member) this.#attempted.fire(attempt);
    this.#touch();
    return member !== undefined;
  }

  async retryNow(sourceId?: string): Promise<void> {
    const wanted = this.#parts.members.filter(({ source }) => sourceId === undefined || source.id === sourceId);
    await Promise.all(wanted.map(({ source }) => source.retryNow()));
    this.#parts.route.forget();
    this.#touch();
  }

  pause(until?: EpochMillis): void {
    this.#parts.keystroke.cancelRunning();
    this.#pauseTimer?.dispose();
    this.#pausedUntil = until ?? 'resumed by hand';
    const { clock } = this.#parts.ports;
    if (until !== undefined) this.#pauseTimer = clock.after(Math.max(0, until - clock.now()), () => this.resume());
    this.#touch();
  }

  resume(): void {
    this.#pauseTimer?.dispose();
    this.#pausedUntil = undefined;
    this.#touch();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#parts.keystroke.cancelRunning();
    this.#pauseTimer?.dispose();
    this.#changeTimer?.dispose();
    for (const part of [...this.#subscriptions, ...this.#parts.owned]) part.dispose();
    for (const emitter of [this.#changed, this.#attempted, this.#observed, this.#decided]) emitter.dispose();
  }

  /** What runs holds memory; who waits for it is told that it ended, and the next key gets what is still offered. */
  #relieve(pressure: Pressure | undefined): void {
    if (pressure?.relief === 'local-only' || pressure?.relief === 'pause') this.#parts.keystroke.cancelRunning();
    this.#touch();
  }

  #mode(): ServiceMode {
    const { settings, members } = this.#parts;
    if (!settings.enabled) return 'off';
    if (this.#pausedUntil !== undefined) return 'paused';
    if (this.#isStarting) return 'starting';
    return members.length === 0 ? 'local-only' : 'on';
  }

  /** An overtaken keystroke was not answered; the one that overtook it is. */
  #tellDecision({ id, languageId, trigger }: CompletionRequest, outcome: Outcome, began: Millis): void {
    if (trigger === 'probe' || (!outcome.ok && outcome.failure.kind === 'cancelled')) return;
    const { ports, route } = this.#parts;
    const made = outcome.ok && outcome.text !== '' ? outcome : { origin: 'nothing' as const, sourceId: route.active?.id ?? 'local' };
    const { origin, sourceId } = made;
    const elapsed = ports.clock.monotonic() - began;
    this.#decided.fire({ kind: 'decision', at: ports.clock.now(), requestId: id, languageId, trigger, origin, sourceId, elapsed });
  }

  #count(name: keyof ServedCounts): void {
    this.#counts = { ...this.#counts, [name]: this.#counts[name] + 1 };
  }

  /** Tells the listeners soon: at once after a quiet time, else at the end of the interval. */
  #touch(): void {
    if (this.#isDisposed || this.#changeTimer) return;
    const { clock } = this.#parts.ports;
    const wait = Math.max(0, this.#changedAt + changeInterval - clock.monotonic());
    this.#changeTimer = clock.after(wait, () => {
      this.#changeTimer = undefined;
      this.#changedAt = clock.monotonic();
      this.#changed.fire(this.snapshot());
    });
  }
}

function servedFrom({ origin, sourceId, basis }: Completed): ServedFrom {
  return { origin, sourceId, ...(basis ? { basis } : {}) };
}
