import type { CompletionRequest, Outcome } from '../domain/completion.ts';
import { CancelledByEditor } from '../domain/failure.ts';
import type { ModelRoute, ModelRun } from '../domain/route.ts';
import { isSamePlace, mayBecome, restSince } from './progress.ts';

/** One run of a model, which may serve several keystrokes: all whose text is on the way of what it says. */
export class Generation {
  /** As it was asked for by a keystroke, without context. */
  readonly request: CompletionRequest;
  readonly outcome: Promise<Outcome>;
  /** For what follows a text that is shown: that text and where it is. */
  readonly ahead: { readonly request: CompletionRequest; readonly text: string } | undefined;
  readonly #controller = new AbortController();
  readonly #run: ModelRun;
  readonly #watchers = new Set<() => void>();

  /** @param sent what the models are asked; `request` with its context */
  constructor(route: ModelRoute, request: CompletionRequest, sent: CompletionRequest, ahead?: Generation['ahead']) {
    this.request = request;
    this.ahead = ahead;
    const look = (): void => {
      for (const watcher of this.#watchers) watcher();
    };
    this.#run = route.ask(sent, { signal: this.#controller.signal, onText: look });
    this.outcome = this.#run.outcome;
  }

  get isAborted(): boolean {
    return this.#controller.signal.aborted;
  }

  abort(): void {
    this.#controller.abort(new CancelledByEditor());
  }

  /** Whether its text may turn out to be the right one here. */
  mayServe(request: CompletionRequest): boolean {
    return !this.isAborted && mayBecome(this.request, this.#run.soFar(), request);
  }

  /** Whether it is still of use when the person is here: it may serve, or the person is on the way to where it begins. */
  isOnTheWay(request: CompletionRequest): boolean {
    if (this.mayServe(request)) return true;
    return this.ahead !== undefined && restSince(this.ahead.request, this.ahead.text, request) !== undefined;
  }

  /** The part of its text that is still to come here; `undefined` as soon as it turns out to say something else. */
  restFor(request: CompletionRequest): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.mayServe(request)) resolve(undefined);
      };
      this.#watchers.add(look);
      void this.outcome.then((outcome) => {
        this.#watchers.delete(look);
        resolve(this.#restOf(outcome, request));
      });
    });
  }

  #restOf(outcome: Outcome, request: CompletionRequest): Outcome | undefined {
    if (!outcome.ok) return outcome.failure.kind === 'cancelled' ? undefined : outcome;
    if (isSamePlace(this.request, request)) return outcome;
    const rest = restSince(this.request, outcome.text, request);
    return rest === undefined ? undefined : { ...outcome, text: rest };
  }
}
