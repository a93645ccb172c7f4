import type { CompletionCall, CompletionRequest, CompletionSource, Outcome } from '../../src/domain/completion.ts';
import { failed } from '../../src/domain/completion.ts';
import { failureOfAbort, type Failure } from '../../src/domain/failure.ts';

/** What a scripted source does with one call. Times in ms. */
export type Step =
  | { readonly kind: 'answer'; readonly text: string; readonly after?: number }
  | { readonly kind: 'fail'; readonly failure: Failure; readonly after?: number }
  /** Says nothing until it is aborted. */
  | { readonly kind: 'hang' }
  /** Says nothing and does not hear the abort; ends by itself after a while. */
  | { readonly kind: 'deaf'; readonly after: number }
  /** One piece after the other, each after as long; then the end. */
  | { readonly kind: 'stream'; readonly pieces: readonly string[]; readonly every: number }
  /** One text, then silence. */
  | { readonly kind: 'stall'; readonly text: string }
  | { readonly kind: 'throw' };

/** A source that does what it is told, and says what it was asked. */
export class ScriptedSource implements CompletionSource {
  readonly id: string;
  readonly requests: CompletionRequest[] = [];
  readonly signals: AbortSignal[] = [];
  inFlight = 0;
  /** Timers of the script itself that still run, for tests that count timers. */
  timers = 0;
  #steps: Step[] = [];
  #always: Step;

  constructor(id = 'scripted', always: Step = { kind: 'answer', text: 'ok' }) {
    this.id = id;
    this.#always = always;
  }

  /** What every call gets when no `next` step is left. */
  set(step: Step): void {
    this.#always = step;
  }

  next(...steps: readonly Step[]): void {
    this.#steps.push(...steps);
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    this.requests.push(request);
    this.signals.push(call.signal);
    this.inFlight++;
    try {
      return await this.#run(this.#steps.shift() ?? this.#always, call);
    } finally {
      this.inFlight--;
    }
  }

  #run(step: Step, call: CompletionCall): Promise<Outcome> {
    call.onStage?.('connected');
    if (step.kind === 'throw') throw new Error('a bug');
    return new Promise((resolve) => {
      const timer = (after: number, outcome: () => Outcome): void => {
        this.timers++;
        setTimeout(() => {
          this.timers--;
          resolve(outcome());
        }, after);
      };
      if (step.kind === 'deaf') {
        timer(step.after, () => this.#answer('late', call));
        return;
      }
      call.signal.addEventListener('abort', () => {
        resolve(failed(failureOfAbort(call.signal.reason) ?? { kind: 'network', cause: 'other', message: 'aborted' }));
      });
      if (step.kind === 'answer') timer(step.after ?? 0, () => this.#answer(step.text, call));
      else if (step.kind === 'fail') timer(step.after ?? 0, () => failed(step.failure));
      else if (step.kind === 'stream') this.#stream(step.pieces, step.every, call, resolve);
      else if (step.kind === 'stall') call.onText?.(step.text);
    });
  }

  #stream(pieces: readonly string[], every: number, call: CompletionCall, resolve: (outcome: Outcome) => void): void {
    const say = (said: number): void => {
      this.timers++;
      setTimeout(() => {
        this.timers--;
        if (call.signal.aborted) return;
        const soFar = pieces.slice(0, said).join('');
        if (said > pieces.length) return resolve({ ok: true, text: soFar, origin: 'model', sourceId: this.id, finish: 'stop' });
        call.onText?.(soFar);
        say(said + 1);
      }, every);
    };
    say(1);
  }

  #answer(text: string, call: CompletionCall): Outcome {
    if (text !== '') call.onText?.(text);
    return { ok: true, text, origin: 'model', sourceId: this.id, finish: 'stop' };
  }
}

export const capacity: Failure = { kind: 'capacity', message: 'Selected model is at capacity.' };
export const serverError: Failure = { kind: 'server', status: 500, message: 'boom' };
