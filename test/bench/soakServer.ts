import type { Random } from '../../src/base/random.ts';
import { type CompletionCall, type CompletionRequest, type CompletionSource, failed, type Outcome } from '../../src/domain/completion.ts';
import { type Failure, failureOfAbort } from '../../src/domain/failure.ts';

/** The troubles a backend goes through, one after the other. */
export const troubles = ['overloaded', 'busy', 'hangs', 'stalls', 'deaf', 'slow', 'throws', 'breaks'] as const;

const failures: Partial<Readonly<Record<(typeof troubles)[number], Failure>>> = {
  overloaded: { kind: 'capacity', status: 503, message: 'at capacity', retryAfter: 1000 },
  busy: { kind: 'rate_limit', status: 429, message: 'too many requests' },
  breaks: { kind: 'server', status: 500, message: 'no' },
};

/** A backend that is well or in one kind of trouble. It keeps nothing of what it is asked. */
export class SoakServer implements CompletionSource {
  readonly id: string;
  trouble: (typeof troubles)[number] | undefined;
  inFlight = 0;
  readonly #random: Random;

  constructor(id: string, random: Random) {
    this.id = id;
    this.#random = random;
  }

  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    this.inFlight++;
    call.onStage?.('connected');
    try {
      return await this.#answer(request, call);
    } finally {
      this.inFlight--;
    }
  }

  async #answer({ prefix }: CompletionRequest, { signal, onText }: CompletionCall): Promise<Outcome> {
    const { trouble } = this;
    const wait = trouble === 'slow' ? 1500 : 60 + this.#random() * 400;
    if (trouble === 'throws') throw new Error('a bug of the source');
    const failure = trouble === undefined ? undefined : failures[trouble];
    await this.#pause(trouble === 'hangs' ? 3_600_000 : wait, trouble === 'deaf' ? undefined : signal);
    if (signal.aborted) return failed(failureOfAbort(signal.reason) ?? { kind: 'internal', message: 'aborted' });
    if (failure) return failed(failure);
    const text = `item${prefix.length}.price * rate;\n  return total${prefix.length % 97};`;
    onText?.(text.slice(0, 12));
    await this.#pause(trouble === 'stalls' ? 3_600_000 : 40, signal);
    if (signal.aborted) return failed(failureOfAbort(signal.reason) ?? { kind: 'internal', message: 'aborted' });
    onText?.(text);
    return { ok: true, text, origin: 'model', sourceId: this.id, finish: 'stop', bytes: 900, usage: { promptTokens: 400 } };
  }

  #pause(millis: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, millis);
      signal?.addEventListener('abort', end, { once: true });
    });
  }
}
