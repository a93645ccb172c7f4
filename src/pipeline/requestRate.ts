import type { Millis } from '../base/clock.ts';

/** Bounds of what one person sends; figures and reasons in docs/settings.md. */
export const requestLimits = {
  /** Requests in any `window`. */
  perWindow: 3,
  /** In ms. */
  window: 1000,
  /** Requests that run at once on one backend; as the guard's `concurrency.maximum`. */
  inFlight: 2,
} as const;

/** A sliding window over the last requests. */
export class RequestRate {
  #sent: Millis[] = [];

  sent(at: Millis): void {
    this.#sent = [...this.#sent, at].slice(-requestLimits.perWindow);
  }

  /** How long until the next one may be sent; 0: now. */
  waitAt(at: Millis): Millis {
    const first = this.#sent.length < requestLimits.perWindow ? undefined : this.#sent[0];
    return first === undefined ? 0 : Math.max(0, first + requestLimits.window - at);
  }

  /** How many may be sent now, 0…3. */
  roomAt(at: Millis): number {
    return requestLimits.perWindow - this.#sent.filter((sent) => at - sent < requestLimits.window).length;
  }
}
