import type { Millis } from '../base/clock.ts';
import type { CompletionRequest, Outcome } from '../domain/completion.ts';
import { failed } from '../domain/completion.ts';
import { CancelledByEditor, failureOfAbort } from '../domain/failure.ts';

/** One keystroke, from the key to the next one. */
export class Turn {
  readonly request: CompletionRequest;
  readonly pressedAt: Millis;
  /** Asks no model before this time. */
  readyAt: Millis;
  /** Waits for a model, or to be allowed to ask one. */
  isAsking = false;
  readonly #controller = new AbortController();

  constructor(request: CompletionRequest, pressedAt: Millis) {
    this.request = request;
    this.pressedAt = pressedAt;
    this.readyAt = pressedAt;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isOver(): boolean {
    return this.signal.aborted;
  }

  end(): void {
    this.#controller.abort(new CancelledByEditor());
  }

  /** What a keystroke gets that was overtaken by another one or given up. */
  get cancelled(): Outcome {
    return failed(failureOfAbort(this.signal.reason) ?? { kind: 'cancelled', message: 'cancelled' });
  }
}
