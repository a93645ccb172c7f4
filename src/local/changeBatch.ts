import type { Clock, Disposable, Millis } from '../base/clock.ts';

/** When changes of files are handed on. */
export const changeDefaults = {
  /** Pause after the last of them, in ms; at most `atMost` after the first. */
  after: 300 as Millis,
  atMost: 2000 as Millis,
  /** So many in one turn, in ms between turns: making the text of a URI costs microseconds, and a checkout changes thousands. */
  perTurn: 200,
  betweenTurns: 15 as Millis,
  /** With more than these everything is listed anew, which costs less. */
  most: 20_000,
} as const;

/** Collects what changes until there is a pause, and hands it on in small turns. */
export class ChangeBatch<Item> implements Disposable {
  readonly #clock: Clock;
  readonly #handOn: (items: readonly Item[]) => void;
  readonly #tooMany: () => void;
  #items: Item[] = [];
  #firstAt: Millis = 0;
  #lastAt: Millis = 0;
  #timer: Disposable | undefined;
  #isHandingOn = false;

  /** @param tooMany called instead of `handOn` when it is not worth handing them on one by one */
  constructor(clock: Clock, handOn: (items: readonly Item[]) => void, tooMany: () => void) {
    this.#clock = clock;
    this.#handOn = handOn;
    this.#tooMany = tooMany;
  }

  add(item: Item): void {
    // One more than the most is enough to know.
    if (this.#items.length <= changeDefaults.most) this.#items.push(item);
    if (this.#isHandingOn) return;
    this.#lastAt = this.#clock.monotonic();
    if (this.#timer !== undefined) return;
    this.#firstAt = this.#lastAt;
    this.#wait(changeDefaults.after);
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#items = [];
  }

  /** One timer, whatever number of events comes meanwhile. */
  #wait(delay: Millis): void {
    this.#timer = this.#clock.after(delay, () => {
      const now = this.#clock.monotonic();
      const quietIn = Math.min(this.#lastAt + changeDefaults.after, this.#firstAt + changeDefaults.atMost) - now;
      if (quietIn > 0) this.#wait(quietIn);
      else this.#turn();
    });
  }

  #turn(): void {
    this.#timer = undefined;
    if (this.#items.length > changeDefaults.most) {
      this.#items = [];
      this.#isHandingOn = false;
      this.#tooMany();
      return;
    }
    this.#handOn(this.#items.splice(0, changeDefaults.perTurn));
    this.#isHandingOn = this.#items.length > 0;
    if (this.#isHandingOn) this.#timer = this.#clock.after(changeDefaults.betweenTurns, () => this.#turn());
  }
}
