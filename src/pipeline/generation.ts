import { textBytes } from '../domain/byteStore.ts';
import type { CompletionRequest, Outcome } from '../domain/completion.ts';
import { CancelledByEditor } from '../domain/failure.ts';
import type { ModelRoute, ModelRun } from '../domain/route.ts';
import type { Clock, Disposable, Millis } from '../base/clock.ts';
import { isSamePlace, mayBecome, restSince } from './progress.ts';

/**
 * While a text comes, those who wait for it look at it this often at most: a whole answer may come in one packet, and to make each of
 * its pieces fit to be shown would hold up the editor. In ms.
 */
export const lookEvery: Millis = 30;

/** One run of a model, which may serve several keystrokes: all whose text is on the way of what it says. */
export class Generation {
  /** As it was asked for by a keystroke, without context. */
  readonly request: CompletionRequest;
  readonly outcome: Promise<Outcome>;
  /** For what follows a text that is shown: that text and where it is. */
  readonly ahead: { readonly request: CompletionRequest; readonly text: string } | undefined;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #run: ModelRun;
  readonly #watchers = new Set<() => void>();
  readonly #sentBytes: number;
  #nextLook: Disposable | undefined;
  #lookedAt: Millis = -Infinity;

  /** @param sent what the models are asked; `request` with its context */
  constructor(
    { route, clock }: { readonly route: ModelRoute; readonly clock: Clock },
    request: CompletionRequest,
    sent: CompletionRequest,
    ahead?: Generation['ahead'],
  ) {
    this.#clock = clock;
    this.request = request;
    this.ahead = ahead;
    // Once as it is, once as the prompt and the body made of it.
    this.#sentBytes = 3 * textBytes(sent.prefix, sent.suffix, ...(sent.context ?? []).map(({ text }) => text));
    this.#run = route.ask(sent, { signal: this.#controller.signal, onText: () => this.#lookSoon() });
    this.outcome = this.#run.outcome;
    const end = (): void => this.#nextLook?.dispose();
    this.outcome.then(end, end);
  }

  /** The place, what is sent, and what has come. */
  get bytes(): number {
    return this.#sentBytes + textBytes(this.#run.soFar());
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

  /**
   * The part of its text that is still to come here; `undefined` as soon as it turns out to say something else.
   *
   * @param signal when it aborts, nobody waits here any more
   */
  restFor(request: CompletionRequest, signal: AbortSignal): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome | undefined): void => {
        this.#watchers.delete(look);
        signal.removeEventListener('abort', leave);
        resolve(outcome);
      };
      const leave = (): void => settle(undefined);
      const look = (): void => {
        if (!this.mayServe(request)) settle(undefined);
      };
      this.#watchers.add(look);
      signal.addEventListener('abort', leave, { once: true });
      void this.outcome.then((outcome) => settle(this.#restOf(outcome, request)));
    });
  }

  #lookSoon(): void {
    if (this.#nextLook || this.#watchers.size === 0) return;
    const wait = Math.max(0, this.#lookedAt + lookEvery - this.#clock.monotonic());
    // Never at once: what comes with the same packet is looked at together.
    this.#nextLook = this.#clock.after(wait, () => {
      this.#nextLook = undefined;
      this.#lookedAt = this.#clock.monotonic();
      for (const watcher of this.#watchers) watcher();
    });
  }

  #restOf(outcome: Outcome, request: CompletionRequest): Outcome | undefined {
    if (!outcome.ok) return outcome.failure.kind === 'cancelled' ? undefined : outcome;
    if (isSamePlace(this.request, request)) return outcome;
    const rest = restSince(this.request, outcome.text, request);
    return rest === undefined ? undefined : { ...outcome, text: rest };
  }
}
