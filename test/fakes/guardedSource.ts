import { Emitter } from '../../src/base/event.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { CompletionCall, CompletionRequest, Outcome } from '../../src/domain/completion.ts';
import type { Availability, GuardedSource, GuardSnapshot } from '../../src/domain/guarded.ts';

/** A guarded source whose guard says what the test wants; its answers come from a function. */
export class FakeGuarded implements GuardedSource {
  readonly id: string;
  readonly model = 'm';
  readonly #attempted = new Emitter<Attempt>();
  readonly #changed = new Emitter<GuardSnapshot>();
  readonly onDidAttempt = this.#attempted.event;
  readonly onDidChange = this.#changed.event;
  answer: (request: CompletionRequest, call: CompletionCall) => Promise<Outcome>;
  asked = 0;
  #available: Availability = { kind: 'available' };

  constructor(id: string, answer?: FakeGuarded['answer']) {
    this.id = id;
    this.answer = answer ?? (() => Promise.resolve(answerOf(id)));
  }

  complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    this.asked++;
    return this.answer(request, call);
  }

  availability(): Availability {
    return this.#available;
  }

  /** Opens or closes the breaker, or puts a boundary before it. */
  set(state: 'closed' | 'open' | 'not-allowed'): void {
    const cause = state === 'open' ? 'breaker-open' : 'boundary-not-allowed';
    this.#available = state === 'closed' ? { kind: 'available' } : { kind: 'unavailable', cause, reason: state };
    this.#changed.fire(this.snapshot());
  }

  snapshot(): GuardSnapshot {
    const isOpen = this.#available.kind === 'unavailable' && this.#available.cause === 'breaker-open';
    const cause = { kind: 'server', message: 'x' } as const;
    const breaker = isOpen ? ({ kind: 'open', since: 0, probeAt: 0, cause } as const) : ({ kind: 'closed' } as const);
    return { sourceId: this.id, model: this.model, breaker, inFlight: 0, limit: 2 };
  }

  retryNow(): Promise<void> {
    return Promise.resolve();
  }

  probe(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this.#attempted.dispose();
    this.#changed.dispose();
  }
}

/** An orderly answer of a model. */
export function answerOf(sourceId: string, text = `text of ${sourceId}`): Outcome {
  return { ok: true, text, origin: 'model', sourceId, finish: 'stop' };
}
