import type { Millis } from '../../../src/base/clock.ts';
import { seededRandom, type Random } from '../../../src/base/random.ts';
import {
  failed,
  type CompletionCall,
  type CompletionRequest,
  type CompletionSource,
  type Outcome,
} from '../../../src/domain/completion.ts';
import { failureOfAbort } from '../../../src/domain/failure.ts';
import { drawLogNormal, logNormalThrough } from './chance.ts';
import { modelledText, tokensOf, type Truth } from './modelledText.ts';

/** Time to the first token, log-normal, and between two tokens: a model of a few billion parameters on a server nearby. */
export const pace = { firstTokenP50: 250, firstTokenP99: 900, betweenTokens: 15 } as const satisfies Record<string, Millis>;

const firstToken = logNormalThrough(pace.firstTokenP50, pace.firstTokenP99);

/** A backend as a model: its text is the truth with mistakes, its time is drawn. Counts what it is asked. */
export class ModelledBackend implements CompletionSource {
  readonly id: string;
  /** Questions of the person's; probes are not counted. */
  asked = 0;
  /** Tokens generated, also for questions that were given up. */
  tokens = 0;
  inFlight = 0;
  readonly #seed: number;
  readonly #truth: () => Truth;
  readonly #random: Random;

  constructor(id: string, seed: number, truth: () => Truth) {
    this.id = id;
    this.#seed = seed;
    this.#truth = truth;
    this.#random = seededRandom(seed);
  }

  /** Each answer has a `requestId` of its own. */
  async complete(request: CompletionRequest, call: CompletionCall): Promise<Outcome> {
    const number = request.trigger === 'probe' ? 0 : ++this.asked;
    const text = request.trigger === 'probe' ? 'ok' : modelledText(request, this.#truth(), this.#seed);
    const tokens = tokensOf(text);
    call.onStage?.('connected');
    this.inFlight++;
    try {
      if (!(await wait(drawLogNormal(firstToken, this.#random), call.signal))) return cancelled(call.signal);
      call.onStage?.('headers');
      let soFar = '';
      for (const [index, piece] of tokens.slice(0, request.maxTokens).entries()) {
        if (index > 0 && !(await wait(pace.betweenTokens, call.signal))) return cancelled(call.signal);
        if (index === 0) call.onStage?.('text');
        this.tokens++;
        // The server's own stop for a single line.
        if (request.shape === 'line' && piece.includes('\n')) return this.#completed(soFar, number, 'stop');
        soFar += piece;
        call.onText?.(soFar);
        const enough = call.enough?.(soFar);
        if (enough !== undefined) return this.#completed(soFar.slice(0, enough), number, 'stop');
      }
      return this.#completed(soFar, number, tokens.length > request.maxTokens ? 'length' : 'stop');
    } finally {
      this.inFlight--;
    }
  }

  #completed(text: string, number: number, finish: 'stop' | 'length'): Outcome {
    return { ok: true, text, origin: 'model', sourceId: this.id, finish, requestId: `answer ${number}` };
  }
}

function cancelled(signal: AbortSignal): Outcome {
  return failed(failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'cancelled' });
}

/** False when it was aborted. */
export function wait(millis: Millis, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const abort = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve(true);
    }, millis);
    signal.addEventListener('abort', abort, { once: true });
  });
}
