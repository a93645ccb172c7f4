import { type Clock, delayOf, type Disposable, type Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { drawGamma, drawGap } from './draws.ts';
import { InferenceServer } from './inferenceServer.ts';
import type { ServerShape } from './serverShape.ts';

/** How a request to a modelled server ended. `gone`: its client left first. */
export type Service = 'answered' | 'refused' | 'gone';

/** One of our own requests; other people's have none. */
interface Own {
  readonly settle: (service: Service) => void;
}

/** Asked again after a wait: it may have been aborted meanwhile. */
function isGone(signal: AbortSignal): boolean {
  return signal.aborted;
}

/**
 * A modelled server on a clock: one server of a fleet, that other people use too. Whatever asks it waits as long as a real client would;
 * on a virtual clock an hour of the fleet takes seconds, because between our own requests nothing is scheduled.
 */
export class LiveServer implements Disposable {
  readonly shape: ServerShape;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #server: InferenceServer<Own | undefined>;
  readonly #began: Millis;
  readonly #own = new Set<Own>();
  #arrivals = 0;
  #nextArrival: Millis = Infinity;
  #timer: Disposable | undefined;

  constructor(shape: ServerShape, clock: Clock, random: Random) {
    this.shape = shape;
    this.#clock = clock;
    this.#random = random;
    this.#began = clock.monotonic();
    this.#server = new InferenceServer<Own | undefined>(shape, (own) => own?.settle('answered'));
  }

  /** Requests per second of other people from now on, ≥ 0. */
  setArrivals(perSecond: number): void {
    this.#catchUp();
    this.#arrivals = perSecond;
    this.#nextArrival = perSecond > 0 ? this.#now() + drawGap(perSecond, this.#random) : Infinity;
    this.#schedule();
  }

  /** What it is doing now. */
  get now(): { readonly running: number; readonly waiting: number } {
    this.#catchUp();
    return { running: this.#server.running, waiting: this.#server.waiting };
  }

  /** Asks it for one completion. Never rejects. @param signal its client leaves; @param steps decode steps; default: as long as people's */
  async ask(signal: AbortSignal, steps = this.#drawSteps()): Promise<Service> {
    if (signal.aborted) return 'gone';
    const service = await new Promise<Service>((resolve) => {
      const own: Own = {
        settle: (how) => {
          this.#own.delete(own);
          signal.removeEventListener('abort', leave);
          resolve(how);
        },
      };
      const leave = (): void => {
        this.#catchUp();
        this.#server.leave(this.#now(), own);
        own.settle('gone');
        this.#schedule();
      };
      this.#catchUp();
      if (this.#server.offer(this.#now(), steps, own) === 'refused') return resolve('refused');
      this.#own.add(own);
      signal.addEventListener('abort', leave, { once: true });
      this.#schedule();
    });
    if (service === 'answered') await delayOf(this.#clock, this.shape.fixed, signal);
    return isGone(signal) ? 'gone' : service;
  }

  /** Whoever still waits is told `gone`. */
  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    for (const own of [...this.#own]) own.settle('gone');
  }

  #drawSteps(): number {
    return drawGamma(this.shape.meanSteps, this.shape.stepsShape, this.#random);
  }

  #now(): Millis {
    return this.#clock.monotonic() - this.#began;
  }

  /** Everything that has happened since it was last looked at. */
  #catchUp(): void {
    const now = this.#now();
    while (this.#nextArrival <= now) {
      this.#server.offer(this.#nextArrival, this.#drawSteps(), undefined);
      this.#nextArrival += drawGap(this.#arrivals, this.#random);
    }
    this.#server.advance(now);
  }

  /** Looks again when the next thing happens, as long as one of ours is there; timers may come a little early, then it looks once more. */
  #schedule(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#own.size === 0) return;
    const next = Math.min(this.#server.nextEnd() ?? Infinity, this.#nextArrival);
    this.#timer = this.#clock.after(Math.max(1, Math.ceil(next - this.#now())), () => {
      this.#catchUp();
      this.#schedule();
    });
  }
}
