import type { Clock, Disposable, EpochMillis, Millis } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { GuardedSource } from '../domain/guarded.ts';

/** When the route goes back to a backend that failed. */
export const stickinessDefaults = {
  /** So long its breaker is closed and no cool-down runs. */
  healthyFor: 60_000,
  /** Then it gets a share of the keystrokes, … */
  firstShare: 0.25,
  /** … and a greater one in the second half of the ramp; then all. */
  secondShare: 0.5,
  rampFor: 20_000,
  /** One that was only overtaken by a hedge, once: that happens to a well backend too. */
  afterOvertaken: 10_000,
} as const;

/** A draw that only a share of 1 passes. */
const certain = 1 - Number.EPSILON;

/** A source that failed people: from when on it gets a share of the keystrokes again. */
interface SteppedDown {
  /** On the monotonic clock; infinite while it is not well. */
  readonly rampAt: Millis;
  readonly rampFor: Millis;
}

/**
 * Which source a keystroke asks first, and which then.
 *
 * First is the first of the route that has not stepped down, or that the ramp lets try; the others follow in the order of the route,
 * so that one which is coming back is still there when the active one fails. What a keystroke teaches is put down at its end: the
 * active source changes at most once within it.
 */
export class RouteOrder implements Disposable {
  readonly #sources: readonly GuardedSource[];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #down = new Map<GuardedSource, SteppedDown>();
  readonly #overtaken = new Set<GuardedSource>();
  readonly #subscriptions: readonly Disposable[];
  #running = 0;
  #held: GuardedSource | undefined;

  constructor(sources: readonly GuardedSource[], clock: Clock, random: Random) {
    this.#sources = sources;
    this.#clock = clock;
    this.#random = random;
    this.#subscriptions = sources.map((source) => source.onDidChange(() => this.#look(source)));
  }

  /** The source that the next keystroke asks first, the ramp left aside; `undefined` when none may be asked. */
  get active(): GuardedSource | undefined {
    return this.#running > 0 ? this.#held : this.#first(certain);
  }

  /** A keystroke begins. @returns all sources, in the order in which they are to be asked */
  begin(): readonly GuardedSource[] {
    this.#held = this.#first(certain);
    this.#running++;
    const isRamping = this.#sources.some((source) => this.#share(source) > 0 && this.#share(source) < 1);
    const head = this.#first(isRamping ? this.#random() : certain);
    return head ? [head, ...this.#sources.filter((source) => source !== head)] : this.#sources;
  }

  /** A keystroke ended: who answered, who failed, and who was overtaken by the one that answered. */
  end(answered: GuardedSource | undefined, wasFirst: boolean, failed: Iterable<GuardedSource>, overtaken: GuardedSource | undefined): void {
    for (const source of failed) this.#stepDown(source);
    if (overtaken) this.#fellBehind(overtaken);
    if (answered) {
      this.#overtaken.delete(answered);
      // Who stood in is the one to stay with. One that the ramp let try stays in the ramp.
      if (!wasFirst || !this.#sources.some((source) => this.#isTrusted(source))) this.#down.delete(answered);
    }
    this.#running--;
    this.#held = this.#first(certain);
  }

  /** The person asked for everything to be tried again: what was is forgotten, what is unwell shows by itself. */
  forget(): void {
    this.#down.clear();
    this.#overtaken.clear();
    this.#held = this.#first(certain);
  }

  /** When a source that stepped down gets its turn again, while another one stands in for it; `undefined` when nobody can say. */
  returnsAt(source: GuardedSource): EpochMillis | undefined {
    const down = this.#down.get(source);
    if (!down || this.#share(source) > 0 || !Number.isFinite(down.rampAt) || this.active === source) return undefined;
    return this.#clock.now() + down.rampAt - this.#clock.monotonic();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #first(drawn: number): GuardedSource | undefined {
    const available = this.#sources.filter(mayBeAsked);
    return available.find((source) => this.#share(source) > drawn) ?? available[0];
  }

  /** Share of the keystrokes that the source may be asked first in, 0…1. */
  #share(source: GuardedSource): number {
    const down = this.#down.get(source);
    if (!down) return 1;
    const passed = this.#clock.monotonic() - down.rampAt;
    if (passed < 0) return 0;
    if (passed < down.rampFor / 2) return stickinessDefaults.firstShare;
    return passed < down.rampFor ? stickinessDefaults.secondShare : 1;
  }

  #isTrusted(source: GuardedSource): boolean {
    return this.#share(source) === 1 && mayBeAsked(source);
  }

  #stepDown(source: GuardedSource): void {
    this.#overtaken.delete(source);
    this.#down.set(source, { rampAt: this.#wellAt(source) + stickinessDefaults.healthyFor, rampFor: stickinessDefaults.rampFor });
  }

  /** Once is chance, and costs a short while. Twice without an answer in between is a backend that hangs. */
  #fellBehind(source: GuardedSource): void {
    if (this.#overtaken.has(source)) return this.#stepDown(source);
    this.#overtaken.add(source);
    this.#down.set(source, { rampAt: this.#clock.monotonic() + stickinessDefaults.afterOvertaken, rampFor: 0 });
  }

  /** What the guard knows changed: a breaker that opened by itself counts as a failure, one that closed starts the wait. */
  #look(source: GuardedSource): void {
    const wellAt = this.#wellAt(source);
    const down = this.#down.get(source);
    const now = this.#clock.monotonic();
    if (wellAt > now) this.#stepDown(source);
    else if (down && down.rampAt > now + stickinessDefaults.healthyFor) this.#stepDown(source);
  }

  /** From when on the guard lets requests through, as far as it is known now. */
  #wellAt(source: GuardedSource): Millis {
    const { breaker, coolDown } = source.snapshot();
    const now = this.#clock.monotonic();
    if (breaker.kind !== 'closed') return Infinity;
    if (!coolDown) return now;
    return coolDown.until === undefined ? Infinity : now + Math.max(0, coolDown.until - this.#clock.now());
  }
}

/** One whose places are all taken may be asked in a moment: it is at work, and nobody stands in for it. */
function mayBeAsked(source: GuardedSource): boolean {
  const availability = source.availability();
  return availability.kind === 'available' || availability.cause === 'concurrency-limit';
}
