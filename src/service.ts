import type { Clock, Disposable, EpochMillis, Millis } from './base/clock.ts';
import { Emitter } from './base/event.ts';
import { messageOf, type Logger } from './base/logger.ts';
import type { Attempt } from './domain/attempt.ts';
import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from './domain/completion.ts';
import { failed } from './domain/completion.ts';
import type { GuardedSource, GuardSnapshot, LatencyFigures } from './domain/guarded.ts';
import type { Service } from './domain/service.ts';
import { noCounts, type EngineSnapshot, type ServedCounts, type ServiceMode, type SourceHealth } from './domain/snapshot.ts';
import type { BackendSettings, Settings } from './settings/settings.ts';

/** One backend of the route with its guard and the fold of its health. */
export interface Member {
  readonly backend: BackendSettings;
  readonly source: GuardedSource;
  readonly fold: HealthFold;
}

/** What the service needs of the health room. */
export interface HealthFold {
  add(attempt: Attempt): void;
  usual(): LatencyFigures;
  readonly isUnanswered: boolean;
  health(guard: GuardSnapshot, offline: boolean): SourceHealth;
  modelsListed(list: unknown): void;
}

/** The rooms, built, as the service uses them. */
export interface ServiceParts {
  readonly settings: Settings;
  readonly ports: { readonly clock: Clock; readonly logger: Logger };
  readonly options: { readonly problems?: readonly string[]; readonly localOnlyReason?: string; readonly ready?: Promise<unknown> };
  readonly members: readonly Member[];
  readonly offline: { readonly isOffline: boolean };
  readonly keystroke: CompletionSource & { cancelRunning(): void };
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
  readonly #subscriptions: readonly Disposable[];
  #counts: ServedCounts = noCounts;
  #working = 0;
  #pausedUntil: EpochMillis | 'resumed by hand' | undefined;
  #pauseTimer: Disposable | undefined;
  #changeTimer: Disposable | undefined;
  #changedAt: Millis = -changeInterval;
  #isDisposed = false;
  #isStarting: boolean;

  readonly onDidChange = this.#changed.event;
  readonly onDidAttempt = this.#attempted.event;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#isStarting = parts.options.ready !== undefined;
    const started = (): void => {
      this.#isStarting = false;
      this.#touch();
    };
    parts.options.ready?.then(started, started);
    this.#subscriptions = parts.members.flatMap(({ source }) => [
      source.onDidChange(() => this.#touch()),
      source.onDidAttempt((attempt) => {
        if (attempt.trigger !== 'probe') this.#count('requests');
        this.#attempted.fire(attempt);
      }),
    ]);
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    if (this.#isDisposed) return failed({ kind: 'refused', reason: 'disposed', message: 'Failsoft was stopped' });
    const mode = this.#mode();
    if (mode === 'off' || mode === 'paused') return failed({ kind: 'refused', reason: 'disposed', message: `Failsoft is ${mode}` });
    this.#working++;
    this.#touch();
    try {
      const outcome = await this.#parts.keystroke.complete(request, call);
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
    const { members, offline, options, ports } = this.#parts;
    const mode = this.#mode();
    const reason = options.localOnlyReason ?? (members.length === 0 ? 'no backend is configured' : undefined);
    const first = members.find(({ source }) => source.availability().kind === 'available');
    return {
      at: ports.clock.now(),
      mode,
      ...(mode === 'local-only' && reason !== undefined ? { modeReason: reason } : {}),
      ...(typeof this.#pausedUntil === 'number' ? { pausedUntil: this.#pausedUntil } : {}),
      sources: members.map(({ source, fold }) => fold.health(source.snapshot(), offline.isOffline)),
      working: this.#working,
      serving: first?.source.id ?? 'local',
      problems: options.problems ?? [],
      counts: this.#counts,
    };
  }

  accepted(requestId: string, characters: number): void {
    this.#parts.ports.logger.debug(`engine ${requestId}: ${characters} characters accepted`);
    this.#count('accepted');
  }

  modelsListed(backendName: string, list: unknown): void {
    this.#parts.members.find(({ backend }) => backend.name === backendName)?.fold.modelsListed(list);
    this.#touch();
  }

  async retryNow(): Promise<void> {
    await Promise.all(this.#parts.members.map(({ source }) => source.retryNow()));
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
    this.#changed.dispose();
    this.#attempted.dispose();
  }

  #mode(): ServiceMode {
    const { settings, members } = this.#parts;
    if (!settings.enabled) return 'off';
    if (this.#pausedUntil !== undefined) return 'paused';
    if (this.#isStarting) return 'starting';
    return members.length === 0 ? 'local-only' : 'on';
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
