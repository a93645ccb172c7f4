import type { Millis } from '../base/clock.ts';
import { type ServerShape, stepTime } from './serverShape.ts';

/** What becomes of a request on its arrival. `refused`: all slots are taken and too many wait; a real server says 503. */
export type Admission = 'running' | 'waiting' | 'refused';

interface Running<Job> {
  readonly job: Job;
  /** It ends when the server has made so many steps since its beginning. */
  readonly endsAt: number;
}

/**
 * One inference server as a discrete-event model: running requests make their steps together, and each step takes the longer the more
 * of them there are; beyond the slots requests wait in the order of arrival, and beyond the queue they are refused.
 *
 * It has no clock. Whoever drives it moves it with `advance`, in order of time, and asks `nextEnd` when to come back: a loop in a Monte
 * Carlo run, a timer where a test or a practice server stands before it.
 *
 * Invariant: nobody waits while a slot is free.
 */
export class InferenceServer<Job> {
  readonly #shape: ServerShape;
  readonly #onEnd: (job: Job, at: Millis) => void;
  #at: Millis = 0;
  /** Steps made since the beginning. */
  #made = 0;
  /** A heap: the one that ends first is at its top. */
  readonly #running: Running<Job>[] = [];
  #waiting: { readonly job: Job; readonly steps: number }[] = [];
  /** Integral of the batch over time. */
  #batchTime = 0;

  /** @param onEnd is told of each answer at the moment it is whole */
  constructor(shape: ServerShape, onEnd: (job: Job, at: Millis) => void) {
    this.#shape = shape;
    this.#onEnd = onEnd;
  }

  get running(): number {
    return this.#running.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get slots(): number {
    return this.#shape.slots;
  }

  /** Sum over time of the requests that ran, in request milliseconds: divided by the time it is the mean batch. */
  get batchTime(): number {
    return this.#batchTime;
  }

  /** A request arrives. @param at not before the last moment it was moved to; @param steps decode steps, > 0 */
  offer(at: Millis, steps: number, job: Job): Admission {
    this.advance(at);
    if (this.#running.length < this.#shape.slots) {
      this.#start(steps, job);
      return 'running';
    }
    if (this.#waiting.length >= this.#shape.queue) return 'refused';
    this.#waiting.push({ job, steps });
    return 'waiting';
  }

  /** Its client has gone: the slot or the place in the queue is free at once. Nothing happens if it is not there. */
  leave(at: Millis, job: Job): void {
    this.advance(at);
    this.#waiting = this.#waiting.filter((waiting) => waiting.job !== job);
    const index = this.#running.findIndex((running) => running.job === job);
    if (index < 0) return;
    const rest = this.#running.filter((_, other) => other !== index);
    this.#running.length = 0;
    for (const running of rest) this.#push(running);
    this.#fill();
  }

  /** When the next answer will be whole if nobody comes or leaves before; `undefined` while it is idle. */
  nextEnd(): Millis | undefined {
    const [first] = this.#running;
    return first && this.#at + (first.endsAt - this.#made) * stepTime(this.#shape, this.#running.length);
  }

  /** Time passes; answers that become whole until then are told in their order. @param to the moment, ≥ the last one */
  advance(to: Millis): void {
    for (let next = this.nextEnd(); next !== undefined && next <= to; next = this.nextEnd()) {
      const first = this.#pop();
      if (!first) break;
      this.#batchTime += (next - this.#at) * (this.#running.length + 1);
      this.#at = next;
      this.#made = first.endsAt;
      this.#fill();
      this.#onEnd(first.job, next);
    }
    const batch = this.#running.length;
    if (to <= this.#at || to === Infinity) return;
    this.#batchTime += (to - this.#at) * batch;
    this.#made += (to - this.#at) / stepTime(this.#shape, batch);
    this.#at = to;
  }

  #fill(): void {
    while (this.#running.length < this.#shape.slots) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#start(next.steps, next.job);
    }
  }

  #start(steps: number, job: Job): void {
    this.#push({ job, endsAt: this.#made + steps });
  }

  #push(entry: Running<Job>): void {
    const heap = this.#running;
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (!parent || parent.endsAt <= entry.endsAt) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  #pop(): Running<Job> | undefined {
    const heap = this.#running;
    const [first] = heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRight = left !== undefined && right !== undefined && right.endsAt < left.endsAt;
      const child = isRight ? right : left;
      if (!child || child.endsAt >= last.endsAt) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
    return first;
  }
}
