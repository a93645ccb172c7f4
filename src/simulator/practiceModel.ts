import { delayOf, type Clock, type Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { type CompletionSource, failed } from '../domain/completion.ts';
import { failureOfAbort } from '../domain/failure.ts';

/** How long a practice model takes, in ms: lognormal with this median and 99th percentile. */
export interface PracticePace {
  readonly p50: Millis;
  readonly p99: Millis;
}

/** The 99th percentile of a standard normal distribution. */
const z99 = 2.3263;

/** A model that answers from memory, as fast or slow as it is told; made for rehearsals, in real time. */
export class PracticeModel implements CompletionSource {
  readonly id: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #pace: PracticePace;
  #answered = 0;
  /** Times slower than its pace. */
  slowness = 1;

  constructor(id: string, pace: PracticePace, clock: Clock, random: Random) {
    this.id = id;
    this.#pace = pace;
    this.#clock = clock;
    this.#random = random;
  }

  complete: CompletionSource['complete'] = async (_request, { signal, onStage, onText }) => {
    onStage?.('headers');
    await delayOf(this.#clock, this.#next(), signal);
    if (signal.aborted) return failed(failureOfAbort(signal.reason) ?? { kind: 'cancelled', message: 'cancelled' });
    const text = `answer(${++this.#answered});`;
    onText?.(text);
    return { ok: true, text, origin: 'model', sourceId: this.id, finish: 'stop' };
  };

  /** Box and Muller's draw of a normal distribution, as a latency. */
  #next(): Millis {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
    const { p50, p99 } = this.#pace;
    return this.slowness * p50 * Math.exp((normal * Math.log(p99 / p50)) / z99);
  }
}
