/**
 * Real time, taken before a test can replace it: the server runs on real sockets even where
 * the code under test runs on a virtual clock.
 */

import type { Millis } from './behaviour.ts';

const startTimer = globalThis.setTimeout;
const stopTimer = globalThis.clearTimeout;
const monotonic = performance.now.bind(performance);
const origin = performance.timeOrigin;

/** Milliseconds since 1970, with fractions, never going back. */
export function now(): Millis {
  return origin + monotonic();
}

/**
 * Calls back once after `delay` milliseconds; the returned function cancels it and may be called twice.
 * @param delay milliseconds, 0 or more.
 */
export function after(delay: Millis, callback: () => void): () => void {
  const timer = startTimer(callback, delay);
  return () => {
    stopTimer(timer);
  };
}
